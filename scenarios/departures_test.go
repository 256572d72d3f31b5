package scenarios_test

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The answers that the departures change.
const (
	keyMade     = "POST /keys 201"
	keyRefused  = "POST /keys 400"
	keyUnauth   = "POST /keys 401"
	keyForbid   = "POST /keys 403"
	codeMade    = "POST /auth/keys/code 200"
	codeRefused = "POST /auth/keys/code 400"
	codeUnauth  = "POST /auth/keys/code 401"
	keyRead     = "GET /keys/{hash} 200"
	keyUnknown  = "GET /keys/{hash} 404"
	keyChanged  = "PATCH /keys/{hash} 200"
	keyDeleted  = "DELETE /keys/{hash} 200"
	keysListed  = "GET /keys 200"
	keyItself   = "GET /key 200"
	codeTraded  = "POST /auth/keys 200"
)

// A departureCase is a departure of a dialect, and what the first finding must say
// about it.
type departureCase struct {
	departure
	run  string // scenarios to play, a regular expression; "" plays all
	want string // of the first failure; see names
}

func changed(call, run, want string, change func(*answer)) departureCase {
	return departureCase{departure{call: call, change: func(_ *dialectServer, a *answer) { change(a) }}, run, want}
}

func ignored(problem, run, want string) departureCase {
	return departureCase{departure{ignore: problem}, run, want}
}

func refused(run, want string, refuse func(map[string]any) bool) departureCase {
	return departureCase{departure{refuse: refuse}, run, want}
}

func inData(name string, value any) func(*answer) { return func(a *answer) { a.data()[name] = value } }

func withoutData(name string) func(*answer) { return func(a *answer) { delete(a.data(), name) } }

// keyMembers are the required members of the key object, with a value of a wrong
// type for each.
var keyMembers = map[string]any{
	"byok_usage": "0", "byok_usage_daily": nil, "byok_usage_monthly": "0", "byok_usage_weekly": []any{}, "created_at": 7.0,
	"creator_user_id": 7.0, "disabled": "false", "hash": 7.0, "include_byok_in_limit": "no", "label": nil, "limit": "0",
	"limit_remaining": "0", "limit_reset": false, "name": nil, "updated_at": 0.0, "usage": "0", "usage_daily": nil,
	"usage_monthly": map[string]any{}, "usage_weekly": true, "workspace_id": nil,
}

// schemaDepartures violate the schema of each kind of answer at each place.
func schemaDepartures() map[string]departureCase {
	list := map[string]departureCase{}
	for name, wrong := range keyMembers {
		list["a new key without "+name] = changed(keyMade, "^keys_", "/data/"+name+": required", withoutData(name))
		list["a new key with a wrong type of "+name] = changed(keyMade, "^keys_", "/data/"+name+": type", inData(name, wrong))
		list["a key that is read without "+name] = changed(keyRead, "^key_found", "/data/"+name+": required", withoutData(name))
	}
	for _, name := range []string{"id", "app_id", "created_at"} {
		list["a code without "+name] = changed(codeMade, "^codes_", "/data/"+name+": required", withoutData(name))
		list["a code with null as "+name] = changed(codeMade, "^codes_", "/data/"+name+": type", inData(name, nil))
	}
	for _, name := range []string{
		"label", "limit", "limit_remaining", "limit_reset", "include_byok_in_limit", "usage", "byok_usage_weekly", "is_free_tier",
		"is_management_key", "is_provisioning_key", "creator_user_id", "rate_limit",
	} {
		list["a key that reads itself without "+name] = changed(keyItself, "^key_shows", "/data/"+name+": required", withoutData(name))
	}
	for name, call := range map[string]string{"400": keyRefused, "401": keyUnauth, "403": keyForbid, "400 for a code": codeRefused, "401 for a code": codeUnauth} {
		list["a "+name+" without a message"] = changed(call, "^(auth|body|codes)_", "/error/message: required", func(a *answer) { delete(a.errorObject(), "message") })
		list["a "+name+" with another code"] = changed(call, "^(auth|body|codes)_", "/error/code: error-code", func(a *answer) { a.errorObject()["code"] = 422.0 })
		list["a "+name+" without the envelope"] = changed(call, "^(auth|body|codes)_", "/error: required", func(a *answer) { a.body = map[string]any{"message": "no"} })
		list["a "+name+" as text"] = changed(call, "^(auth|body|codes)_", "header Content-Type", func(a *answer) { a.header = http.Header{"Content-Type": {"text/plain"}} })
	}
	return list
}

