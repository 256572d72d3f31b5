package main

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

// fakeRules are the rules of folders, those of the fake.
var fakeRules = map[string]folderRule{
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
			"github.com/go-json-experiment/json":          "writes JSON while it encodes",
			"github.com/go-json-experiment/json/jsontext": "indents it",
			"github.com/go-json-experiment/json/v1":       "with the bytes of encoding/json",
			module + "/mockserver/fault":                  "the faults of a world",
			module + "/mockserver/internal/account":       "the keys, codes and apps of a world",
			module + "/mockserver/internal/apispec":       "times and counts",
			module + "/mockserver/internal/form":          "quotes values in messages",
			module + "/mockserver/internal/token":         "the names of worlds",
			module + "/mockserver/ratelimit":              "the rate limits of a world",
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
}
