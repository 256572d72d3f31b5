package fault_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/fault"
)

func milliseconds(n int) time.Duration {
	return time.Duration(time.Duration(n) * time.Millisecond)
}

// faultForms are faults in their text and JSON forms.
var faultForms = []struct {
	name  string
	text  string // as String writes it
	json  string // as MarshalJSON writes it
	fault fault.Fault
}{
	{
		"a status", "create-keys status=429 times=2 retry_after=1s when.name=nightly",
		`{"operation":"create-keys","when":{"name":"nightly"},"times":2,"status":429,"retry_after":"1s"}`,
		fault.Fault{Operation: "create-keys", Status: 429, Times: 2, RetryAfter: milliseconds(1000), When: map[string]any{"name": "nightly"}},
	},
	{
		"every number", "* status=500 skip=1 times=2 probability=0.5 force",
		`{"operation":"*","skip":1,"times":2,"probability":0.5,"status":500,"force":true}`,
		fault.Fault{Operation: "*", Status: 500, Skip: 1, Times: 2, Probability: 0.5, Force: true},
	},
	{
		"a form of Retry-After", "create-keys status=500 phase=after retry_after_form=date on_unfired=ignore",
		`{"operation":"create-keys","phase":"after","status":500,"retry_after_form":"date","on_unfired":"ignore"}`,
		fault.Fault{Operation: "create-keys", Status: 500, Phase: fault.After, RetryAfterForm: fault.FormDate, OnUnfired: "ignore"},
	},
	{
		"a fixed delay at a gate", "create-auth-keys-code phase=during delay=150ms hold=app",
		`{"operation":"create-auth-keys-code","phase":"during","delay":"150ms","hold":"app"}`,
		fault.Fault{Operation: "create-auth-keys-code", Phase: fault.During, Delay: &fault.Delay{Min: milliseconds(150), Max: milliseconds(150)}, Hold: "app"},
	},
	{
		"a delay between bounds", "* delay=100ms..200ms", `{"operation":"*","delay":{"min":"100ms","max":"200ms"}}`,
		fault.Fault{Operation: "*", Delay: &fault.Delay{Min: milliseconds(100), Max: milliseconds(200)}},
	},
	{
		"a log-normal delay", "* delay=100ms~0.5", `{"operation":"*","delay":{"median":"100ms","sigma":0.5}}`,
		fault.Fault{Operation: "*", Delay: &fault.Delay{Median: milliseconds(100), Sigma: 0.5}},
	},
	{
		"a violated place", "create-keys effect=violate at=/data/limit:missing", `{"operation":"create-keys","effect":"violate","at":"/data/limit:missing"}`,
		fault.Fault{Operation: "create-keys", Effect: fault.EffectViolate, At: "/data/limit:missing"},
	},
	{
		"values of each JSON type", `create-keys effect=reset when.a=null when.b=true when.c=1.5 when.d={"x":[1,"\u0020"]} when.e="1" when.f=`,
		`{"operation":"create-keys","when":{"a":null,"b":true,"c":1.5,"d":{"x":[1," "]},"e":"1","f":""},"effect":"reset"}`,
		fault.Fault{Operation: "create-keys", Effect: fault.EffectReset, When: map[string]any{
			"a": nil, "b": true, "c": 1.5, "d": map[string]any{"x": []any{1.0, " "}}, "e": "1", "f": "",
		}},
	},
	{
		"names and values with white space", `create-keys effect=reset when.=empty when."a\u003db\u0020c"="two\u0020words" when."\"q\""=x when./tags/a~1b=a=b`,
		`{"operation":"create-keys","when":{"":"empty","\"q\"":"x","/tags/a~1b":"a=b","a=b c":"two words"},"effect":"reset"}`,
		fault.Fault{Operation: "create-keys", Effect: fault.EffectReset, When: map[string]any{
			"": "empty", "a=b c": "two words", `"q"`: "x", "/tags/a~1b": "a=b",
		}},
	},
}