// behaviourDepartures violate what the documents say beyond the schemas.
func behaviourDepartures() map[string]departureCase {
	return map[string]departureCase{
		// Statuses, bodies and headers.
		"a key is answered with 200":                          changed(keyMade, "^keys_", "status", func(a *answer) { a.status = 200 }),
		"a code is answered with 201":                         changed(codeMade, "^codes_", "status", func(a *answer) { a.status = 201 }),
		"a bad body is answered with 422":                     changed(keyRefused, "^body_", "status", func(a *answer) { a.status = 422; a.errorObject()["code"] = 422.0 }),
		"a bad code body is answered with 422":                changed(codeRefused, "^codes_", "status", func(a *answer) { a.status = 422; a.errorObject()["code"] = 422.0 }),
		"a bad body is answered with 500":                     changed(keyRefused, "^body_", "status", func(a *answer) { a.status = 500; a.errorObject()["code"] = 500.0 }),
		"a missing credential is answered with 403":           changed(keyUnauth, "^auth_", "status", func(a *answer) { a.status = 403; a.errorObject()["code"] = 403.0 }),
		"a missing credential of a code is answered with 403": changed(codeUnauth, "^auth_", "status", func(a *answer) { a.status = 403; a.errorObject()["code"] = 403.0 }),
		"a plain key is answered with 401":                    changed(keyForbid, "^auth_", "status", func(a *answer) { a.status = 401; a.errorObject()["code"] = 401.0 }),
		"an unknown key is answered with 400":                 changed(keyUnknown, "^key_found", "status: refused-valid", func(a *answer) { a.status = 400; a.errorObject()["code"] = 400.0 }),
		"a deletion is answered with 204":                     changed(keyDeleted, "^key_deleted", "status", func(a *answer) { a.status = 204; a.raw = []byte{} }),
		"a new key is cut":                                    changed(keyMade, "^keys_", "POST /keys got no complete response", func(a *answer) { a.cut = 40 }),
		"a code is cut":                                       changed(codeMade, "^codes_", "POST /auth/keys/code got no complete response", func(a *answer) { a.cut = 20 }),
		"a new key hangs up":                                  changed(keyMade, "^keys_", "POST /keys got no complete response", func(a *answer) { a.cut = -1 }),
		"a refusal hangs up":                                  changed(keyForbid, "^auth_", "POST /keys got no complete response", func(a *answer) { a.cut = -1 }),
		"one call is answered with 503":                       changed(keyMade, "^keys_", "status: refused-valid", func(a *answer) { a.status = 503; a.raw = []byte("down") }),
		"one call is answered with 502":                       changed(codeMade, "^codes_", "status: refused-valid", func(a *answer) { a.status = 502; a.raw = []byte("down") }),
		"the management key is refused":                       changed(codeMade, "^codes_", "status: refused-valid", unauthorized),
		"the management key makes none":                       changed(keyMade, "^keys_", "status: refused-valid", unauthorized),
		"the body is empty":                                   changed(keyMade, "^keys_", "body: empty", func(a *answer) { a.raw = []byte{} }),
		"the body is not JSON":                                changed(keyMade, "^keys_", "body: json", func(a *answer) { a.raw = []byte(`{"data":`) }),
		"the body is two values":                              changed(codeMade, "^codes_", "body: json", func(a *answer) { a.raw = []byte(`{} {}`) }),
		"the body is not UTF-8":                               changed(keyMade, "^keys_", "body: json", func(a *answer) { a.raw = []byte("{\"key\":\"\xff\"}") }),
		"the body is a list":                                  changed(keyMade, "^keys_", "body: type", func(a *answer) { a.raw = []byte(`[]`) }),
		"the body is null":                                    changed(codeMade, "^codes_", "body: type", func(a *answer) { a.raw = []byte(`null`) }),
		"a member occurs twice":                               changed(keyMade, "^keys_", "/key: duplicate-member", func(a *answer) { a.raw = twice(a.body) }),
		"a key is sent as text":                               changed(keyMade, "^keys_", "header Content-Type", func(a *answer) { a.header = http.Header{"Content-Type": {"text/plain"}} }),
		"a code is sent as HTML":                              changed(codeMade, "^codes_", "header Content-Type", func(a *answer) { a.header = http.Header{"Content-Type": {"text/html"}} }),
		"a key has no content type":                           changed(keyMade, "^keys_", "header Content-Type", func(a *answer) { a.header = http.Header{"Content-Type": {}} }),
		"app_id has a fraction":                               changed(codeMade, "^codes_", "/data/app_id: type", inData("app_id", 1.5)),
		"expires_at is a date":                                changed(keyMade, "^keys_", "/data/expires_at: echo", inData("expires_at", "2029-11-30")),
		"the secret is missing":                               changed(keyMade, "^keys_", "/key: required", func(a *answer) { delete(a.body, "key") }),
		"the data is missing":                                 changed(keyMade, "^keys_", "/data: required", func(a *answer) { delete(a.body, "data") }),
		"the data of a code is missing":                       changed(codeMade, "^codes_", "/data: required", func(a *answer) { delete(a.body, "data") }),

		// Echo: what was sent comes back.
		"another name":            changed(keyMade, "^keys_", "/data/name: echo", inData("name", "My key")),
		"a name without quotes":   changed(keyMade, "^keys_echoed", "/data/name: echo", func(a *answer) { a.data()["name"] = strings.ReplaceAll(a.data()["name"].(string), `"`, "") }),
		"another limit":           changed(keyMade, "^keys_echoed", "/data/limit: echo", func(a *answer) { a.data()["limit"], a.data()["limit_remaining"] = 7.0, 7.0 }),
		"no limit":                changed(keyMade, "^keys_echoed", "/data/limit: echo", func(a *answer) { a.data()["limit"], a.data()["limit_remaining"] = nil, nil }),
		"another period":          changed(keyMade, "^keys_", "/data/*/limit_reset: unstored", inData("limit_reset", "daily")),
		"no period":               changed(keyMade, "^keys_", "/data/limit_reset: echo", inData("limit_reset", nil)),
		"no expiry":               changed(keyMade, "^keys_", "/data/expires_at: echo", inData("expires_at", nil)),
		"an expiry in local time": changed(keyMade, "^keys_e", "/data/expires_at: echo", func(a *answer) { a.data()["expires_at"] = shifted(a.data()["expires_at"], "+02:00") }),
		"a key without its BYOK":  changed(keyMade, "^keys_echoed", "/data/include_byok_in_limit: echo", inData("include_byok_in_limit", false)),
		"another creator":         changed(keyMade, "^keys_creator", "/data/creator_user_id: echo", inData("creator_user_id", "user_0")),
		"another workspace":       changed(keyMade, "^keys_default", "jq '.data.workspace_id == $DEFAULT'", moving("workspace_id")),

		// Freshness and reuse.
		"a new key has spent":       changed(keyMade, "^keys_echoed", "/data/usage: not-fresh", inData("usage", 0.01)),
		"a new key has spent BYOK":  changed(keyMade, "^keys_echoed", "/data/byok_usage_monthly: not-fresh", inData("byok_usage_monthly", 0.01)),
		"a new key is disabled":     changed(keyMade, "^keys_echoed", "/data/disabled: not-fresh", inData("disabled", true)),
		"a new key was updated":     changed(keyMade, "^keys_echoed", "/data/updated_at: not-fresh", inData("updated_at", "2026-01-01T00:00:00Z")),
		"less than the limit":       changed(keyMade, "^keys_echoed", "/data/limit_remaining: not-fresh", inData("limit_remaining", -1.0)),
		"a key of long ago":         changed(keyMade, "^keys_echoed", "jq '(.data.created_at | instant) - ($NOW | instant) | fabs < 86400'", inData("created_at", "2016-01-01T00:00:00Z")),
		"a key that has no time":    changed(keyMade, "^keys_echoed", "/data/created_at: format", inData("created_at", "yesterday")),
		"a code of long ago":        changed(codeMade, "^codes_distinct", "jq '(.data.created_at | instant) - ($NOW | instant) | fabs < 86400'", inData("created_at", "2016-01-01T00:00:00Z")),
		"a code that has no time":   changed(codeMade, "^codes_distinct", "/data/created_at: format", inData("created_at", "now")),
		"one hash for all":          changed(keyMade, "^keys_distinct", "/data/hash: reused", inData("hash", "one")),
		"one secret for all":        changed(keyMade, "^keys_distinct", "/key: reused", func(a *answer) { a.body["key"] = "sk-mg-v1-" + strings.Repeat("fa4e", 16) }),
		"one code for all":          changed(codeMade, "^codes_distinct", "/data/id: reused", inData("id", "auth_code_0123456789abcdef")),
		"an empty secret":           changed(keyMade, "^keys_echoed", "/key: empty", func(a *answer) { a.body["key"] = "" }),
		"an empty hash":             changed(keyMade, "^keys_echoed", "/data/hash: empty", inData("hash", "")),
		"an empty code":             changed(codeMade, "^codes_distinct", "/data/id: empty", inData("id", "")),
		"the secret is in the data": changed(keyMade, "^keys_echoed", "body: secret-exposed", func(a *answer) { a.data()["token"] = a.body["key"] }),
		"the label is the secret":   changed(keyMade, "^keys_echoed", "body: secret-exposed", func(a *answer) { a.data()["label"] = a.body["key"] }),

		// Acceptance: what must be refused is accepted.
		"no credential is accepted":          ignored("credential missing", "^auth_", "status: accepted-invalid of header Authorization"),
		"another scheme is accepted":         ignored("credential scheme", "^auth_", "status: accepted-invalid of header Authorization"),
		"a bare token is accepted":           ignored("credential bare", "^auth_", "status: accepted-invalid of header Authorization"),
		"an unknown token is accepted":       ignored("credential unknown", "^auth_", "status 401"),
		"a plain key creates keys":           ignored("management", "^auth_", "status: accepted-invalid of header Authorization"),
		"text/plain is accepted":             ignored("media type", "^body_", "status: accepted-invalid of header Content-Type"),
		"two bodies are accepted":            ignored("trailing", "^body_", "status: accepted-invalid of body"),
		"an empty body is accepted":          acceptsBody("empty"),
		"a malformed body is accepted":       acceptsBody("json"),
		"a list is accepted":                 acceptsBody("object"),
		"a missing name is accepted":         ignored("/name required", "^keys_wrong", "status: accepted-invalid of /name"),
		"a number as name is accepted":       ignored("/name type", "^keys_wrong", "/data/name: echo"),
		"any period is accepted":             ignored("/limit_reset enum", "^keys_wrong", "/data/limit_reset: enum"),
		"any workspace is accepted":          ignored("/workspace_id format", "^keys_wrong", "status: accepted-invalid of /workspace_id"),
		"a text as boolean is accepted":      ignored("/include_byok_in_limit type", "^keys_wrong", "/data/include_byok_in_limit: echo"),
		"null as boolean is accepted":        ignored("/include_byok_in_limit null", "^keys_wrong", "/data/include_byok_in_limit: echo"),
		"a text as limit is accepted":        ignored("/limit type", "^keys_wrong", "/data/limit: type"),
		"any text as expiry is accepted":     ignored("/expires_at format", "^keys_wrong", "/data/expires_at: echo"),
		"a local expiry is accepted":         ignored("/expires_at utc", "^keys_expires", "status: accepted-invalid of /expires_at"),
		"a missing callback is accepted":     ignored("/callback_url required", "^codes_wrong", "status: accepted-invalid of /callback_url"),
		"a number as callback is accepted":   ignored("/callback_url type", "^codes_wrong", "status: accepted-invalid of /callback_url"),
		"a callback over http is accepted":   ignored("/callback_url scheme", "^codes_callback", "status: accepted-invalid of /callback_url"),
		"a callback on any port is accepted": ignored("/callback_url port", "^codes_callback", "status: accepted-invalid of /callback_url"),
		"a relative callback is accepted":    ignored("/callback_url format", "^codes_callback", "status: accepted-invalid of /callback_url"),
		"any method is accepted":             ignored("/code_challenge_method enum", "^codes_wrong", "status: accepted-invalid of /code_challenge_method"),
		"null as method is accepted":         ignored("/code_challenge_method null", "^codes_wrong", "status: accepted-invalid of /code_challenge_method"),
		"any expiry of a code is accepted":   ignored("/expires_at format", "^codes_wrong", "status: accepted-invalid of /expires_at"),
		"a text as code limit is accepted":   ignored("/limit type", "^codes_wrong", "status: accepted-invalid of /limit"),
		"null as code limit is accepted":     ignored("/limit null", "^codes_wrong", "status: accepted-invalid of /limit"),
		"any period of a code is accepted":   ignored("/usage_limit_type enum", "^codes_wrong", "status: accepted-invalid of /usage_limit_type"),

		// Refusal: what is valid is refused.
		"a period is refused":          refused("^keys_", "status: refused-valid", has("limit_reset", "monthly")),
		"null as period is refused":    refused("^keys_distinct", "status: refused-valid", has("limit_reset", nil)),
		"BYOK is refused":              refused("^keys_", "status: refused-valid", has("include_byok_in_limit", true)),
		"no BYOK is refused":           refused("^keys_", "status: refused-valid", has("include_byok_in_limit", false)),
		"a key without creator fails":  refused("^keys_creator", "status: refused-valid", has("creator_user_id", nil)),
		"port 3000 is refused":         refused("^codes_callback", "status: refused-valid", has("callback_url", "https://app.example:3000/back")),
		"port 443 is refused":          refused("^codes_callback", "status: refused-valid", has("callback_url", "https://app.example:443/back?x=1")),
		"the method plain is refused":  refused("^codes_challenge", "status: refused-valid", has("code_challenge_method", "plain")),
		"the method S256 is refused":   refused("^codes_challenge", "status: refused-valid", has("code_challenge_method", "S256")),
		"no expiry of a code is wrong": refused("^codes_distinct", "status: refused-valid", has("expires_at", nil)),
		"a limit of a code is refused": refused("^samples", "status: refused-valid", has("limit", 100.0)),
	}
}

