package mockserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// TestControlIsStrict sends what is nearly right. Each is refused, changes
// nothing, and is told what would be right.
func TestControlIsStrict(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name               string
		method, path, body string
		status             int
		want               string // in the message
	}{
		{"an unknown member", "POST", "faults", `{"operation": "create-keys", "stats": 429}`, 400, "/stats is no known member; did you mean status?"},
		{"a member in other letters", "POST", "faults", `{"Operation": "create-keys", "status": 429}`, 400, "did you mean operation?"},
		{"an unknown member in an array", "POST", "faults", `[{"operation": "*", "status": 500}, {"operation": "*", "tims": 1}]`, 400, "/1/tims is no known member; did you mean times?"},
		{"an unknown operation", "POST", "faults", `{"operation": "create-key", "status": 429}`, 400, "did you mean create-keys?"},
		{"an unknown effect", "POST", "faults", `{"operation": "*", "effect": "truncat"}`, 400, "did you mean truncate?"},
		{"a member twice", "POST", "faults", `{"operation": "*", "status": 500, "status": 429}`, 400, "/status comes twice"},
		{"a member of the wrong type", "POST", "faults", `{"operation": "*", "status": "500"}`, 400, "/status must be a number, not a string"},
		{"a fraction", "POST", "faults", `{"operation": "*", "status": 500.5}`, 400, "/status must be a whole number"},
		{"null", "POST", "faults", `{"operation": "*", "status": null}`, 400, "/status must be a number, not null"},
		{"two values", "POST", "faults", `{"operation": "*", "status": 500} {}`, 400, "line 1, column 35: malformed JSON"},
		{"a syntax error on line 2", "POST", "faults", "{\"operation\": \"*\",\n \"status\": 5x0}", 400, "line 2, column 13: malformed JSON"},
		{"no body", "POST", "faults", ``, 400, "is empty; want JSON"},
		{"no object", "POST", "faults", `"create-keys"`, 400, "must be an object, not a string"},
		{"a body that is not UTF-8", "POST", "faults", "{\"operation\": \"\xff\"}", 400, "must be UTF-8"},
		{"a body where none is wanted", "POST", "gates/door", `{"open": true}`, 400, "takes no body"},
		{"an unknown member of the clock", "PUT", "clock", `{"frozn": true}`, 400, "/frozn is no known member; did you mean frozen?"},
		{"a time that is none", "PUT", "clock", `{"now": "yesterday"}`, 400, "/now must be an RFC 3339 time"},
		{"both by and to", "POST", "clock/advance", `{"by": "1h", "to": "next-day"}`, 400, "one of the two"},
		{"neither by nor to", "POST", "clock/advance", `{}`, 400, "one of the two"},
		{"back in time", "POST", "clock/advance", `{"by": "-1h"}`, 400, "-1h0m0s"},
		{"a duration that is none", "POST", "clock/advance", `{"by": "a day"}`, 400, `"a day" is no duration`},
		{"a number for a duration", "POST", "clock/advance", `{"by": 60}`, 400, "/by must not be a number"},
		{"an unknown moment", "POST", "clock/advance", `{"to": "nextday"}`, 400, "did you mean next-day?"},
		{"a negative amount", "POST", "keys/HASH/usage", `{"usd": -1}`, 400, "-1"},
		{"an amount as text", "POST", "keys/HASH/usage", `{"usd": "1"}`, 400, "/usd must be a number, not a string"},
		{"an unknown kind of usage", "POST", "keys/HASH/usage", `{"usb": 1}`, 400, "did you mean usd?"},
		{"a rate limit that is none", "PUT", "limits", `{"limits": ["create-keys"]}`, 400, "/limits/0"},
		{"no rate limits", "PUT", "limits", `{}`, 400, "or [] for none"},
		{"an unknown parameter", "GET", "requests?opration=create-keys", ``, 400, `"opration" is not known; did you mean operation?`},
		{"a parameter twice", "GET", "requests?status=201&status=400", ``, 400, `"status" comes twice`},
		{"a parameter where none is known", "GET", "clock?now=1", ``, 400, "takes none"},
		{"a malformed query", "GET", "requests?status=%zz", ``, 400, "malformed"},
		{"an empty parameter", "GET", "requests?operation=", ``, 400, "operation is empty"},
		{"an unknown operation in a query", "GET", "requests?operation=create-kays", ``, 400, "did you mean create-keys?"},
		{"a status that is none", "GET", "requests?status=ok", ``, 400, `"ok"`},
		{"a status out of range", "GET", "requests?status=600", ``, 400, "100 to 599"},
		{"a method in small letters", "GET", "requests?method=post", ``, 400, "did you mean POST?"},
		{"an unknown rule", "GET", "requests?rule=keys.name-emty", ``, 400, "did you mean keys.name-empty?"},
		{"a finding that is none", "POST", "requests/count", `{"finding": "early-retri"}`, 400, "did you mean early-retry?"},
		{"since nowhere", "GET", "requests/stream?since=-1", ``, 400, "since"},
		{"injected perhaps", "GET", "requests?injected=maybe", ``, 400, "want true or false"},
		{"an unknown member of a filter", "POST", "requests/count", `{"statis": 201}`, 400, "did you mean status?"},
		{"a gate that cannot be", "POST", "gates/A", ``, 400, `"A" is no name of a gate`},
		{"parked that is no number", "GET", "gates/door?parked=x", ``, 400, `"x"`},
		{"an unknown member of reset", "POST", "reset", `{"sead": 7}`, 400, "did you mean seed?"},
		{"a negative seed", "POST", "reset", `{"seed": -7}`, 400, "/seed must be a whole number in the range of uint64"},
		{"an unknown rule to show", "GET", "rules/keys.create", ``, 404, "did you mean keys.created?"},
		{"all perhaps", "GET", "state?all=maybe", ``, 400, "want true or false"},
		{"all and one", "GET", "state?all=true&world=default", ``, 400, "one of the two"},
		{"a state of nothing", "PUT", "state", `{"version": 1, "worlds": []}`, 400, "has 0 worlds; want 1"},
		{"an unknown call", "GET", "fault", ``, 404, `no call "fault"; did you mean faults?`},
		{"a trailing slash", "GET", "faults/", ``, 404, "did you mean faults?"},
		{"no call at all", "GET", "", ``, 404, "want one of"},
		{"the wrong method", "PATCH", "faults", `{}`, 405, "DELETE, GET, HEAD, POST"},
		{"the wrong method of a call with one", "GET", "reset", ``, 405, "POST"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			_, data := createKey(t, s, `{"name": "k"}`)
			before := stateText(t, s)
			a := control(t, s, tt.method, strings.Replace(tt.path, "HASH", data["hash"].(string), 1), tt.body)
			if a.status != tt.status || !strings.Contains(message(a), tt.want) || a.at("error.code") != float64(tt.status) {
				t.Errorf("%d %s; want %d with %q", a.status, a.body, tt.status, tt.want)
			}
			if a.status == 405 && a.header.Get("Allow") != tt.want {
				t.Errorf("Allow: %q; want %q", a.header.Get("Allow"), tt.want)
			}
			if diff := cmp.Diff(before, stateText(t, s)); diff != "" {
				t.Errorf("a refused call changed the world:\n%s", diff)
			}
		})
	}
}

func TestControlBoundsBodies(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	a := control(t, s, "POST", "faults", `{"operation": "`+strings.Repeat("x", 1<<20)+`"}`)
	if a.status != 413 || !strings.Contains(message(a), "1 MiB") {
		t.Errorf("%d %.100s; want 413", a.status, a.body)
	}
}
