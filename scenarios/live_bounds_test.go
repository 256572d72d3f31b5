package scenarios_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios"
)

// TestRun_callsOnLiveTarget plays scenarios of one call. A call that could create or
// change a key without bounds, on a target that accepts more than it should, does not
// reach the target.
func TestRun_callsOnLiveTarget(t *testing.T) {
	t.Parallel()
	const (
		good = `{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`

		noName    = "a name that contains $RUN"
		noLimit   = "a limit of 0 to 0 USD"
		noExpiry  = "expires_at at most 15m0s from now"
		noObject  = "a JSON object with name, limit and expires_at, each once"
		noRoute   = "must be an operation of the specification"
		noCase    = "in lower case"
		noMedia   = "a body that is declared as application/json"
		noQuery   = "want: no query"
		override  = "no header that overrides them"
		exchange  = "a request that states the bounds of the key"
		noUpdate  = "no limit, or one of 0 to 0 USD"
		noLater   = "no expires_at, or one at most 15m0s from now"
		noDecoded = "a body that is not encoded"
	)
	two, lifted := 2.0, math.Inf(1)
	companions, unbounded := scenarios.Options{Companions: true}, scenarios.Options{LiveLimit: &lifted, LiveExpiry: -1}
	update := func(body string) string { return "call PATCH /keys/ab key.json\n-- key.json --\n" + body + "\n" }
	request := func(line, body string) string { return line + " key.json\n-- key.json --\n" + body + "\n" }
	for _, test := range []struct {
		name    string
		script  string
		options scenarios.Options
		want    string // in the report; "" if the call is sent
	}{
		{"a call within the bounds", call(good), scenarios.Options{}, ""},
		{"a higher limit under a higher bound", call(`{"name": "of $RUN", "limit": 2, "expires_at": "$SOON"}`), scenarios.Options{LiveLimit: &two}, ""},
		{"any call when the bounds are lifted", call(`{"name": "of $RUN"}`), unbounded, ""},
		{"a body that is not an object when the bounds are lifted", "invalid\n" + call(`null`), unbounded, ""},
		{"a name without the id of the run", call(`{"name": "nightly", "limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, noName},
		{"no name", call(`{"limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, noName},
		{"no name when the bounds are lifted", call(`{"limit": 0}`), unbounded, noName},
		{"no name on purpose", "invalid\n" + call(`{"limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, ""},
		{"another name on purpose", "invalid\n" + call(`{"name": "nightly", "limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, noName},
		{"two names on purpose", "invalid\n" + call(`{"name": "a $RUN", "name": "b $RUN", "limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, ""},

		{"no limit", call(`{"name": "of $RUN", "expires_at": "$SOON"}`), scenarios.Options{}, noLimit},
		{"a limit that is too high", call(`{"name": "of $RUN", "limit": 3, "expires_at": "$SOON"}`), scenarios.Options{LiveLimit: &two}, "a limit of 0 to 2 USD"},
		{"a limit that is a little too high", call(`{"name": "of $RUN", "limit": 1e-9, "expires_at": "$SOON"}`), scenarios.Options{}, noLimit},
		{"a negative limit", call(`{"name": "of $RUN", "limit": -1, "expires_at": "$SOON"}`), scenarios.Options{}, noLimit},
		{"a limit of null", call(`{"name": "of $RUN", "limit": null, "expires_at": "$SOON"}`), scenarios.Options{}, noLimit},
		{"a limit that is text, on purpose", "invalid\n" + call(`{"name": "of $RUN", "limit": "0", "expires_at": "$SOON"}`), scenarios.Options{}, noLimit},
		{"no limit, on purpose", "invalid\n" + call(`{"name": "of $RUN", "expires_at": "$SOON"}`), scenarios.Options{}, noLimit},
		{"a limit beyond a float64", call(`{"name": "of $RUN", "limit": 1e999, "expires_at": "$SOON"}`), scenarios.Options{}, noObject},
		{"two limits", call(`{"name": "of $RUN", "limit": 3, "limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, noObject},
		{"two limits on purpose", "invalid\n" + call(`{"name": "of $RUN", "limit": 3, "limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, noObject},
		{"two limits, one in capitals", call(`{"name": "of $RUN", "limit": 0, "Limit": 3, "expires_at": "$SOON"}`), scenarios.Options{}, noCase},
		{"two expiries, one with another letter", call(`{"name": "of $RUN", "limit": 0, "expire\u017f_at": null, "expires_at": "$SOON"}`), scenarios.Options{}, noCase},
		{"two limits, one escaped", call(`{"name": "of $RUN", "limit": 0, "limi\u0074": 3, "expires_at": "$SOON"}`), scenarios.Options{}, noObject},

		{"no expiry", call(`{"name": "of $RUN", "limit": 0}`), scenarios.Options{}, noExpiry},
		{"no expiry, on purpose", "invalid\n" + call(`{"name": "of $RUN", "limit": 0}`), scenarios.Options{}, noExpiry},
		{"an expiry that is not a time, on purpose", "invalid\n" + call(`{"name": "of $RUN", "limit": 0, "expires_at": "soon"}`), scenarios.Options{}, noExpiry},
		{"an expiry that is too late", call(`{"name": "of $RUN", "limit": 0, "expires_at": "2096-01-01T00:00:00Z"}`), scenarios.Options{}, noExpiry},
		{"an expiry that is too late for a shorter bound", call(good), scenarios.Options{LiveExpiry: time.Minute}, "expires_at at most 1m0s from now"},
		{"an expiry in the past", call(`{"name": "of $RUN", "limit": 0, "expires_at": "2020-01-01T00:00:00Z"}`), scenarios.Options{}, ""},

		{"text", "invalid\n" + call(`"nightly"`), scenarios.Options{}, noObject},
		{"null", "invalid\n" + call(`null`), scenarios.Options{}, noObject},
		{"an array", "invalid\n" + call(`[`+good+`]`), scenarios.Options{}, noObject},
		{"two objects", "invalid\n" + call(good+" "+good), scenarios.Options{}, noObject},
		{"an object that is cut", "invalid\n" + call(strings.TrimSuffix(good, "}")), scenarios.Options{}, noObject},
		{"an object with a comma too many", "invalid\n" + call(strings.TrimSuffix(good, "}")+",}"), scenarios.Options{}, noObject},
		{"an empty body", "invalid\ncall POST /keys key.json\n-- key.json --\n", scenarios.Options{}, noObject},
		{"no body", "invalid\ncall POST /keys\n", scenarios.Options{}, noObject},
		{"another media type", "invalid\nheader Content-Type application/x-www-form-urlencoded\n" + call(good), scenarios.Options{}, noMedia},
		{"no media type", "invalid\nheader Content-Type ''\n" + call(good), scenarios.Options{}, noMedia},
		{"two media types", "invalid\nheader Content-Type application/json\nheader Content-Type text/plain\n" + call(good), scenarios.Options{}, noMedia},
		{"the media type with a parameter", "header Content-Type 'application/json; charset=utf-8'\n" + call(good), scenarios.Options{}, ""},
		{"an encoding", "invalid\nheader Content-Encoding gzip\n" + call(good), scenarios.Options{}, noDecoded},
		{"a query", request("call POST /keys?limit=5", good), scenarios.Options{}, noQuery},

		{"a credential in a header", "as nobody\nheader Authorization 'Bearer x'\n" + call(`{}`), scenarios.Options{}, noName},
		{"no credential", "as nobody\ninvalid\n" + call(good), scenarios.Options{}, ""},
		{"no credential and no bounds", "as nobody\ninvalid\n" + call(`{"name": "of $RUN"}`), scenarios.Options{}, noLimit},
		{"an unknown credential and no bounds", "as nobody-has-it\n" + call(`{"name": "of $RUN"}`), scenarios.Options{}, noLimit},
		{"a cleanup", "cleanup " + call(`{}`), scenarios.Options{}, noName},
		{"a call in the background", "call POST /keys key.json &one\nawait one\n-- key.json --\n{}\n", scenarios.Options{}, noName},

		{"an escaped path", request("call POST /%6beys", `{}`), scenarios.Options{}, noName},
		{"an escaped slash", request("call POST /keys%2f", `{}`), scenarios.Options{}, noName},
		{"a path with dots", request("call POST /auth/../keys", `{}`), scenarios.Options{}, noName},
		{"a path with escaped dots", request("call POST /auth/%2e%2e/keys", `{}`), scenarios.Options{}, noName},
		{"a path with an empty segment", request("call POST //keys/", `{}`), scenarios.Options{}, noName},
		{"a path with a fragment", request("call POST '/keys#x'", `{}`), scenarios.Options{}, noName},
		{"a path that is escaped twice", request("call POST /%256beys", good), scenarios.Options{}, noRoute},
		{"a path in capitals", request("call POST /KEYS", good), scenarios.Options{}, noRoute},
		{"a path with a parameter", request("call POST /keys;v=1", good), scenarios.Options{}, noRoute},
		{"a path with an escaped question mark", request("call POST /keys%3fx", good), scenarios.Options{}, noRoute},
		{"a path that leaves the base URL", request("call POST /../v2/keys", good), scenarios.Options{}, noRoute},
		{"a path that no operation has", request("as nobody\ncall POST /keys/bulk", good), scenarios.Options{}, noRoute},
		{"a method that no operation has", request("call PUT /keys", good), scenarios.Options{}, noRoute},
		{"a method that no server knows", request("call KEYS /keys", good), scenarios.Options{}, noRoute},
		{"a method that changes nothing", "call OPTIONS /keys\n", scenarios.Options{}, ""},
		{"a header that overrides the method", "header x-http-method-override POST\ncall OPTIONS /keys\n", scenarios.Options{}, override},
		{"a header that overrides the path", request("header X-Original-URL /api/v1/keys\ncall POST /auth/keys/code", `{}`), scenarios.Options{}, override},

		{"a code exchange", request("as nobody\ncall POST /auth/keys", `{"code": "auth_code_0123456789"}`), companions, exchange},
		{"a code exchange with a code of the run", request("as nobody\ncall POST /auth/keys", `{"code": "auth_code_$RUN"}`), companions, ""},
		{"an escaped code exchange", request("as nobody\ncall POST /auth/%6beys", `{}`), companions, exchange},
		{"an update without a bound", update(`{"disabled": true}`), companions, ""},
		{"an update that keeps to the bounds", update(`{"limit": 0}`), companions, ""},
		{"an update that removes the limit", update(`{"limit": null}`), companions, noUpdate},
		{"an update that removes the limit, on purpose", "invalid\n" + update(`{"limit": "none"}`), companions, noUpdate},
		{"an update that removes the expiry, on purpose", "invalid\n" + update(`{"expires_at": null}`), companions, noLater},
		{"an update that is not an object", "invalid\n" + update(`[{"limit": null}]`), companions, noObject},
		{"an escaped update", request("call PATCH /%6beys/ab", `{"limit": null}`), companions, noUpdate},
		{"an update of any kind when the bounds are lifted", update(`{"limit": null}`), scenarios.Options{LiveLimit: &lifted, LiveExpiry: -1, Companions: true}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, nil)
			o := test.options
			o.Target, o.ManagementKey, o.Files = e.url, liveKey, []string{script(t, test.script)}
			_, text := play(t, o)
			if sent := len(e.requests()) > 1; sent != (test.want == "") { // the first is the probe
				t.Errorf("sent: %v\n%s", sent, text)
			}
			if !strings.Contains(text, test.want) || strings.Contains(text, "not sent") != (test.want != "") {
				t.Errorf("the report does not contain %q:\n%s", test.want, text)
			}
		})
	}
}