func unauthorized(a *answer) {
	a.status, a.body = 401, map[string]any{"error": map[string]any{"code": 401, "message": "no"}}
}

// has returns a function that reports whether a member of a body has a value.
func has(name string, value any) func(map[string]any) bool {
	return func(body map[string]any) bool { v, ok := body[name]; return ok && v == value }
}

// moving gives a member another value in every answer.
func moving(name string) func(*answer) {
	n := 0
	return func(a *answer) { n++; a.data()[name] = digest(name, n) }
}

// shifted replaces the zone of a time, so that it is another time.
func shifted(at any, zone string) any {
	text, _ := at.(string)
	return strings.Replace(text, "Z", zone, 1)
}

// acceptsBody answers a body that is not an object with a new key.
func acceptsBody(problem string) departureCase {
	return departureCase{departure{call: keyRefused, change: func(s *dialectServer, a *answer) {
		if a.sent == nil && strings.Contains("empty json object", problem) {
			k := s.newKey(map[string]any{"name": problem})
			a.status, a.body = 201, map[string]any{"key": k.secret, "data": s.keyObject(k)}
		}
	}}, "^body_", "status: accepted-invalid of body"}
}

// companionDepartures violate what the family documents about the companion operations.
func companionDepartures() map[string]departureCase {
	return map[string]departureCase{
		"a name is not stored":             ignored("store name", "^key_", "/data/name: echo"),
		"a disabled key is not stored":     ignored("store disabled", "^key_lifecycle", "/data/disabled: echo"),
		"a period is not stored":           ignored("store limit_reset", "^key_update_stored", "/data/limit_reset: echo"),
		"BYOK is not stored":               ignored("store include_byok_in_limit", "^key_update_stored", "/data/include_byok_in_limit: echo"),
		"a deletion is not stored":         ignored("delete", "^key_deleted", "/data: resurrected"),
		"a disabled key works":             ignored("key disabled", "^key_lifecycle", "status"),
		"a code can be used twice":         ignored("code used", "^code_exchanged", "status: resurrected"),
		"any verifier is accepted":         ignored("verifier", "^code_exchange_fails", "status 403"),
		"any method exchanges a code":      ignored("method", "^code_exchange_fails", "status 400"),
		"an empty new name is accepted":    ignored("/name empty", "^key_update_fails", "status: accepted-invalid of /name"),
		"null as new name is accepted":     ignored("/name null", "^key_update_fails", "/data/name: echo"),
		"a text as disabled is accepted":   ignored("/disabled type", "^key_update_fails", "/data/disabled: echo"),
		"any new period is accepted":       ignored("/limit_reset enum", "^key_update_fails", "/data/limit_reset: enum"),
		"any offset is accepted":           ignored("query offset", "^keys_list", "status: accepted-invalid of query offset"),
		"any include_disabled is accepted": ignored("query include_disabled", "^keys_list", "status: accepted-invalid of query include_disabled"),
		"any workspace lists keys":         ignored("query workspace_id", "^keys_list", "status: accepted-invalid of query workspace_id"),
		"a list shows disabled keys":       changed(keysListed, "^keys_list_order", "jq '[.data[].hash] | index($FIRST) == null'", keepDisabled()),
		"a list shows secrets":             {departure{call: keysListed, change: showSecrets}, "^keys_list_order", "body: secret-exposed"},
		"a list is not newest first":       changed(keysListed, "^keys_list_order", "jq '[.data[].hash] as $all | ($all | index($SECOND)) < ($all | index($FIRST))'", reversed),
		"a key reads another limit":        changed(keyItself, "^key_shows", "/data/limit: unstored", func(a *answer) { a.data()["limit"] = 99.0 }),
		"a key reads another label":        changed(keyItself, "^key_shows", "/data/label: unstored", inData("label", "other")),
		"a key calls itself management":    changed(keyItself, "^key_shows", "/data/is_management_key: unstored", inData("is_management_key", true)),
		"a change is not dated":            changed(keyChanged, "^key_update_stored", "/data/updated_at: echo", inData("updated_at", nil)),
		"a change answers the old name":    changed(keyChanged, "^key_update_stored", "/data/name: echo", inData("name", "before")),
		"a read differs from the write":    changed(keyRead, "^key_found", "/data/name: unstored", inData("name", "other")),
		"an exchange without a secret":     changed(codeTraded, "^code_exchanged", "/key: required", func(a *answer) { delete(a.body, "key") }),
		"an exchange with an empty secret": changed(codeTraded, "^code_exchanged", "/key: empty", func(a *answer) { a.body["key"] = "" }),
		"a deletion says false":            changed(keyDeleted, "^key_deleted", "/deleted: enum", func(a *answer) { a.body["deleted"] = false }),
		"a plain key may list":             ignored("management", "^companions_refused", "status: accepted-invalid of header Authorization"),
	}
}

