package contract_test

import (
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract"
)

const (
	goodKey = `{"name":"nightly","limit":5,"limit_reset":"weekly"}`
	newKey  = `{"key":"sk","data":{"byok_usage":0,"byok_usage_daily":0,"byok_usage_monthly":0,"byok_usage_weekly":0,` +
		`"created_at":"2026-01-01T00:00:00Z","creator_user_id":null,"disabled":false,"hash":"h","include_byok_in_limit":false,` +
		`"label":"l","limit":5,"limit_remaining":5,"limit_reset":"weekly","name":"nightly","updated_at":null,"usage":0,` +
		`"usage_daily":0,"usage_monthly":0,"usage_weekly":0,"workspace_id":"w"}}`
	failed = `{"error":{"code":500,"message":"Internal Server Error"}}`
)

// exchange returns a create-keys exchange that conforms, changed by the edits.
func exchange(edits ...func(*contract.Exchange)) contract.Exchange {
	x := contract.Exchange{
		Method: "POST", Path: "/keys",
		RequestHeader:  http.Header{"Authorization": {"Bearer token"}, "Content-Type": {"application/json"}},
		RequestBody:    []byte(goodKey),
		Status:         201,
		ResponseHeader: http.Header{"Content-Type": {"application/json"}},
		ResponseBody:   []byte(newKey),
	}
	for _, edit := range edits {
		edit(&x)
	}
	return x
}

func call(method, path string) func(*contract.Exchange) {
	path, query, _ := strings.Cut(path, "?")
	return func(x *contract.Exchange) { x.Method, x.Path, x.Query = method, path, query }
}

func send(body string) func(*contract.Exchange) {
	return func(x *contract.Exchange) { x.RequestBody = []byte(body) }
}

func answer(status int, body string) func(*contract.Exchange) {
	return func(x *contract.Exchange) { x.Status, x.ResponseBody = status, []byte(body) }
}

func requestHeader(name string, values ...string) func(*contract.Exchange) {
	return func(x *contract.Exchange) { set(x.RequestHeader, name, values) }
}

func responseHeader(name string, values ...string) func(*contract.Exchange) {
	return func(x *contract.Exchange) { set(x.ResponseHeader, name, values) }
}

func set(h http.Header, name string, values []string) {
	delete(h, http.CanonicalHeaderKey(name))
	if len(values) > 0 {
		h[http.CanonicalHeaderKey(name)] = values
	}
}

// newKeyWith sets the good response with one text in it replaced.
func newKeyWith(old, replacement string) func(*contract.Exchange) {
	if !strings.Contains(newKey, old) {
		panic("the good response does not contain " + old)
	}
	return answer(201, strings.Replace(newKey, old, replacement, 1))
}

func limited(header string, values ...string) []func(*contract.Exchange) {
	return []func(*contract.Exchange){
		answer(429, `{"error":{"code":429,"message":"Rate limit exceeded"}}`), responseHeader(header, values...),
	}
}

func edits(more ...func(*contract.Exchange)) []func(*contract.Exchange) { return more }

