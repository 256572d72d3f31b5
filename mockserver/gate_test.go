package mockserver_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// TestMain fails if a test leaks a goroutine, such as a request that is held
// forever.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	codesPath = "/api/v1/auth/keys/code"
	newApp    = `{"callback_url": "https://app.example/cb"}`
)

// callAsync sends a request in a goroutine and returns the channel of its response.
func callAsync(t *testing.T, h http.Handler, path, body string) <-chan response {
	t.Helper()
	done := make(chan response, 1)
	go func() { done <- call(t, h, "POST", path, body) }()
	return done
}

// waitForHeld waits until n requests are held at the gate.
func waitForHeld(t *testing.T, w *mockserver.World, gate string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if g, err := w.WaitForHeld(ctx, gate, n); err != nil || g.Open {
		t.Fatalf("%d requests at the gate, open %v: %v; want %d at a shut one", g.Held, g.Open, err, n)
	}
}

// TestConflictWhileAnAppIsReserved holds a code for a new app while the app is reserved.
// A second code for the app gets a 409 that no fault injected.
func TestConflictWhileAnAppIsReserved(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-auth-keys-code phase=during hold=app times=1")
	first := callAsync(t, s, codesPath, newApp)
	waitForHeld(t, w, "app", 1)
	second := call(t, s, "POST", codesPath, newApp)
	if second.status != 409 || second.rule() != "codes.conflict" || second.header.Get(mockserver.FaultHeader) != "" {
		t.Errorf("the second: got %d, rule %q, fault %q", second.status, second.rule(), second.header.Get(mockserver.FaultHeader))
	}
	other := call(t, s, "POST", codesPath, `{"callback_url": "https://other.example/cb"}`)
	if other.status != 200 {
		t.Errorf("another app: got %d, want 200", other.status)
	}
	w.OpenGate("app")
	a := <-first
	if a.status != 200 || a.rule() != "codes.created" {
		t.Errorf("the first: got %d, rule %q", a.status, a.rule())
	}
	retry := call(t, s, "POST", codesPath, newApp)
	if retry.status != 200 || retry.at("data.app_id") != a.at("data.app_id") {
		t.Errorf("the retry: got %d, app %v; want that of the first, %v", retry.status, retry.at("data.app_id"), a.at("data.app_id"))
	}
}

func TestGatePhases(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		phase  string
		stored int // keys while it is held
	}{{"before", 0}, {"during", 0}, {"after", 1}} {
		t.Run(test.phase, func(t *testing.T) {
			t.Parallel()
			s, w := newServerWithFaults(t, "create-keys hold=gate phase="+test.phase)
			done := callAsync(t, s, "/api/v1/keys", nightly)
			waitForHeld(t, w, "gate", 1)
			if got := countKeys(t, s); got != test.stored {
				t.Errorf("got %d keys while it is held, want %d", got, test.stored)
			}
			was, err := w.OpenGate("gate")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(mockserver.Gate{Name: "gate", Held: 1}, was); diff != "" {
				t.Errorf("OpenGate (-want +got):\n%s", diff)
			}
			if a := <-done; a.status != 201 || a.header.Get(mockserver.FaultHeader) != "f1" {
				t.Errorf("got %d, fault %q", a.status, a.header.Get(mockserver.FaultHeader))
			}
			if diff := cmp.Diff([]mockserver.Gate{{Name: "gate", Open: true}}, w.Gates()); diff != "" {
				t.Errorf("Gates (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOpenGateHoldsNoRequests(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys hold=gate")
	w.OpenGate("gate")
	if got := statuses(t, s, 2, nightly); !cmp.Equal(got, []int{201, 201}) {
		t.Errorf("got %v", got)
	}
	addFault(t, w, "create-auth-keys-code hold=gate")
	done := callAsync(t, s, "/api/v1/keys", nightly)
	waitForHeld(t, w, "gate", 1) // a new fault that holds there has shut it
	w.OpenGate("gate")
	<-done
}

func TestGateHoldsManyRequests(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys hold=gate")
	var all []<-chan response
	for i := range 20 {
		all = append(all, callAsync(t, s, "/api/v1/keys", nightly))
		waitForHeld(t, w, "gate", i+1)
	}
	w.RemoveFaults()
	if got := w.Gates()[0].Held; got != 20 {
		t.Errorf("%d are held after the fault was removed, want 20", got)
	}
	w.OpenGate("gate")
	for _, done := range all {
		if a := <-done; a.status != 201 {
			t.Errorf("got %d", a.status)
		}
	}
	if got := countKeys(t, s); got != 20 {
		t.Errorf("got %d keys, want 20", got)
	}
}

func TestGateReleasesDisconnectedClients(t *testing.T) {
	t.Parallel()
	for _, phase := range []string{"before", "during", "after"} {
		t.Run(phase, func(t *testing.T) {
			t.Parallel()
			s, w := newServerWithFaults(t, "create-keys times=1 hold=gate phase="+phase)
			handled := make(chan struct{})
			url, client := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(handled)
				s.ServeHTTP(w, r)
			}))
			ctx, cancel := context.WithCancel(t.Context())
			gone := make(chan error, 1)
			go func() {
				res, err := post(ctx, t, client, url, nightly)
				if err == nil {
					res.Body.Close()
				}
				gone <- err
			}()
			waitForHeld(t, w, "gate", 1)
			cancel()
			if err := <-gone; !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want %v", err, context.Canceled)
			}
			<-handled
			if got := w.Gates()[0]; got.Held != 0 || got.Open {
				t.Errorf("got %+v, want a shut gate that holds no requests", got)
			}
			if got, want := countKeys(t, s), map[string]int{"after": 1}[phase]; got != want {
				t.Errorf("got %d keys, want %d", got, want)
			}
		})
	}
	t.Run("the reservation of a client that left is free", func(t *testing.T) {
		t.Parallel()
		s, w := newServerWithFaults(t, "create-auth-keys-code times=1 hold=gate phase=during")
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan any, 1)
		go func() {
			defer func() { gone <- recover() }()
			callWith(ctx, t, s, codesPath, newApp)
		}()
		waitForHeld(t, w, "gate", 1)
		cancel()
		if p := <-gone; p != http.ErrAbortHandler {
			t.Errorf("got %v, want the connection to end", p)
		}
		if got := w.Gates()[0].Held; got != 0 {
			t.Errorf("%d are held, want none", got)
		}
		if a := call(t, s, "POST", codesPath, newApp); a.status != 200 || a.at("data.app_id") != 1.0 {
			t.Errorf("got %d %s, want the first app", a.status, a.body)
		}
	})
}

