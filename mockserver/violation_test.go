package mockserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestViolations(t *testing.T) {
	t.Parallel()
	const body = `{"name": "k"}`
	for _, tt := range []struct {
		name               string
		method, path, body string
		headers            []string
		want               []string // kind and pointer
	}{
		{"a good request", "POST", "/api/v1/keys", body, nil, nil},
		{"a trailing slash", "POST", "/api/v1/keys/", body, nil, nil},
		{"an undeclared property", "POST", "/api/v1/keys", `{"name": "k", "nane": 1, "a/b": 2}`, nil, []string{"undeclared-property /a~1b", "undeclared-property /nane"}},
		{"a form", "POST", "/api/v1/keys", "name=k", []string{"Content-Type", "application/x-www-form-urlencoded"}, []string{"content-type"}},
		{"no content type", "POST", "/api/v1/keys", body, []string{"Content-Type", ""}, []string{"content-type"}},
		{"a parameter of the content type", "POST", "/api/v1/keys", body, []string{"Content-Type", "application/json; charset=utf-8"}, nil},
		{"no credential", "POST", "/api/v1/keys", body, []string{"Authorization", ""}, []string{"missing-credential"}},
		{"a basic credential", "POST", "/api/v1/keys", body, []string{"Authorization", "Basic a2V5"}, []string{"missing-credential"}},
		{"an unknown token", "POST", "/api/v1/keys", body, []string{"Authorization", "Bearer nobody"}, nil},
		{"a key in the query", "POST", "/api/v1/keys?api_key=sk-mg-mgmt-default", body, nil, []string{"secret-in-url"}},
		{"a key in the path", "GET", "/api/v1/keys/sk-mg-v1-" + strings.Repeat("ab", 32), "", nil, []string{"secret-in-url"}},
		{"an escaped key in the query", "POST", "/api/v1/keys?t=sk%2dmg-mgmt%2Ddefault", body, nil, []string{"secret-in-url"}},
		{"the old base path", "POST", "/v1/keys", body, nil, []string{"base-path"}},
		{"no base path", "POST", "/keys", body, nil, []string{"base-path"}},
		{"an unknown path has no base path", "POST", "/nothing", body, nil, nil},
		{"an exchange needs no credential", "POST", "/api/v1/auth/keys", `{"code": "auth_code_0123456789"}`, []string{"Authorization", ""}, nil},
		{"several at once", "POST", "/keys?key=sk-mg-mgmt-default", "x", []string{"Authorization", "", "Content-Type", "text/plain"}, []string{"secret-in-url", "base-path", "missing-credential", "content-type"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			call(t, s, tt.method, tt.path, tt.body, tt.headers...)
			world := worldOf(t, s, "default")
			var got []string
			for _, f := range world.Violations() {
				got = append(got, strings.TrimSpace(f.Kind+" "+f.Pointer))
				if f.Request != 1 || f.Message == "" || f.Kind != "secret-in-url" && f.Operation == "" {
					t.Errorf("violation: %+v", f)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(world.Violations(), append([]mockserver.Violation{}, world.Journal(mockserver.Filter{})[0].Violations...)); diff != "" {
				t.Errorf("the journal has other violations:\n%s", diff)
			}
			if s.ViolationCount() != len(tt.want) {
				t.Errorf("the server counts %d; want %d", s.ViolationCount(), len(tt.want))
			}
			world.ClearViolations()
			if s.ViolationCount() != 0 || len(world.Violations()) != 0 {
				t.Error("violations that were cleared still count")
			}
		})
	}
}

func TestEarlyRetry(t *testing.T) {
	t.Parallel()
	const key = `{"name": "k"}`
	for _, tt := range []struct {
		name  string
		fault string        // added first
		wait  time.Duration // on the world's clock, before the retry
		want  int           // violations
	}{
		{"at once", "create-keys status=429 times=1 retry_after=2s", 0, 1},
		{"a moment early", "create-keys status=429 times=1 retry_after=2s", 1999 * time.Millisecond, 1},
		{"on time", "create-keys status=429 times=1 retry_after=2s", 2 * time.Second, 0},
		{"after a 500 with the header", "create-keys status=500 times=1 retry_after=1m", time.Second, 1},
		{"after a 500 without it", "create-keys status=500 times=1", 0, 0},
		{"before a date", "create-keys status=429 times=1 retry_after=10s retry_after_form=date", 9 * time.Second, 1},
		{"at a date", "create-keys status=429 times=1 retry_after=10s retry_after_form=date", 10 * time.Second, 0},
		{"after a date that has passed", "create-keys status=429 times=1 retry_after_form=past", 0, 0},
		{"after zero seconds", "create-keys status=429 times=1 retry_after_form=zero", 0, 0},
		{"within a fraction of a second", "create-keys status=429 times=1 retry_after_form=fraction", 499 * time.Millisecond, 1},
		{"after a fraction of a second", "create-keys status=429 times=1 retry_after_form=fraction", 500 * time.Millisecond, 0},
		{"years before the end of a huge wait", "create-keys status=429 times=1 retry_after_form=huge", 100 * 365 * 24 * time.Hour, 1},
		{"after junk", "create-keys status=429 times=1 retry_after_form=junk", 0, 0},
		{"without the header", "create-keys status=429 times=1 retry_after_form=absent", 0, 0},
		{"a response that the client never saw", "create-keys status=429 times=1 retry_after=2s effect=hangup", 0, 0},
		{"a response that a reset replaced", "create-keys status=429 times=1 retry_after=2s effect=reset", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			world := worldOf(t, s, "default")
			fault, err := fault.Parse(tt.fault)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := world.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() { _ = recover() }() // a hangup or a reset
				call(t, s, "POST", "/api/v1/keys", key)
			}()
			if _, err := world.Advance(tt.wait); err != nil {
				t.Fatal(err)
			}
			call(t, s, "POST", "/api/v1/keys", key)
			got := world.Violations()
			if len(got) != tt.want {
				t.Fatalf("%d violations; want %d: %+v", len(got), tt.want, got)
			}
			if tt.want == 1 && (got[0].Kind != "early-retry" || got[0].Request != 2 || !strings.Contains(got[0].Message, "Retry-After: ")) {
				t.Errorf("violation: %+v", got[0])
			}
		})
	}
}

func TestEarlyRetryNeedsTheSameCallerAndOperation(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	world := worldOf(t, s, "default")
	secret, _ := createKey(t, s, `{"name": "caller"}`)
	if _, err := world.AddFault(fault.Fault{Operation: "create-keys", Status: 429, Times: 1, RetryAfter: time.Duration(time.Minute)}); err != nil {
		t.Fatal(err)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`, "Authorization", "Bearer "+secret)
	call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.test/"}`)
	if got := world.Violations(); len(got) != 0 {
		t.Fatalf("another caller and another operation: %+v", got)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	if got := world.Violations(); len(got) != 1 {
		t.Fatalf("a retry, its response, and a request after it: %+v; want one violation", got)
	}
	if _, err := world.AddFault(fault.Fault{Operation: "create-keys", Status: 429, Times: 1}); err != nil {
		t.Fatal(err)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	if err := world.SetClock(mockserver.ClockSetting{Now: noon.Add(-time.Hour), Frozen: true}); err != nil {
		t.Fatal(err)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "k"}`)
	if got := world.Violations(); len(got) != 1 {
		t.Errorf("after the clock was set back: %+v; want no new violation", got)
	}
}
