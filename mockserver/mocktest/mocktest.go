// Package mocktest gives a Go test its own fake of the ModelGates API.
//
//	fake := mocktest.New(t)
//	client := yourclient.New(fake.URL, fake.ManagementKey)
//
// [New] starts the fake on loopback, or in process, and stops it when the test
// ends. The test then fails if a fault that it added never fired, or if the client
// under test broke a rule of the API.
package mocktest

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// A Fake is a running fake and the world of one test in it.
type Fake struct {
	URL           string       // base URL, such as http://127.0.0.1:41234/api/v1
	Client        *http.Client // for URL; it adds no credential
	ManagementKey string       // opens World
	World         *mockserver.World
	Server        *mockserver.Server
}

// An Option changes what New does.
type Option func(*options)

type options struct {
	config      mockserver.Config
	faults      []string
	inProcess   bool
	tolerateAll bool
	tolerated   []string // kinds of violations

	tolerateUnfired bool // EveryFault judges for itself which faults acted
}

// WithConfig starts the fake with a configuration. Its default Logger writes to
// the log of the test.
func WithConfig(c mockserver.Config) Option { return func(o *options) { o.config = c } }

// WithFaults adds faults in their text form, such as "create-keys status=429
// times=1".
func WithFaults(text ...string) Option {
	return func(o *options) { o.faults = append(o.faults, text...) }
}

// InProcess starts the fake without a socket: only Client can reach it. It works
// in a testing/synctest bubble, where delays take no time.
func InProcess() Option { return func(o *options) { o.inProcess = true } }

// AllowViolations keeps violations of the given kinds, such as
// mockserver.ViolationEarlyRetry, from failing the test. Without arguments it
// allows all kinds.
func AllowViolations(kinds ...string) Option {
	return func(o *options) {
		o.tolerateAll = o.tolerateAll || len(kinds) == 0
		o.tolerated = append(o.tolerated, kinds...)
	}
}

// New starts a fake for a test and stops it when the test and its subtests end.
// The world is named after the test. An invalid option fails the test at once.
// At the end, the test fails for each fault that never fired, unless the fault has
// fault.UnfiredIgnore, and for each violation that no option allows.
func New(t testing.TB, opts ...Option) *Fake {
	t.Helper()
	var o options
	for _, set := range opts {
		set(&o)
	}
	if o.config.Logger == nil {
		o.config.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	server, err := mockserver.New(o.config)
	if err != nil {
		t.Fatalf("mocktest: %v", err)
	}
	world, err := server.World(mockserver.WorldName(t.Name()))
	if err != nil {
		t.Fatalf("mocktest: %v", err)
	}
	for _, text := range o.faults {
		f, err := fault.Parse(text)
		if err == nil {
			_, err = world.AddFault(f)
		}
		if err != nil {
			t.Fatalf("mocktest: %v", err)
		}
	}
	fake := &Fake{World: world, Server: server, ManagementKey: world.ManagementKey()}
	stop := fake.start(o.inProcess)
	t.Cleanup(func() {
		t.Helper()
		fake.verify(t, &o)
		world.Reset() // ends the requests that a gate still holds
		stop()
	})
	return fake
}

// start serves the fake and returns a function that stops it.
func (f *Fake) start(inProcess bool) (stop func()) {
	if inProcess {
		f.URL, f.Client = "http://mockgates.test"+mockserver.BasePath, f.Server.Client()
		return func() {}
	}
	s := httptest.NewServer(f.Server)
	f.URL, f.Client = s.URL+mockserver.BasePath, s.Client()
	return func() {
		s.CloseClientConnections() // ends the responses that stall
		s.Close()
	}
}

// verify fails the test for faults that never fired and for violations.
func (f *Fake) verify(t testing.TB, o *options) {
	t.Helper()
	for _, s := range f.World.Faults() {
		if s.Fired == 0 && !o.tolerateUnfired && s.OnUnfired != fault.UnfiredIgnore {
			t.Errorf("mocktest: fault %s (%s) never fired; %d requests matched it", s.ID, s.Fault, s.Matched)
		}
	}
	if o.tolerateAll {
		return
	}
	for _, v := range f.World.Violations() {
		if !slices.Contains(o.tolerated, v.Kind) {
			t.Errorf("mocktest: the client broke a rule: %s in request %d (%s): %s", v.Kind, v.Request, operation(v), v.Message)
		}
	}
}

func operation(v mockserver.Violation) string {
	if v.Operation == "" {
		return "no operation"
	}
	return v.Operation
}

// Env returns environment variables that point a program under test at the fake,
// as NAME=VALUE, to be appended to exec.Cmd's Env.
func (f *Fake) Env() []string {
	return []string{"MODELGATES_BASE_URL=" + f.URL, "MODELGATES_API_KEY=" + f.ManagementKey}
}

// Do sends one request with the management key and a JSON body, "" for none, and
// returns the response. It fails the test if there is no response. A test uses it
// to set up or check state without the client under test.
func (f *Fake) Do(t testing.TB, method, path, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, f.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatalf("mocktest: %v", err)
	}
	req.Header.Set("Authorization", "Bearer "+f.ManagementKey)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := f.Client.Do(req)
	if err != nil {
		t.Fatalf("mocktest: %v", err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}