func TestTextAndJSONForms(t *testing.T) {
	t.Parallel()
	for _, test := range faultForms {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			parsed, err := fault.Parse(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.fault, parsed); diff != "" {
				t.Errorf("Parse (-want +got):\n%s", diff)
			}
			again, err := fault.Parse(test.fault.String())
			if err != nil || !cmp.Equal(test.fault, again) {
				t.Errorf("%s reads as %+v, %v", test.fault, again, err)
			}
			var decoded fault.Fault
			if err := json.Unmarshal([]byte(test.json), &decoded); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.fault, decoded); diff != "" {
				t.Errorf("Unmarshal (-want +got):\n%s", diff)
			}
			if data, err := json.Marshal(test.fault); err != nil || !sameJSON(t, data, test.json) {
				t.Errorf("Marshal: got %s, %v, want %s", data, err, test.json)
			}
		})
	}
}

// sameJSON reports whether two JSON texts have equal values.
func sameJSON(t *testing.T, got []byte, want string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(got, &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &y); err != nil {
		t.Fatal(err)
	}
	return cmp.Equal(x, y)
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "fault is empty; want OPERATION NAME=VALUE"},
		{"a word that is not a member", "create-keys 429", `"429" is not NAME=VALUE`},
		{"an unknown member", "create-keys stats=429", `"stats" is not a member of a fault; did you mean status?`},
		{"a member that appears twice", "create-keys status=429 status=500", "status appears twice"},
		{"a member of when that appears twice", `create-keys status=429 when.a=1 when."a"=2`, "when.a appears twice"},
		{"force that appears twice", "create-keys status=429 force force=true", "force appears twice"},
		{"a status that is not a number", "create-keys status=many", `status="many" is not an integer`},
		{"times that are not a number", "create-keys times=1.5", `times="1.5" is not an integer`},
		{"a skip that is not a number", "create-keys skip=", `skip="" is not an integer`},
		{"a probability that is not a number", "create-keys status=500 probability=half", `probability="half" is not a number greater than 0 and at most 1`},
		{"a probability of 0, which would mean all", "create-keys status=500 probability=0", `probability="0" is not a number greater than 0 and at most 1`},
		{"a Retry-After of 0, which would mean the default", "create-keys status=429 retry_after=0s", `retry_after="0s" is not greater than 0s; retry_after_form=zero sends a 0`},
		{"a probability that is NaN", "create-keys status=500 probability=NaN", "probability is NaN; want a number greater than 0 and at most 1"},
		{"a Retry-After that is not a duration", "create-keys status=500 retry_after=2", `retry_after="2" is not a duration such as 1m30s`},
		{"a force that is neither", "create-keys status=500 force=maybe", `force="maybe" is neither true nor false`},
		{"an invalid delay", "create-keys delay=fast", `delay "fast": want 150ms, 100ms..200ms or 100ms~0.5`},
		{"a name of when that is half a string", `create-keys status=500 when."a=1`, `when."a is not a valid name`},
		{"text that is not UTF-8", "create-keys hold=\xff", "is not UTF-8"},
		{"a fault that Validate refuses", "create-keys status=409", "status 409 is not documented"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, err := fault.Parse(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if !cmp.Equal(f, fault.Fault{}) {
				t.Errorf("with the error came %+v", f)
			}
		})
	}
	if _, err := fault.ParseWords([]string{"create-keys", "status=500", "when.name=two words"}); err != nil {
		t.Errorf("a word with a space: %v", err)
	}
}

