package contract

import (
	"net/http"
	"slices"
	"strings"
)

// A Lie is a sequence of exchanges of which the last departs from the contract.
// Lies are written by hand: unlike the self-test's mutants they do not come from
// the specification, so that a mistake in it does not blind both.
type Lie struct {
	Name      string
	Exchanges []Exchange // all but the last conform
	Kind      string     // of the finding that names the lie
	Where     string     // of the finding
	Wire      bool       // net/http can send the exchanges as they are
}

// The credential that the exchanges of all lies carry. A Session that checks
// them has it among SessionOptions.ManagementKeys.
const LieManagementKey = "sk-lie-management-0123456789abcdef"

// The first secret and hash of the lying target, and its second.
const (
	lieSecret       = "sk-lie-v1-1111111111111111111111111111111111111111"
	lieHash         = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	lieSecondSecret = "sk-lie-v1-2222222222222222222222222222222222222222"
	lieSecondHash   = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// The bodies of the honest exchanges.
const (
	lieKeyRequest = `{"name":"Nightly","limit":5,"limit_reset":"weekly","include_byok_in_limit":true,"expires_at":"2099-01-02T03:04:05Z"}`
	lieKeyObject  = `{"byok_usage":0,"byok_usage_daily":0,"byok_usage_monthly":0,"byok_usage_weekly":0,` +
		`"created_at":"2026-01-01T00:00:00Z","creator_user_id":null,"disabled":false,"expires_at":"2099-01-02T03:04:05Z",` +
		`"hash":"` + lieHash + `","include_byok_in_limit":true,"label":"sk-lie-v1-111...111","limit":5,"limit_remaining":5,` +
		`"limit_reset":"weekly","name":"Nightly","updated_at":null,"usage":0,"usage_daily":0,"usage_monthly":0,` +
		`"usage_weekly":0,"workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"}`
	lieKeyResponse  = `{"data":` + lieKeyObject + `,"key":"` + lieSecret + `"}`
	lieCodeRequest  = `{"callback_url":"https://example.com/callback","limit":5}`
	lieCodeResponse = `{"data":{"app_id":1,"created_at":"2026-01-01T00:00:00Z","id":"code-0123456789abcdef"}}`
)

// lieExchange returns an exchange with JSON bodies, which are left out if empty.
func lieExchange(method, path, request string, status int, response string) Exchange {
	x := Exchange{
		Method: method, Path: path,
		RequestHeader: http.Header{"Authorization": {"Bearer " + LieManagementKey}}, RequestBody: []byte(request),
		Status: status, ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(response),
	}
	if request != "" {
		x.RequestHeader.Set("Content-Type", "application/json")
	}
	return x
}

// lieReplace returns text with the first occurrence of a part replaced.
func lieReplace(text, old, replacement string) string {
	return strings.Replace(text, old, replacement, 1)
}

// lieError returns an error body.
func lieError(code string) string { return `{"error":{"code":` + code + `,"message":"no"}}` }

func honestKey() Exchange { return lieExchange("POST", "/keys", lieKeyRequest, 201, lieKeyResponse) }

func honestCode() Exchange {
	return lieExchange("POST", "/auth/keys/code", lieCodeRequest, 200, lieCodeResponse)
}

// honestSecondKey is a second key beside that of honestKey.
func honestSecondKey() Exchange {
	body := lieReplace(lieReplace(lieKeyResponse, lieSecret, lieSecondSecret), lieHash, lieSecondHash)
	return lieExchange("POST", "/keys", lieKeyRequest, 201, body)
}

// with returns x with another response body.
func (x Exchange) withResponse(status int, body string) Exchange {
	x.Status, x.ResponseBody = status, []byte(body)
	return x
}

// withRequest returns x with another request body.
func (x Exchange) withRequest(body string) Exchange {
	x.RequestBody = []byte(body)
	return x
}

// withHeader returns x with another response header.
func (x Exchange) withHeader(name string, values ...string) Exchange {
	h := x.ResponseHeader.Clone()
	h.Del(name)
	if len(values) > 0 {
		h[http.CanonicalHeaderKey(name)] = values
	}
	x.ResponseHeader = h
	return x
}

// withAuthorization returns x with another credential, or none if it is empty.
func (x Exchange) withAuthorization(credential string) Exchange {
	h := x.RequestHeader.Clone()
	h.Set("Authorization", credential)
	if credential == "" {
		h.Del("Authorization")
	}
	x.RequestHeader = h
	return x
}

// Lies returns the lies about the documented operations, in a fixed order.
func Lies() []Lie {
	return slices.Concat(bodyLies(), valueLies(), headerLies(), requestLies(), relationLies())
}

// CompanionLies returns the lies about the companion operations, in a fixed
// order. The findings are errors only with SessionOptions.Companions.
func CompanionLies() []Lie {
	read := func(old, replacement string) Exchange {
		return lieExchange("GET", "/keys/"+lieHash, "", 200, `{"data":`+lieReplace(lieKeyObject, old, replacement)+`}`)
	}
	remove := lieExchange("DELETE", "/keys/"+lieHash, "", 200, `{"deleted":true}`)
	update := func(request, old, replacement string) Exchange {
		changed := lieReplace(lieKeyObject, `"updated_at":null`, `"updated_at":"2026-01-01T00:00:01Z"`)
		return lieExchange("PATCH", "/keys/"+lieHash, request, 200, `{"data":`+lieReplace(changed, old, replacement)+`}`)
	}
	rename := update(`{"name":"Weekly"}`, `"Nightly"`, `"Weekly"`)
	disable := update(`{"disabled":true}`, `"disabled":false`, `"disabled":true`)
	exchange := lieExchange("POST", "/auth/keys", `{"code":"code-0123456789abcdef"}`, 200, `{"key":"`+lieSecret+`","user_id":null}`).withAuthorization("")
	again := exchange.withResponse(200, `{"key":"`+lieSecondSecret+`","user_id":null}`)
	current := `{"data":{"label":"l","limit":5,"limit_remaining":5,"limit_reset":"weekly","include_byok_in_limit":true,"usage":0,` +
		`"usage_daily":0,"usage_monthly":0,"usage_weekly":0,"byok_usage":0,"byok_usage_daily":0,"byok_usage_monthly":0,"byok_usage_weekly":0,` +
		`"is_free_tier":false,"is_management_key":false,"is_provisioning_key":false,"creator_user_id":null,` +
		`"rate_limit":{"requests":-1,"interval":"10s","note":"deprecated"}}}`
	asKey := func(x Exchange) Exchange { return x.withAuthorization("Bearer " + lieSecret) }
	self := asKey(lieExchange("GET", "/key", "", 200, lieReplace(current, `"label":"l"`, `"label":"sk-lie-v1-111...111"`)))
	list := lieExchange("GET", "/keys", "", 200, `{"data":[`+lieKeyObject+`]}`)
	return []Lie{
		{"a key is read with another name", []Exchange{honestKey(), read(`"Nightly"`, `"Other"`)}, KindUnstored, "/data/name", true},
		{"a key is read with another limit", []Exchange{honestKey(), read(`"limit":5,`, `"limit":6,`)}, KindUnstored, "/data/limit", true},
		{"a key is read with another expiry", []Exchange{honestKey(), read(`"2099-01-02T03:04:05Z"`, `"2099-01-02T03:04:06Z"`)}, KindUnstored, "/data/expires_at", true},
		{"another key is read", []Exchange{honestKey(), read(`"`+lieHash+`"`, `"`+lieSecondHash+`"`)}, KindUnstored, "/data/hash", true},
		{"a key that was made is not found", []Exchange{honestKey(), lieExchange("GET", "/keys/"+lieHash, "", 404, lieError("404"))}, KindUnstored, "status", true},
		{"an update is not read", []Exchange{honestKey(), rename, read("", "")}, KindUnstored, "/data/name", true},
		{"an update answers the old name", []Exchange{honestKey(), update(`{"name":"Weekly"}`, "", "")}, KindEcho, "/data/name", true},
		{"an update changes what it does not name", []Exchange{honestKey(), update(`{"name":"Nightly"}`, `"limit":5,`, `"limit":50,`)}, KindUnstored, "/data/limit", true},
		{"a deleted key is read", []Exchange{honestKey(), remove, read("", "")}, KindResurrected, "/data", true},
		{"a deleted key is listed", []Exchange{honestKey(), remove, list}, KindResurrected, "/data/*", true},
		{"a deleted key is deleted again", []Exchange{honestKey(), remove, remove}, KindResurrected, "status", true},
		{"a deleted key is updated", []Exchange{honestKey(), remove, rename}, KindResurrected, "/data", true},
		{"a deleted key is accepted", []Exchange{honestKey(), remove, self}, KindAcceptedInvalid, "status", true},
		{"a disabled key is accepted", []Exchange{honestKey(), disable, self}, KindAcceptedInvalid, "status", true},
		{"a secret is shown in a list", []Exchange{honestKey(), list.withResponse(200, lieReplace(string(list.ResponseBody), "sk-lie-v1-111...111", lieSecret))}, KindSecretExposed, "body", true},
		{"a secret is shown when a key is read", []Exchange{honestKey(), read("sk-lie-v1-111...111", lieSecret)}, KindSecretExposed, "body", true},
		{"a plain key lists keys", []Exchange{honestKey(), asKey(list.withResponse(200, `{"data":[]}`))}, KindAcceptedInvalid, "status", true},
		{"a plain key is called a management key", []Exchange{honestKey(), self.withResponse(200, lieReplace(string(self.ResponseBody), `"is_management_key":false`, `"is_management_key":true`))}, KindUnstored, "/data/is_management_key", true},
		{"a key has another limit for itself", []Exchange{honestKey(), self.withResponse(200, lieReplace(string(self.ResponseBody), `"limit":5,`, `"limit":6,`))}, KindUnstored, "/data/limit", true},
		{"a code is exchanged twice", []Exchange{exchange, again}, KindResurrected, "status", true},
		{"two exchanges give one secret", []Exchange{exchange, exchange.withRequest(`{"code":"code-fedcba9876543210"}`)}, KindReused, "/key", true},
		{"a list has a key twice", []Exchange{honestKey(), list.withResponse(200, `{"data":[`+lieKeyObject+`,`+lieKeyObject+`]}`)}, KindReused, "/data/*/hash", true},
		{"an offset that is not a number is accepted", []Exchange{withQuery(list, "offset=ten")}, KindAcceptedInvalid, "status", true},
		{"an update to an empty name is accepted", []Exchange{honestKey(), update(`{"name":""}`, `"Nightly"`, `""`)}, KindAcceptedInvalid, "status", true},
		{"a valid list is refused", []Exchange{list.withResponse(400, lieError("400"))}, KindRefusedValid, "status", true},
		{"a deletion answers false", []Exchange{remove.withResponse(200, `{"deleted":false}`)}, KindEnum, "/deleted", true},
	}
}

func withQuery(x Exchange, query string) Exchange {
	x.Query = query
	return x
}

// bodyLies are lies that no schema is needed for.
func bodyLies() []Lie {
	body := func(name, text, kind, where string) Lie {
		return Lie{name, []Exchange{honestKey().withResponse(201, text)}, kind, where, true}
	}
	key := func(name, old, replacement, kind, where string) Lie {
		return body(name, lieReplace(lieKeyResponse, old, replacement), kind, where)
	}
	return []Lie{
		body("no body", "", KindEmpty, "body"),
		body("only white space", " \r\n", KindEmpty, "body"),
		body("the body null", "null", KindType, "body"),
		body("an array for a body", "["+lieKeyResponse+"]", KindType, "body"),
		body("half of a body", lieKeyResponse[:len(lieKeyResponse)/2], KindJSON, "body"),
		body("two bodies", lieKeyResponse+lieKeyResponse, KindJSON, "body"),
		body("text behind the body", lieKeyResponse+"OK", KindJSON, "body"),
		body("a byte order mark", "\xef\xbb\xbf"+lieKeyResponse, KindJSON, "body"),
		key("bytes in the middle that are not UTF-8", "Nightly", "Night\xff\xfely", KindJSON, "body"),
		key("an overlong encoding", "Nightly", "Night\xc0\xafly", KindJSON, "body"),
		key("half of a surrogate pair", "Nightly", `Night\ud800ly`, KindJSON, "/data/name"),
		key("a name with half of a surrogate pair", `"name"`, `"\udc00":1,"name"`, KindJSON, "/data/*"),
		key("NaN for a number", `"usage":0`, `"usage":NaN`, KindJSON, "body"),
		key("single quotes", `"Nightly"`, `'Nightly'`, KindJSON, "body"),
		key("a member twice at the top", `,"key"`, `,"key":"other","key"`, KindDuplicate, "/key"),
		key("a member twice further down", `"usage":0`, `"usage":7,"usage":0`, KindDuplicate, "/data/usage"),
		key("a member twice, once escaped", `"usage":0`, `"us\u0061ge":7,"usage":0`, KindDuplicate, "/data/usage"),
		key("a member twice below an undocumented one", `"usage":0`, `"usage":0,"more":[{"a":1,"a":2}]`, KindDuplicate, "/data/*/0/*"),
		key("an undocumented member", `"usage":0`, `"usage":0,"secret_store":true`, KindUndocumented, "/data/*"),
		key("no key", `,"key":"`+lieSecret+`"`, "", KindRequired, "/key"),
		key("no hash", `"hash":"`+lieHash+`",`, "", KindRequired, "/data/hash"),
		key("no workspace", `,"workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"`, "", KindRequired, "/data/workspace_id"),
		{"an error for a success", []Exchange{honestKey().withResponse(201, lieError("201"))}, KindRequired, "/data", true},
		{"a success for an error", []Exchange{honestKey().withResponse(500, lieKeyResponse)}, KindRequired, "/error", true},
		{"200 for 201", []Exchange{honestKey().withResponse(200, lieKeyResponse)}, KindStatus, "status", true},
		{"202 for 201", []Exchange{honestKey().withResponse(202, lieKeyResponse)}, KindStatus, "status", true},
		{"422 for 400", []Exchange{honestKey().withRequest("{}").withResponse(422, lieError("422"))}, KindStatus, "status", true},
		{"404 for an operation", []Exchange{honestKey().withResponse(404, lieError("404"))}, KindStatus, "status", true},
		{"409 for a key", []Exchange{honestKey().withResponse(409, lieError("409"))}, KindStatus, "status", true},
		{"503", []Exchange{honestKey().withResponse(503, lieError("503"))}, KindStatus, "status", true},
		{"201 for a code", []Exchange{honestCode().withResponse(201, lieCodeResponse)}, KindStatus, "status", true},
		{"403 for a code", []Exchange{honestCode().withResponse(403, lieError("403"))}, KindStatus, "status", true},
		{"200 for an unknown path", []Exchange{lieExchange("GET", "/nowhere", "", 200, "{}")}, KindStatus, "status", true},
		{"another code in an error", []Exchange{honestKey().withResponse(500, lieError("400"))}, KindErrorCode, "/error/code", true},
		{"a code in an error that rounds to the status", []Exchange{honestKey().withRequest("{}").withResponse(400, lieError("400.00000000000000001"))}, KindErrorCode, "/error/code", true},
		{"a text for the code in an error", []Exchange{honestKey().withResponse(500, lieError(`"500"`))}, KindType, "/error/code", true},
		{"an error that is a text", []Exchange{honestKey().withResponse(500, `{"error":"failed"}`)}, KindType, "/error", true},
	}
}

// valueLies are wrong values of documented members.
func valueLies() []Lie {
	key := func(name, old, replacement, kind, where string) Lie {
		return Lie{name, []Exchange{honestKey().withResponse(201, lieReplace(lieKeyResponse, old, replacement))}, kind, where, true}
	}
	code := func(name, old, replacement, kind, where string) Lie {
		return Lie{name, []Exchange{honestCode().withResponse(200, lieReplace(lieCodeResponse, old, replacement))}, kind, where, true}
	}
	return []Lie{
		key("an empty key", `"key":"`+lieSecret, `"key":"`, KindEmpty, "/key"),
		key("an empty hash", `"hash":"`+lieHash, `"hash":"`, KindEmpty, "/data/hash"),
		key("a number for a name", `"Nightly"`, "7", KindType, "/data/name"),
		key("a text for a limit", `"limit":5`, `"limit":"5"`, KindType, "/data/limit"),
		key("null for a usage", `"usage":0`, `"usage":null`, KindType, "/data/usage"),
		key("a number for a boolean", `"disabled":false`, `"disabled":0`, KindType, "/data/disabled"),
		key("a number that no double holds", `"usage":0`, `"usage":1e400`, KindJSON, "body"),
		key("a creation that is no time", `"2026-01-01T00:00:00Z"`, `"yesterday"`, KindFormat, "/data/created_at"),
		key("a creation in seconds since 1970", `"2026-01-01T00:00:00Z"`, `1767225600`, KindType, "/data/created_at"),
		key("an expiry without a time of day", `"2099-01-02T03:04:05Z"`, `"2099-01-02"`, KindFormat, "/data/expires_at"),
		key("an expiry in another zone", `"2099-01-02T03:04:05Z"`, `"2099-01-02T05:04:05+02:00"`, KindNotUTC, "/data/expires_at"),
		key("a reset that does not exist", `"weekly"`, `"yearly"`, KindEnum, "/data/limit_reset"),
		code("an empty id", "code-0123456789abcdef", "", KindEmpty, "/data/id"),
		code("an app with a fraction", `"app_id":1`, `"app_id":1.5`, KindType, "/data/app_id"),
		code("an app with a fraction that a double rounds", `"app_id":1`, `"app_id":9007199254740993.5`, KindType, "/data/app_id"),
		code("a text for an app", `"app_id":1`, `"app_id":"1"`, KindType, "/data/app_id"),
		code("no id", `,"id":"code-0123456789abcdef"`, "", KindRequired, "/data/id"),
		code("a creation of a code that is no time", `"2026-01-01T00:00:00Z"`, `""`, KindFormat, "/data/created_at"),
	}
}

// headerLies are wrong headers.
func headerLies() []Lie {
	key := func(name, header string, kind string, values ...string) Lie {
		return Lie{name, []Exchange{honestKey().withHeader(header, values...)}, kind, "header " + header, true}
	}
	limited := func(name, kind, where string, pairs ...string) Lie {
		x := honestKey().withResponse(429, lieError("429"))
		for i := 0; i+1 < len(pairs); i += 2 {
			x = x.withHeader(pairs[i], pairs[i+1])
		}
		return Lie{name, []Exchange{x}, kind, where, true}
	}
	unrouted := func(method string, status int, body string) Exchange {
		return lieExchange(method, "/keys", "", status, body)
	}
	noType := key("no content type", "Content-Type", KindContentType)
	noType.Wire = false // net/http guesses one
	twoTypes := key("two content types", "Content-Type", KindContentType, "application/json", "text/plain")
	head := Lie{"a body in a response to HEAD", []Exchange{unrouted("HEAD", 405, lieError("405")).withHeader("Allow", "POST")}, KindUnexpected, "body", false}
	return []Lie{
		noType, twoTypes, head,
		key("text/plain", "Content-Type", KindContentType, "text/plain"),
		key("text/html", "Content-Type", KindContentType, "text/html; charset=utf-8"),
		key("problem+json", "Content-Type", KindContentType, "application/problem+json"),
		key("JSON in Latin-1", "Content-Type", KindContentType, "application/json; charset=iso-8859-1"),
		key("JSON in UTF-16", "Content-Type", KindContentType, "application/json; charset=utf-16"),
		key("a body that is not gzipped", "Content-Encoding", KindHeader, "gzip"),
		key("an unknown content coding", "Content-Encoding", KindHeader, "rot13"),
		key("a Retry-After that is no time, on a success", "Retry-After", KindHeader, "soon"),
		limited("a Retry-After with a fraction", KindHeader, "header Retry-After", "Retry-After", "1.5"),
		limited("a negative Retry-After", KindHeader, "header Retry-After", "Retry-After", "-1"),
		limited("more requests left than allowed", KindHeader, "header X-RateLimit-Remaining", "X-RateLimit-Limit", "10", "X-RateLimit-Remaining", "11"),
		limited("a reset in seconds", KindHeader, "header X-RateLimit-Reset", "X-RateLimit-Reset", "1790000000"),
		{"a 405 without Allow", []Exchange{unrouted("PUT", 405, lieError("405"))}, KindHeader, "header Allow", true},
	}
}

// requestLies are invalid requests that are accepted, and valid ones refused.
func requestLies() []Lie {
	accepted := func(name, request string) Lie {
		return Lie{name + " is accepted", []Exchange{honestKey().withRequest(request)}, KindAcceptedInvalid, "status", true}
	}
	code := func(name, request string) Lie {
		return Lie{name + " is accepted", []Exchange{honestCode().withRequest(request)}, KindAcceptedInvalid, "status", true}
	}
	credential := func(name, authorization string) Lie {
		return Lie{name + " is accepted", []Exchange{honestKey().withAuthorization(authorization)}, KindAcceptedInvalid, "status", true}
	}
	refused := func(x Exchange, name string, status int, code string) Lie {
		return Lie{name, []Exchange{x.withResponse(status, lieError(code))}, KindRefusedValid, "status", true}
	}
	plainKey := honestSecondKey().withAuthorization("Bearer " + lieSecret)
	return []Lie{
		accepted("no body", ""), accepted("a body that is not JSON", "name=x"), accepted("the body null", "null"),
		accepted("an array", "[]"), accepted("half a body", `{"name":"Nightly"`), accepted("two bodies", lieKeyRequest+lieKeyRequest),
		accepted("text behind a body", lieKeyRequest+"x"), accepted("no name", `{"limit":5}`), accepted("a number for a name", `{"name":7}`),
		accepted("null for a name", `{"name":null}`), accepted("a text for a limit", `{"name":"Nightly","limit":"5"}`),
		accepted("another reset", `{"name":"Nightly","limit_reset":"yearly"}`), accepted("a reset in capitals", `{"name":"Nightly","limit_reset":"WEEKLY"}`),
		accepted("an expiry that is no time", `{"name":"Nightly","expires_at":"tomorrow"}`),
		accepted("an expiry without seconds", `{"name":"Nightly","expires_at":"2099-01-02T03:04Z"}`),
		accepted("an expiry in another zone", `{"name":"Nightly","expires_at":"2099-01-02T05:04:05+02:00"}`),
		accepted("a workspace that is no UUID", `{"name":"Nightly","workspace_id":"default"}`),
		accepted("null for a boolean", `{"name":"Nightly","include_byok_in_limit":null}`),
		code("a code without a callback", `{"limit":5}`), code("a callback that is no URI", `{"callback_url":"here"}`),
		code("a callback without TLS", `{"callback_url":"http://example.com/callback"}`),
		code("a callback on another port", `{"callback_url":"https://example.com:8443/callback"}`),
		code("another challenge method", `{"callback_url":"https://example.com/","code_challenge":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM","code_challenge_method":"S512"}`),
		code("null for a limit", `{"callback_url":"https://example.com/","limit":null}`),
		credential("no credential", ""), credential("the key as Basic", "Basic "+LieManagementKey), credential("the key without a scheme", LieManagementKey),
		credential("another scheme", "Token "+LieManagementKey), credential("a scheme without a token", "Bearer"),
		{"a plain key makes keys", []Exchange{honestKey(), plainKey}, KindAcceptedInvalid, "status", true},
		refused(honestKey(), "a valid key is refused with 400", 400, "400"), refused(honestKey(), "a valid key is refused with 401", 401, "401"),
		refused(honestKey(), "a management key is refused with 403", 403, "403"), refused(honestKey(), "a valid key meets a failure", 500, "500"),
		refused(honestCode(), "a valid code is refused with 400", 400, "400"), refused(honestCode(), "a valid code is refused with 401", 401, "401"),
		{"an invalid body meets a failure", []Exchange{honestKey().withRequest("{").withResponse(500, lieError("500"))}, KindStatus, "status", true},
	}
}

// relationLies are responses that contradict the request or earlier exchanges.
func relationLies() []Lie {
	key := func(name, old, replacement, kind, where string) Lie {
		return Lie{name, []Exchange{honestKey().withResponse(201, lieReplace(lieKeyResponse, old, replacement))}, kind, where, true}
	}
	second := honestSecondKey()
	edit := func(old, replacement string) Exchange {
		return second.withResponse(201, lieReplace(string(second.ResponseBody), old, replacement))
	}
	failure := honestKey().withRequest("{}").withResponse(400, lieReplace(lieError("400"), "no", "the key "+lieSecret+" is not allowed"))
	encoded := honestKey().withRequest("{}").withResponse(400, lieReplace(lieError("400"), "no", "c2stbGllLXYxLTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="))
	credential := honestKey().withRequest("{}").withResponse(400, lieReplace(lieError("400"), "no", "sent with "+LieManagementKey))
	return []Lie{
		key("another name comes back", "Nightly", "nightly", KindEcho, "/data/name"),
		key("another limit comes back", `"limit":5,"limit_remaining":5`, `"limit":50,"limit_remaining":50`, KindEcho, "/data/limit"),
		key("no limit comes back", `"limit":5,"limit_remaining":5`, `"limit":null,"limit_remaining":null`, KindEcho, "/data/limit"),
		key("another reset comes back", `"weekly"`, `"daily"`, KindEcho, "/data/limit_reset"),
		key("another expiry comes back", `"2099-01-02T03:04:05Z"`, `"2099-01-02T03:04:06Z"`, KindEcho, "/data/expires_at"),
		key("no expiry comes back", `"2099-01-02T03:04:05Z"`, "null", KindEcho, "/data/expires_at"),
		key("the expiry is left out", `"expires_at":"2099-01-02T03:04:05Z",`, "", KindEcho, "/data/expires_at"),
		key("another boolean comes back", `"include_byok_in_limit":true`, `"include_byok_in_limit":false`, KindEcho, "/data/include_byok_in_limit"),
		key("a new key has been used", `"usage":0`, `"usage":0.01`, KindNotFresh, "/data/usage"),
		key("a new key has been used today", `"byok_usage_daily":0`, `"byok_usage_daily":1`, KindNotFresh, "/data/byok_usage_daily"),
		key("a new key is disabled", `"disabled":false`, `"disabled":true`, KindNotFresh, "/data/disabled"),
		key("a new key was updated", `"updated_at":null`, `"updated_at":"2026-01-01T00:00:00Z"`, KindNotFresh, "/data/updated_at"),
		key("a new key may spend less than its limit", `"limit_remaining":5`, `"limit_remaining":4`, KindNotFresh, "/data/limit_remaining"),
		key("a new key may spend without a limit", `"limit_remaining":5`, `"limit_remaining":null`, KindNotFresh, "/data/limit_remaining"),
		key("the secret is in the label", "sk-lie-v1-111...111", lieSecret, KindSecretExposed, "body"),
		key("the secret is in an undocumented member", `"usage":0`, `"usage":0,"raw":"`+lieSecret+`"`, KindSecretExposed, "body"),
		{"the secret is in a header", []Exchange{honestKey().withHeader("Location", "/keys/"+lieSecret)}, KindSecretExposed, "header Location", true},
		{"the secret is in a later error", []Exchange{honestKey(), failure}, KindSecretExposed, "body", true},
		{"the secret is in a later error, in base64", []Exchange{honestKey(), encoded}, KindSecretExposed, "body", true},
		{"the credential is in an error", []Exchange{credential}, KindSecretExposed, "body", true},
		{"a hash is used again", []Exchange{honestKey(), edit(lieSecondHash, lieHash)}, KindReused, "/data/hash", true},
		{"a secret is used again", []Exchange{honestKey(), edit(lieSecondSecret, lieSecret)}, KindReused, "/key", true},
		{"an id is used again", []Exchange{honestCode(), honestCode()}, KindReused, "/data/id", true},
	}
}