func TestWaitForHeld(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys hold=gate")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if g, err := w.WaitForHeld(ctx, "gate", 1); !errors.Is(err, context.Canceled) || g.Held != 0 {
		t.Errorf("got %+v, %v", g, err)
	}
	if _, err := w.WaitForHeld(ctx, "gate", 0); err != nil {
		t.Errorf("waiting for no request: %v", err)
	}
	watched := make(chan error, 1)
	go func() {
		_, err := w.WaitForHeld(t.Context(), "gate", 1)
		watched <- err
	}()
	done := callAsync(t, s, "/api/v1/keys", nightly)
	if err := <-watched; err != nil {
		t.Error(err)
	}
	w.OpenGate("gate")
	<-done
}

func TestResetOpensGates(t *testing.T) {
	t.Parallel()
	for _, phase := range []string{"before", "during", "after"} {
		t.Run(phase, func(t *testing.T) {
			t.Parallel()
			s, w := newServerWithFaults(t, "create-keys hold=gate phase="+phase)
			gone := make(chan any, 1)
			go func() {
				defer func() { gone <- recover() }()
				callWith(t.Context(), t, s, "/api/v1/keys", nightly)
			}()
			waitForHeld(t, w, "gate", 1)
			w.Reset()
			if p := <-gone; phase != "after" && p != http.ErrAbortHandler {
				t.Errorf("got %v, want the connection to end", p)
			}
			if got := countKeys(t, s); got != 0 {
				t.Errorf("the new world has %d keys of a request to the old one", got)
			}
			if len(w.Gates()) != 0 {
				t.Errorf("the new world has the gates %+v", w.Gates())
			}
		})
	}
	for _, fault := range []string{"delay=1m hold=gate", "delay=1m", "delay=1m phase=during"} {
		t.Run("a request of the old world does nothing in the new: "+fault, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, w := newServerWithFaults(t, "create-keys "+fault)
				gone := make(chan any, 1)
				go func() {
					defer func() { gone <- recover() }()
					callWith(t.Context(), t, s, "/api/v1/keys", nightly)
				}()
				synctest.Wait() // it is delayed now
				w.Reset()
				if p := <-gone; p != http.ErrAbortHandler || len(w.Gates()) != 0 || countKeys(t, s) != 0 {
					t.Errorf("got %v, the gates %+v and %d keys; want the connection to end", p, w.Gates(), countKeys(t, s))
				}
			})
		})
	}
	t.Run("a reset wakes the watchers of a gate", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, mockserver.Config{Faults: []fault.Fault{{Operation: "create-keys", Hold: "gate"}}})
		w := worldOf(t, s, mockserver.DefaultWorld)
		if diff := cmp.Diff([]mockserver.Gate{{Name: "gate"}}, w.Gates()); diff != "" {
			t.Errorf("a gate of the configuration (-want +got):\n%s", diff)
		}
		watched := make(chan error, 1)
		started := make(chan struct{})
		go func() {
			close(started)
			_, err := w.WaitForHeld(t.Context(), "gate", 1)
			watched <- err
		}()
		<-started
		w.Reset()
		done := callAsync(t, s, "/api/v1/keys", nightly)
		if err := <-watched; err != nil {
			t.Error(err)
		}
		w.OpenGate("gate")
		<-done
	})
}
