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
	"github.com/mockgates/mockgates/scenarios/report"
)

// A brokenResponse is what a broken fake is about to send.
type brokenResponse struct {
	call   string // "POST /keys 201": method, path below the base, status
	token  string // of the caller
	sent   map[string]any
	status int
	header http.Header
	body   map[string]any // nil if it is not an object
	raw    []byte         // sent in place of body, if set
}

// data returns the member data of the body.
func (a *brokenResponse) data() map[string]any { m, _ := a.body["data"].(map[string]any); return m }

// errorObject returns the member error of the body.
func (a *brokenResponse) errorObject() map[string]any {
	m, _ := a.body["error"].(map[string]any)
	return m
}

// breaking wraps the fake so that change can change each response to call, a
// method, path and status.
func breaking(call string, change func(*brokenResponse)) func(http.Handler) http.Handler {
	return func(fake http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(sent))
			rec := httptest.NewRecorder()
			fake.ServeHTTP(rec, r)
			a := &brokenResponse{status: rec.Code, header: rec.Header(), raw: rec.Body.Bytes()}
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

// TestBuiltin_failOnBrokenFake breaks the fake in one way at a time. Each time the
// built-in scenarios of the documented operations must fail.
func TestBuiltin_failOnBrokenFake(t *testing.T) {
	t.Parallel()
	const (
		createdKey       = "POST /keys 201"
		createdCode      = "POST /auth/keys/code 200"
		badKey           = "POST /keys 400"
		badCode          = "POST /auth/keys/code 400"
		unauthorizedKey  = "POST /keys 401"
		unauthorizedCode = "POST /auth/keys/code 401"
		forbiddenKey     = "POST /keys 403"
		conflictingCode  = "POST /auth/keys/code 409"
		limitedKey       = "POST /keys 429"
		failedKey        = "POST /keys 500"
		unknownPath      = "POST /kyes 404"
		unknownMethod    = "PUT /keys 405"
	)
	set := func(name string, value any) func(*brokenResponse) {
		return func(a *brokenResponse) { a.data()[name] = value }
	}
	without := func(name string) func(*brokenResponse) {
		return func(a *brokenResponse) { delete(a.data(), name) }
	}
	covering := map[string]string{ // the scenarios that cover this response
		createdKey: "^keys_", createdCode: "^codes_", badKey: "^(keys_|body_refused)", badCode: "^codes_", unauthorizedKey: "^(auth_|route_)",
		unauthorizedCode: "^auth_", forbiddenKey: "^auth_", conflictingCode: "^codes_", limitedKey: "^limits_", failedKey: "^faults_", unknownPath: "^route_", unknownMethod: "^route_",
	}
	for name, b := range map[string]struct {
		call   string
		change func(*brokenResponse)
	}{
		"a property of the key is missing":                {createdKey, without("usage_weekly")},
		"the secret is missing":                           {createdKey, func(a *brokenResponse) { delete(a.body, "key") }},
		"the data is missing":                             {createdKey, func(a *brokenResponse) { delete(a.body, "data") }},
		"the status is 200 instead of 201":                {createdKey, func(a *brokenResponse) { a.status = 200 }},
		"the status is 201 instead of 200":                {createdCode, func(a *brokenResponse) { a.status = 201 }},
		"the status is 422 instead of 400":                {badKey, func(a *brokenResponse) { a.status = 422 }},
		"a number is a string":                            {createdKey, set("usage", "0")},
		"a boolean is a string":                           {createdKey, set("disabled", "false")},
		"a string is a number":                            {createdKey, set("hash", 7)},
		"an integer has a fraction":                       {createdCode, set("app_id", 1.5)},
		"the body is empty":                               {createdKey, func(a *brokenResponse) { a.raw = []byte{} }},
		"the body is null":                                {createdKey, func(a *brokenResponse) { a.raw = []byte("null") }},
		"the body is truncated":                           {createdKey, func(a *brokenResponse) { a.raw = []byte(`{"data":{`) }},
		"the body is a list":                              {createdKey, func(a *brokenResponse) { a.raw = []byte(`[]`) }},
		"the body is sent as text/plain":                  {createdKey, func(a *brokenResponse) { a.header.Set("Content-Type", "text/plain") }},
		"a code is sent as text/html":                     {createdCode, func(a *brokenResponse) { a.header.Set("Content-Type", "text/html") }},
		"the body has no content type":                    {createdKey, func(a *brokenResponse) { a.header["Content-Type"] = nil }},
		"a member occurs twice":                           {createdKey, func(a *brokenResponse) { a.raw = twice(a.body) }},
		"limit_remaining is off by one":                   {createdKey, func(a *brokenResponse) { a.data()["limit_remaining"] = remaining(a) - 1 }},
		"limit_remaining is 0 without a limit":            {createdKey, orNull("limit_remaining", 0.0)},
		"limit is 0 without a limit":                      {createdKey, orNull("limit", 0.0)},
		"the name is not echoed":                          {createdKey, set("name", "My key")},
		"the name is truncated":                           {createdKey, func(a *brokenResponse) { a.data()["name"] = strings.TrimSuffix(fmt.Sprint(a.data()["name"]), `"`) }},
		"the limit is not echoed":                         {createdKey, func(a *brokenResponse) { a.data()["limit"] = remaining(a) + 1 }},
		"limit_reset is not echoed":                       {createdKey, set("limit_reset", nil)},
		"expires_at is not echoed":                        {createdKey, set("expires_at", nil)},
		"include_byok_in_limit is not echoed":             {createdKey, set("include_byok_in_limit", false)},
		"the creator is not echoed":                       {createdKey, set("creator_user_id", nil)},
		"the workspace is not echoed":                     {createdKey, set("workspace_id", "11111111-1111-4111-8111-111111111111")},
		"a new key has been used":                         {createdKey, set("byok_usage_monthly", 0.01)},
		"a new key is disabled":                           {createdKey, set("disabled", true)},
		"a new key has been updated":                      {createdKey, func(a *brokenResponse) { a.data()["updated_at"] = a.data()["created_at"] }},
		"two keys have the same hash":                     {createdKey, set("hash", strings.Repeat("ab", 32))},
		"two keys have the same secret":                   {createdKey, oneSecret},
		"the hash is not a SHA-256":                       {createdKey, set("hash", "nightly")},
		"the label is that of another key":                {createdKey, set("label", "sk-mg-v1-fa4...000")},
		"the label is the secret":                         {createdKey, func(a *brokenResponse) { a.data()["label"] = a.body["key"] }},
		"the secret is inside the data":                   {createdKey, func(a *brokenResponse) { a.data()["key"] = a.body["key"] }},
		"the secret is in the name":                       {createdKey, func(a *brokenResponse) { a.data()["name"] = a.body["key"] }},
		"a property is null that cannot be":               {createdKey, set("label", nil)},
		"a time is not a time":                            {createdKey, set("created_at", "yesterday")},
		"a time is not a date-time":                       {createdKey, set("expires_at", "2029-11-30")},
		"a time has no zone":                              {createdKey, set("created_at", "2029-11-30T23:59:59")},
		"a property is undocumented":                      {createdKey, set("colour", "teal")},
		"a success has Retry-After":                       {createdKey, func(a *brokenResponse) { a.header.Set("Retry-After", "1") }},
		"one app has two ids":                             {createdCode, counted("app_id")},
		"two apps have the same id":                       {createdCode, set("app_id", 1)},
		"two codes have the same id":                      {createdCode, set("id", "auth_code_0123456789abcdef")},
		"the id of a code cannot stand in a URL":          {createdCode, set("id", "a code with spaces in it")},
		"the time of a code is not a time":                {createdCode, set("created_at", "now")},
		"error.code is not the status":                    {badKey, func(a *brokenResponse) { a.errorObject()["code"] = 429 }},
		"error.code is a string":                          {unauthorizedKey, func(a *brokenResponse) { a.errorObject()["code"] = "401" }},
		"error.message is missing":                        {forbiddenKey, func(a *brokenResponse) { delete(a.errorObject(), "message") }},
		"the envelope is missing":                         {conflictingCode, func(a *brokenResponse) { a.body = a.errorObject() }},
		"a 404 has no envelope":                           {unknownPath, func(a *brokenResponse) { a.raw = []byte(`{"message":"no"}`) }},
		"a 405 has no Allow":                              {unknownMethod, func(a *brokenResponse) { a.header.Del("Allow") }},
		"a 401 has another message":                       {unauthorizedKey, func(a *brokenResponse) { a.errorObject()["message"] = "Unauthorized" }},
		"a 403 has another message":                       {forbiddenKey, func(a *brokenResponse) { a.errorObject()["message"] = "Forbidden" }},
		"a 409 has another message":                       {conflictingCode, func(a *brokenResponse) { a.errorObject()["message"] = "Conflict" }},
		"a 429 has another message":                       {limitedKey, func(a *brokenResponse) { a.errorObject()["message"] = "Slow down" }},
		"a 500 has another message":                       {failedKey, func(a *brokenResponse) { a.errorObject()["message"] = "nil pointer" }},
		"a refusal of a known caller has no user_id":      {forbiddenKey, func(a *brokenResponse) { delete(a.body, "user_id") }},
		"a refusal of an unknown caller has a user_id":    {unauthorizedCode, func(a *brokenResponse) { a.body["user_id"] = "user_1" }},
		"a 429 has no Retry-After":                        {limitedKey, func(a *brokenResponse) { a.header.Del("Retry-After") }},
		"a 429 has a Retry-After that is too short":       {limitedKey, func(a *brokenResponse) { a.header.Set("Retry-After", "1") }},
		"a 429 has no X-RateLimit-Reset":                  {limitedKey, func(a *brokenResponse) { a.header.Del("X-RateLimit-Reset") }},
		"X-RateLimit-Reset is in seconds":                 {limitedKey, func(a *brokenResponse) { a.header.Set("X-RateLimit-Reset", "1890734460") }},
		"not all issues are listed":                       {badKey, oneIssue},
		"not all issues of a code are listed":             {badCode, oneIssue},
		"an issue names another property":                 {badCode, anotherPath},
		"no issues are listed":                            {badKey, func(a *brokenResponse) { delete(a.errorObject(), "metadata") }},
		"a refusal is 500":                                {badKey, func(a *brokenResponse) { a.status = 500 }},
		"a missing credential is accepted":                {unauthorizedKey, func(a *brokenResponse) { a.accept(a.token == "") }},
		"an unknown credential is accepted":               {unauthorizedKey, func(a *brokenResponse) { a.accept(a.token != "") }},
		"an unknown credential logs in":                   {unauthorizedCode, func(a *brokenResponse) { a.acceptCode() }},
		"a key that is not a management key creates keys": {forbiddenKey, func(a *brokenResponse) { a.accept(true) }},
		"an empty name is accepted":                       {badKey, func(a *brokenResponse) { a.accept(a.sent["name"] == "") }},
		"a value outside of an enum is accepted":          {badKey, func(a *brokenResponse) { a.accept(a.sent["limit_reset"] == "hourly") }},
		"a missing name is accepted":                      {badKey, func(a *brokenResponse) { a.accept(a.sent != nil && a.sent["name"] == nil) }},
		"an empty body is accepted":                       {badKey, func(a *brokenResponse) { a.accept(a.sent == nil) }},
		"a time that is not UTC is accepted":              {badKey, func(a *brokenResponse) { a.accept(a.sent["name"] == "berlin") }},
		"a past expiry is accepted":                       {badKey, func(a *brokenResponse) { a.accept(a.sent["name"] == "past") }},
		"a callback over http is accepted":                {badCode, func(a *brokenResponse) { a.acceptIf("callback_url", "http://app.example/back") }},
		"a callback on any port is accepted":              {badCode, func(a *brokenResponse) { a.acceptIf("callback_url", "https://app.example:8443/back") }},
		"a malformed challenge is accepted":               {badCode, func(a *brokenResponse) { a.acceptIf("code_challenge", "too short") }},
		"a conflict is accepted":                          {conflictingCode, func(a *brokenResponse) { a.acceptCode() }},
		"a request over the rate limit is accepted":       {limitedKey, func(a *brokenResponse) { a.accept(true) }},
		"a browser cannot read a refusal":                 {unauthorizedKey, func(a *brokenResponse) { a.header.Del("Access-Control-Allow-Origin") }},
		"the 404 does not name the nearest path":          {unknownPath, func(a *brokenResponse) { delete(a.errorObject(), "metadata") }},
	} {
		if !inPart(name, 8) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := false
			r, text := play(t, scenarios.Options{
				DocumentedOnly: true,
				Handler: breaking(b.call, func(a *brokenResponse) {
					changed = true
					b.change(a)
				}),
				Run:      covering[b.call],
				Parallel: 1,
				FailFast: true,
			})
			if !changed {
				t.Errorf("no scenario got the response %q", b.call)
			}
			if r.ExitCode() != report.ExitFailed {
				t.Errorf("exit code %d, want 4\n%s", r.ExitCode(), text)
			}
		})
	}
}

