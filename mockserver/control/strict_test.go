package control_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// TestStrict sends requests that are almost valid. Each is refused with a message that says
// what is wanted, and changes nothing.
func TestStrict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name               string
		method, path, body string
		status             int
		want               string // in the message
	}{
		{"an unknown member", "POST", "faults", `{"operation": "create-keys", "stats": 429}`, 400, "did you mean status?"},
		{"a member in other letters", "POST", "faults", `{"Operation": "create-keys", "status": 429}`, 400, "did you mean operation?"},
		{"an unknown member in an array", "POST", "faults", `[{"operation": "*", "status": 500}, {"operation": "*", "tims": 1}]`, 400, "/1/tims"},
		{"an unknown operation", "POST", "faults", `{"operation": "create-key", "status": 429}`, 400, "did you mean create-keys?"},
		{"an unknown effect", "POST", "faults", `{"operation": "*", "effect": "truncat"}`, 400, "did you mean truncate?"},
		{"a member twice", "POST", "faults", `{"operation": "*", "status": 500, "status": 429}`, 400, "/status"},
		{"a member of the wrong type", "POST", "faults", `{"operation": "*", "status": "500"}`, 400, "/status must be a number, not a string"},
		{"a fraction", "POST", "faults", `{"operation": "*", "status": 500.5}`, 400, "/status must be a whole number"},
		{"null", "POST", "faults", `{"operation": "*", "status": null}`, 400, "/status must"},
		{"a gate name that is not valid", "POST", "faults", `{"operation": "*", "hold": "a b"}`, 400, `"a b" is not a valid gate name`},
		{"two values", "POST", "faults", `{"operation": "*", "status": 500} {}`, 400, "line 1, column 35"},
		{"a syntax error on line 2", "POST", "faults", "{\"operation\": \"*\",\n \"status\": 5x0}", 400, "line 2, column 13"},
		{"no body", "POST", "faults", ``, 400, "empty"},
		{"no object", "POST", "faults", `"create-keys"`, 400, "must be an object, not a string"},
		{"a body that is not UTF-8", "POST", "faults", "{\"operation\": \"\xff\"}", 400, "UTF-8"},
		{"a body where there is none", "POST", "gates/door", `{"open": true}`, 400, "takes no body"},
		{"a body of a GET", "GET", "faults", `{}`, 400, "takes no body"},
		{"an unknown member of the clock", "PUT", "clock", `{"frozn": true}`, 400, "did you mean frozen?"},
		{"a time that is not one", "PUT", "clock", `{"now": "yesterday"}`, 400, "/now must be an RFC 3339 time"},
		{"null for a time", "PUT", "clock", `{"now": null}`, 400, "/now must not be null"},
		{"both by and to", "POST", "clock/advance", `{"by": "1h", "to": "next-day"}`, 400, "want one of"},
		{"neither by nor to", "POST", "clock/advance", `{}`, 400, "want one of"},
		{"null for by", "POST", "clock/advance", `{"by": null, "to": "next-day"}`, 400, "/by must not be null"},
		{"back in time", "POST", "clock/advance", `{"by": "-1h"}`, 400, "-1h0m0s"},
		{"a duration that is not one", "POST", "clock/advance", `{"by": "a day"}`, 400, `"a day" is not a duration`},
		{"a number for a duration", "POST", "clock/advance", `{"by": 60}`, 400, "/by must"},
		{"an unknown moment", "POST", "clock/advance", `{"to": "nextday"}`, 400, "did you mean next-day?"},
		{"a negative amount", "POST", "keys/HASH/usage", `{"usd": -1}`, 400, "-1"},
		{"an amount as text", "POST", "keys/HASH/usage", `{"usd": "1"}`, 400, "/usd must be a number, not a string"},
		{"an unknown kind of usage", "POST", "keys/HASH/usage", `{"usb": 1}`, 400, "did you mean usd?"},
		{"a rate limit that is not one", "PUT", "limits", `{"limits": ["create-keys"]}`, 400, "/limits/0"},
		{"no rate limits", "PUT", "limits", `{}`, 400, "or [] for none"},
		{"an unknown parameter", "GET", "requests?opration=create-keys", ``, 400, `"opration" is not known; did you mean operation?`},
		{"a parameter twice", "GET", "requests?status=201&status=400", ``, 400, `status is given twice`},
		{"a parameter where none is known", "GET", "rules?now=1", ``, 400, "takes none"},
		{"a malformed query", "GET", "requests?status=%zz", ``, 400, "malformed"},
		{"an empty parameter", "GET", "requests?operation=", ``, 400, "operation is empty"},
		{"an unknown operation in a query", "GET", "requests?operation=create-kays", ``, 400, "did you mean create-keys?"},
		{"a status that is not one", "GET", "requests?status=ok", ``, 400, `"ok"`},
		{"a status of 0", "GET", "requests?status=0", ``, 400, "100 to 599"},
		{"a status out of range", "GET", "requests?status=600", ``, 400, "100 to 599"},
		{"a status with a sign", "GET", "requests?status=%2B200", ``, 400, `"+200"`},
		{"a method in small letters", "GET", "requests?method=post", ``, 400, "did you mean POST?"},
		{"an unknown rule", "GET", "requests?rule=keys.name-emty", ``, 400, "did you mean keys.name-empty?"},
		{"an unknown kind of violation", "POST", "requests/count", `{"violation": "early-retri"}`, 400, "did you mean early-retry?"},
		{"a seq below 0", "GET", "requests/stream?since=-1", ``, 400, "since"},
		{"injected that is not true or false", "GET", "requests?injected=maybe", ``, 400, "want true or false"},
		{"an unknown member of a filter", "POST", "requests/count", `{"statis": 201}`, 400, "did you mean status?"},
		{"null in a filter", "POST", "requests/count", `{"injected": null}`, 400, "/injected must not be null"},
		{"a gate that cannot be", "POST", "gates/a%20b", ``, 400, `"a b" is not a valid gate name`},
		{"a gate that cannot be, to look at", "GET", "gates/a%20b?held=0", ``, 400, `"a b" is not a valid gate name`},
		{"held that is not a number", "GET", "gates/door?held=x", ``, 400, `"x"`},
		{"held below 0", "GET", "gates/door?held=-1", ``, 400, `"-1"`},
		{"an unknown member of reset", "POST", "reset", `{"sead": 7}`, 400, "did you mean seed?"},
		{"a negative seed", "POST", "reset", `{"seed": -7}`, 400, "/seed must be a whole number in the range of uint64"},
		{"null for a seed", "POST", "reset", `{"seed": null}`, 400, "/seed must not be null"},
		{"all worlds and one", "POST", "reset?world=default", `{"all": true}`, 400, "one of the two"},
		{"an unknown rule to show", "GET", "rules/keys.create", ``, 404, "did you mean keys.created?"},
		{"all that is not true or false", "GET", "state?all=maybe", ``, 400, "want true or false"},
		{"the state of all and of one", "GET", "state?all=true&world=default", ``, 400, "one of the two"},
		{"a state of no world", "PUT", "state", `{"version": 1, "worlds": []}`, 400, "has 0 worlds"},
		{"a null below a member", "POST", "faults", `[{"operation": "*", "delay": {"min": "1s", "max": "2s", "sigma": null}}]`, 400, "/0/delay/sigma must not be null"},
		{"a null that is an item", "PUT", "limits", `{"limits": [null]}`, 400, "/limits/0 must not be null"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, mockserver.Config{}, control.Config{})
			_, hash := f.createKey(t, `{"name": "k"}`)
			f.call(t, "POST", "gates/door", "")
			before := f.state(t)
			a := f.call(t, tt.method, strings.Replace(tt.path, "HASH", hash, 1), tt.body)
			if a.status != tt.status || !strings.Contains(a.message(), tt.want) || a.at("error.code") != float64(tt.status) {
				t.Errorf("%d %s; want %d with %q", a.status, a.body, tt.status, tt.want)
			}
			if diff := cmp.Diff(before, f.state(t)); diff != "" {
				t.Errorf("a refused call changed the world:\n%s", diff)
			}
		})
	}
}

func TestBodies_areBounded(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	if a := f.call(t, "POST", "faults", `{"operation": "`+strings.Repeat("x", 1<<20)+`"}`); a.status != 413 || !strings.Contains(a.message(), "1 MiB") {
		t.Errorf("a fault: %d %.100s; want 413", a.status, a.body)
	}
	if a := f.call(t, "POST", "faults", `{"operation": "create-keys", "status": 429}`+strings.Repeat(" ", 1<<20-43)); a.status != 201 {
		t.Errorf("a fault of 1 MiB: %d %.100s; want 201", a.status, a.body)
	}
	if testing.Short() {
		return // reading 64 MiB takes the race detector seconds
	}
	if a := f.call(t, "PUT", "state", strings.Repeat(" ", 64<<20+1)); a.status != 413 || !strings.Contains(a.message(), "64 MiB") {
		t.Errorf("a state: %d %.100s; want 413", a.status, a.body)
	}
}
