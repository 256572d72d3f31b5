package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRequest_build adds the headers that a scenario sets, and leaves out those that it
// removes.
func TestRequest_build(t *testing.T) {
	t.Parallel()
	usual := http.Header{"Accept": {"application/json"}, "User-Agent": {"mockgates"}}
	with := func(pairs ...string) http.Header {
		h := usual.Clone()
		for i := 0; i < len(pairs); i += 2 {
			h[pairs[i]] = []string{pairs[i+1]}
		}
		return h
	}
	for name, test := range map[string]struct {
		request Request
		want    http.Header
	}{
		"nothing but the usual":     {Request{}, usual},
		"a token":                   {Request{Token: "t"}, with("Authorization", "Bearer t")},
		"a token in another form":   {Request{Token: "t", Scheme: "token"}, with("Authorization", "Token t")},
		"a body":                    {Request{Body: []byte{}}, with("Content-Type", "application/json")},
		"a world":                   {Request{World: "w"}, with("Mockgates-World", "w")},
		"a header that is left out": {Request{Body: []byte("x"), Header: http.Header{"Content-Type": nil}}, usual},
		"a header that replaces":    {Request{Token: "t", Header: http.Header{"Authorization": {"other"}}}, with("Authorization", "other")},
	} {
		test.request.Method, test.request.Path, test.request.Query = "POST", "/keys", "a=b"
		req, err := test.request.Build(t.Context(), "http://host.example/v1")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, req.Header); diff != "" || req.URL.String() != "http://host.example/v1/keys?a=b" {
			t.Errorf("%s: %s, header (-want +got):\n%s", name, req.URL, diff)
		}
	}
}

// TestSchemes_noneIsBearer checks that each scheme differs from the others and from
// "Bearer TOKEN".
func TestSchemes_noneIsBearer(t *testing.T) {
	t.Parallel()
	seen := map[string]string{"Bearer t": "the usual form"}
	for name, form := range Schemes {
		if other := seen[form("t")]; other != "" {
			t.Errorf("%s sends %q, as does %s", name, form("t"), other)
		}
		seen[form("t")] = name
	}
}

// TestDo_saysWhyAResponseIsIncomplete compares the errors, none of which may contain the
// address of the target.
func TestDo_saysWhyAResponseIsIncomplete(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/cut" {
			w.Header().Set("Content-Length", "9")
		}
		_, _ = fmt.Fprint(w, "whole")
	}))
	address := strings.TrimPrefix(server.URL, "http://")
	t.Cleanup(server.Close)
	closed := httptest.NewServer(nil)
	closed.Close()
	done, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the run stopped"))
	for name, test := range map[string]struct {
		ctx    context.Context
		root   string
		path   string
		status int
		body   string
		want   string // in the error; "" for none
	}{
		"a whole response":     {t.Context(), server.URL, "/", 200, "whole", ""},
		"one that breaks off":  {t.Context(), server.URL, "/cut", 200, "whole", "unexpected EOF"},
		"no server":            {t.Context(), closed.URL, "/", 0, "", "refused"},
		"a context that ended": {done, server.URL, "/", 0, "", "the run stopped"},
	} {
		req, err := Request{Method: "GET", Path: test.path}.Build(test.ctx, test.root)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Do(http.DefaultClient, test.root, req)
		text := fmt.Sprint(err)
		if got.Status != test.status || string(got.Body) != test.body || (err != nil) != (test.want != "") || err != nil && !strings.Contains(text, test.want) {
			t.Errorf("%s: %d %q with error %v, want %d %q with %q", name, got.Status, got.Body, err, test.status, test.body, test.want)
		}
		if strings.Contains(text, address) || strings.Contains(text, strings.TrimPrefix(closed.URL, "http://")) {
			t.Errorf("%s: the error %q names an address", name, text)
		}
	}
}

// TestRetryWait_isBounded never waits for more than MaxRetryWait in all, and does not
// begin a wait that would exceed it.
func TestRetryWait_isBounded(t *testing.T) {
	t.Parallel()
	var slept time.Duration
	w := NewRetryWait(func(_ context.Context, d time.Duration) error { slept += d; return nil })
	for _, step := range []struct {
		d    time.Duration
		want bool
	}{{MaxRetryWait + 1, false}, {MaxRetryWait - time.Second, true}, {2 * time.Second, false}, {time.Second, true}, {time.Nanosecond, false}} {
		if got := w.Wait(t.Context(), step.d); got != step.want {
			t.Errorf("a wait of %v after %v: %t, want %t", step.d, slept, got, step.want)
		}
	}
	if slept != MaxRetryWait {
		t.Errorf("waited %v in all, want %v", slept, MaxRetryWait)
	}
}
