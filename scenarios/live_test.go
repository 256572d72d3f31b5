package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
)

// A live is an endpoint that Run takes for a live one: the fake without its
// own headers, which writes down what it is sent.
type live struct {
	url string

	mu   sync.Mutex // guards sent
	sent []request
}

type request struct {
	line   string
	header http.Header
	body   map[string]any
}

const liveKey = "sk-the-management-key-of-somebody"

func newLive(t *testing.T, wrap func(http.Handler) http.Handler) *live {
	t.Helper()
	fake, err := mockserver.New(mockserver.Config{Plain: true, ManagementKeys: []string{liveKey}, StrictKeys: true})
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = fake
	if wrap != nil {
		handler = wrap(handler)
	}
	l := &live{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(data))
		req := request{line: r.Method + " " + r.URL.Path, header: r.Header.Clone()}
		_ = json.Unmarshal(data, &req.body)
		l.mu.Lock()
		l.sent = append(l.sent, req)
		l.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	l.url = server.URL + "/api/v1/"
	return l
}

func (l *live) requests() []request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]request(nil), l.sent...)
}

func TestBuiltinScenariosSuitALiveTarget(t *testing.T) {
	t.Parallel()
	l := newLive(t, nil)
	r, text := play(t, scenarios.Options{Target: l.url, ManagementKey: liveKey})
	if r.ExitCode() != scenarios.ExitConforms {
		t.Fatalf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
	if r.Count(scenarios.Passed) < 8 || r.Count(scenarios.Skipped) < 8 {
		t.Errorf("want scenarios of both kinds\n%s", text)
	}
	for _, req := range l.requests() {
		if req.header.Get("Prefer") != "" || req.header.Get(mockserver.WorldHeader) != "" {
			t.Errorf("%s carries what is for the fake: %v", req.line, req.header)
		}
		bearer := strings.HasPrefix(req.header.Get("Authorization"), "Bearer ")
		if req.line != "POST /api/v1/keys" || !bearer {
			continue
		}
		limit, limited := req.body["limit"].(float64)
		expiry, err := time.Parse(time.RFC3339, fmt.Sprint(req.body["expires_at"]))
		if !limited || limit > 0 || err != nil || time.Until(expiry) > 15*time.Minute {
			t.Errorf("a key without bounds was asked for: %v", req.body)
		}
	}
	for _, s := range r.Scenarios {
		if s.Verdict == scenarios.Skipped && s.Why == "" {
			t.Errorf("%s is skipped without a word", s.Name)
		}
	}
}

func TestBuiltinScenariosSuitALiveTargetWithCompanions(t *testing.T) {
	t.Parallel()
	l := newLive(t, nil)
	r, text := play(t, scenarios.Options{Target: l.url, ManagementKey: liveKey, Companions: true})
	if r.ExitCode() != scenarios.ExitConforms || r.Count(scenarios.Passed) < 12 {
		t.Errorf("exit code %d and %d passed, want 0 and at least 12\n%s", r.ExitCode(), r.Count(scenarios.Passed), text)
	}
}

func TestARefusedKeyIsNoVerdictOnAnyScenario(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Target: newLive(t, nil).url, ManagementKey: "sk-another-management-key"})
	for _, code := range r.ExitCodes() {
		if code == scenarios.ExitFailed {
			t.Errorf("exit codes %v: the target was judged\n%s", r.ExitCodes(), text)
		}
	}
}

