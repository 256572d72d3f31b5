// Package textlog writes a log as slog.TextHandler does, byte for byte, and faster.
//
// A server that logs each request spends much of its time on that. A record whose
// attributes are text, numbers, booleans and durations is appended to a buffer here,
// without reflection and without a lock; every other record is left to
// slog.TextHandler.
package textlog

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// A handler is a slog.Handler. It embeds the handler of log/slog for the records that
// it does not write itself, and for loggers with attributes or groups.
type handler struct {
	slog.Handler
	w *writer
}

// New returns a handler that writes records from a level on to w, each with one call
// of Write. It makes one call at a time.
func New(w io.Writer, level slog.Level) slog.Handler {
	serial := &writer{w: w}
	return &handler{slog.NewTextHandler(serial, &slog.HandlerOptions{Level: level}), serial}
}

// A writer makes one call of Write at a time, whichever handler it comes from.
type writer struct {
	mu sync.Mutex
	w  io.Writer
}

func (w *writer) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(line)
}

// maxKept is the size in bytes of the largest buffer that is kept for the next record.
const maxKept = 16 << 10

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Handle implements slog.Handler.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	kept := buffers.Get().(*[]byte)
	defer func() {
		if cap(*kept) <= maxKept {
			buffers.Put(kept)
		}
	}()
	line, ok := appendRecord((*kept)[:0], &r)
	*kept = line
	if !ok {
		return h.Handler.Handle(ctx, r)
	}
	_, err := h.w.Write(line)
	return err
}

// appendRecord appends the line of a record. It reports false if the record has an
// attribute that is not one of the simple kinds.
func appendRecord(b []byte, r *slog.Record) (line []byte, ok bool) {
	if !r.Time.IsZero() {
		b = append(b, "time="...)
		b = appendTime(b, r.Time)
		b = append(b, ' ')
	}
	b = append(b, "level="...)
	b = append(b, r.Level.String()...)
	b = append(b, " msg="...)
	b = appendText(b, r.Message)
	ok = true
	r.Attrs(func(a slog.Attr) bool {
		b = append(b, ' ')
		b = appendText(b, a.Key)
		b = append(b, '=')
		b, ok = appendValue(b, a.Value)
		return ok
	})
	return append(b, '\n'), ok
}

// appendTime appends a time with milliseconds.
func appendTime(b []byte, t time.Time) []byte {
	const point = len("2006-01-02T15:04:05")
	start := len(b)
	b = t.AppendFormat(b, time.RFC3339) // a layout that package time knows, other than one with milliseconds
	var zone [len("+00:00")]byte
	size := copy(zone[:], b[start+point:])
	millis := t.Nanosecond() / int(time.Millisecond)
	b = append(b[:start+point], '.', byte('0'+millis/100), byte('0'+millis/10%10), byte('0'+millis%10))
	return append(b, zone[:size]...)
}

// appendValue appends a value. It reports false if the value is not of a simple kind.
func appendValue(b []byte, v slog.Value) ([]byte, bool) {
	switch v.Kind() {
	case slog.KindString:
		return appendText(b, v.String()), true
	case slog.KindInt64:
		return strconv.AppendInt(b, v.Int64(), 10), true
	case slog.KindUint64:
		return strconv.AppendUint(b, v.Uint64(), 10), true
	case slog.KindBool:
		return strconv.AppendBool(b, v.Bool()), true
	case slog.KindDuration:
		return append(b, v.Duration().String()...), true
	default:
		return b, false
	}
}

// appendText appends a text, quoted if it could be read as something else.
func appendText(b []byte, s string) []byte {
	if isPlain(s) {
		return append(b, s...)
	}
	return strconv.AppendQuote(b, s)
}

// isPlain reports whether a text needs no quotes.
func isPlain(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c <= ' ' || c == '"' || c == '=' {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return false
		}
		i += size
	}
	return s != ""
}
