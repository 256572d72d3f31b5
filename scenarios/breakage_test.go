package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
)

// An answer is what a broken fake is about to send.
type answer struct {
	call   string // "POST /keys 201": method, path below the base, status
	token  string // of the caller
	sent   map[string]any
	status int
	header http.Header
	body   map[string]any // nil if it is no object
	raw    []byte         // sent in place of body, if set
}

// data is the member data of the body.
func (a *answer) data() map[string]any { m, _ := a.body["data"].(map[string]any); return m }

// refusal is the member error of the body.
func (a *answer) refusal() map[string]any { m, _ := a.body["error"].(map[string]any); return m }

// breaking wraps the fake so that change has its way with each answer to call.
func breaking(call string, change func(*answer)) func(http.Handler) http.Handler {
	return func(whole http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(sent))
			rec := httptest.NewRecorder()
			whole.ServeHTTP(rec, r)
			a := &answer{status: rec.Code, header: rec.Header(), raw: rec.Body.Bytes()}
			a.call = fmt.Sprintf("%s %s %d", r.Method, strings.TrimPrefix(r.URL.Path, "/api/v1"), rec.Code)
			_, a.token, _ = strings.Cut(r.Header.Get("Authorization"), " ")
			_ = json.Unmarshal(sent, &a.sent)
			if a.call == call && json.Unmarshal(a.raw, &a.body) == nil {
				a.raw = nil
				change(a)
				if a.raw == nil {
					a.raw, _ = json.Marshal(a.body)
				}
			}
			maps.Copy(w.Header(), a.header)
			if a.status != http.StatusNoContent {
				w.Header().Set("Content-Length", strconv.Itoa(len(a.raw)))
			}
			w.WriteHeader(a.status)
			_, _ = w.Write(a.raw)
		})
	}
}

