package contract_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract"
)

const newCode = `{"data":{"app_id":1,"created_at":"2026-01-01T00:00:00Z","id":"c"}}`

// codeWith returns the exchange of a code with one text in its response replaced.
func codeWith(old, replacement string) []func(*contract.Exchange) {
	return edits(call("POST", "/auth/keys/code"), send(`{"callback_url":"https://example.com/"}`),
		answer(200, strings.Replace(newCode, old, replacement, 1)))
}

// sendCallback returns the exchange of a code for a callback that is refused.
func sendCallback(url string) []func(*contract.Exchange) {
	return edits(call("POST", "/auth/keys/code"), send(`{"callback_url":"`+url+`"}`), answer(400, `{"error":{"code":400,"message":""}}`))
}

// metadata returns a failure with a text in its metadata.
func metadata(text string) []func(*contract.Exchange) {
	return edits(answer(500, `{"error":{"code":500,"message":"","metadata":`+text+`}}`))
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func deflated(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// findingsOf returns the part, kind and place of each finding.
func findingsOf(result contract.Result) []string {
	var list []string
	for _, f := range result.Findings {
		list = append(list, f.Part+" "+f.Kind+" "+f.Where)
	}
	return list
}

// TestCheck_findsWhatItOnceMissed has one line for each departure that Check once
// missed.
func TestCheck_findsWhatItOnceMissed(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	encoding := func(name string) func(*contract.Exchange) { return responseHeader("Content-Encoding", name) }
	for _, test := range []struct {
		name  string
		edits []func(*contract.Exchange)
		want  []string // part, kind and place of each finding
	}{
		{"a number with a fraction that a double rounds away", codeWith(`:1,`, `:9007199254740993.5,`), []string{"response type /data/app_id"}},
		{"an error.code that rounds to the status", edits(answer(500, `{"error":{"code":500.00000000000000001,"message":""}}`)), []string{"response error-code /error/code", "response type /error/code"}},
		{"a URI with a space", sendCallback("https://example.com/a b"), []string{"request format /callback_url"}},
		{"a URI with a letter outside ASCII", sendCallback("https://example.com/ä"), []string{"request format /callback_url"}},
		{"a URI with a broken escape", sendCallback("https://example.com/%zz"), []string{"request format /callback_url"}},
		{"a URI with a brace", sendCallback("https://example.com/{a}"), []string{"request format /callback_url"}},
		{"a URI with brackets in the path", sendCallback("https://example.com/[a]"), []string{"request format /callback_url"}},
		{"a URI with two fragments", sendCallback("https://example.com/#a#b"), []string{"request format /callback_url"}},
		{"a response in Latin-1", edits(responseHeader("Content-Type", "application/json; charset=latin1")), []string{"response content-type header Content-Type"}},
		{"a request in UTF-16", edits(requestHeader("Content-Type", "application/json; charset=utf-16")), []string{"request content-type header Content-Type"}},
		{"a lone surrogate in a text", edits(newKeyWith(`"name":"nightly"`, `"name":"\ud800"`)), []string{"response json /data/name"}},
		{"two names with different lone surrogates are not duplicates", metadata(`{"\ud800":1,"\udc00":2}`), []string{"response json /error/metadata/*"}},
		{"a gzipped body that departs", edits(encoding("gzip"), answer(201, gzipped(t, strings.Replace(newKey, `"usage":0`, `"usage":"0"`, 1)))), []string{"response type /data/usage"}},
		{"a body that claims to be gzipped", edits(encoding("gzip")), []string{"response header header Content-Encoding"}},
		{"a gzipped body that breaks off", edits(encoding("gzip"), answer(201, gzipped(t, newKey)[:60])), []string{"response header header Content-Encoding"}},
		{"a coding that nobody asked for", edits(encoding("br")), []string{"response header header Content-Encoding"}},
		{"a Retry-After that is negative", limited("Retry-After", "-1"), []string{"response header header Retry-After"}},
		{"a Retry-After with a sign", limited("Retry-After", "+1"), []string{"response header header Retry-After"}},
		{"an empty Retry-After", limited("Retry-After", ""), []string{"response header header Retry-After"}},
		{"a Retry-After on a failure", edits(answer(500, failed), responseHeader("Retry-After", "soon")), []string{"response header header Retry-After"}},
		{"a Retry-After on an unknown path", edits(call("GET", "/nowhere"), answer(404, `{"error":{"code":404,"message":""}}`), responseHeader("Retry-After", "soon")), []string{"request path path", "response header header Retry-After"}},
		{"more requests left than allowed", append(limited("X-RateLimit-Limit", "5"), responseHeader("X-RateLimit-Remaining", "6")), []string{"response header header X-RateLimit-Remaining"}},
		{"a 405 without Allow", edits(call("PUT", "/keys"), answer(405, `{"error":{"code":405,"message":""}}`)), []string{"request method method", "response header header Allow"}},
		{"a response to HEAD with a body", edits(call("HEAD", "/nowhere"), answer(404, "x")), []string{"request path path", "response unexpected-body body"}},
		{"an empty key", edits(newKeyWith(`"key":"sk"`, `"key":""`)), []string{"response empty /key"}},
		{"an empty hash", edits(newKeyWith(`"hash":"h"`, `"hash":""`)), []string{"response empty /data/hash"}},
		{"an empty id", codeWith(`"id":"c"`, `"id":""`), []string{"response empty /data/id"}},
		{"a created_at that is not a time", edits(newKeyWith(`"2026-01-01T00:00:00Z"`, `"now"`)), []string{"response format /data/created_at"}},
		{"a created_at that is a date", edits(newKeyWith(`"2026-01-01T00:00:00Z"`, `"2026-01-01"`)), []string{"response format /data/created_at"}},
		{"an updated_at that is not a time", edits(newKeyWith(`"updated_at":null`, `"updated_at":""`)), []string{"response format /data/updated_at"}},
		{"a limit_reset that does not exist", edits(newKeyWith(`"limit_reset":"weekly"`, `"limit_reset":"yearly"`)), []string{"response enum /data/limit_reset"}},
		{"a query with a broken escape", edits(call("GET", "/keys?a=%zz"), send(""), answer(200, `{"data":[]}`)), []string{"request parameter query"}},
		{"a number beyond a double in a documented member", edits(newKeyWith(`"usage":0`, `"usage":1e400`)), []string{"response json body"}},
		{"a Content-Type that is given twice", edits(responseHeader("Content-Type", "application/json", "application/json")), []string{"response content-type header Content-Type"}},
		{"a gzipped body with text behind it", edits(encoding("gzip"), answer(201, gzipped(t, newKey)+"x")), []string{"response header header Content-Encoding"}},
		{"a gzipped body with a wrong checksum", edits(encoding("gzip"), answer(201, flipped(gzipped(t, newKey), -8))), []string{"response header header Content-Encoding"}},
		{"a Retry-After that is a word", limited("Retry-After", "yesterday"), []string{"response header header Retry-After"}},
		{"a fraction in Retry-After", limited("Retry-After", "1.5"), []string{"response header header Retry-After"}},
		{"an empty expires_at", edits(newKeyWith(`"name":"nightly"`, `"expires_at":"","name":"nightly"`)), []string{"response format /data/expires_at"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := c.Check(exchange(test.edits...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(findingsOf(result), test.want); diff != "" {
				t.Errorf("findings (-got +want):\n%s", diff)
			}
			if result.Reached() && strings.Contains(strings.Join(test.want, " "), "response") {
				t.Errorf("%v counts as reached", result.Response)
			}
		})
	}
}

// TestCheck_doesNotFlagWhatConforms has one line for each exchange in which Check
// once found something, or might. What Check cannot read is inconclusive.
func TestCheck_doesNotFlagWhatConforms(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	encoding := func(name string) func(*contract.Exchange) { return responseHeader("Content-Encoding", name) }
	large := strings.Replace(newKey, `"name":"nightly"`, `"name":"`+strings.Repeat("a", contract.MaxResponseBody)+`"`, 1)
	for _, test := range []struct {
		name         string
		edits        []func(*contract.Exchange)
		notes        []string // part, kind and place of what is found in the request
		inconclusive bool
	}{
		{"an integer beyond the exact range of a double", codeWith(`:1,`, `:9007199254740993,`), nil, false},
		{"an integer with an exponent", codeWith(`:1,`, `:1e2,`), nil, false},
		{"an error.code in another spelling", edits(answer(500, `{"error":{"code":5.0e2,"message":""}}`)), nil, false},
		{"a URI with an IPv6 address", sendCallback("https://[::1]/a?b=c#d"), nil, false},
		{"a URI with all that is allowed", sendCallback("https://u:p@example.com:443/a%20b;c=1,2/~x?y=(z)&q=1*2#f!"), nil, false},
		{"a response in UTF-8, quoted", edits(responseHeader("Content-Type", `application/json; charset="UTF-8"`)), nil, false},
		{"a pair of surrogates", edits(newKeyWith(`"name":"nightly"`, `"name":"\ud83d\ude00"`)), nil, false},
		{"a gzipped body", edits(encoding("gzip"), answer(201, gzipped(t, newKey))), nil, false},
		{"a deflated body", edits(encoding("deflate"), answer(201, deflated(t, newKey))), nil, false},
		{"a body with the coding identity", edits(encoding("identity")), nil, false},
		{"a gzipped 404", edits(call("GET", "/nowhere"), encoding("gzip"), answer(404, gzipped(t, `{"error":{"code":404,"message":""}}`))), []string{"request path path"}, false},
		{"a coding that the client asked for", edits(encoding("br"), requestHeader("Accept-Encoding", "gzip, br")), nil, true},
		{"a Retry-After with leading zeros", limited("Retry-After", "007"), nil, false},
		{"a date in Retry-After on a failure", edits(answer(500, failed), responseHeader("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")), nil, false},
		{"as many requests left as allowed", append(limited("X-RateLimit-Limit", "5"), responseHeader("X-RateLimit-Remaining", "5")), nil, false},
		{"OPTIONS answered with 200", edits(call("OPTIONS", "/keys"), answer(200, "")), nil, false},
		{"a created_at with microseconds", edits(newKeyWith(`"2026-01-01T00:00:00Z"`, `"2026-01-01T00:00:00.123456+00:00"`)), nil, false},
		{"a query with a semicolon", edits(call("GET", "/keys?a;b"), send(""), answer(200, `{"data":[]}`)), []string{"request undeclared-parameter query"}, false},
		{"percent-encoded letters in a path", edits(call("POST", "/key%73")), nil, false},
		{"a percent-encoded slash is part of a segment", edits(call("GET", "/auth%2Fkeys"), answer(404, `{"error":{"code":404,"message":""}}`)), []string{"request path path"}, false},
		{"a number beyond a double in free metadata", metadata(`{"a":1e400}`), nil, true},
		{"a number beyond a double in an undocumented member", edits(newKeyWith(`"usage":0`, `"more":1e400,"usage":0`)), nil, true},
		{"deep nesting in free metadata", metadata(`{"a":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}`), nil, true},
		{"a date in Retry-After", limited("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"), nil, false},
		{"a Retry-After in seconds on a success", edits(responseHeader("Retry-After", "0")), nil, false},
		{"a gzipped body that expands beyond what is read", edits(encoding("gzip"), answer(201, gzipped(t, large))), nil, true},
		{"a body that is gzipped twice", edits(encoding("gzip, gzip"), answer(201, gzipped(t, gzipped(t, newKey)))), nil, false},
		{"OPTIONS answered with 204", edits(call("OPTIONS", "/keys"), answer(204, "")), nil, false},
		{"two members that differ in a surrogate pair", metadata(`{"\ud83d\ude00":1,"\ud83d\ude01":2}`), nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := c.Check(exchange(test.edits...))
			if errors.Is(err, contract.ErrInconclusive) != test.inconclusive || err != nil && !test.inconclusive {
				t.Fatalf("got error %v, want inconclusive: %v", err, test.inconclusive)
			}
			if diff := gocmp.Diff(findingsOf(result), test.notes); diff != "" {
				t.Errorf("findings (-got +want):\n%s", diff)
			}
			if test.inconclusive && result.Reached() {
				t.Error("an inconclusive response counts as reached")
			}
		})
	}
}

// flipped returns text with one byte changed, counted from its end.
func flipped(text string, at int) string {
	b := []byte(text)
	b[len(b)+at] ^= 0xff
	return string(b)
}
