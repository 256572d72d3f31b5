package mockserver_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

func TestFaultRefusals(t *testing.T) {
	t.Parallel()
	negative, nan := mockserver.Duration(-1), mockserver.Delay{Sigma: 1, Median: 1, Max: 1}
	for _, test := range []struct {
		name  string
		fault mockserver.Fault
		want  string
	}{
		{"an unknown operation", mockserver.Fault{Operation: "create-key", Status: 500}, `operation "create-key" is not known; did you mean create-keys?`},
		{"no operation", mockserver.Fault{Status: 500}, `operation "" is not known; want one of *, create-auth-keys-code`},
		{"a fault that does nothing", mockserver.Fault{Operation: "*"}, "it does nothing; want status, effect, delay or hold"},
		{"a negative skip", mockserver.Fault{Operation: "*", Status: 500, Skip: -1}, "skip is -1; want 0 or more"},
		{"negative times", mockserver.Fault{Operation: "*", Status: 500, Times: -1}, "times is -1; want 0 or more"},
		{"a probability over 1", mockserver.Fault{Operation: "*", Status: 500, Chance: 1.5}, "probability is 1.5; want over 0 up to 1"},
		{"a negative Retry-After", mockserver.Fault{Operation: "*", Status: 500, RetryAfter: negative}, "retry_after is -1ns; want 0s or more"},
		{"a Retry-After without a status", mockserver.Fault{Operation: "*", Effect: "reset", RetryAfter: 1}, "retry_after without status"},
		{"a form of Retry-After without a status", mockserver.Fault{Operation: "*", Effect: "reset", RetryAfterForm: "date"}, "retry_after without status"},
		{"an unknown form of Retry-After", mockserver.Fault{Operation: "*", Status: 500, RetryAfterForm: "dat"}, `retry_after_form "dat" is not known; did you mean date?`},
		{"an unknown effect", mockserver.Fault{Operation: "*", Effect: "stal"}, `effect "stal" is not known; did you mean stall?`},
		{"an unknown phase", mockserver.Fault{Operation: "*", Status: 500, Phase: "afterwards"}, `phase "afterwards" is not known; want one of after, before, during`},
		{"an unknown on_unfired", mockserver.Fault{Operation: "*", Status: 500, OnUnfired: "warn"}, `on_unfired "warn" is not known; want one of fail, ignore`},
		{"a gate with a bad name", mockserver.Fault{Operation: "*", Hold: "The Gate"}, `hold "The Gate" is no name of a gate`},
		{"a status during", mockserver.Fault{Operation: "*", Status: 500, Phase: mockserver.During}, "phase during is for hold and delay alone"},
		{"an effect during", mockserver.Fault{Operation: "*", Effect: "reset", Hold: "g", Phase: mockserver.During}, "phase during is for hold and delay alone"},
		{"nothing during", mockserver.Fault{Operation: "*", Phase: mockserver.During}, "it does nothing"},
		{"a status that is no error", mockserver.Fault{Operation: "*", Status: 201, Force: true}, "status 201 is no error; want 400 to 599"},
		{"an undocumented status", mockserver.Fault{Operation: "create-keys", Status: 409}, "status 409 is not documented; want one of 400, 401, 403, 429, 500, or force"},
		{"an undocumented status for all", mockserver.Fault{Operation: "*", Status: 418}, "status 418 is not documented; want one of 400, 401, 403, 404, 409, 429, 500, or force"},
		{"a delay with bounds and a median", mockserver.Fault{Operation: "*", Delay: &nan}, "delay has bounds and a median; want either"},
		{"a value of when that is no JSON", mockserver.Fault{Operation: "*", Status: 500, When: map[string]any{"f": func() {}}}, `when "f" is a func(); want a JSON value`},
		{"a name of when that is no UTF-8", mockserver.Fault{Operation: "*", Status: 500, When: map[string]any{"\xff": 1}}, `when "\xff" is no name of a member; want UTF-8`},
		{"a place without violate", mockserver.Fault{Operation: "*", Status: 500, At: "/error:type"}, `at "/error:type" without effect=violate`},
		{"a place that is misspelled", mockserver.Fault{Operation: "create-keys", Effect: "violate", At: "/data/limits:type"}, `at "/data/limits:type" is no place of an answer; did you mean /data/limit:type?`},
		{"a place that is nowhere near", mockserver.Fault{Operation: "create-keys", Effect: "violate", At: "x"}, `at "x" is no place of an answer; want POINTER:CONSTRAINT such as /modelgates_metadata:type`},
		{"a place of another status", mockserver.Fault{Operation: "create-keys", Effect: "violate", Status: 429, At: "/data/hash:type"}, `at "/data/hash:type" is no place of an answer`},
		{"a place of another operation", mockserver.Fault{Operation: "create-auth-keys-code", Effect: "violate", At: "/data/hash:type"}, `at "/data/hash:type" is no place of an answer`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, w := faulty(t)
			if _, err := w.OrderFault(test.fault); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("OrderFault: got %v, want %q", err, test.want)
			}
			if len(w.Faults()) != 0 {
				t.Error("a fault that was refused is in force")
			}
			if _, err := mockserver.New(mockserver.Config{Faults: []mockserver.Fault{test.fault}}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("New: got %v, want %q", err, test.want)
			}
		})
	}
}