// TestABrokenFakeIsFound breaks the fake on purpose, in one way each, and
// wants the built-in scenarios of the documented operations to go red.
func TestABrokenFakeIsFound(t *testing.T) {
	t.Parallel()
	const (
		created  = "POST /keys 201"
		code     = "POST /auth/keys/code 200"
		invalid  = "POST /keys 400"
		wrong    = "POST /auth/keys/code 400"
		unknown  = "POST /keys 401"
		stranger = "POST /auth/keys/code 401"
		mere     = "POST /keys 403"
		conflict = "POST /auth/keys/code 409"
		tooMany  = "POST /keys 429"
		broken   = "POST /keys 500"
		nowhere  = "POST /kyes 404"
		method   = "PUT /keys 405"
	)
	set := func(name string, value any) func(*answer) {
		return func(a *answer) { a.data()[name] = value }
	}
	without := func(name string) func(*answer) {
		return func(a *answer) { delete(a.data(), name) }
	}
	holding := map[string]string{ // the scenarios to play: those that look at this answer
		created: "^keys_", code: "^codes_", invalid: "^(keys_|body_refused)", wrong: "^codes_", unknown: "^(auth_|route_)",
		stranger: "^auth_", mere: "^auth_", conflict: "^codes_", tooMany: "^limits_", broken: "^faults_", nowhere: "^route_", method: "^route_",
	}
	for name, b := range map[string]struct {
		call   string
		change func(*answer)
	}{
		"a property of the key is missing":            {created, without("usage_weekly")},
		"the secret is missing":                       {created, func(a *answer) { delete(a.body, "key") }},
		"the data are missing":                        {created, func(a *answer) { delete(a.body, "data") }},
		"the status is 200 for 201":                   {created, func(a *answer) { a.status = 200 }},
		"the status is 201 for 200":                   {code, func(a *answer) { a.status = 201 }},
		"the status is 422 for 400":                   {invalid, func(a *answer) { a.status = 422 }},
		"a number is a string":                        {created, set("usage", "0")},
		"a boolean is a string":                       {created, set("disabled", "false")},
		"a string is a number":                        {created, set("hash", 7)},
		"an integer has a fraction":                   {code, set("app_id", 1.5)},
		"the body is empty":                           {created, func(a *answer) { a.raw = []byte{} }},
		"the body is null":                            {created, func(a *answer) { a.raw = []byte("null") }},
		"the body is cut":                             {created, func(a *answer) { a.raw = []byte(`{"data":{`) }},
		"the body is a list":                          {created, func(a *answer) { a.raw = []byte(`[]`) }},
		"the body is sent as text/plain":              {created, func(a *answer) { a.header.Set("Content-Type", "text/plain") }},
		"a code is sent as text/html":                 {code, func(a *answer) { a.header.Set("Content-Type", "text/html") }},
		"the body has no content type":                {created, func(a *answer) { a.header["Content-Type"] = nil }},
		"a member comes twice":                        {created, func(a *answer) { a.raw = twice(a.body) }},
		"limit_remaining is off by one":               {created, func(a *answer) { a.data()["limit_remaining"] = remaining(a) - 1 }},
		"limit_remaining of no limit is 0":            {created, orNull("limit_remaining", 0.0)},
		"no limit is 0":                               {created, orNull("limit", 0.0)},
		"the name is not echoed":                      {created, set("name", "My key")},
		"the name is cut":                             {created, func(a *answer) { a.data()["name"] = strings.TrimSuffix(fmt.Sprint(a.data()["name"]), `"`) }},
		"the limit is not echoed":                     {created, func(a *answer) { a.data()["limit"] = remaining(a) + 1 }},
		"limit_reset is not echoed":                   {created, set("limit_reset", nil)},
		"expires_at is not echoed":                    {created, set("expires_at", nil)},
		"include_byok_in_limit is not echoed":         {created, set("include_byok_in_limit", false)},
		"the creator is not echoed":                   {created, set("creator_user_id", nil)},
		"the workspace is not echoed":                 {created, set("workspace_id", "11111111-1111-4111-8111-111111111111")},
		"a fresh key has been used":                   {created, set("byok_usage_monthly", 0.01)},
		"a fresh key is disabled":                     {created, set("disabled", true)},
		"a fresh key has been updated":                {created, func(a *answer) { a.data()["updated_at"] = a.data()["created_at"] }},
		"two keys have one hash":                      {created, set("hash", strings.Repeat("ab", 32))},
		"two keys have one secret":                    {created, oneSecret},
		"the hash is no SHA-256":                      {created, set("hash", "nightly")},
		"the label is that of another key":            {created, set("label", "sk-mg-v1-fa4...000")},
		"the label is the secret":                     {created, func(a *answer) { a.data()["label"] = a.body["key"] }},
		"the secret is inside the data":               {created, func(a *answer) { a.data()["key"] = a.body["key"] }},
		"the secret is in the name":                   {created, func(a *answer) { a.data()["name"] = a.body["key"] }},
		"null where it is not allowed":                {created, set("label", nil)},
		"a time that is no time":                      {created, set("created_at", "yesterday")},
		"a time that is no date-time":                 {created, set("expires_at", "2029-11-30")},
		"a time without a zone":                       {created, set("created_at", "2029-11-30T23:59:59")},
		"an undocumented property":                    {created, set("colour", "teal")},
		"Retry-After on success":                      {created, func(a *answer) { a.header.Set("Retry-After", "1") }},
		"one app has two numbers":                     {code, counted("app_id")},
		"two apps have one number":                    {code, set("app_id", 1)},
		"two codes have one id":                       {code, set("id", "auth_code_0123456789abcdef")},
		"an id that no URL can hold":                  {code, set("id", "a code with spaces in it")},
		"the time of a code is no time":               {code, set("created_at", "now")},
		"error.code is not the status":                {invalid, func(a *answer) { a.refusal()["code"] = 429 }},
		"error.code is a string":                      {unknown, func(a *answer) { a.refusal()["code"] = "401" }},
		"error.message is missing":                    {mere, func(a *answer) { delete(a.refusal(), "message") }},
		"the envelope is missing":                     {conflict, func(a *answer) { a.body = a.refusal() }},
		"a 404 without the envelope":                  {nowhere, func(a *answer) { a.raw = []byte(`{"message":"no"}`) }},
		"a 405 without Allow":                         {method, func(a *answer) { a.header.Del("Allow") }},
		"a 401 says the message of another":           {unknown, func(a *answer) { a.refusal()["message"] = "Unauthorized" }},
		"a 403 says the message of another":           {mere, func(a *answer) { a.refusal()["message"] = "Forbidden" }},
		"a 409 says the message of another":           {conflict, func(a *answer) { a.refusal()["message"] = "Conflict" }},
		"a 429 says the message of another":           {tooMany, func(a *answer) { a.refusal()["message"] = "Slow down" }},
		"a 500 says the message of another":           {broken, func(a *answer) { a.refusal()["message"] = "nil pointer" }},
		"a refusal of someone known has no user_id":   {mere, func(a *answer) { delete(a.body, "user_id") }},
		"a refusal of a stranger has a user_id":       {stranger, func(a *answer) { a.body["user_id"] = "user_1" }},
		"a 429 without Retry-After":                   {tooMany, func(a *answer) { a.header.Del("Retry-After") }},
		"a 429 with too short a Retry-After":          {tooMany, func(a *answer) { a.header.Set("Retry-After", "1") }},
		"a 429 without X-RateLimit-Reset":             {tooMany, func(a *answer) { a.header.Del("X-RateLimit-Reset") }},
		"X-RateLimit-Reset in seconds":                {tooMany, func(a *answer) { a.header.Set("X-RateLimit-Reset", "1890734460") }},
		"not all issues are listed":                   {invalid, oneIssue},
		"not all issues of a code are listed":         {wrong, oneIssue},
		"an issue names another property":             {wrong, anotherPath},
		"no issues are listed":                        {invalid, func(a *answer) { delete(a.refusal(), "metadata") }},
		"a refusal is 500":                            {invalid, func(a *answer) { a.status = 500 }},
		"a missing credential is accepted":            {unknown, func(a *answer) { a.accept(a.token == "") }},
		"an unknown credential is accepted":           {unknown, func(a *answer) { a.accept(a.token != "") }},
		"an unknown credential logs in":               {stranger, func(a *answer) { a.acceptCode() }},
		"a plain key makes keys":                      {mere, func(a *answer) { a.accept(true) }},
		"an empty name is accepted":                   {invalid, func(a *answer) { a.accept(a.sent["name"] == "") }},
		"a wrong enum is accepted":                    {invalid, func(a *answer) { a.accept(a.sent["limit_reset"] == "hourly") }},
		"a missing name is accepted":                  {invalid, func(a *answer) { a.accept(a.sent != nil && a.sent["name"] == nil) }},
		"an empty body is accepted":                   {invalid, func(a *answer) { a.accept(a.sent == nil) }},
		"another timezone is accepted":                {invalid, func(a *answer) { a.accept(a.sent["name"] == "berlin") }},
		"a past expiry is accepted":                   {invalid, func(a *answer) { a.accept(a.sent["name"] == "past") }},
		"a callback over http is accepted":            {wrong, func(a *answer) { a.acceptIf("callback_url", "http://app.example/back") }},
		"a callback on any port is accepted":          {wrong, func(a *answer) { a.acceptIf("callback_url", "https://app.example:8443/back") }},
		"a malformed challenge is accepted":           {wrong, func(a *answer) { a.acceptIf("code_challenge", "too short") }},
		"a conflict is accepted":                      {conflict, func(a *answer) { a.acceptCode() }},
		"what is over the limit is accepted":          {tooMany, func(a *answer) { a.accept(true) }},
		"a browser may not read the refusal":          {unknown, func(a *answer) { a.header.Del("Access-Control-Allow-Origin") }},
		"the unknown path does not name the near one": {nowhere, func(a *answer) { delete(a.refusal(), "metadata") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			touched := false
			r, text := play(t, scenarios.Options{
				DocumentedOnly: true,
				Handler: breaking(b.call, func(a *answer) {
					touched = true
					b.change(a)
				}),
				Run:      holding[b.call],
				Parallel: 1,
				FailFast: true,
			})
			if !touched {
				t.Errorf("no scenario got %q", b.call)
			}
			if r.ExitCode() != scenarios.ExitFailed {
				t.Errorf("exit code %d, want 4\n%s", r.ExitCode(), text)
			}
		})
	}
}

