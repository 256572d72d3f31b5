package target

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/lies"
)

// replay opens a live target that answers with the responses of exchanges in turn, and
// returns the call of each exchange.
func replay(t *testing.T, exchanges []contract.Exchange) (*Target, []Call) {
	t.Helper()
	next := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		x := exchanges[next]
		next++
		w.Header().Set("Content-Type", x.ResponseHeader.Get("Content-Type"))
		w.WriteHeader(x.Status)
		_, _ = w.Write(x.ResponseBody)
	}))
	t.Cleanup(server.Close)
	var calls []Call
	for _, x := range exchanges {
		calls = append(calls, Call{Method: x.Method, Path: x.Path, Token: x.Bearer(), Body: x.RequestBody})
	}
	return openTarget(t, Config{URL: server.URL, ManagementKey: lies.ManagementKey, KeyExpiry: time.Minute}), calls
}

// TestClient_liveClientsShareSecretsAlone plays the two exchanges of a lie with one
// client on a live target, and with a client each. A key that is not as it was written
// shows only to the client that wrote it. A secret that is used again shows to all.
func TestClient_liveClientsShareSecretsAlone(t *testing.T) {
	t.Parallel()
	exchanges := map[string][]contract.Exchange{}
	for _, lie := range append(lies.Documented(), lies.Companion()...) {
		exchanges[lie.Name] = lie.Exchanges
	}
	for _, test := range []struct {
		lie      string
		clients  int
		departs  bool
		wantKind string
	}{
		{"a key is read with another name", 1, true, finding.KindUnstored},
		{"a key is read with another name", 2, false, ""},
		{"a secret is used again", 1, true, finding.KindReused},
		{"a secret is used again", 2, true, finding.KindReused},
	} {
		target, calls := replay(t, exchanges[test.lie])
		if len(calls) != 2 {
			t.Fatalf("%q has %d exchanges, want 2", test.lie, len(calls))
		}
		first := newClient(t, target, "")
		last := first
		if test.clients == 2 {
			last = newClient(t, target, "")
		}
		if _, err := mustSend(t, first, calls[0]); err != nil {
			t.Errorf("%s: the first exchange: %v", test.lie, err)
		}
		_, err := mustSend(t, last, calls[1])
		if (err != nil) != test.departs || test.departs && !strings.Contains(err.Error(), test.wantKind) {
			t.Errorf("%s, %d clients: error %v, want kind %q", test.lie, test.clients, err, test.wantKind)
		}
	}
}

// TestClient_fakeFollowsTheFamily holds a fake that offers the companion operations to
// the facts of the family in the documented operations too, such as that a key has no
// bound that was not asked for.
func TestClient_fakeFollowsTheFamily(t *testing.T) {
	t.Parallel()
	target := openTarget(t, Config{Wrap: func(fake http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			answer := httptest.NewRecorder()
			fake.ServeHTTP(answer, r)
			w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
			w.WriteHeader(answer.Code)
			_, _ = w.Write(bytes.Replace(answer.Body.Bytes(), []byte(`"limit_reset":null`), []byte(`"limit_reset":"daily"`), 1))
		})
	}})
	c := newClient(t, target, "family")
	_, err := mustSend(t, c, Call{Method: "POST", Path: "/keys", Token: c.ManagementKey(), Body: []byte(`{"name":"a"}`)})
	if !strings.Contains(fmt.Sprint(err), "response /data/limit_reset: echo") {
		t.Errorf("error %v, want a finding about /data/limit_reset", err)
	}
}
