package main

// sharedRules are the rules of folders, those of what both halves may import, and of what is not part of a program.
var sharedRules = map[string]folderRule{
	"internal/strictjson": {
		leaf: true,
		allowed: map[string]string{
			"github.com/go-json-experiment/json/jsontext": "strict JSON tokens with their offsets",
		},
	},
	"internal/redact":      {leaf: true},
	"internal/secretform":  {leaf: true},
	"internal/shell":       {leaf: true},
	"internal/suggest":     {leaf: true},
	"internal/logqueue":    {leaf: true},
	"internal/printable":   {leaf: true},
	"internal/slowclient":  {leaf: true},
	"internal/testrequest": {leaf: true},
	"internal/textlog":     {leaf: true},
	"mockserver/internal/apispec": {
		forbidden: deterministic,
	},
	"fixtures": {
		allowed: map[string]string{
			"github.com/brianvoe/gofakeit/v7": "realistic names",
			module + "/mockserver":            "the keys of a world",
		},
		forbidden: map[string]string{
			"net/http": "fixtures are data",
			"os":       "fixtures are data",
			"time.Now": "equal seeds give equal fixtures",
		},
	},
	"internal/localca": {
		leaf: true,
		forbidden: map[string]string{
			"net/http": "certificates are data",
			"time.Now": "the caller says what time it is",
		},
	},
	"internal/tlsfront": {leaf: true},
	"cmd/internal/gcpercent": {
		allowed: map[string]string{"func init": "it has to run before packages that allocate megabytes are initialized"},
	},
	"cmd/internal/envvar": {
		forbidden: throughRun,
	},
	"cmd/internal/exit": {
		forbidden: throughRun,
	},
	"docs":                     {},
	"examples":                 {},
	"examples/clients/naive":   {},
	"examples/clients/careful": {},
}
