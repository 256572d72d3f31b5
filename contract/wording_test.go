package contract_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

// TestFinding_describesWhatWasSent checks the descriptions of what was sent,
// which must be useful without quoting it.
func TestFinding_describesWhatWasSent(t *testing.T) {
	t.Parallel()
	put := contract.Exchange{
		Method: "PUT", Path: "/shelves/7/books", Query: "copies=1",
		RequestHeader: http.Header{"Authorization": {"Bearer t"}, "Content-Type": {"application/json"}, "X-Reader": {"4"}},
		RequestBody:   []byte(`{"title":"abc"}`), Status: 204,
	}
	c, other := newContract(t, contract.All), loadLibrary(t)
	for _, test := range []struct {
		name  string
		c     *contract.Contract
		x     contract.Exchange
		where string
		got   string
	}{
		{"a missing credential", c, exchange(requestHeader("Authorization")), "header Authorization", "no such header"},
		{"another scheme", c, exchange(requestHeader("Authorization", "Basic x")), "header Authorization", "another scheme"},
		{"no token", c, exchange(requestHeader("Authorization", "Bearer")), "header Authorization", "no token"},
		{"two tokens", c, exchange(requestHeader("Authorization", "Bearer a b")), "header Authorization", "a token that contains a space"},
		{"two credentials", c, exchange(requestHeader("Authorization", "a", "b")), "header Authorization", "2 headers of this name"},
		{"a query parameter of another form", c, exchange(call("GET", "/keys?offset=ten"), send(""), answer(200, `{"data":[]}`)), "query offset", "a text of 3 bytes"},
		{"a query parameter twice", c, exchange(call("GET", "/keys?offset=1&offset=2"), send(""), answer(200, `{"data":[]}`)), "query offset", "2 values"},
		{"undeclared query parameters", c, exchange(call("POST", "/keys?a=1&b=2")), "query", "2 others"},
		{"a missing query parameter", other, with(put, func(x *contract.Exchange) { x.Query = "" }), "query copies", "no such parameter"},
		{"a missing header parameter", other, with(put, func(x *contract.Exchange) { x.RequestHeader.Del("X-Reader") }), "header X-Reader", "no such header"},
		{"a header parameter of another form", other, with(put, func(x *contract.Exchange) { x.RequestHeader.Set("X-Reader", "me") }), "header X-Reader", "another value"},
		{"a path parameter of another form", other, with(put, func(x *contract.Exchange) { x.Path = "/shelves/top/books" }), "path shelf", "another value"},
		{"a missing response header", other, with(put, func(x *contract.Exchange) { x.Status = 303 }), "header Location", "no such header"},
		{"a response header twice", c, exchange(limited("Retry-After", "1", "2")...), "header Retry-After", "2 headers of this name"},
		{"a response header out of range", c, exchange(limited("Retry-After", "-1")...), "header Retry-After", "an integer out of range"},
		{"a response header of another form", c, exchange(limited("Retry-After", "soon")...), "header Retry-After", "a text of 4 bytes"},
		{"no body", c, exchange(send("")), "body", "no body"},
		{"only whitespace", c, exchange(send(" ")), "body", "only whitespace"},
		{"a body that is cut off", c, exchange(send(`{"name":`)), "body", "not JSON: it breaks off after 8 bytes"},
		{"no content type", c, exchange(requestHeader("Content-Type")), "header Content-Type", "no such header"},
		{"two content types", c, exchange(requestHeader("Content-Type", "a/b", "a/b")), "header Content-Type", "2 headers of this name"},
		{"a common content type", c, exchange(requestHeader("Content-Type", "Text/HTML; charset=utf-8")), "header Content-Type", "text/html"},
		{"an uncommon content type", c, exchange(requestHeader("Content-Type", "a/b")), "header Content-Type", "another media type"},
		{"undeclared members", c, exchange(send(`{"name":"x","nmae":1,"colour":2}`)), "/*", "2 others: a name of 4 characters, near name; a name of 6 characters"},
		{"many undeclared members", c, exchange(send(`{"name":"x","A1":0,"B2":0,"C3":0,"D4":0,"E5":0,"F6":0}`)), "/*", "6 others:" + strings.Repeat("; a name of 2 characters", 5)[1:] + " ..."},
		{"an unknown path", c, exchange(call("GET", "/a/b"), answer(404, failed)), "path", "another path, of 2 segments"},
		{"a known method", c, exchange(call("PUT", "/keys"), answer(404, failed)), "method", "PUT"},
		{"an unknown method", c, exchange(call("BREW", "/keys"), answer(404, failed)), "method", "not an HTTP method"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := test.c.Check(test.x)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range result.Findings {
				if f.Where == test.where {
					if f.Got != test.got {
						t.Errorf("got %q, want %q", f.Got, test.got)
					}
					return
				}
			}
			t.Errorf("no finding at %q among %v", test.where, result.Findings)
		})
	}
}

// with returns a copy of an exchange, changed by edit.
func with(x contract.Exchange, edit func(*contract.Exchange)) contract.Exchange {
	x.RequestHeader = x.RequestHeader.Clone()
	edit(&x)
	return x
}