// TestAWrapperThatChangesNothingIsNoBreakage shows that what goes red above
// does so for what was broken.
func TestAWrapperThatChangesNothingIsNoBreakage(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Handler: breaking("POST /keys 201", func(*answer) {})})
	if r.ExitCode() != scenarios.ExitConforms {
		t.Errorf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
}

// twice writes a body that names one member twice.
func twice(body map[string]any) []byte {
	data, _ := json.Marshal(body)
	return append(bytes.TrimSuffix(data, []byte("}")), `,"key":"again"}`...)
}

func remaining(a *answer) float64 { n, _ := a.data()["limit_remaining"].(float64); return n }

// orNull replaces null.
func orNull(name string, value any) func(*answer) {
	return func(a *answer) {
		if a.data()[name] == nil {
			a.data()[name] = value
		}
	}
}

// oneSecret gives every key the same secret, with the label that belongs to it.
func oneSecret(a *answer) {
	a.body["key"] = "sk-mg-v1-" + strings.Repeat("fa4e", 16)
	a.data()["label"] = "sk-mg-v1-fa4...a4e"
}

// counted gives every answer another number.
func counted(name string) func(*answer) {
	n := 0
	return func(a *answer) { n++; a.data()[name] = n }
}

func issues(a *answer) []any {
	meta, _ := a.refusal()["metadata"].(map[string]any)
	list, _ := meta["issues"].([]any)
	return list
}

