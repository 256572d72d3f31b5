package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/keyledger"
	"github.com/mockgates/mockgates/scenarios/report"
)

const (
	bounded    = `{"name": "of $RUN", "limit": 0, "expires_at": "$SOON"}`
	unexpiring = `{"name": "of $RUN", "limit": 0}`
	spending   = `{"name": "of $RUN", "limit": 2, "expires_at": "$SOON"}`
)

// noDelete wraps a target so that it answers each deletion with 500.
func noDelete(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// lostResponse wraps a target so that it makes each key and then breaks the connection.
func lostResponse(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/keys" || r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
}

// names returns the names of the keys of a live target.
func (e *endpoint) names(t *testing.T) []string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.url+"keys?include_disabled=true", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+liveKey)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body struct{ Data []struct{ Name string } }
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, k := range body.Data {
		names = append(names, k.Name)
	}
	return names
}

// TestRun_leftovers plays scenarios that leave keys, and looks at what is left
// after the run.
func TestRun_leftovers(t *testing.T) {
	t.Parallel()
	two, lifted := 2.0, math.Inf(1)
	code := "call POST /auth/keys/code code.json\ncapture CODE .data.id\ncall POST /auth/keys swap.json\nstatus 200\n" +
		"-- code.json --\n" + `{"callback_url": "https://app.example/back", "key_label": "label of $RUN", "limit": 0, "expires_at": "$SOON"}` +
		"\n-- swap.json --\n" + `{"code": "$CODE"}` + "\n"
	for _, test := range []struct {
		name    string
		script  string
		wrap    func(http.Handler) http.Handler
		options scenarios.Options
		codes   []int
		keys    int    // on the target after the run
		text    string // in the report
	}{
		{"a key is deleted where the target offers it", call(bounded), nil, scenarios.Options{Companions: true}, nil, 0, "conforms"},
		{"the key of a code is found by its name", code, nil, scenarios.Options{Companions: true}, nil, 0, "conforms"},
		{"a key whose response was lost is found by its name", call(bounded), lostResponse, scenarios.Options{Companions: true}, []int{4}, 0, "got no complete response"},
		{"a key that expires is only counted", call(bounded), nil, scenarios.Options{}, nil, 1, "left to expire: 1 key that can spend nothing"},
		{"one that never expires is named", call(unexpiring), nil, scenarios.Options{LiveExpiry: -1}, []int{7}, 1, "which never expires"},
		{"one that can spend is named", call(spending), nil, scenarios.Options{LiveLimit: &two}, []int{7}, 1, "left on the target: the key \"of "},
		{"one without a limit is deleted", call(unexpiring), nil, scenarios.Options{LiveLimit: &lifted, LiveExpiry: -1, Companions: true}, nil, 0, "conforms"},
		{"leftovers can be ignored", call(spending), nil, scenarios.Options{LiveLimit: &two, Leftovers: scenarios.LeftoversIgnore}, nil, 1, "left on the target: 1 key that may spend or stay"},
		{"a key that cannot be deleted is named", call(bounded), noDelete, scenarios.Options{Companions: true}, []int{7}, 1, "(hash "},
		{"a failure wins over leftovers", strings.Replace(call(bounded), "\n\n", "\nstatus 200\n\n", 1), noDelete, scenarios.Options{Companions: true}, []int{4, 7}, 1, "(hash "},
		{"a scenario that deletes its key leaves none", strings.Replace(call(bounded), "\n\n", "\ncapture HASH .data.hash\ncall DELETE /keys/$HASH\n\n", 1), nil, scenarios.Options{Companions: true}, nil, 0, "conforms"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, test.wrap)
			o := test.options
			o.Target, o.ManagementKey, o.Files = e.url, liveKey, []string{script(t, test.script)}
			r, text := play(t, o)
			if !slices.Equal(r.ExitCodes(), test.codes) || !strings.Contains(text, test.text) {
				t.Errorf("exit codes %v, want %v and %q in the report\n%s", r.ExitCodes(), test.codes, test.text, text)
			}
			if names := e.names(t); len(names) != test.keys {
				t.Errorf("the target has the keys %q, want %d", names, test.keys)
			}
		})
	}
}

