package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestWrongVerifierBurnsTheCodeOnlyIfSet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		setting, first string
		status         int
		rule           string
	}{
		{"keep", `, "code_verifier": "wrong", "code_challenge_method": "S256"`, 200, "exchange.minted"},
		{"burn", `, "code_verifier": "wrong", "code_challenge_method": "S256"`, 400, "exchange.used"},
		{"burn", `, "code_challenge_method": "S256"`, 400, "exchange.used"},
		{"burn", byPlain, 200, "exchange.minted"}, // a wrong method is not a wrong verifier
	} {
		s := newServer(t, mockserver.Config{Rules: map[string]string{"codes.burn-on-failure": tt.setting}})
		id := newCode(t, s, s256)
		if a := exchange(t, s, id, tt.first); a.status == 200 {
			t.Fatalf("%s: %s was taken", tt.setting, tt.first)
		}
		if a := exchange(t, s, id, byS256); a.status != tt.status || a.rule() != tt.rule {
			t.Errorf("%s after %s: %d by %q, want %d by %q", tt.setting, tt.first, a.status, a.rule(), tt.status, tt.rule)
		}
	}
}

func TestExchangeHappensInTheWorldOfTheCode(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	id := newCode(t, s, "", "Authorization", "Bearer sk-mg-mgmt-one")
	a := call(t, s, "POST", "/v1/auth/keys/", `{"code": "`+id+`"}`, "Authorization", "Bearer sk-mg-mgmt-two", mockserver.WorldHeader, "three")
	if a.status != 200 || a.header.Get(mockserver.WorldHeader) != "one" {
		t.Errorf("%d in the world %q: %s", a.status, a.header.Get(mockserver.WorldHeader), a.body)
	}
	if a := call(t, s, "GET", "/api/v1/keys", "", "Authorization", "Bearer sk-mg-mgmt-one"); len(keyNames(a)) != 1 {
		t.Errorf("the key is not where its code was issued: %s", a.body)
	}
	worldOf(t, s, "one").Reset()
	a = call(t, s, "POST", "/api/v1/auth/keys", `{"code": "`+id+`"}`, "Authorization", "", mockserver.WorldHeader, "three")
	if a.rule() != "exchange.unknown" || a.header.Get(mockserver.WorldHeader) != "three" {
		t.Errorf("after a reset: %d by %q in the world %q", a.status, a.rule(), a.header.Get(mockserver.WorldHeader))
	}
}

func TestOnlyOneOfManyConcurrentExchangesSucceeds(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	id := newCode(t, s, s256)
	var all sync.WaitGroup
	statuses := make([]int, 100)
	start := make(chan struct{})
	for i := range statuses {
		all.Go(func() {
			<-start
			statuses[i] = exchange(t, s, id, byS256).status
		})
	}
	close(start)
	all.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	if diff := cmp.Diff(map[int]int{200: 1, 400: 99}, count); diff != "" {
		t.Errorf("responses by status (-want +got):\n%s", diff)
	}
	if a := call(t, s, "GET", "/api/v1/keys", ""); len(keyNames(a)) != 1 {
		t.Errorf("%d keys were minted", len(keyNames(a)))
	}
}

// TestHeldExchangeIsCheckedAgain changes the state while an exchange is held. The
// outcome depends on the state when it continues.
func TestHeldExchangeIsCheckedAgain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		between func(t *testing.T, s *mockserver.Server, id string)
		status  int
		rule    string
	}{
		{"nothing happens meanwhile", func(*testing.T, *mockserver.Server, string) {}, 200, "exchange.minted"},
		{"another exchange wins meanwhile", func(t *testing.T, s *mockserver.Server, id string) { exchange(t, s, id, byS256) }, 400, "exchange.used"},
		{"the code expires meanwhile", func(t *testing.T, s *mockserver.Server, _ string) {
			if _, err := worldOf(t, s, "default").Advance(time.Hour); err != nil {
				t.Fatal(err)
			}
		}, 403, "exchange.expired"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			w, id := worldOf(t, s, "default"), newCode(t, s, s256)
			if _, err := w.AddFault(fault.Fault{Operation: "exchange-auth-code", Phase: fault.During, Hold: "here", Times: 1}); err != nil {
				t.Fatal(err)
			}
			done := make(chan response)
			go func() { done <- exchange(t, s, id, byS256) }()
			if _, err := w.WaitForHeld(t.Context(), "here", 1); err != nil {
				t.Fatal(err)
			}
			tt.between(t, s, id)
			w.OpenGate("here")
			if a := <-done; a.status != tt.status || a.rule() != tt.rule {
				t.Errorf("got %d by %q, want %d by %q: %s", a.status, a.rule(), tt.status, tt.rule, a.body)
			}
		})
	}
}

// TestPKCEWithAnOAuthClient uses a verifier and a challenge from an OAuth client library.
func TestPKCEWithAnOAuthClient(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for range 20 {
		v := oauth2.GenerateVerifier()
		id := newCode(t, s, fmt.Sprintf(`, "code_challenge": %q, "code_challenge_method": "S256"`, oauth2.S256ChallengeFromVerifier(v)))
		if a := exchange(t, s, id, fmt.Sprintf(`, "code_verifier": %q, "code_challenge_method": "S256"`, v)); a.status != 200 {
			t.Fatalf("verifier %q: %d %s", v, a.status, a.body)
		}
	}
}

func FuzzExchange(f *testing.F) {
	s := newServer(f, mockserver.Config{})
	used := newCode(f, s, s256)
	for _, seed := range []string{
		`{"code": "` + used + `"` + byS256 + `}`, `{"code": "` + used + `"}`, `{"code": 1}`, `{`, ``, `null`, `{"code": "x", "code": "y"}`,
		`{"code": "", "code_challenge_method": null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/auth/keys", strings.NewReader(string(body)))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 && w.Code != 403 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
	})
}
