package testrequest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body    string
		headers []string
		host    string
		want    http.Header
	}{
		"no body":                     {"", nil, "example.com", http.Header{}},
		"a body":                      {"{}", nil, "example.com", http.Header{"Content-Type": {"application/json"}}},
		"a body of another type":      {"x", []string{"Content-Type", "text/plain"}, "example.com", http.Header{"Content-Type": {"text/plain"}}},
		"a body without a type":       {"{}", []string{"Content-Type", ""}, "example.com", http.Header{}},
		"the last of two values wins": {"", []string{"A", "1", "B", "2", "A", "3"}, "example.com", http.Header{"A": {"3"}, "B": {"2"}}},
		"another host":                {"", []string{"Host", "a.test"}, "a.test", http.Header{}},
	} {
		r := New("POST", "/x", test.body, test.headers...)
		if diff := cmp.Diff(test.want, r.Header); diff != "" || r.Host != test.host {
			t.Errorf("%s: host %q, want %q; header (-want +got):\n%s", name, r.Host, test.host, diff)
		}
	}
}

func TestNew_headerWithoutAValue(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := recover(); got != `the header "B" has no value` {
			t.Errorf("New panics with %v; want the name of the header", got)
		}
	}()
	New("GET", "/", "", strings.Fields("A 1 B")...)
}
