package textlog

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A pair is a record written by slog.TextHandler and by this package.
func pair(level slog.Level, use func(slog.Handler)) (want, got string) {
	var a, b bytes.Buffer
	use(slog.NewTextHandler(&a, &slog.HandlerOptions{Level: level}))
	use(New(&b, level))
	return a.String(), b.String()
}

// texts draws texts, of which many hold what matters to quoting.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringMatching(`[a-z/ ="\\]{0,12}`),
		rapid.SampledFrom([]string{"", "\x00", "\x1f", " ", "\x7f", "\\", "\xff", "é", "\u00a0", "\u2028", "\ufffd", "\u0085", "\U000e0001", "a\nb", "=", `"`}),
	)
}

// values draws values of every kind.
func values() *rapid.Generator[slog.Value] {
	return rapid.OneOf(
		rapid.Map(texts(), slog.StringValue),
		rapid.Map(rapid.Int64(), slog.Int64Value),
		rapid.Map(rapid.Uint64(), slog.Uint64Value),
		rapid.Map(rapid.Float64(), slog.Float64Value),
		rapid.Map(rapid.Bool(), slog.BoolValue),
		rapid.Map(rapid.Int64(), func(n int64) slog.Value { return slog.DurationValue(time.Duration(n)) }),
		rapid.Map(times(), slog.TimeValue),
		rapid.SampledFrom([]slog.Value{
			slog.AnyValue(nil), slog.AnyValue(errors.New("an error of two words")), slog.AnyValue([]byte("bytes")), slog.AnyValue([]string{"a", "b"}),
			slog.GroupValue(slog.Int("a", 1), slog.String("b", "c d")), slog.GroupValue(),
			{},
		}),
	)
}

// times draws times of many years and zones.
func times() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "minutes east")*60)
		return time.Unix(rapid.Int64Range(-62135596800, 253402214400).Draw(t, "second"), rapid.Int64Range(0, 999999999).Draw(t, "nanosecond")).In(rapid.SampledFrom([]*time.Location{time.UTC, zone}).Draw(t, "zone"))
	})
}

func TestHandler_writesWhatLogSlogDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		when := time.Time{}
		if rapid.Bool().Draw(t, "has a time") {
			when = times().Draw(t, "time")
		}
		level := slog.Level(rapid.IntRange(-6, 12).Draw(t, "level"))
		record := slog.NewRecord(when, level, texts().Draw(t, "message"), 0)
		for range rapid.IntRange(0, 8).Draw(t, "attributes") {
			record.AddAttrs(slog.Attr{Key: texts().Draw(t, "key"), Value: values().Draw(t, "value")})
		}
		want, got := pair(slog.LevelInfo, func(h slog.Handler) {
			if err := h.Handle(t.Context(), record.Clone()); err != nil {
				t.Fatal(err)
			}
		})
		if got != want {
			t.Fatalf("written:\n%swant:\n%s", got, want)
		}
	})
}

func TestHandler_hasLevelsAttributesAndGroups(t *testing.T) {
	t.Parallel()
	withoutTime := func(h slog.Handler) slog.Handler {
		return h.WithAttrs([]slog.Attr{slog.String("a", "b c")}).WithGroup("g")
	}
	record := slog.NewRecord(time.Time{}, slog.LevelWarn, "message", 0)
	record.AddAttrs(slog.Int("n", math.MaxInt64))
	want, got := pair(slog.LevelWarn, func(h slog.Handler) {
		if h.Enabled(t.Context(), slog.LevelInfo) || !h.Enabled(t.Context(), slog.LevelWarn) {
			t.Error("a level other than that asked for is enabled")
		}
		_ = withoutTime(h).Handle(t.Context(), record)
	})
	if got != want || !strings.Contains(got, "g.n=") {
		t.Errorf("written %q; want %q", got, want)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestHandler_returnsTheErrorOfItsWriter(t *testing.T) {
	t.Parallel()
	err := New(failing{}, slog.LevelInfo).Handle(t.Context(), slog.NewRecord(time.Now(), slog.LevelInfo, "m", 0))
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Handle: %v; want %v", err, io.ErrClosedPipe)
	}
}

func BenchmarkHandler(b *testing.B) {
	record := slog.NewRecord(time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC), slog.LevelInfo, "request", 0)
	record.AddAttrs(slog.String("world", "default"), slog.String("method", "GET"), slog.String("path", "/api/v1/keys"), slog.String("operation", "list"),
		slog.Int("status", 200), slog.String("rule", "list.page"), slog.Duration("took", 12345))
	for name, h := range map[string]slog.Handler{"textlog": New(io.Discard, slog.LevelInfo), "log/slog": slog.NewTextHandler(io.Discard, nil)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = h.Handle(b.Context(), record)
			}
		})
	}
}
