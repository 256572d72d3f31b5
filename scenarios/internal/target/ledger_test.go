package target

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
)

// A fullDisk is a ledger that fails from a write on, counted from 1.
type fullDisk struct{ writes, from int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.writes++; d.writes >= d.from {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}

// TestClient_ledgerThatCannotBeWritten creates a key while the ledger fails before the
// call, or after it. Neither is a failure of the target.
func TestClient_ledgerThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for from, wantSent := range map[int]int{1: 0, 2: 1} {
		sent := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			sent++
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"data":{"hash":"h"}}`))
		}))
		t.Cleanup(server.Close)
		target := openTarget(t, Config{URL: server.URL, ManagementKey: "management", KeyExpiry: time.Minute, Ledger: &fullDisk{from: from}})
		c := newClient(t, target, "")
		body := fmt.Sprintf(`{"name":"of %s","limit":0,"expires_at":%q}`, target.Run, time.Now().Add(30*time.Second).UTC().Format(time.RFC3339))
		done, err := mustSend(t, c, Call{Method: "POST", Path: "/keys", Token: "management", Body: []byte(body)})
		if sent != wantSent || !errors.Is(done.Broken, envelope.ErrLedger) {
			t.Errorf("write %d fails: %d calls were sent, and the call ended with %v; want %d and ErrLedger", from, sent, done.Broken, wantSent)
		}
		if err == nil || !failure.Of(err).Inconclusive {
			t.Errorf("write %d fails: error %v, want one that is inconclusive", from, err)
		}
	}
}