func TestCheck_findsEachDeparture(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	for _, test := range []struct {
		name  string
		edits []func(*contract.Exchange)
		want  []string // "part kind where"; notes are in parentheses
	}{
		{"a good exchange", nil, nil},
		{"a trailing slash in the path", edits(call("POST", "/keys/")), nil},
		{"the credential's scheme in mixed case", edits(requestHeader("Authorization", "bEARER   token")), nil},
		{"a charset beside the media type", edits(requestHeader("Content-Type", "Application/JSON; charset=utf-8")), nil},
		{"a content type with empty parameters", edits(responseHeader("Content-Type", "application/json;;=")), nil},

		{"no credential", edits(requestHeader("Authorization")), []string{"request credential header Authorization"}},
		{"another scheme", edits(requestHeader("Authorization", "Basic token")), []string{"request credential header Authorization"}},
		{"a scheme that begins with Bearer", edits(requestHeader("Authorization", "Bearerx token")), []string{"request credential header Authorization"}},
		{"a scheme without a token", edits(requestHeader("Authorization", "Bearer  ")), []string{"request credential header Authorization"}},
		{"two tokens", edits(requestHeader("Authorization", "Bearer a b")), []string{"request credential header Authorization"}},
		{"two credentials", edits(requestHeader("Authorization", "Bearer a", "Bearer b")), []string{"request credential header Authorization"}},

		{"an empty request", edits(send("")), []string{"request empty body"}},
		{"a request of spaces", edits(send(" \n")), []string{"request empty body"}},
		{"the request null", edits(send("null")), []string{"request type body"}},
		{"a request that is an array", edits(send("[]")), []string{"request type body"}},
		{"a truncated request", edits(send(`{"name":"x"`)), []string{"request json body"}},
		{"a request that is not JSON", edits(send(`name=x`)), []string{"request json body"}},
		{"a request that is not UTF-8", edits(send("{\"name\":\"\xff\"}")), []string{"request json body"}},
		{"a number beyond the range of a double", edits(send(`{"name":"x","limit":1e400}`)), []string{"request json body"}},
		{"a request nested too deeply", edits(send(`{"name":` + strings.Repeat("[", 20_000))), []string{"request json body"}},
		{"a request that is too large", edits(send(`{"name":"` + strings.Repeat("x", contract.MaxRequestBody) + `"}`)), []string{"request size body"}},
		{"a request without a content type", edits(requestHeader("Content-Type")), []string{"request content-type header Content-Type"}},
		{"a request with two content types", edits(requestHeader("Content-Type", "application/json", "application/json")), []string{"request content-type header Content-Type"}},
		{"a request as a form", edits(requestHeader("Content-Type", "application/x-www-form-urlencoded")), []string{"request content-type header Content-Type"}},
		{"a required member left out", edits(send(`{}`)), []string{"request required /name"}},
		{"a member of another type", edits(send(`{"name":5}`)), []string{"request type /name"}},
		{"a value outside its enum", edits(send(`{"name":"x","limit_reset":"hourly"}`)), []string{"request enum /limit_reset"}},
		{"null where an enum may be null", edits(send(`{"name":"x","limit_reset":null}`)), nil},
		{"a member that is not a time", edits(send(`{"name":"x","expires_at":"soon"}`)), []string{"request format /expires_at"}},
		{"a member that is not a UUID", edits(send(`{"name":"x","workspace_id":"x"}`)), []string{"request format /workspace_id"}},
		{"a duplicate member", edits(send(`{"name":"x","name":"x"}`)), []string{"request duplicate-member /name"}},
		{"a duplicate member, once written with escapes", edits(send(`{"name":"x","n\u0061me":"x"}`)), []string{"request duplicate-member /name"}},
		{"a member that is not declared", edits(send(`{"name":"x","colour":1}`)), []string{"(request undeclared-property /*)"}},
		{"a query that is not declared", edits(call("POST", "/keys?verbose=1")), []string{"(request undeclared-parameter query)"}},
		{"a query with a bad escape", edits(call("POST", "/keys?a=%zz")), []string{"request parameter query"}},

		{"an undocumented status", edits(answer(409, `{"error":{"code":409,"message":""}}`)), []string{"response status status"}},
		{"an empty response", edits(answer(201, "")), []string{"response empty body"}},
		{"a response of spaces", edits(answer(201, "  ")), []string{"response empty body"}},
		{"the response null", edits(answer(201, "null")), []string{"response type body"}},
		{"a response that is an array", edits(answer(201, "[]")), []string{"response type body"}},
		{"a response that is not JSON", edits(answer(201, "<html>")), []string{"response json body"}},
		{"a response that is too large", edits(answer(201, strings.Repeat(" ", contract.MaxResponseBody)+"{}")), []string{"response size body"}},
		{"a response of too many values", edits(answer(201, "["+strings.Repeat("1,", 500_000)+"1]")), []string{"response json body"}},
		{"a response without a content type", edits(responseHeader("Content-Type")), []string{"response content-type header Content-Type"}},
		{"a response in plain text", edits(responseHeader("Content-Type", "text/plain")), []string{"response content-type header Content-Type"}},
		{"a member of the response left out", edits(newKeyWith(`"hash":"h",`, "")), []string{"response required /data/hash"}},
		{"a member of the response null", edits(newKeyWith(`"label":"l"`, `"label":null`)), []string{"response type /data/label"}},
		{"a member of the response of another type", edits(newKeyWith(`"usage":0`, `"usage":"0"`)), []string{"response type /data/usage"}},
		{"an optional member of the response", edits(newKeyWith(`"hash"`, `"expires_at":"2029-01-01T00:00:00Z","hash"`)), nil},
		{"an optional member that is not a time", edits(newKeyWith(`"hash"`, `"expires_at":"2029-01-01","hash"`)), []string{"response format /data/expires_at"}},
		{"an undocumented member", edits(newKeyWith(`"hash"`, `"colour":1,"hash"`)), []string{"response undocumented-property /data/*"}},
		{"a duplicate member of the response", edits(newKeyWith(`"hash"`, `"hash":"h","hash"`)), []string{"response duplicate-member /data/hash"}},

		{"an error.code other than the status", edits(answer(500, `{"error":{"code":429,"message":""}}`)), []string{"response error-code /error/code"}},
		{"an error.code that is a text of another number", edits(answer(500, `{"error":{"code":"429","message":""}}`)), []string{"response type /error/code"}},
		{"an error.code that is a text", edits(answer(500, `{"error":{"code":"500","message":""}}`)), []string{"response type /error/code"}},
		{"an error.code with a fraction", edits(answer(500, `{"error":{"code":500.5,"message":""}}`)), []string{"response error-code /error/code", "response type /error/code"}},
		{"anything in metadata", edits(answer(500, `{"error":{"code":500,"message":"","metadata":{"a":{"b":[1,null]}}},"modelgates_metadata":{"c":1}}`)), nil},
		{"metadata that is null", edits(answer(500, `{"error":{"code":500,"message":"","metadata":null},"user_id":null}`)), nil},
		{"metadata that is a text", edits(answer(500, `{"error":{"code":500,"message":"","metadata":"x"}}`)), []string{"response type /error/metadata"}},
		{"a duplicate member in metadata", edits(answer(500, `{"error":{"code":500,"message":"","metadata":{"a":1,"a":2}}}`)), []string{"response duplicate-member /error/metadata/*"}},

		{"a 429 without headers", edits(limited("Retry-After")...), nil},
		{"a 429 with whole seconds", edits(limited("Retry-After", "1")...), nil},
		{"a 429 with a Retry-After of zero", edits(limited("Retry-After", "0")...), nil},
		{"a 429 with a fraction of a second", edits(limited("Retry-After", "1.5")...), []string{"response header header Retry-After"}},
		{"a 429 with a date", edits(limited("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")...), nil},
		{"a 429 with the header twice", edits(limited("Retry-After", "1", "1")...), []string{"response header header Retry-After"}},
		{"a 429 with a reset in milliseconds", edits(limited("X-RateLimit-Reset", "3980000000000")...), nil},
		{"a 429 with a reset in seconds", edits(limited("X-RateLimit-Reset", "1790000000")...), []string{"response header header X-RateLimit-Reset"}},
		{"a 429 with nothing left", edits(limited("X-RateLimit-Remaining", "0")...), nil},
		{"a 429 with a negative remainder", edits(limited("X-RateLimit-Remaining", "-1")...), []string{"response header header X-RateLimit-Remaining"}},

		{"an unknown path", edits(call("POST", "/keyz"), answer(404, `{"error":{"code":404,"message":"Not Found"}}`)), []string{"request path path"}},
		{"a path with two trailing slashes", edits(call("POST", "/keys//"), answer(404, `{"error":{"code":404,"message":""}}`)), []string{"request path path"}},
		{"a path in another case", edits(call("POST", "/Keys"), answer(404, `{"error":{"code":404,"message":""}}`)), []string{"request path path"}},
		{"a path with a .. segment", edits(call("GET", "/keys/.."), answer(404, `{"error":{"code":404,"message":""}}`)), []string{"request path path"}},
		{"a path with a bad escape", edits(call("GET", "/keys/%zz"), answer(404, `{"error":{"code":404,"message":""}}`)), []string{"request path path"}},
		{"an empty path", edits(call("GET", ""), answer(404, `{"error":{"code":404,"message":""}}`)), []string{"request path path"}},
		{"a 404 of another shape", edits(call("POST", "/keyz"), answer(404, `{"message":"no"}`)), []string{"request path path", "response undocumented-property /*", "response required /error"}},
		{"a 404 with another error.code", edits(call("POST", "/keyz"), answer(404, `{"error":{"code":405,"message":""}}`)), []string{"request path path", "response error-code /error/code"}},
		{"a 404 in HTML", edits(call("POST", "/keyz"), answer(404, `<html>`), responseHeader("Content-Type", "text/html")), []string{"request path path", "response content-type header Content-Type"}},
		{"another status on an unknown path", edits(call("POST", "/keyz"), answer(200, `{}`)), []string{"request path path", "response status status"}},
		{"a method that the path does not have", edits(call("PUT", "/keys"), answer(405, `{"error":{"code":405,"message":""}}`), responseHeader("Allow", "POST")), []string{"request method method"}},
		{"a method answered with 404", edits(call("PUT", "/keys"), answer(404, `{"error":{"code":404,"message":""}}`)), []string{"request method method"}},
		{"a method that is not of HTTP", edits(call("BREW", "/keys"), answer(405, `{"error":{"code":405,"message":""}}`), responseHeader("Allow", "POST")), []string{"request method method"}},
		{"a response to HEAD, without a body", edits(call("HEAD", "/keys"), answer(405, ""), responseHeader("Allow", "POST")), []string{"request method method"}},
		{"a CORS preflight", edits(call("OPTIONS", "/keys"), answer(204, "")), nil},
		{"a CORS preflight of an unknown path", edits(call("OPTIONS", "/keyz"), answer(204, "")), []string{"request path path", "response status status"}},
		{"a CORS preflight answered with a body", edits(call("OPTIONS", "/keys"), answer(204, "{}")), []string{"request method method", "response status status"}},

		{"a list", edits(call("GET", "/keys?offset=0&include_disabled=true&workspace_id=0df9e665-d932-5740-b2c7-b52af166bc11"), send(""), answer(200, `{"data":[]}`)), nil},
		{"a list from a negative offset", edits(call("GET", "/keys?offset=-1"), send(""), answer(200, `{"data":[]}`)), []string{"request parameter query offset"}},
		{"a list from an offset that is not a number", edits(call("GET", "/keys?offset=ten"), send(""), answer(200, `{"data":[]}`)), []string{"request parameter query offset"}},
		{"a list from two offsets", edits(call("GET", "/keys?offset=1&offset=2"), send(""), answer(200, `{"data":[]}`)), []string{"request parameter query offset"}},
		{"a list with a boolean that is neither true nor false", edits(call("GET", "/keys?include_disabled=yes"), send(""), answer(200, `{"data":[]}`)), []string{"request parameter query include_disabled"}},
		{"a list of a workspace that is not a UUID", edits(call("GET", "/keys?workspace_id=default"), send(""), answer(200, `{"data":[]}`)), []string{"request parameter query workspace_id"}},
		{"a list with a body", edits(call("GET", "/keys"), answer(200, `{"data":[]}`)), []string{"(request unexpected-body body)"}},
		{"a list whose key is wrong", edits(call("GET", "/keys"), send(""), answer(200, strings.Replace(strings.Replace(newKey, `{"key":"sk","data":`, `{"data":[`, 1), `"w"}}`, `7}]}`, 1))), []string{"response type /data/0/workspace_id"}},
		{"a deletion", edits(call("DELETE", "/keys/a%2Fb"), send(""), answer(200, `{"deleted":true}`)), nil},
		{"a deletion that answers false", edits(call("DELETE", "/keys/h"), send(""), answer(200, `{"deleted":false}`)), []string{"response enum /deleted"}},
		{"an update to an empty name", edits(call("PATCH", "/keys/h"), send(`{"name":""}`), answer(500, failed)), []string{"request schema /name"}},
		{"an exchange, which needs no credential", edits(call("POST", "/auth/keys"), requestHeader("Authorization"), send(`{"code":"c","code_challenge_method":null}`), answer(200, `{"key":"k","user_id":null}`)), nil},
		{"an exchange by an unknown method", edits(call("POST", "/auth/keys"), send(`{"code":"c","code_challenge_method":"S512"}`), answer(200, `{"key":"k","user_id":null}`)), []string{"request enum /code_challenge_method"}},
		{"a code for something that is not a URI", edits(call("POST", "/auth/keys/code"), send(`{"callback_url":"here"}`), answer(409, `{"error":{"code":409,"message":""}}`)), []string{"request format /callback_url"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := c.Check(exchange(test.edits...))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			departs := false
			for _, f := range result.Findings {
				line := f.Part + " " + f.Kind + " " + f.Where
				if f.Note() {
					line = "(" + line + ")"
				}
				departs = departs || !f.Note()
				got = append(got, line)
			}
			if diff := gocmp.Diff(got, test.want); diff != "" {
				t.Errorf("findings (-got +want):\n%s", diff)
			}
			if result.Conforms() == departs {
				t.Errorf("conforms: %v, with findings %v", result.Conforms(), got)
			}
			if len(result.RequestFindings())+len(result.ResponseFindings()) != len(result.Findings) {
				t.Errorf("the findings of request and response are not all findings: %v", result.Findings)
			}
		})
	}
}
