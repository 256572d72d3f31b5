package session

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/internal/testrequest"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
)

var all = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.All) })

// openSession returns a session without a script on a fake, in the world "world".
func openSession(t *testing.T, c target.Config) *session {
	t.Helper()
	var err error
	if c.Contract, err = all(); err != nil {
		t.Fatal(err)
	}
	c.Timeout = 10 * time.Second
	to, err := target.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(to.Close)
	s, err := Config{Target: to}.open(t.Context(), "world", nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run sends a request as a program does that a script runs.
func (s *session) run(method, path, body string, headers ...string) {
	headers = append([]string{"Authorization", "Bearer " + s.client.ManagementKey(), "Host", "127.0.0.1", "User-Agent", "a program"}, headers...)
	s.target.Fake.ServeHTTP(httptest.NewRecorder(), testrequest.New(method, path, body, headers...))
}

// TestCheckPrograms_judgesWhatProgramsSend looks at requests that programs have sent, and
// at what must not be taken for one.
func TestCheckPrograms_judgesWhatProgramsSend(t *testing.T) {
	t.Parallel()
	const invalid, reported = `{"name":1}`, "POST /keys of a program breaks the contract"
	for name, test := range map[string]struct {
		journal mockserver.JournalSize
		run     func(*session)
		want    []string // parts of the failures
	}{
		"a valid request":            {run: func(s *session) { s.run("POST", "/api/v1/keys", `{"name":"a"}`) }},
		"an invalid one":             {run: func(s *session) { s.run("POST", "/api/v1/keys", invalid) }, want: []string{reported}},
		"the same twice":             {run: func(s *session) { s.run("POST", "/api/v1/keys", invalid); s.run("POST", "/api/v1/keys", invalid) }, want: []string{reported}},
		"a call of the script":       {run: func(s *session) { s.run("POST", "/api/v1/keys", invalid, mockserver.WorldHeader, "world") }},
		"the consent of the script":  {run: func(s *session) { s.run("POST", "/api/v1/keys", invalid, "User-Agent", wire.UserAgent) }},
		"a code, which is a secret":  {run: func(s *session) { s.run("POST", "/api/v1/auth/keys", `{"code":5}`) }},
		"a hash with a percent sign": {run: func(s *session) { s.run("GET", "/api/v1/keys/%25zz", "") }},
		"a body that was left out": {
			journal: mockserver.JournalSize{Bytes: 2000},
			run:     func(s *session) { s.run("POST", "/api/v1/keys", `{"name":"`+strings.Repeat("n", 3000)+`"}`) },
		},
		"a request that the journal has lost": {
			journal: mockserver.JournalSize{Entries: 1},
			run:     func(s *session) { s.run("GET", "/api/v1/keys", ""); s.run("GET", "/api/v1/keys", "") },
			want:    []string{"1 request not validated"},
		},
		"one that need not conform": {run: func(s *session) { s.programs.unchecked = true; s.run("POST", "/api/v1/keys", invalid) }},
	} {
		s := openSession(t, target.Config{FakeConfig: mockserver.Config{Journal: test.journal}})
		test.run(s)
		failures := s.checkPrograms()
		if len(failures) != len(test.want) {
			t.Errorf("%s: %v, want %q", name, failures, test.want)
			continue
		}
		for i, f := range failures {
			if !strings.Contains(f.Text, test.want[i]) {
				t.Errorf("%s: %q, want %q", name, f.Text, test.want[i])
			}
		}
		if again := s.checkPrograms(); len(again) > 0 {
			t.Errorf("%s: looked at again: %v, want nothing new", name, again)
		}
	}
}

// TestConsentURL_namesTheWorld adds the world of the script to the URL of a consent page,
// unless the URL names one.
func TestConsentURL_namesTheWorld(t *testing.T) {
	t.Parallel()
	s := openSession(t, target.Config{})
	for text, want := range map[string]string{
		"/auth":                             "/auth?world=world",
		"/auth?callback_url=https://a.b/":   "/auth?callback_url=https://a.b/&world=world",
		"/auth?world=other&x=1":             "/auth?world=other&x=1",
		s.target.Root + "/auth?world=other": "/auth?world=other",
	} {
		u, err := s.consentURL(text)
		if err != nil || u.String() != s.target.Root+want {
			t.Errorf("%s: %v, %v; want %s on the host of the target", text, u, err, want)
		}
	}
	if _, err := s.consentURL("http://another.example/auth"); err == nil {
		t.Error("no error for another host")
	}
}

// TestBrowse_sendsTheHeadersOfTheScript submits a form with a header that the script has
// set for it.
func TestBrowse_sendsTheHeadersOfTheScript(t *testing.T) {
	t.Parallel()
	var got []string
	s := openSession(t, target.Config{Wrap: func(fake http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = r.Header["Sec-Fetch-Site"]
			fake.ServeHTTP(w, r)
		})
	}})
	page, err := s.consentURL("/auth")
	if err != nil {
		t.Fatal(err)
	}
	for want, header := range map[string]http.Header{"same-origin": nil, "cross-site": {"Sec-Fetch-Site": {"cross-site"}}} {
		if _, err := s.browse(target.Call{Expectations: target.Expectations{Header: header}}, http.MethodPost, page, nil); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("with the header %v the fake sees %q, want %q", header, got, want)
		}
	}
}

// TestSettles_comparesWithTheFake finds a setting by its status, which on a fake must be
// the one that is configured.
func TestSettles_comparesWithTheFake(t *testing.T) {
	t.Parallel()
	s := openSession(t, target.Config{})
	for status, want := range map[int]string{
		400: "",
		201: "the fake does not behave as its rule keys.negative-limit is set",
		500: "no setting of the rule keys.negative-limit has this status",
	} {
		s.last = &target.Completed{}
		s.last.Status = status
		err := s.settles([]string{"keys.negative-limit", "refuse=400", "accept=201"})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("status %d: error %v, want %q", status, err, want)
		}
	}
	if len(s.settled) != 1 || s.settled[0].Setting != "refuse" {
		t.Errorf("settled is %+v, want refuse once", s.settled)
	}
}
