//go:build !race

package mockserver_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// TestRequestsAllocateLittle counts the allocations of the most common requests, beyond
// those of a handler that reads the body and sends a header and a body. Collecting the
// garbage is a third of what a request costs, so raise a bound only with a reason.
//
// The race detector makes sync.Pool forget at random, so the file is left out with it.
func TestRequestsAllocateLittle(t *testing.T) { // not parallel: other tests allocate too
	s := newServer(t, mockserver.Config{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	created := call(t, s, "POST", "/api/v1/keys", `{"name": "Analytics Service Key", "limit": 100}`)
	hash, _ := created.at("data.hash").(string)
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header()["Content-Type"] = nil
		_, _ = w.Write(nil)
	})
	for _, tt := range []struct {
		name, method, path, body string
		most                     float64
	}{
		{"a key is created", "POST", "/api/v1/keys", createKeyBody, 20},
		{"a key is shown", "GET", "/api/v1/keys/" + hash, "", 8},
	} {
		count := func(h http.Handler) float64 {
			r := httptest.NewRequest(tt.method, tt.path, nil)
			r.Header.Set("Authorization", management)
			r.Header.Set("Content-Type", "application/json")
			r.ContentLength = int64(len(tt.body))
			return testing.AllocsPerRun(1000, func() {
				if tt.body != "" {
					r.Body = io.NopCloser(strings.NewReader(tt.body))
				}
				h.ServeHTTP(discard{http.Header{}}, r)
			})
		}
		if got := count(s) - count(bare); got > tt.most {
			t.Errorf("%s with %v allocations, want at most %v", tt.name, got, tt.most)
		} else {
			t.Logf("%s with %v allocations", tt.name, got)
		}
	}
}
