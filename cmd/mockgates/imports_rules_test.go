package main

import "maps"

const module = "github.com/mockgates/mockgates"

// A folderRule says what the Go files of a folder may use, tests excluded.
type folderRule struct {
	leaf      bool              // every folder may import it, and it imports only leaves
	allowed   map[string]string // imports beyond the standard library and the leaves, with the reason
	forbidden map[string]string // packages of the standard library, or names in them, with the reason
}

// forbidden is what no folder may use unless its rule allows it.
var forbidden = map[string]string{
	"testing":   "it adds flags to every program that imports the package",
	"func init": "a caller can neither avoid nor order it",
}

// folderRules is the package diagram as a table, of which each part of the house has a
// file. TestImports fails for a folder that is not in it, so each new import is decided
// there.
var folderRules = joined(sharedRules, fakeRules, validatorRules, scenarioRules, commandRules)

// joined returns all rules in one map.
func joined(parts ...map[string]folderRule) map[string]folderRule {
	all := map[string]folderRule{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// fileExceptions lists the files that may use what their folder may not.
var fileExceptions = map[string][]string{
	"mockserver/clock.go":           {"time.Now"},
	"contract/relations/session.go": {"time.Now"}, // the default clock of the target
	"cmd/mockgates/main.go":         {"os.Exit", "os.Args", "os.Environ", "os.Stdin", "os.Stdout", "os.Stderr"},
	"cmd/mockgates-serve/main.go":   {"os.Exit", "os.Args", "os.Environ", "os.Stdin", "os.Stdout", "os.Stderr"},
}