// showSecrets adds the secrets of keys to a list of them.
func showSecrets(s *dialectServer, a *answer) {
	list, _ := a.body["data"].([]any)
	for _, item := range list {
		for _, k := range s.keys {
			if o, ok := item.(map[string]any); ok && o["hash"] == k.hash {
				o["token"] = k.secret
			}
		}
	}
}

// reversed lists the oldest key first.
func reversed(a *answer) {
	list, _ := a.body["data"].([]any)
	for i := range len(list) / 2 {
		list[i], list[len(list)-1-i] = list[len(list)-1-i], list[i]
	}
}

// keepDisabled repeats the list before when a list has become shorter.
func keepDisabled() func(*answer) {
	var before []any
	return func(a *answer) {
		list, _ := a.body["data"].([]any)
		if len(list) > 0 && len(list) < len(before) {
			a.body["data"] = before
			return
		}
		before = list
	}
}

// names reports whether the first failure of a run names a departure. The wanted text
// is the title of a finding without its part and, after " of ", the place in the request
// that decides. If the first place has several findings, one of them must match. For a
// failure without a finding, the wanted text is that of the failure, or the line of the
// scenario.
func names(f report.Failure, want string) bool {
	finding, decides, isOf := strings.Cut(want, " of ")
	wantPlace, _, _ := strings.Cut(finding, ": ")
	findings := strings.Split(f.Detail, "\nresponse ")
	if !strings.HasPrefix(f.Detail, "response ") {
		return f.Text == want || f.Source == want
	}
	findings[0] = strings.TrimPrefix(findings[0], "response ")
	inPlace := strings.HasPrefix(findings[0], wantPlace+": ") || strings.HasPrefix(findings[0], wantPlace+"\n")
	return inPlace && slices.ContainsFunc(findings, func(text string) bool {
		return strings.HasPrefix(text, finding+"\n") && (!isOf || strings.Contains(text, ": the request's "+decides+": "))
	})
}

