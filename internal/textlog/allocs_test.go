//go:build !race

package textlog

import (
	"io"
	"log/slog"
	"testing"
	"time"
)

// TestHandler_allocatesNothing is left out under the race detector, which makes
// sync.Pool forget at random.
func TestHandler_allocatesNothing(t *testing.T) {
	h := New(io.Discard, slog.LevelInfo)
	record := slog.NewRecord(time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC), slog.LevelInfo, "request", 0)
	record.AddAttrs(slog.String("method", "GET"), slog.Int("status", 200), slog.String("path", "/a b"))
	if n := testing.AllocsPerRun(100, func() { _ = h.Handle(t.Context(), record) }); n > 0 {
		t.Errorf("a record takes %v allocations; want 0", n)
	}
}
