package main

// output is what the outputs of a run may not use.
var output = map[string]string{
	"os":       "a report is data; cmd reads and writes files",
	"os.Exit":  "a report carries an exit code; cmd exits with it",
	"time.Now": "outputs are functions of what the run found",
}

// scenarioRules are the rules of folders, those of the runner and its reports.
var scenarioRules = map[string]folderRule{
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
			module + "/contract":         "exchanges, and whether a request is valid",
			module + "/contract/finding": "the kinds of findings",
			module + "/contract/lies":    "what the server says",
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
	"scenarios/internal/failure": {
		allowed: map[string]string{
			module + "/scenarios/report": "failures, and the scenarios that have them",
		},
		forbidden: map[string]string{
			"net/http": "a failure is what a report shows",
			"time.Now": "a failure depends on the error alone",
		},
	},
	"scenarios/internal/session": {
		allowed: map[string]string{
			"github.com/rogpeppe/go-internal/testscript": "runs the scripts",
			"golang.org/x/oauth2":                        "the command pkce",
			module + "/contract":                         "the requests of programs",
			module + "/fixtures":                         "the command fixture",
			module + "/mockserver":                       "the world of a script, and the rules of the fake",
			module + "/mockserver/fault":                 "the command fault",
			module + "/mockserver/ratelimit":             "the command rate-limit",
			module + "/scenarios/internal/failure":       "why a line fails",
			module + "/scenarios/internal/jq":            "the command jq",
			module + "/scenarios/internal/script":        "the scripts",
			module + "/scenarios/internal/source":        "what each command needs",
			module + "/scenarios/internal/target":        "sends and judges the calls",
			module + "/scenarios/internal/wire":          "the forms of a credential",
			module + "/scenarios/report":                 "what a script found",
		},
		forbidden: map[string]string{
			"os.Exit": "a script has a verdict; cmd exits",
		},
	},
	"scenarios/internal/target": {
		allowed: map[string]string{
			"golang.org/x/time/rate":                 "spaces the requests to a live target",
			module + "/contract":                     "validates the exchanges",
			module + "/contract/finding":             "the kinds of findings",
			module + "/contract/relations":           "validates how they relate",
			module + "/mockserver":                   "the fake",
			module + "/scenarios/internal/envelope":  "what may be sent to a live target, and what was made there",
			module + "/scenarios/internal/failure":   "why an exchange fails",
			module + "/scenarios/internal/redaction": "the secrets that are sent and received",
			module + "/scenarios/internal/wire":      "sends the calls",
			module + "/scenarios/keyledger":          "the keys that are made",
			module + "/scenarios/report":             "the exchanges that are recorded",
		},
		forbidden: map[string]string{
			"os": "a target is reached over the network",
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
			module + "/scenarios/internal/wire":          "the forms of a credential, for the generated cases",
			module + "/scenarios/internal/failure":       "why a generated case fails",
			module + "/scenarios/internal/session":       "plays a script",
			module + "/scenarios/internal/target":        "the fake or the live endpoint",
			module + "/scenarios/internal/envelope":      "deletes what was made on a live target",
			module + "/scenarios/internal/lyingserver":   "lies over HTTP",
			module + "/scenarios/internal/generated":     "the generated cases",
			module + "/scenarios/internal/script":        "the files of scenarios",
			"github.com/rogpeppe/go-internal/testscript": "the suite of a caller",
			module + "/contract":                         "the validator and its self-test",
			module + "/contract/lies":                    "the key of the lies",
			module + "/contract/relations":               "validates the lies",
			module + "/mockserver":                       "the fake",
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
			module + "/contract/finding": "the findings of exchanges",
			module + "/scenarios/report": "what the two runs found",
		},
		forbidden: map[string]string{
			"os":       "a comparison is a function of two reports; cmd reads files",
			"time.Now": "the caller says on which day differences are accepted",
		},
	},
	"scenarios/report": {
		allowed: map[string]string{
			module + "/contract/finding": "findings and documented responses",
		},
		forbidden: output,
	},
	"scenarios/report/html": {
		allowed: map[string]string{
			module + "/contract/finding": "the findings of exchanges",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/reproduce": {
		allowed: map[string]string{
			module + "/contract/finding": "the findings of exchanges",
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
			module + "/contract/finding": "findings and documented responses",
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
			module + "/contract/finding": "findings and documented responses",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
	"scenarios/report/sarif": {
		allowed: map[string]string{
			module + "/contract/finding": "findings and documented responses",
			module + "/scenarios/report": "the report that is written",
		},
		forbidden: output,
	},
}
