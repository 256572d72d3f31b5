package target

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
)

var all = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.All) })

// openTarget opens a target that offers every operation.
func openTarget(t *testing.T, c Config) *Target {
	t.Helper()
	var err error
	if c.Contract, err = all(); err != nil {
		t.Fatal(err)
	}
	c.All, c.Companions, c.Timeout = c.Contract, true, 10*time.Second
	target, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(target.Close)
	return target
}

// newClient returns a client with a world of its own, or fails the test.
func newClient(t *testing.T, target *Target, world string) *Client {
	t.Helper()
	c, err := target.NewClient(world)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestOpen_rateHasNoBursts spaces even the first requests, if it spaces any.
func TestOpen_rateHasNoBursts(t *testing.T) {
	t.Parallel()
	for interval, want := range map[time.Duration]float64{0: 0, time.Second: 1, 200 * time.Millisecond: 5} {
		l := openTarget(t, Config{Interval: interval}).limiter
		if (l == nil) != (want == 0) || l != nil && (float64(l.Limit()) != want || l.Burst() != 1) {
			t.Errorf("one request in %v: %v, want %v a second without bursts", interval, l, want)
		}
	}
}

// TestClient_check accepts what a call announces, and reports everything else. The
// exchange is recorded either way.
func TestClient_check(t *testing.T) {
	t.Parallel()
	target := openTarget(t, Config{})
	const (
		valid, invalid    = `{"name":"a"}`, `{"name":1}`
		violate, truncate = "effect=violate at=/key", "effect=truncate"
	)
	for name, test := range map[string]struct {
		body     string
		fault    string // of the fake; "" for none
		announce Expectations
		want     string // in the error; "" for none
	}{
		"a valid request":                         {valid, "", Expectations{}, ""},
		"an invalid request":                      {invalid, "", Expectations{}, "the request breaks the contract; put invalid before"},
		"an invalid request that is announced":    {invalid, "", Expectations{Invalid: true}, ""},
		"a valid request called invalid":          {valid, "", Expectations{Invalid: true}, "the request is valid, but the script announces"},
		"a violation that does not occur":         {valid, "", Expectations{Violation: []string{}}, "the response conforms, but the script expects"},
		"a violation":                             {valid, violate, Expectations{}, "the response departs from the contract"},
		"a violation that is announced":           {valid, violate, Expectations{Violation: []string{}}, ""},
		"a violation at the place announced":      {valid, violate, Expectations{Violation: []string{"/key"}}, ""},
		"a violation elsewhere":                   {valid, violate, Expectations{Violation: []string{"/data"}}, "elsewhere than the script expects"},
		"a response that breaks off":              {valid, truncate, Expectations{}, "got no complete response"},
		"a response that breaks off as announced": {valid, truncate, Expectations{Violation: []string{Connection}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, target, strings.ReplaceAll(name, " ", "-"))
			addFault(t, c, test.fault)
			done, err := c.Send(t.Context(), Call{Expectations: test.announce, Method: http.MethodPost, Path: "/keys", Token: c.ManagementKey(), Body: []byte(test.body)})
			if err != nil {
				t.Fatal(err)
			}
			err = c.Check(t.Context(), done)
			if (err == nil) != (test.want == "") || !strings.Contains(fmt.Sprint(err), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if len(c.Exchanges) != 1 || done.Number != 1 {
				t.Errorf("%d exchanges are recorded, the last as number %d; want one", len(c.Exchanges), done.Number)
			}
			if err != nil && failure.Of(err).Inconclusive {
				t.Errorf("%v is inconclusive, want a failure of the target", err)
			}
		})
	}
}

// addFault makes the fake misbehave when it creates keys, unless the words are empty.
func addFault(t *testing.T, c *Client, words string) {
	t.Helper()
	if words == "" {
		return
	}
	f, err := fault.ParseWords(append([]string{"create-keys"}, strings.Fields(words)...))
	if err == nil {
		_, err = c.World.AddFault(f)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestClient_worldsAreSeparate gives each client on a fake a world and a key of its own,
// and refuses a name that no world can have.
func TestClient_worldsAreSeparate(t *testing.T) {
	t.Parallel()
	target := openTarget(t, Config{})
	if a, b := newClient(t, target, "a"), newClient(t, target, "b"); a.World == b.World || a.ManagementKey() == b.ManagementKey() {
		t.Errorf("two clients share the key %q", a.ManagementKey())
	}
	if _, err := target.NewClient("no world"); err == nil {
		t.Error("no error for a name with a space")
	}
}

// TestClient_liveBounds refuses on a live target what makes a key without bounds, and on
// a fake nothing.
func TestClient_liveBounds(t *testing.T) {
	t.Parallel()
	call := Call{Method: http.MethodPost, Path: "/keys", Body: []byte(`{"name":"a"}`)}
	for name, test := range map[string]struct {
		config Config
		sent   bool
	}{
		"a fake":        {Config{}, true},
		"a live target": {Config{URL: "http://127.0.0.1:1/api/v1", ManagementKey: "k", KeyExpiry: time.Minute}, false},
	} {
		c := newClient(t, openTarget(t, test.config), "bounds")
		if err := c.CheckBounds(call); (err == nil) != test.sent {
			t.Errorf("%s: error %v, want sent %t", name, err, test.sent)
		}
		if reason := c.BeyondBounds(call); (reason == "") != test.sent {
			t.Errorf("%s: the reason is %q, want sent %t", name, reason, test.sent)
		}
	}
}

// TestOpen_eachCallHasAConnection sends calls to a fake one after another, each from
// another port.
func TestOpen_eachCallHasAConnection(t *testing.T) {
	t.Parallel()
	ports := map[string]bool{}
	c := newClient(t, openTarget(t, Config{Wrap: func(fake http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ports[r.RemoteAddr] = true
			fake.ServeHTTP(w, r)
		})
	}}), "connections")
	for range 3 {
		if _, err := c.Send(t.Context(), Call{Method: http.MethodGet, Path: "/key", Token: c.ManagementKey()}); err != nil {
			t.Fatal(err)
		}
	}
	if len(ports) != 3 {
		t.Errorf("3 calls came over %d connections, want 3", len(ports))
	}
}
