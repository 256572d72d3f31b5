package mockserver

import (
	"net/http/httptest"
	"testing"
	"time"
)

// BenchmarkMillionKeys shows that a late page costs as much as the first one, and
// what it costs to store a key among many.
func BenchmarkMillionKeys(b *testing.B) {
	s, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	w := mustWorld(b, s, "default")
	b.Run("store-a-key", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w.mu.Lock()
			tx := w.txn()
			_, k := tx.mint()
			k.Name, k.Workspace = "k", w.workspace
			tx.putKey(k)
			w.mu.Unlock()
		}
	})
	w.Reset()
	if _, err := w.AddKeys(millionKeys()); err != nil {
		b.Fatal(err)
	}
	page := func(offset string) time.Duration {
		r := httptest.NewRequest("GET", "/api/v1/keys?offset="+offset, nil)
		r.Header.Set("Authorization", "Bearer sk-mg-mgmt-default")
		rec, elapsed := httptest.NewRecorder(), stopwatch()
		s.ServeHTTP(rec, r)
		if rec.Code != 200 {
			b.Fatal(rec.Body)
		}
		return elapsed()
	}
	// The pages alternate, and the fastest of each counts, so that other load on
	// the machine affects both alike.
	b.Run("list-first-and-late-page", func(b *testing.B) {
		first, late := time.Hour, time.Hour
		for b.Loop() {
			first, late = min(first, page("0")), min(late, page("900000"))
		}
		b.ReportMetric(float64(first.Microseconds()), "first-µs")
		b.ReportMetric(float64(late.Microseconds()), "late-µs")
		b.ReportMetric(late.Seconds()/first.Seconds(), "late/first")
	})
}

func millionKeys() []Key {
	keys := make([]Key, 1_000_000)
	for i := range keys {
		keys[i].Name = "k"
	}
	return keys
}
