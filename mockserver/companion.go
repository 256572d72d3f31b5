package mockserver

var companionRules []Rule

var companionOperations []*operation
