package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// An endpoint is a fake without debug headers that records the requests it receives. Run
// treats it as a live target.
type endpoint struct {
	url string

	mu       sync.Mutex // guards received
	received []request
}

type request struct {
	line   string
	header http.Header
	body   map[string]any
}

const liveKey = "sk-the-management-key-of-somebody"

func newEndpoint(t *testing.T, wrap func(http.Handler) http.Handler) *endpoint {
	t.Helper()
	fake, err := mockserver.New(mockserver.Config{NoDebugHeaders: true, ManagementKeys: []string{liveKey}, StrictKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = fake
	if wrap != nil {
		handler = wrap(handler)
	}
	e := &endpoint{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(data))
		req := request{line: r.Method + " " + r.URL.Path, header: r.Header.Clone()}
		_ = json.Unmarshal(data, &req.body)
		e.mu.Lock()
		e.received = append(e.received, req)
		e.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	e.url = server.URL + "/api/v1/"
	return e
}

func (e *endpoint) requests() []request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.received)
}

func TestBuiltin_passOnLiveTarget(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	r, text := play(t, scenarios.Options{Target: e.url, ManagementKey: liveKey, MaxRequests: short(150)})
	if r.ExitCode() != report.ExitConforms {
		t.Fatalf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
	if r.Count(report.Passed) < 18 || len(r.Settled) < 12 {
		t.Errorf("want at least 18 scenarios passed and 12 questions settled\n%s", text)
	}
	for _, req := range e.requests() {
		checkLiveRequest(t, req)
	}
	for _, s := range r.Scenarios {
		if s.Verdict == report.Skipped && s.Reason == "" {
			t.Errorf("%s is skipped without a reason", s.Name)
		}
	}
}

// checkLiveRequest checks that a request is one that a live target may receive:
// without headers for the fake, and with bounds for a new key.
func checkLiveRequest(t *testing.T, req request) {
	t.Helper()
	if req.header.Get("Prefer") != "" || req.header.Get(mockserver.WorldHeader) != "" {
		t.Errorf("%s has a header for the fake: %v", req.line, req.header)
	}
	if req.line != "POST /api/v1/keys" {
		return
	}
	limit, limited := req.body["limit"].(float64)
	expiry, err := time.Parse(time.RFC3339, fmt.Sprint(req.body["expires_at"]))
	limited = limited && limit == 0
	expires := err == nil && time.Until(expiry) <= 15*time.Minute
	if !limited || !expires {
		t.Errorf("the request creates a key without bounds: %v", req.body)
	}
}

func TestRun_refusedManagementKeyFailsNoScenario(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Target: newEndpoint(t, nil).url, ManagementKey: "sk-another-management-key"})
	for _, code := range r.ExitCodes() {
		if code == report.ExitFailed {
			t.Errorf("exit codes %v, want no 4\n%s", r.ExitCodes(), text)
		}
	}
}

// call returns a script that creates a key.
func call(body string) string { return "call POST /keys key.json\n\n-- key.json --\n" + body + "\n" }

func TestRun_inconclusive(t *testing.T) {
	t.Parallel()
	status := func(code int) func(http.Handler) http.Handler {
		return func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(code)
				_, _ = fmt.Fprintf(w, `{"error":{"code":%d,"message":"no"}}`, code)
			})
		}
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, test := range map[string]struct {
		target string
		key    string
		text   string
	}{
		"the target is unreachable":     {closed.URL, liveKey, "the target cannot be reached: connection refused; start it, or correct"},
		"a gateway responds":            {newEndpoint(t, status(502)).url, liveKey, "a gateway in front of the target responded with 502"},
		"every call fails with 500":     {newEndpoint(t, status(500)).url, liveKey, "responds to every call with 500"},
		"the management key is refused": {newEndpoint(t, nil).url, "sk-another-management-key", "refuses the management key of the run"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := script(t, call(`{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`))
			r, text := play(t, scenarios.Options{Target: test.target, ManagementKey: test.key, Files: []string{file}})
			if !strings.Contains(text, test.text) {
				t.Errorf("the report does not contain %q:\n%s", test.text, text)
			}
			if codes := r.ExitCodes(); !slices.Equal(codes, []int{report.ExitInconclusive}) {
				t.Errorf("exit codes %v, want only 3\n%s", codes, text)
			}
			if len(r.Problems) != 1 || len(r.Scenarios) != 0 {
				t.Errorf("%d problems and %d scenarios, want one message\n%s", len(r.Problems), len(r.Scenarios), text)
			}
			if strings.Contains(text, test.key) {
				t.Errorf("the report contains the management key:\n%s", text)
			}
			if test.target == closed.URL && strings.Contains(text, "left to expire") {
				t.Errorf("a key is left on a target that cannot be reached:\n%s", text)
			}
		})
	}
}

func TestRun_liveTargetSkipsWhatNeedsTheFake(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ script, text string }{
		"a fault":                          {"fault create-keys status=500", "line 1 needs the fake: fault"},
		"a clock":                          {"call OPTIONS /keys\nclock advance 1h", "line 2 needs the fake: clock"},
		"a preference":                     {"header prefer code=500\ncall OPTIONS /keys", "line 1 needs the fake: Prefer"},
		"a companion":                      {"call GET /keys/0", "line 1 needs a companion operation"},
		"a companion cleanup":              {"cleanup call DELETE /keys/0", "line 1 needs a companion operation"},
		"the consent page":                 {"consent /auth CODE", "line 1 needs a companion operation"},
		"a rule that is open":              {"# rules: keys.negative-limit\ncall OPTIONS /keys", "it covers a rule that the documents leave open: keys.negative-limit"},
		"a skip of the script itself":      {"[live] skip 'not there'\nfault create-keys status=500", "not there"},
		"a fault behind [fake]":            {"[fake] fault create-keys status=500\ncall OPTIONS /keys\nstatus 204", "conforms"},
		"a fault behind another condition": {"[exec:sh] fault create-keys status=500", "line 1 needs the fake: fault"},
		"the key in a file":                {"call OPTIONS /keys\nstatus 204\ncapture X '$status'\ncmpenv key.txt want.txt\n\n-- key.txt --\n[management-key]\n-- want.txt --\n$MODELGATES_API_KEY\n", "conforms"},
		"the key in a variable":            {"exec env\n! stdout " + liveKey + "\ncall OPTIONS /keys", "conforms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, text := play(t, scenarios.Options{
				Target: newEndpoint(t, nil).url, ManagementKey: liveKey, Files: []string{script(t, test.script)},
			})
			if !strings.Contains(text, test.text) {
				t.Errorf("the report does not contain %q:\n%s", test.text, text)
			}
		})
	}
}

func TestRun_undocumentedPropertyOfLiveTarget(t *testing.T) {
	t.Parallel()
	adds := breaking("POST /keys 201", func(a *brokenResponse) { a.data()["colour"] = "teal" })
	file := script(t, call(`{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`))
	r, text := play(t, scenarios.Options{Target: newEndpoint(t, adds).url, ManagementKey: liveKey, Files: []string{file}})
	if r.ExitCode() != report.ExitConforms {
		t.Errorf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
	if r, text := play(t, scenarios.Options{Handler: adds, Files: []string{file}}); r.ExitCode() != report.ExitFailed {
		t.Errorf("on the fake: exit code %d, want 4\n%s", r.ExitCode(), text)
	}
}