// TestDepartures_areNamed makes a faithful implementation depart from the documents in
// one way at a time. Each run must fail, and its first finding must name the departure.
// The bounds of new keys are lifted, because some departures show only in requests that
// do not bound their key.
func TestDepartures_areNamed(t *testing.T) {
	t.Parallel()
	count, lifted := 0, math.Inf(1)
	for _, list := range []map[string]departureCase{schemaDepartures(), behaviourDepartures(), companionDepartures(), matrixDepartures()} {
		for name, c := range list {
			count++
			if !inPart(name, 24) {
				continue // a sixteenth is enough to see that departures are named
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r, text := play(t, scenarios.Options{
					Target: dialects()["terse"].start(t, c.departure), ManagementKey: liveKey, Companions: true,
					LiveLimit: &lifted, LiveExpiry: -1,
					Run: c.run, Parallel: 1, FailFast: true,
				})
				if r.ExitCode() != report.ExitFailed {
					t.Fatalf("exit code %d, want 4\n%s", r.ExitCode(), text)
				}
				for _, s := range r.Scenarios {
					if s.Verdict == report.Failed {
						if first := s.Failures[0]; !names(first, c.want) {
							t.Errorf("the first failure does not name %q: %s\n%s", c.want, first.Source, first)
						}
						break
					}
				}
			})
		}
	}
	if count < 250 {
		t.Errorf("%d departures, want at least 250", count)
	}
}
