package samples

// The kinds of Variant: how it differs from a good body.
const (
	CaseSample     = "sample"     // not at all
	CaseLeftOut    = "left-out"   // a member is missing
	CaseType       = "type"       // a member has another JSON type
	CaseNull       = "null"       // a member is null
	CaseEnum       = "enum"       // a member has a value of its enum, or one outside it
	CaseFormat     = "format"     // a member matches its format, nearly or not at all
	CaseBounds     = "bounds"     // a member is at a limit of its schema or its type
	CaseUndeclared = "undeclared" // there is a member that the schema does not declare
	CaseBody       = "body"       // the body as a whole is different
)