// TestBuiltin_passOnWrappedFake shows that the scenarios of the test above fail because
// of the change: the wrapper alone breaks nothing.
func TestBuiltin_passOnWrappedFake(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{DocumentedOnly: true, Handler: breaking("POST /keys 201", func(*brokenResponse) {}), Run: "^keys_"})
	if r.ExitCode() != report.ExitConforms {
		t.Errorf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
}

// twice writes a body that names one member twice.
func twice(body map[string]any) []byte {
	data, _ := json.Marshal(body)
	return append(bytes.TrimSuffix(data, []byte("}")), `,"key":"again"}`...)
}

func remaining(a *brokenResponse) float64 { n, _ := a.data()["limit_remaining"].(float64); return n }

// orNull replaces null.
func orNull(name string, value any) func(*brokenResponse) {
	return func(a *brokenResponse) {
		if a.data()[name] == nil {
			a.data()[name] = value
		}
	}
}

// oneSecret gives every key the same secret, with the matching label.
func oneSecret(a *brokenResponse) {
	a.body["key"] = "sk-mg-v1-" + strings.Repeat("fa4e", 16)
	a.data()["label"] = "sk-mg-v1-fa4...a4e"
}

// counted gives every response a number of its own.
func counted(name string) func(*brokenResponse) {
	n := 0
	return func(a *brokenResponse) { n++; a.data()[name] = n }
}

func issues(a *brokenResponse) []any {
	meta, _ := a.errorObject()["metadata"].(map[string]any)
	list, _ := meta["issues"].([]any)
	return list
}

// oneIssue keeps the first of several issues.
func oneIssue(a *brokenResponse) {
	if list := issues(a); len(list) > 1 {
		a.errorObject()["metadata"].(map[string]any)["issues"] = list[:1]
	}
}

// anotherPath makes the first issue one of the body as a whole.
func anotherPath(a *brokenResponse) {
	if list := issues(a); len(list) > 0 {
		list[0].(map[string]any)["path"] = ""
	}
}

// accept turns a refusal into a new key, if when is true.
func (a *brokenResponse) accept(when bool) {
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

// acceptCode turns a refusal into a new code.
func (a *brokenResponse) acceptCode() {
	a.status = 200
	a.raw = []byte(`{"data":{"id":"auth_code_0123456789abcdef","app_id":1,"created_at":"2029-11-30T23:59:59Z"}}`)
}

func (a *brokenResponse) acceptIf(name string, value any) {
	if a.sent[name] == value {
		a.acceptCode()
	}
}
