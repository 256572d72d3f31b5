package mocktest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/mocktest"
)

// A recorder is a testing.TB that records failures instead of failing.
type recorder struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...); panic(r) }

// failures runs a test and returns its failure messages.
func failures(t *testing.T, test func(t testing.TB)) []string {
	t.Helper()
	r := &recorder{TB: t}
	func() {
		defer func() {
			if p := recover(); p != nil && p != r {
				panic(p)
			}
		}()
		test(r)
	}()
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
	return r.errors
}

func TestNewFailsTheTest(t *testing.T) {
	t.Parallel()
	create := func(t testing.TB, f *mocktest.Fake, body string) { f.Do(t, "POST", "/keys", body) }
	for _, tt := range []struct {
		name string
		test func(t testing.TB)
		want string // in the one failure; "" for none
	}{
		{"not for a client without mistakes", func(t testing.TB) {
			create(t, mocktest.New(t, mocktest.WithFaults("create-keys status=500 times=1")), `{"name": "k"}`)
		}, ""},
		{"for a fault that never fired", func(t testing.TB) {
			create(t, mocktest.New(t, mocktest.WithFaults("create-keys status=500 skip=1")), `{"name": "k"}`)
		}, "fault f1 (create-keys status=500 skip=1) never fired; 1 requests matched it"},
		{"not for a fault that may stay unfired", func(t testing.TB) {
			mocktest.New(t, mocktest.WithFaults("create-keys status=500 on_unfired=ignore"))
		}, ""},
		{"for a violation", func(t testing.TB) {
			create(t, mocktest.New(t), `{"name": "k", "colour": "red"}`)
		}, `undeclared-property in request 1 (create-keys)`},
		{"not for a violation of a kind that is allowed", func(t testing.TB) {
			create(t, mocktest.New(t, mocktest.AllowViolations(mockserver.ViolationUndeclared)), `{"name": "k", "colour": "red"}`)
		}, ""},
		{"for a violation of another kind than is allowed", func(t testing.TB) {
			create(t, mocktest.New(t, mocktest.AllowViolations(mockserver.ViolationEarlyRetry)), `{"name": "k", "colour": "red"}`)
		}, "undeclared-property"},
		{"not for any violation if all are allowed", func(t testing.TB) {
			create(t, mocktest.New(t, mocktest.AllowViolations()), `{"name": "k", "colour": "red"}`)
		}, ""},
		{"for a fault that is not valid", func(t testing.TB) {
			mocktest.New(t, mocktest.WithFaults("create-key status=500"))
		}, "did you mean create-keys?"},
		{"for a configuration that is not valid", func(t testing.TB) {
			mocktest.New(t, mocktest.WithConfig(mockserver.Config{StrictKeys: true}))
		}, "strict keys"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := failures(t, tt.test)
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("failed with %q", got)
			case tt.want != "" && (len(got) != 1 || !strings.Contains(got[0], tt.want)):
				t.Errorf("failed with %q, want one failure with %q", got, tt.want)
			}
		})
	}
}

func TestWorldIsNamedAfterTheTest(t *testing.T) {
	t.Parallel()
	t.Run("with spaces", func(t *testing.T) {
		t.Parallel()
		f := mocktest.New(t)
		if got, want := f.World.Name(), "TestWorldIsNamedAfterTheTest/with_spaces"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if resp := f.Do(t, "GET", "/keys", ""); resp.StatusCode != 200 || resp.Header.Get(mockserver.WorldHeader) != f.World.Name() {
			t.Errorf("GET /keys: %s in the world %q", resp.Status, resp.Header.Get(mockserver.WorldHeader))
		}
	})
}

// TestCleanupEndsRequests ends a test while one request is held and another stalls.
func TestCleanupEndsRequests(t *testing.T) {
	t.Parallel()
	done := make(chan error, 2)
	got := failures(t, func(t testing.TB) {
		f := mocktest.New(t, mocktest.WithFaults("create-keys hold=door times=1", "list-keys effect=stall"))
		send := func(method, path, body string) {
			req, _ := http.NewRequest(method, f.URL+path, strings.NewReader(body))
			req.Header.Set("Authorization", "Bearer "+f.ManagementKey)
			req.Header.Set("Content-Type", "application/json")
			resp, err := f.Client.Do(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
			}
			done <- err
		}
		go send("POST", "/keys", `{"name": "k"}`)
		go send("GET", "/keys", "")
		if _, err := f.World.WaitForHeld(t.Context(), "door", 1); err != nil {
			t.Fatalf("%v", err)
		}
		stalled := errors.New("the stalled request is in the journal")
		if err := f.World.Follow(t.Context(), mockserver.Filter{Operation: "list-keys"}, func(mockserver.Entry) error { return stalled }); err != stalled {
			t.Fatalf("%v", err)
		}
	})
	if len(got) > 0 {
		t.Errorf("failed with %q", got)
	}
	for range 2 {
		if err := <-done; err == nil {
			t.Error("a request ended without an error")
		}
	}
}

func TestInProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := mocktest.New(t, mocktest.InProcess(), mocktest.WithFaults("create-keys delay=1h times=1"))
		start := time.Now()
		if resp := f.Do(t, "POST", "/keys", `{"name": "k"}`); resp.StatusCode != 201 {
			t.Errorf("got %s", resp.Status)
		}
		if took := time.Since(start); took != time.Hour {
			t.Errorf("took %v on the bubble's clock, want 1h", took)
		}
	})
}

// TestConnectionFaults checks that a client gets the same errors over a socket and
// in process.
func TestConnectionFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault string
		want  error
	}{
		{"list-keys effect=reset", syscall.ECONNRESET},
		{"list-keys effect=hangup", io.EOF},
		{"list-keys effect=truncate", io.ErrUnexpectedEOF},
	} {
		for _, inProcess := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s in process %v", tt.fault, inProcess), func(t *testing.T) {
				t.Parallel()
				opts := []mocktest.Option{mocktest.WithFaults(tt.fault)}
				if inProcess {
					opts = append(opts, mocktest.InProcess())
				}
				f := mocktest.New(t, opts...)
				req, err := http.NewRequest("GET", f.URL+"/keys", nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Authorization", "Bearer "+f.ManagementKey)
				resp, err := f.Client.Do(req)
				if err == nil {
					_, err = io.ReadAll(resp.Body)
				}
				if !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
			})
		}
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	fake := mocktest.New(t)
	want := []string{"MODELGATES_BASE_URL=" + fake.URL, "MODELGATES_API_KEY=" + fake.ManagementKey}
	if got := fake.Env(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
