package main

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

// deterministic is what the packages of the fake may not use.
var deterministic = map[string]string{
	"os":           "the fake reads no files and no environment; cmd does",
	"os/exec":      "no call runs programs",
	"math/rand":    "everything random comes from the seed of a world",
	"math/rand/v2": "everything random comes from the seed of a world",
	"crypto/rand":  "everything random comes from the seed of a world",
	"time.Now":     "time comes from the clock of a world; only clock.go reads the system clock",
	"time.Since":   "it reads the system clock",
	"time.Until":   "it reads the system clock",
	"time.Sleep":   "a request must also stop waiting when its client leaves",
}

// validating is what the packages of the validator may not use.
var validating = map[string]string{
	"net":                "the validator opens no connections",
	"os":                 "the validator reads only what it is given",
	"http.DefaultClient": "the validator opens no connections",
	"http.Get":           "the validator opens no connections",
	"http.Client":        "the validator opens no connections",
	"time.Now":           "a result depends only on the exchanges",
}

// output is what the outputs of a run may not use.
var output = map[string]string{
	"os":       "a report is data; cmd reads and writes files",
	"os.Exit":  "a report carries an exit code; cmd exits with it",
	"time.Now": "outputs are functions of what the run found",
}

// throughRun is what the packages of the command may not use.
var throughRun = map[string]string{
	"os.Exit":    "a test could not reach it through run",
	"os.Args":    "a test could not reach it through run",
	"os.Environ": "a test could not reach it through run",
	"os.Getenv":  "a test could not reach it through run",
	"os.Stdin":   "a test could not reach it through run",
	"os.Stdout":  "a test could not reach it through run",
	"os.Stderr":  "a test could not reach it through run",
}