func TestACallOutsideOfTheEnvelopeIsNotSent(t *testing.T) {
	t.Parallel()
	const whole = `{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`
	two, lifted := 2.0, math.Inf(1)
	for name, test := range map[string]struct {
		script  string
		options scenarios.Options
		text    string // "" if it is sent
	}{
		"a call within it is sent": {call(whole), scenarios.Options{}, ""},
		"no name of the run":       {call(`{"name": "nightly", "limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, "a name that holds $RUN"},
		"no limit":                 {call(`{"name": "of $RUN", "expires_at": "$SOON"}`), scenarios.Options{}, "a limit of at most 0 USD"},
		"too high a limit":         {call(`{"name": "of $RUN", "limit": 3, "expires_at": "$SOON"}`), scenarios.Options{LiveLimit: &two}, "a limit of at most 2 USD"},
		"two limits":               {call(`{"name": "of $RUN", "limit": 3, "limit": 0, "expires_at": "$SOON"}`), scenarios.Options{}, "each once"},
		"no expiry":                {call(`{"name": "of $RUN", "limit": 0}`), scenarios.Options{}, "expires_at at most 15m0s from now"},
		"too late an expiry":       {call(`{"name": "of $RUN", "limit": 0, "expires_at": "2096-01-01T00:00:00Z"}`), scenarios.Options{}, "expires_at at most"},
		"too late for less":        {call(whole), scenarios.Options{LiveExpiry: time.Minute}, "expires_at at most 1m0s from now"},
		"a body of no object":      {call(`"nightly"`), scenarios.Options{}, "a JSON object"},
		"bounds that are lifted": {
			call(`{"name": "of $RUN"}`), scenarios.Options{LiveLimit: &lifted, LiveExpiry: -1}, "",
		},
		"an exchange mints a key without bounds": {
			"as nobody\ncall POST /auth/keys key.json\n-- key.json --\n{\"code\": \"auth_code_0123456789\"}\n",
			scenarios.Options{Companions: true},
			"a request that states the bounds",
		},
		"an update that lifts the limit": {
			"call PATCH /keys/ab key.json\n-- key.json --\n{\"limit\": null}\n", scenarios.Options{Companions: true}, "a limit of at most 0 USD",
		},
		"an update that names no limit is sent": {
			"call PATCH /keys/ab key.json\nstatus 404\n-- key.json --\n{\"disabled\": true}\n", scenarios.Options{Companions: true}, "",
		},
		"a header of its own":                 {"as nobody\nheader Authorization 'Bearer x'\n" + call(`{}`), scenarios.Options{}, "a name that holds $RUN"},
		"a cleanup":                           {"cleanup " + call(`{}`), scenarios.Options{}, "a name that holds $RUN"},
		"a call without a credential is sent": {"as nobody\ninvalid\n" + call(whole), scenarios.Options{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLive(t, nil)
			test.options.Target, test.options.ManagementKey = l.url, liveKey
			test.options.Files = []string{script(t, test.script)}
			r, text := play(t, test.options)
			if sent := len(l.requests()) > 0; sent != (test.text == "") {
				t.Errorf("sent: %v\n%s", sent, text)
			}
			if !strings.Contains(text, test.text) {
				t.Errorf("the report does not hold %q:\n%s", test.text, text)
			}
			if test.text == "" && r.ExitCode() != scenarios.ExitConforms {
				t.Errorf("exit code %d, want 0\n%s", r.ExitCode(), text)
			}
		})
	}
}

// call is a script that makes a key.
func call(body string) string { return "call POST /keys key.json\n\n-- key.json --\n" + body + "\n" }

func TestCouldNotLookIsNoVerdictOnTheTarget(t *testing.T) {
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
		"nobody is there":               {closed.URL, liveKey, "got no whole answer"},
		"a gateway answers":             {newLive(t, status(502)).url, liveKey, "something in front of the target answered"},
		"it is broken altogether":       {newLive(t, status(500)).url, liveKey, "answers 500 to every call"},
		"the management key is refused": {newLive(t, nil).url, "sk-another-management-key", "refuses the runner's own management key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := script(t, call(`{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`)+"")
			r, text := play(t, scenarios.Options{Target: test.target, ManagementKey: test.key, Files: []string{file}})
			if !strings.Contains(text, test.text) {
				t.Errorf("the report does not hold %q:\n%s", test.text, text)
			}
			if codes := r.ExitCodes(); len(codes) == 0 || codes[len(codes)-1] != scenarios.ExitCouldNot {
				t.Errorf("exit codes %v, want 3 among them\n%s", codes, text)
			}
			for _, code := range r.ExitCodes() {
				if code == scenarios.ExitFailed {
					t.Errorf("exit codes %v: the target was judged\n%s", r.ExitCodes(), text)
				}
			}
			if strings.Contains(text, test.key) {
				t.Errorf("the report holds the management key:\n%s", text)
			}
		})
	}
}

func TestALiveTargetIsSparedWhatIsForTheFake(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ script, text string }{
		"a fault":               {"fault create-keys status=500", "line 1 needs the fake: fault"},
		"a clock":               {"call OPTIONS /keys\nclock advance 1h", "line 2 needs the fake: clock"},
		"a preference":          {"header prefer code=500\ncall OPTIONS /keys", "line 1 needs the fake: Prefer"},
		"a companion":           {"call GET /keys/$HASH", "line 1 needs a companion operation"},
		"a companion cleanup":   {"cleanup call DELETE /keys/$HASH", "line 1 needs a companion operation"},
		"the consent page":      {"consent /auth CODE", "line 1 needs a companion operation"},
		"an open question":      {"# rules: keys.negative-limit\ncall OPTIONS /keys", "it holds an open question: keys.negative-limit"},
		"what it says itself":   {"[live] skip 'not there'\nfault create-keys status=500", "not there"},
		"what is conditional":   {"[fake] fault create-keys status=500\ncall OPTIONS /keys\nstatus 204", "conforms"},
		"a fault behind exec":   {"[exec:sh] fault create-keys status=500", "line 1 needs the fake: fault"},
		"the key as text":       {"call OPTIONS /keys\nstatus 204\ncapture X '$status'\ncmpenv key.txt want.txt\n\n-- key.txt --\n[management-key]\n-- want.txt --\n$MODELGATES_API_KEY\n", "conforms"},
		"the key in a variable": {"exec env\n! stdout " + liveKey + "\ncall OPTIONS /keys", "conforms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, text := play(t, scenarios.Options{
				Target: newLive(t, nil).url, ManagementKey: liveKey, Files: []string{script(t, test.script)},
			})
			if !strings.Contains(text, test.text) {
				t.Errorf("the report does not hold %q:\n%s", test.text, text)
			}
		})
	}
}

func TestWhatALiveTargetAddsIsOnlyAWarning(t *testing.T) {
	t.Parallel()
	adds := breaking("POST /keys 201", func(a *answer) { a.data()["colour"] = "teal" })
	file := script(t, call(`{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`))
	r, text := play(t, scenarios.Options{Target: newLive(t, adds).url, ManagementKey: liveKey, Files: []string{file}})
	if r.ExitCode() != scenarios.ExitConforms {
		t.Errorf("exit code %d, want 0\n%s", r.ExitCode(), text)
	}
	if r, text := play(t, scenarios.Options{Handler: adds, Files: []string{file}}); r.ExitCode() != scenarios.ExitFailed {
		t.Errorf("on the fake: exit code %d, want 4\n%s", r.ExitCode(), text)
	}
}