// TestRun_ledger plays everything on a live target with companions, which conforms.
// It checks that each intent is in the ledger before the target receives the call,
// and that no secret ever is.
func TestRun_ledger(t *testing.T) {
	t.Parallel()
	var watch ledgerWatch
	e := newEndpoint(t, watch.wrap)
	r, text := play(t, scenarios.Options{Target: e.url, ManagementKey: liveKey, Companions: true, Parallel: 1, Ledger: &watch.ledger, MaxRequests: short(320)})
	if r.ExitCode() != report.ExitConforms || r.Count(report.Passed) < 30 {
		t.Fatalf("exit code %d and %d passed, want 0 and at least 30\n%s", r.ExitCode(), r.Count(report.Passed), text)
	}
	if watch.behind > 0 {
		t.Errorf("%d calls were sent before their intent was written", watch.behind)
	}
	ledger := watch.ledger.String()
	if slices.ContainsFunc(append(watch.secrets, liveKey), func(secret string) bool { return strings.Contains(ledger, secret) }) {
		t.Fatal("the ledger holds a secret")
	}
	entries, _, err := keyledger.Read([]byte(ledger))
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for _, e := range entries {
		states[e.State]++
		if found := strings.Contains(e.Name, e.Run); e.Left() && (found || !e.Ends(15*time.Minute)) {
			t.Errorf("%v is left", e)
		}
	}
	if states[keyledger.Deleted] < 50 || states[keyledger.NotMade] < 50 {
		t.Errorf("the states are %v, want at least 50 keys deleted and 50 calls refused", states)
	}
}

// A ledgerWatch stands in front of a target. It compares each call with what the ledger
// holds when it arrives, and takes note of the secrets that are sent back.
type ledgerWatch struct {
	ledger  lockedBuffer
	behind  int // calls whose intent was not written yet
	secrets []string
}

// wrap returns a handler that watches another. Calls come one after the other.
func (l *ledgerWatch) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		written := l.ledger.String()
		ended := strings.Count(written, `"state":"made"`) + strings.Count(written, `"state":"not-made"`)
		if r.Method == http.MethodPost && strings.Count(written, `"state":"intended"`) <= ended {
			l.behind++
		}
		got := httptest.NewRecorder()
		next.ServeHTTP(got, r)
		var body struct {
			Key  string
			Data struct{ ID string }
		}
		_ = json.Unmarshal(got.Body.Bytes(), &body)
		for _, secret := range []string{body.Key, body.Data.ID} {
			if secret != "" {
				l.secrets = append(l.secrets, secret)
			}
		}
		maps.Copy(w.Header(), got.Header())
		w.WriteHeader(got.Code)
		_, _ = w.Write(got.Body.Bytes())
	})
}

// A lockedBuffer is a ledger that can be read while it is written.
type lockedBuffer struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(data)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left") }

func TestRun_sendsNothingThatTheLedgerCannotHold(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	r, text := play(t, scenarios.Options{Target: e.url, ManagementKey: liveKey, Ledger: fullDisk{}})
	if !slices.Equal(r.ExitCodes(), []int{report.ExitInconclusive}) || !strings.Contains(text, "no space left") {
		t.Errorf("exit codes %v, want only 3\n%s", r.ExitCodes(), text)
	}
	if n := len(e.requests()); n > 0 {
		t.Errorf("%d requests were sent, want none", n)
	}
}

// TestCleanup deletes the keys that a ledger lists, by hash or, if the hash is not
// known, by name. It deletes nothing else.
func TestCleanup(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	host := strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/api/v1/")
	made := map[string]string{}
	for _, name := range []string{"4be0 listed", "4be0 lost", "4be0 other", "lost", "of somebody"} {
		made[name] = e.create(t, name)
	}
	var file bytes.Buffer
	l := keyledger.New(&file, nil)
	for name, hash := range map[string]string{"4be0 listed": made["4be0 listed"], "4be0 lost": "", "4be0 refused": "", "lost": ""} {
		entry, _ := l.Intend(keyledger.Entry{Run: "4be0", Target: host, Operation: "create-keys", Name: name, Time: time.Now()})
		if entry.Hash = hash; hash != "" {
			entry.State = keyledger.Made
			_ = l.Note(entry)
		}
	}
	entry, _ := l.Intend(keyledger.Entry{Run: "4be0", Target: "elsewhere", Operation: "create-keys", Name: "4be0 other", Time: time.Now()})
	entry.State, entry.Hash = keyledger.Made, made["4be0 other"]
	_ = l.Note(entry)

	left, err := scenarios.CleanUp(t.Context(), scenarios.Options{Target: e.url, ManagementKey: liveKey}, l)
	if err != nil {
		t.Fatal(err)
	}
	names := e.names(t)
	slices.Sort(names)
	if want := []string{"4be0 other", "lost", "of somebody"}; !slices.Equal(names, want) {
		t.Errorf("the target has the keys %q, want %q", names, want)
	}
	if len(left) != 1 || left[0].Name != "lost" { // its name does not carry the id of the run
		t.Errorf("left are %v, want the key lost", left)
	}
	read, _, err := keyledger.Read(file.Bytes())
	if err != nil || len(keyledger.New(nil, read).Left(host)) != 1 {
		t.Errorf("the file says %v and %v, want one key left", read, err)
	}
}

// create makes a key and returns its hash.
func (e *endpoint) create(t *testing.T, name string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.url+"keys", strings.NewReader(fmt.Sprintf(`{"name":%q}`, name)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+liveKey)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var body struct{ Data struct{ Hash string } }
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil || body.Data.Hash == "" {
		t.Fatalf("no key was made: %d %v", res.StatusCode, err)
	}
	return body.Data.Hash
}