// folderRules is the package diagram as a table. TestImports fails for a folder
// that is not in it, so each new import is decided here.
var folderRules = map[string]folderRule{
	"internal/strictjson": {
		leaf: true,
		allowed: map[string]string{
			"github.com/go-json-experiment/json/jsontext": "strict JSON tokens with their offsets",
		},
	},
	"internal/redact":     {leaf: true},
	"internal/shell":      {leaf: true},
	"internal/suggest":    {leaf: true},
	"internal/logqueue":   {leaf: true},
	"internal/printable":  {leaf: true},
	"internal/slowclient": {leaf: true},
	"mockserver/internal/apispec": {
		forbidden: deterministic,
	},
	"mockserver/internal/form": {
		allowed: map[string]string{
			module + "/mockserver/internal/apispec": "issues, and the formats of properties",
		},
		forbidden: deterministic,
	},
	"mockserver/internal/wire": {
		allowed: map[string]string{
			module + "/mockserver/fault": "the effects on a response",
		},
		forbidden: deterministic,
	},
	"mockserver/internal/account": {
		allowed: map[string]string{
			"github.com/tidwall/btree":              "keys in the order of their creation",
			module + "/mockserver/internal/apispec": "times and counts",
			module + "/mockserver/internal/form":    "quotes values in messages",
		},
		forbidden: deterministic,
	},
	"mockserver/internal/snapshot": {
		allowed: map[string]string{
			"github.com/go-json-experiment/json":    "writes JSON while it encodes",
			"github.com/go-json-experiment/json/v1": "with the bytes of encoding/json",
			module + "/mockserver/fault":            "the faults of a world",
			module + "/mockserver/internal/account": "the keys, codes and apps of a world",
			module + "/mockserver/internal/apispec": "times and counts",
			module + "/mockserver/internal/form":    "quotes values in messages",
			module + "/mockserver/internal/token":   "the names of worlds",
			module + "/mockserver/ratelimit":        "the rate limits of a world",
		},
		forbidden: deterministic,
	},
	"mockserver/internal/random": {
		forbidden: deterministic,
	},
	"mockserver/internal/token": {
		forbidden: deterministic,
	},
	"mockserver/internal/consentpage": {
		forbidden: deterministic,
	},
	"mockserver/fault": {
		allowed: map[string]string{
			module + "/mockserver/internal/apispec": "the operations and statuses that a fault can name",
		},
		forbidden: deterministic,
	},
	"mockserver/internal/gate": {
		forbidden: deterministic,
	},
	"mockserver/internal/retrywait": {
		forbidden: deterministic,
	},
	"mockserver/ratelimit": {
		allowed: map[string]string{
			module + "/mockserver/internal/apispec": "the operations that a limit can name",
		},
		forbidden: deterministic,
	},
	"mockserver/keyobject": {
		forbidden: deterministic,
	},
	"mockserver/internal/refusal": {
		allowed: map[string]string{
			module + "/mockserver/internal/apispec": "messages, issues and the error envelope",
			module + "/mockserver/internal/form":    "lists of rules",
			module + "/mockserver/ratelimit":        "a rate limit that is used up",
		},
		forbidden: deterministic,
	},
	"mockserver/internal/operation": {
		allowed: map[string]string{
			module + "/mockserver/internal/account":     "the keys, codes and apps of a world",
			module + "/mockserver/internal/apispec":     "who may call an operation, times and counts",
			module + "/mockserver/internal/consentpage": "the page at which a user decides",
			module + "/mockserver/internal/form":        "request bodies and queries",
			module + "/mockserver/internal/random":      "everything random in a world",
			module + "/mockserver/internal/refusal":     "what an operation refuses",
			module + "/mockserver/internal/token":       "the forms of secrets",
			module + "/mockserver/keyobject":            "what responses show of a key",
		},
		forbidden: deterministic,
	},
	"mockserver": {
		allowed: map[string]string{
			"github.com/gorilla/mux":                  "routes the requests",
			module + "/mockserver/fault":              "the faults of a world",
			module + "/mockserver/internal/account":   "the keys, codes and apps of a world",
			module + "/mockserver/internal/apispec":   "operations, rules, response schemas, error envelope",
			module + "/mockserver/internal/form":      "request bodies and queries",
			module + "/mockserver/internal/gate":      "the gates of a world",
			module + "/mockserver/internal/operation": "the operations",
			module + "/mockserver/internal/random":    "everything random in a world",
			module + "/mockserver/internal/refusal":   "error responses",
			module + "/mockserver/internal/retrywait": "the violation early-retry",
			module + "/mockserver/internal/snapshot":  "snapshots",
			module + "/mockserver/internal/token":     "the forms of secrets",
			module + "/mockserver/internal/wire":      "responses on the wire",
			module + "/mockserver/keyobject":          "what responses show of a key",
			module + "/mockserver/ratelimit":          "the rate limits of a world",
		},
		forbidden: deterministic,
	},
	"mockserver/control": {
		allowed: map[string]string{
			"github.com/gorilla/mux":         "routes the calls",
			module + "/mockserver":           "what the calls do",
			module + "/mockserver/fault":     "the faults in requests and responses",
			module + "/mockserver/ratelimit": "the rate limits in requests and responses",
		},
		forbidden: deterministic,
	},
	"mockserver/everyfault": {
		allowed: map[string]string{
			module + "/mockserver":                  "the journal and the keys of a world",
			module + "/mockserver/fault":            "the faults of a plan",
			module + "/mockserver/internal/apispec": "the operations and statuses of a plan",
		},
		forbidden: deterministic,
	},
	"mockserver/mocktest": {
		allowed: map[string]string{
			"testing":                         "takes a testing.TB",
			module + "/mockserver":            "the fake that it starts",
			module + "/mockserver/everyfault": "the plan and the judgement of EveryFault",
			module + "/mockserver/fault":      "the faults that never fired",
		},
	},
	"contract/internal/jsonbody": {
		forbidden: validating,
	},
	"contract/internal/openapi": {
		allowed: map[string]string{
			"github.com/pb33f/libopenapi":                             "reads OpenAPI documents",
			"github.com/pb33f/libopenapi/datamodel":                   "its settings",
			"github.com/pb33f/libopenapi/datamodel/high/base":         "its schemas",
			"github.com/pb33f/libopenapi/datamodel/high/v3":           "its documents",
			"github.com/pb33f/libopenapi/orderedmap":                  "its maps",
			"github.com/pb33f/libopenapi-validator/config":            "the settings of the validator",
			"github.com/pb33f/libopenapi-validator/helpers":           "its versions",
			"github.com/pb33f/libopenapi-validator/parameters":        "validates parameters",
			"github.com/pb33f/libopenapi-validator/schema_validation": "compiles schemas",
			"github.com/santhosh-tekuri/jsonschema/v6":                "the compiled schemas, and their errors",
			module + "/contract/internal/jsonbody":                    "JSON values and their types",
		},
		forbidden: validating,
	},
	"contract/internal/samples": {
		allowed: map[string]string{
			module + "/contract/internal/jsonbody": "numbers of things in words",
			module + "/contract/internal/openapi":  "the schemas",
		},
		forbidden: validating,
	},
	"contract": {
		allowed: map[string]string{
			"go.yaml.in/yaml/v4":                                      "writes the merged specification",
			"github.com/pb33f/libopenapi":                             "a parsed document, to lint",
			"github.com/pb33f/libopenapi-validator/errors":            "the errors of the validator",
			"github.com/pb33f/libopenapi-validator/schema_validation": "lints documents",
			module + "/contract/internal/jsonbody":                    "the bodies of exchanges",
			module + "/contract/internal/openapi":                     "the specification",
			module + "/contract/internal/samples":                     "request cases and mutants",
		},
		forbidden: validating,
	},
	"contract/relations": {
		allowed: map[string]string{
			module + "/contract":                   "checks the exchanges",
			module + "/contract/internal/jsonbody": "the bodies of exchanges",
		},
		forbidden: validating,
	},
	"contract/lies": {
		allowed: map[string]string{
			module + "/contract": "exchanges and findings",
		},
		forbidden: validating,
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
	"scenarios/internal/jq": {
		allowed: map[string]string{
			"github.com/itchyny/gojq": "the language",
		},
	},
	"scenarios/internal/script": {
		allowed: map[string]string{
			"github.com/rogpeppe/go-internal/testscript": "runs the scenarios",
			"github.com/rogpeppe/go-internal/txtar":      "the format of scenario files",
		},
		forbidden: map[string]string{
			"net/http": "a script is text; package scenarios knows what its commands do",
			"time.Now": "how a script is read and run depends on the script alone",
		},
	},
	"scenarios/internal/generated": {
		allowed: map[string]string{
			"github.com/rogpeppe/go-internal/txtar": "writes scenario files",
			module + "/contract":                    "the cases, and whether a smaller one is valid",
			module + "/scenarios/internal/script":   "the names of scenario files",
			module + "/scenarios/report":            "failures",
		},
		forbidden: map[string]string{
			"http.Client": "a case is sent by what it is given",
			"time.Now":    "the target says what time it is",
		},
	},
	"scenarios/internal/envelope": {
		allowed: map[string]string{
			module + "/contract":            "the operations that a request may be",
			module + "/scenarios/keyledger": "the keys that a run makes",
		},
		forbidden: map[string]string{
			"http.Client": "it says what may be sent, and sends nothing",
		},
	},
	"scenarios/internal/lyingserver": {
		allowed: map[string]string{
			module + "/contract":      "exchanges, and whether a request is valid",
			module + "/contract/lies": "what the server says",
		},
		forbidden: map[string]string{
			"time.Now": "what the server says depends on the call alone",
		},
	},
	"scenarios/internal/redaction": {
		allowed: map[string]string{
			module + "/scenarios/report": "the scenarios that secrets are removed from",
		},
		forbidden: map[string]string{
			"net/http.Client": "it removes secrets, and sends nothing",
		},
	},
	"scenarios/internal/source": {
		allowed: map[string]string{
			module + "/mockserver/fault":          "the arguments of the command fault",
			module + "/scenarios/internal/jq":     "the expressions of the command jq",
			module + "/scenarios/internal/script": "the parser",
			module + "/scenarios/report":          "the problems of files",
		},
		forbidden: map[string]string{
			"net/http": "a scenario is text until it is played",
			"time.Now": "how a file is read depends on the file alone",
		},
	},
	"scenarios/internal/wire": {
		allowed: map[string]string{
			module + "/mockserver": "the header that names the world",
		},
	},
	"scenarios": {
		allowed: map[string]string{
			module + "/scenarios/internal/redaction":     "what no report may hold",
			module + "/scenarios/internal/source":        "the files that a caller names",
			module + "/scenarios/internal/wire":          "sends the calls",
			module + "/scenarios/internal/envelope":      "what may be sent to a live target, and what was made there",
			module + "/scenarios/internal/lyingserver":   "lies over HTTP",
			module + "/scenarios/internal/generated":     "the generated cases",
			module + "/scenarios/internal/jq":            "the command jq",
			module + "/scenarios/internal/script":        "the files of scenarios",
			"github.com/rogpeppe/go-internal/testscript": "runs the scenarios",
			"golang.org/x/oauth2":                        "the command pkce",
			"golang.org/x/time/rate":                     "spaces the requests to a live target",
			module + "/contract":                         "validates the exchanges",
			module + "/contract/lies":                    "the key of the lies",
			module + "/contract/relations":               "validates how they relate",
			module + "/fixtures":                         "request bodies",
			module + "/mockserver":                       "the fake",
			module + "/mockserver/fault":                 "the command fault",
			module + "/mockserver/ratelimit":             "the command rate-limit",
			module + "/scenarios/keyledger":              "the keys that a run makes",
			module + "/scenarios/report":                 "what a run found",
		},
		forbidden: map[string]string{
			"os.Exit": "a report carries an exit code; cmd exits with it",
		},
	},
	"scenarios/keyledger": {},
	"scenarios/drift": {
		allowed: map[string]string{
			"go.yaml.in/yaml/v4":         "the accepted differences",
			module + "/contract":         "the findings of exchanges",
			module + "/scenarios/report": "what the two runs found",
		},
		forbidden: map[string]string{
			"os":       "a comparison is a function of two reports; cmd reads files",
			"time.Now": "the caller says on which day differences are accepted",
		},
	},
	"scenarios/report": {
		allowed: map[string]string{
			module + "/contract": "findings and documented responses",
		},
		forbidden: output,
	},
	"scenarios/report/html": {
		allowed: map[string]string{
			module + "/contract":         "the findings of exchanges",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/reproduce": {
		allowed: map[string]string{
			module + "/contract":         "the findings of exchanges",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/annotations": {
		allowed: map[string]string{
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/codequality": {
		allowed: map[string]string{
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/internal/sample": {
		allowed: map[string]string{
			module + "/contract":         "findings and documented responses",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/junit": {
		allowed: map[string]string{
			"github.com/jstemmer/go-junit-report/v2/junit": "the format",
			module + "/scenarios/report":                   "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/markdown": {
		allowed: map[string]string{
			module + "/contract":         "findings and documented responses",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/sarif": {
		allowed: map[string]string{
			module + "/contract":         "findings and documented responses",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"internal/localca": {
		leaf: true,
		forbidden: map[string]string{
			"net/http": "certificates are data",
			"time.Now": "the caller says what time it is",
		},
	},
	"internal/tlsfront": {leaf: true},
	"cmd/internal/exit": {
		forbidden: throughRun,
	},
	"cmd/internal/cli": {
		allowed: map[string]string{
			"github.com/alecthomas/kong":  "the command line",
			"go.yaml.in/yaml/v4":          "the configuration file",
			module + "/cmd/internal/exit": "how a program ends",
		},
		forbidden: throughRun,
	},
	"cmd/internal/files": {
		allowed: map[string]string{
			module + "/cmd/internal/exit": "a file that cannot be used ends the command",
			module + "/mockserver":        "the state of a fake",
			module + "/mockserver/fault":  "the faults of --fault-file",
		},
		forbidden: throughRun,
	},
	"cmd/internal/serve": {
		allowed: map[string]string{
			"github.com/alecthomas/kong":     "the types of flags",
			module + "/cmd/internal/cli":     "flags and the process",
			module + "/cmd/internal/exit":    "a server that cannot start ends the command",
			module + "/cmd/internal/files":   "the state, and the faults of --fault-file",
			module + "/mockserver":           "the fake",
			module + "/mockserver/control":   "its control API",
			module + "/mockserver/fault":     "the flag --fault",
			module + "/mockserver/ratelimit": "the flag --rate-limit",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates-serve": {
		allowed: map[string]string{
			module + "/cmd/internal/cli":   "the command line",
			module + "/cmd/internal/serve": "the commands",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates": {
		allowed: map[string]string{
			"github.com/alecthomas/kong":                    "the command line",
			"golang.org/x/crypto/x509roots/fallback/bundle": "the authorities that live targets may be certified by",
			module + "/cmd/internal/cli":                    "flags and the process",
			module + "/cmd/internal/exit":                   "the exit codes",
			module + "/cmd/internal/files":                  "the state of the fake of exec",
			module + "/cmd/internal/serve":                  "the commands serve, ca and healthcheck",
			module + "/cmd/mockgates/internal/clientrun":    "the command exec",
			module + "/cmd/mockgates/internal/livekey":      "the management key of a live target",
			module + "/cmd/mockgates/internal/runfiles":     "the files of the commands",
			module + "/contract":                            "the command spec",
			module + "/docs":                                "the command help",
			module + "/fixtures":                            "the flag --keys",
			module + "/mockserver":                          "the fake of exec",
			module + "/mockserver/everyfault":               "the flag --every-fault",
			module + "/mockserver/fault":                    "faults that never fired",
			module + "/scenarios":                           "the command check",
			module + "/scenarios/drift":                     "the command drift",
			module + "/scenarios/keyledger":                 "the commands check and cleanup",
			module + "/scenarios/report":                    "the record of a run",
			module + "/scenarios/report/annotations":        "under GitHub Actions",
			module + "/scenarios/report/codequality":        "the flag --report-codequality",
			module + "/scenarios/report/html":               "the flag --report-html",
			module + "/scenarios/report/junit":              "the flag --report-junit",
			module + "/scenarios/report/markdown":           "the flag --report-markdown",
			module + "/scenarios/report/reproduce":          "the command reproduce",
			module + "/scenarios/report/sarif":              "the flag --report-sarif",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates/internal/runfiles": {
		allowed: map[string]string{
			module + "/cmd/internal/exit":   "a file that cannot be used ends the command",
			module + "/cmd/internal/files":  "files that are replaced as a whole",
			module + "/scenarios/drift":     "the accepted differences",
			module + "/scenarios/keyledger": "the ledger of keys",
			module + "/scenarios/report":    "the record of a run, and the evidence",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates/internal/livekey": {
		allowed: map[string]string{
			module + "/cmd/internal/exit": "a key that cannot be handed over ends the program",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates/internal/clientrun": {
		allowed: map[string]string{
			module + "/cmd/internal/exit":     "a program that cannot be run ends the command",
			module + "/fixtures":              "the flag --keys",
			module + "/mockserver":            "the worlds of the runs",
			module + "/mockserver/everyfault": "the plan of the runs and their judgement",
			module + "/mockserver/fault":      "the faults of the runs",
			module + "/scenarios/report":      "the record of the runs",
		},
		forbidden: throughRun,
	},
	"docs":                     {},
	"examples":                 {},
	"examples/clients/naive":   {},
	"examples/clients/careful": {},
}

// fileExceptions lists the files that may use what their folder may not.
var fileExceptions = map[string][]string{
	"mockserver/clock.go":           {"time.Now"},
	"contract/relations/session.go": {"time.Now"}, // the default clock of the target
	"cmd/mockgates/main.go":         {"os.Exit", "os.Args", "os.Environ", "os.Stdin", "os.Stdout", "os.Stderr"},
	"cmd/mockgates-serve/main.go":   {"os.Exit", "os.Args", "os.Environ", "os.Stdin", "os.Stdout", "os.Stderr"},
}
