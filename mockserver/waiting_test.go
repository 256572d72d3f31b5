package mockserver_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/mockgates/mockgates/mockserver"
)

// TestWaitingRequestsAreBounded fills a server with waiting requests, for each reason for
// which a request can wait, and sends one more for each reason.
func TestWaitingRequestsAreBounded(t *testing.T) {
	t.Parallel()
	ways := map[string]string{
		"held before": "create-auth-keys-code hold=door", "held during": "create-auth-keys-code hold=door phase=during",
		"held after": "create-auth-keys-code hold=door phase=after", "delayed": "create-auth-keys-code delay=1h",
		"stalled": "create-auth-keys-code effect=stall",
	}
	for name, f := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const most = 3
				s := newServer(t, mockserver.Config{MaxWaiting: most})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				// send sends a request of a world and returns its status, or 0 if the
				// connection ends.
				send := func(world, body string) (status int, text string) {
					defer func() {
						if e := recover(); e != nil && e != http.ErrAbortHandler {
							t.Errorf("panic: %v", e)
						}
					}()
					w := httptest.NewRecorder()
					r := httptest.NewRequest("POST", codesPath, strings.NewReader(body)).WithContext(ctx)
					r.Header.Set("Authorization", "Bearer sk-mg-mgmt-"+world)
					r.Header.Set("Content-Type", "application/json")
					s.ServeHTTP(w, r)
					return w.Code, w.Header().Get(mockserver.RuleHeader) + w.Body.String()
				}
				for _, world := range []string{"a", "b"} {
					addFault(t, worldOf(t, s, world), f)
				}
				for i := range most { // each for an app of its own, which would otherwise conflict
					go send("a", fmt.Sprintf(`{"callback_url": "https://app%d.test/cb"}`, i))
				}
				synctest.Wait()
				if got := s.Usage().Waiting; got != (mockserver.Amount{Now: most, Max: most}) {
					t.Fatalf("%+v wait, want %d of %d", got, most, most)
				}
				status, text := send("b", newApp)
				switch {
				case strings.Contains(f, "stall"):
					if status != 0 {
						t.Errorf("one more stall: got %d, want the end of the connection", status)
					}
				case status != 503 || !strings.HasPrefix(text, "fake.bounds") || !strings.Contains(text, "max-waiting"):
					t.Errorf("one more: got %d %s, want 503 by fake.bounds", status, text)
				}
				_, err := worldOf(t, s, "b").WaitForHeld(ctx, "door", 1)
				wantBound(t, err, "max-waiting")
				worldOf(t, s, "b").RemoveFaults()
				if status, text := send("b", newApp); status != 200 {
					t.Errorf("a request that does not wait, of the same app: got %d %s", status, text)
				}
				cancel()
				synctest.Wait()
				if got := s.Usage().Waiting.Now; got != 0 {
					t.Errorf("%d wait after their clients have left", got)
				}
			})
		})
	}
}
