package mockserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestInvalidFaultsAreRefused(t *testing.T) {
	t.Parallel()
	negative, nan := time.Duration(-1), fault.Delay{Sigma: 1, Median: 1, Max: 1}
	for _, test := range []struct {
		name  string
		fault fault.Fault
		want  string
	}{
		{"an unknown operation", fault.Fault{Operation: "create-key", Status: 500}, `operation "create-key" is not known; did you mean create-keys?`},
		{"no operation", fault.Fault{Status: 500}, `operation "" is not known; want one of *, create-auth-keys-code`},
		{"a fault that does nothing", fault.Fault{Operation: "*"}, "does nothing; want status, effect, delay or hold"},
		{"a negative skip", fault.Fault{Operation: "*", Status: 500, Skip: -1}, "skip is -1; want 0 to 9007199254740991"},
		{"negative times", fault.Fault{Operation: "*", Status: 500, Times: -1}, "times is -1; want 0 to 9007199254740991"},
		{"a probability over 1", fault.Fault{Operation: "*", Status: 500, Probability: 1.5}, "probability is 1.5; want a number greater than 0 and at most 1"},
		{"a negative Retry-After", fault.Fault{Operation: "*", Status: 500, RetryAfter: negative}, "retry_after is -1ns; want 0s or more"},
		{"a Retry-After without a status", fault.Fault{Operation: "*", Effect: "reset", RetryAfter: 1}, "retry_after without a status"},
		{"a form of Retry-After without a status", fault.Fault{Operation: "*", Effect: "reset", RetryAfterForm: "date"}, "retry_after without a status"},
		{"an unknown form of Retry-After", fault.Fault{Operation: "*", Status: 500, RetryAfterForm: "dat"}, `retry_after_form "dat" is not known; did you mean date?`},
		{"an unknown effect", fault.Fault{Operation: "*", Effect: "stal"}, `effect "stal" is not known; did you mean stall?`},
		{"an unknown phase", fault.Fault{Operation: "*", Status: 500, Phase: "afterwards"}, `phase "afterwards" is not known; want one of after, before, during`},
		{"an unknown on_unfired", fault.Fault{Operation: "*", Status: 500, OnUnfired: "warn"}, `on_unfired "warn" is not known; want one of fail, ignore`},
		{"a gate with a bad name", fault.Fault{Operation: "*", Hold: "The Gate"}, `hold "The Gate" is not a valid gate name`},
		{"a gate called by two dots", fault.Fault{Operation: "*", Hold: ".."}, `hold ".." is not a valid gate name; want 1 to 64 of A-Z a-z 0-9 . _ -, and not dots alone`},
		{"a status during", fault.Fault{Operation: "*", Status: 500, Phase: fault.During}, "phase during takes only hold and delay"},
		{"an effect during", fault.Fault{Operation: "*", Effect: "reset", Hold: "g", Phase: fault.During}, "phase during takes only hold and delay"},
		{"nothing during", fault.Fault{Operation: "*", Phase: fault.During}, "does nothing"},
		{"a status that is not an error", fault.Fault{Operation: "*", Status: 201, Force: true}, "status 201 is not an error status; want 400 to 599"},
		{"an undocumented status", fault.Fault{Operation: "create-keys", Status: 409}, "status 409 is not documented; want one of 400, 401, 403, 429, 500, or force"},
		{"an undocumented status for all", fault.Fault{Operation: "*", Status: 418}, "status 418 is not documented; want one of 400, 401, 403, 404, 409, 429, 500, or force"},
		{"a delay with bounds and a median", fault.Fault{Operation: "*", Delay: &nan}, "delay has bounds and a median; want one or the other"},
		{"a value of when that is not a JSON", fault.Fault{Operation: "*", Status: 500, When: map[string]any{"f": func() {}}}, `when "f" is a func(); want a JSON value`},
		{"a name of when that is not UTF-8", fault.Fault{Operation: "*", Status: 500, When: map[string]any{"\xff": 1}}, `when "\xff" is not a valid member name; want UTF-8`},
		{"a place without violate", fault.Fault{Operation: "*", Status: 500, At: "/error:type"}, `at "/error:type" without effect=violate`},
		{"a place that is misspelled", fault.Fault{Operation: "create-keys", Effect: "violate", At: "/data/limits:type"}, `at "/data/limits:type" is not a place in a response; did you mean /data/limit:type?`},
		{"a place that is nowhere near", fault.Fault{Operation: "create-keys", Effect: "violate", At: "x"}, `at "x" is not a place in a response; want POINTER:CONSTRAINT such as /modelgates_metadata:type`},
		{"a place of another status", fault.Fault{Operation: "create-keys", Effect: "violate", Status: 429, At: "/data/hash:type"}, `at "/data/hash:type" is not a place in a response`},
		{"a place of another operation", fault.Fault{Operation: "create-auth-keys-code", Effect: "violate", At: "/data/hash:type"}, `at "/data/hash:type" is not a place in a response`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, w := newServerWithFaults(t)
			if _, err := w.AddFault(test.fault); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("OrderFault: got %v, want %q", err, test.want)
			}
			if len(w.Faults()) != 0 {
				t.Error("a fault that was refused is in force")
			}
			if _, err := mockserver.New(mockserver.Config{Faults: []fault.Fault{test.fault}}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("New: got %v, want %q", err, test.want)
			}
		})
	}
}