func TestUnmarshalJSONIsStrict(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, json, want string }{
		{"an unknown member", `{"operation": "*", "stauts": 500}`, "did you mean status?"},
		{"a member in other letters", `{"operation": "*", "Status": 500}`, "did you mean status?"},
		{"a member that appears twice", `{"operation": "*", "status": 500, "status": 501}`, "must not appear twice"},
		{"a member that appears twice within when", `{"operation": "*", "when": {"a": 1, "a": 2}}`, "/when/a must not appear twice"},
		{"a status that is text", `{"operation": "*", "status": "500"}`, "/status must be a number, not a string"},
		{"a status that is not an integer", `{"operation": "*", "status": 500.5}`, "/status must be a whole number"},
		{"a when that is an array", `{"operation": "*", "when": []}`, "/when must be an object, not an array"},
		{"a duration that is a number", `{"operation": "*", "status": 500, "retry_after": 2}`, "/retry_after must not be a number"},
		{"an invalid duration", `{"operation": "*", "status": 500, "retry_after": "soon"}`, `"soon" is not a duration such as 1m30s`},
		{"a delay that is half of one", `{"operation": "*", "delay": {"min": "1s"}}`, `want "150ms", {"min","max"} or {"median","sigma"}`},
		{"a delay of two kinds", `{"operation": "*", "delay": {"min": "1s", "max": "2s", "sigma": 1}}`, `want "150ms", {"min","max"} or {"median","sigma"}`},
		{"a delay with a member too many", `{"operation": "*", "delay": {"min": "1s", "maxi": "2s"}}`, "did you mean max?"},
		{"a delay with a median of zero", `{"operation": "*", "delay": {"median": "0s", "sigma": 1}}`, "a median over 0s"},
		{"a probability of 0, which would mean all", `{"operation": "*", "status": 500, "probability": 0}`, "/probability must be greater than 0 and at most 1, not 0"},
		{"a Retry-After of 0, which would mean the default", `{"operation": "*", "status": 429, "retry_after": "0s"}`, "/retry_after must be greater than 0s; retry_after_form zero sends a 0"},
		{"text", `"create-keys status=500"`, "must be an object, not a string"},
		{"an array", `[]`, "must be an object, not an array"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := fault.Fault{Operation: "before"}
			err := json.Unmarshal([]byte(test.json), &f)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			var a fault.Status
			if err := json.Unmarshal([]byte(test.json), &a); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("of a status: got %v, want %q", err, test.want)
			}
		})
	}
	t.Run("a status is not a member of a fault", func(t *testing.T) {
		t.Parallel()
		var f fault.Fault
		if err := json.Unmarshal([]byte(`{"operation": "*", "status": 500, "matched": 1}`), &f); err == nil {
			t.Error("matched was accepted")
		}
	})
}

func TestStatusJSON(t *testing.T) {
	t.Parallel()
	var set fault.Set
	for _, text := range []string{"create-keys delay=0s..1ns times=3 probability=0.75 when.name=nightly", "* effect=violate"} {
		f, err := fault.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		set.Add(f)
	}
	for i := range 5 {
		set.Next(fault.Request{
			Operation: "create-keys",
			Body:      func() []byte { return []byte(`{"name": "nightly"}`) },
			Draw:      func(string, int) float64 { return float64(i) / 5 },
		})
	}
	for _, a := range set.All() {
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var b fault.Status
		if err := json.Unmarshal(data, &b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("%s reads differently (-want +got):\n%s", data, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, form := range faultForms {
		f.Add(form.text)
	}
	f.Add("* status=500 when.a=1e999 when.b=[[{}]] when.\"\u2028\"=\u0085")
	f.Add("create-keys delay=0.5h..59m59.9s probability=1e-9 status=501 force=1")
	f.Fuzz(func(t *testing.T, text string) {
		first, err := fault.Parse(text)
		if err != nil {
			return
		}
		again, err := fault.Parse(first.String())
		if err != nil {
			t.Fatalf("%q is written as %q: %v", text, first, err)
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("%q is written as %q, which reads differently:\n%s", text, first, diff)
		}
		data, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		var decoded fault.Fault
		if err := json.Unmarshal(data, &decoded); err != nil || !cmp.Equal(first, decoded) {
			t.Errorf("%s reads as %+v, %v", data, decoded, err)
		}
	})
}

func FuzzUnmarshalJSON(f *testing.F) {
	for _, form := range faultForms {
		f.Add([]byte(form.json))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var first fault.Fault
		if json.Unmarshal(data, &first) != nil {
			return
		}
		if first.Validate() != nil {
			return
		}
		var set fault.Set
		added := set.Add(first).Fault
		again, err := fault.Parse(added.String())
		if err != nil {
			t.Fatalf("%s is written as %q: %v", data, added, err)
		}
		again.ID = added.ID
		if len(added.When) == 0 {
			added.When = nil
		}
		if diff := cmp.Diff(added, again); diff != "" {
			t.Errorf("%s is written as %q, which reads differently:\n%s", data, added, diff)
		}
	})
}