// oneIssue leaves the first of several issues.
func oneIssue(a *answer) {
	if list := issues(a); len(list) > 1 {
		a.refusal()["metadata"].(map[string]any)["issues"] = list[:1]
	}
}

// anotherPath makes an issue one of the body as a whole.
func anotherPath(a *answer) {
	if list := issues(a); len(list) > 0 {
		list[0].(map[string]any)["path"] = ""
	}
}

// accept makes a key of a refusal.
func (a *answer) accept(when bool) {
	if !when {
		return
	}
	a.status = 201
	a.raw = []byte(`{"key":"sk-mg-v1-` + strings.Repeat("fa4e", 16) + `","data":{"hash":"` + strings.Repeat("0", 64) + `","name":"",
		"label":"sk-mg-v1-fa4...a4e","disabled":false,"limit":0,"limit_remaining":0,"limit_reset":null,"include_byok_in_limit":false,
		"usage":0,"usage_daily":0,"usage_weekly":0,"usage_monthly":0,"byok_usage":0,"byok_usage_daily":0,"byok_usage_weekly":0,
		"byok_usage_monthly":0,"created_at":"2029-11-30T23:59:59Z","updated_at":null,"expires_at":null,"creator_user_id":null,
		"workspace_id":"11111111-1111-4111-8111-111111111111"}}`)
}

// acceptCode makes a code of a refusal.
func (a *answer) acceptCode() {
	a.status = 200
	a.raw = []byte(`{"data":{"id":"auth_code_0123456789abcdef","app_id":1,"created_at":"2029-11-30T23:59:59Z"}}`)
}

func (a *answer) acceptIf(name string, value any) {
	if a.sent[name] == value {
		a.acceptCode()
	}
}
