package main

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

// commandRules are the rules of folders, those of the programs.
var commandRules = map[string]folderRule{
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
			module + "/cmd/internal/envvar":  "the variables of clients, and that of a live target",
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
			module + "/cmd/internal/cli":       "the command line",
			module + "/cmd/internal/gcpercent": "collects garbage less often",
			module + "/cmd/internal/serve":     "the commands",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates/internal/completion": {
		allowed: map[string]string{
			"github.com/alecthomas/kong": "the model of the command line",
		},
	},
	"cmd/mockgates": {
		allowed: map[string]string{
			module + "/cmd/mockgates/internal/completion":   "the command completion",
			"github.com/alecthomas/kong":                    "the command line",
			"golang.org/x/crypto/x509roots/fallback/bundle": "the authorities that live targets may be certified by",
			module + "/cmd/internal/cli":                    "flags and the process",
			module + "/cmd/internal/envvar":                 "the variables that may hold a key",
			module + "/cmd/internal/exit":                   "the exit codes",
			module + "/cmd/internal/files":                  "the state of the fake of exec",
			module + "/cmd/internal/gcpercent":              "collects garbage less often",
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
			module + "/cmd/internal/envvar": "the variable that holds the key",
			module + "/cmd/internal/exit":   "a key that cannot be handed over ends the program",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates/internal/clientrun": {
		allowed: map[string]string{
			module + "/cmd/internal/envvar":         "the variables in which the command finds the fake",
			module + "/cmd/internal/exit":           "a program that cannot be run ends the command",
			module + "/cmd/mockgates/internal/tail": "the end of what a program writes",
			module + "/fixtures":                    "the flag --keys",
			module + "/mockserver":                  "the worlds of the runs",
			module + "/mockserver/everyfault":       "the plan of the runs and their judgement",
			module + "/mockserver/fault":            "the faults of the runs",
			module + "/scenarios/report":            "the record of the runs",
		},
		forbidden: throughRun,
	},
	"cmd/mockgates/internal/tail": {forbidden: throughRun},
}
