// Package testrequest makes requests for tests that call a handler without a network.
package testrequest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

// New returns a request as a server receives it. A body is declared as JSON. The headers
// are pairs of a name and a value; a pair replaces a header that is already set, the
// value "" leaves it out, and the name Host sets the host. New panics if a name has no
// value.
func New(method, target, body string, headers ...string) *http.Request {
	if len(headers)%2 != 0 {
		panic(fmt.Sprintf("the header %q has no value", headers[len(headers)-1]))
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		switch name, value := headers[i], headers[i+1]; {
		case name == "Host":
			r.Host = value
		case value == "":
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
	return r
}
