package scenarios_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// afterFirst answers POST /keys with another handler after the first calls, which it
// passes on.
func afterFirst(skip int32, answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		var count atomic.Int32
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost && r.URL.Path == "/api/v1/keys" && count.Add(1) > skip {
				answer(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// TestRun_followsNoRedirect plays on a target that redirects to another host. That host
// receives nothing, and the redirect is reported as an undocumented response.
func TestRun_followsNoRedirect(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(fmt.Sprintf("%s %d", method, status), func(t *testing.T) {
				t.Parallel()
				var heard atomic.Int32
				other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { heard.Add(1) }))
				t.Cleanup(other.Close)
				redirects := func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.URL.Path != "/api/v1/keys" {
							next.ServeHTTP(w, r)
							return
						}
						http.Redirect(w, r, other.URL+"/api/v1/keys", status)
					})
				}
				file := script(t, map[string]string{"POST": call(bounded), "GET": "call GET /keys\n"}[method])
				r, text := play(t, scenarios.Options{Target: newEndpoint(t, redirects).url, ManagementKey: liveKey, Companions: true, Files: []string{file}})
				if codes := r.ExitCodes(); !slices.Contains(codes, report.ExitFailed) || !strings.Contains(text, "response status") {
					t.Errorf("exit codes %v, want 4 and a finding about the status\n%s", codes, text)
				}
				if heard.Load() > 0 {
					t.Error("the other host has received a request")
				}
			})
		}
	}
}

// bomb is a body of 256 MiB that takes 256 KiB on the wire.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(make([]byte, 1<<20))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.Repeat(b.Bytes(), 256) // members of gzip may follow one another (RFC 1952)
}

// TestRun_answersOfALiveTarget plays on targets that answer the call of the scenario
// badly and all others well. Each is a failure of the target.
func TestRun_answersOfALiveTarget(t *testing.T) {
	t.Parallel()
	packed := bomb(t)
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		text   string
	}{
		{"it hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "got no complete response"},
		{"it cuts the body", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(201)
			_, _ = w.Write([]byte(`{"key":`))
		}, "unexpected EOF"},
		{"it answers 503", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) }, "response status"},
		{"it sends a body that expands to too much", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(201)
			_, _ = w.Write(packed)
		}, "16777216"},
		{"it never answers", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no response within 2s"},
		{"it sends control characters", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Title", "a\u009b2J\u202e")
			w.WriteHeader(418)
			_, _ = w.Write([]byte("{\"a\u001b[2J\u009b\u202e\": \"\x1b[2J\"}"))
		}, "response status"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var verbose strings.Builder
			r, text := play(t, scenarios.Options{
				Target: newEndpoint(t, afterFirst(0, test.answer)).url, ManagementKey: liveKey, Files: []string{script(t, call(bounded))},
				Timeout: 2 * time.Second, Verbose: true, Output: &verbose,
			})
			if codes := r.ExitCodes(); !slices.Equal(codes, []int{report.ExitFailed}) || !strings.Contains(text, test.text) {
				t.Errorf("exit codes %v, want only 4 and %q in the report\n%s", codes, test.text, text)
			}
			if i := strings.IndexAny(text+verbose.String(), "\x1b\a\u009b\u202e"); i >= 0 {
				t.Errorf("what is printed has a control character:\n%q", text+verbose.String())
			}
		})
	}
}

// TestRun_uselessTargets plays on targets whose responses say nothing about the API. The
// report has one line, and the exit code is 3.
func TestRun_uselessTargets(t *testing.T) {
	t.Parallel()
	unknown := httptest.NewUnstartedServer(http.NotFoundHandler())
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknown.StartTLS()
	t.Cleanup(unknown.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	answers := func(h http.HandlerFunc) string {
		return newEndpoint(t, func(http.Handler) http.Handler { return h }).url
	}
	hangs := answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	for _, test := range []struct{ name, target, text string }{
		{"an unknown CA", unknown.URL, "certificate signed by unknown authority"},
		{"a target that is down", closed.URL, "connection refused"},
		{"a target that hangs", hangs, "no response within 20ms"},
		{"503 to all", answers(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) }), "responded with 503"},
		{"a refused key", answers(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "\x1b[2J", http.StatusUnauthorized) }), "refuses the management key of the run with 401"},
		{"text that is not HTTP", answers(func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = conn.Write([]byte("SSH-2.0-x\x1b[2J\r\n"))
				_ = conn.Close()
			}
		}), "malformed HTTP response"},
	} {
		for _, companions := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, companions %v", test.name, companions), func(t *testing.T) {
				t.Parallel()
				timeout := time.Minute
				if test.target == hangs {
					timeout = 20 * time.Millisecond // it is waited for in full
				}
				r, text := play(t, scenarios.Options{Target: test.target, ManagementKey: liveKey, Companions: companions, Timeout: timeout})
				if codes := r.ExitCodes(); !slices.Equal(codes, []int{report.ExitInconclusive}) || !strings.Contains(text, test.text) {
					t.Errorf("exit codes %v, want only 3 and %q in the report\n%s", codes, test.text, text)
				}
				if len(r.Problems) != 1 || strings.Contains(r.Problems[0].String(), "\n") || strings.Contains(text, "\x1b") {
					t.Errorf("want one clear line, got:\n%q", text)
				}
			})
		}
	}
}

// TestRun_interruptedScenario interrupts a run during a call. The scenario does not fail,
// its exchanges up to then are reported, and the key that it made is deleted.
func TestRun_interruptedScenario(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	e := newEndpoint(t, afterFirst(1, func(_ http.ResponseWriter, r *http.Request) {
		interrupt()
		<-r.Context().Done()
	}))
	file := script(t, strings.Replace(call(bounded), "\n\n", "\ncall POST /keys key.json\n\n", 1))
	r, err := scenarios.Run(ctx, scenarios.Options{Target: e.url, ManagementKey: liveKey, Companions: true, Files: []string{file}})
	if err == nil {
		t.Error("no error says that the run was interrupted")
	}
	if codes := r.ExitCodes(); !slices.Equal(codes, []int{report.ExitInconclusive}) {
		t.Errorf("exit codes %v, want only 3: %+v", codes, r.Problems)
	}
	if len(r.Scenarios) != 1 || r.Scenarios[0].Verdict != report.Skipped || len(r.Scenarios[0].Exchanges) != 2 || r.Scenarios[0].Reason == "" {
		t.Errorf("the scenario is %+v, want it skipped with a reason and both exchanges", r.Scenarios)
	}
	if names := e.names(t); len(names) > 0 {
		t.Errorf("the keys %q are left, want none", names)
	}
}
