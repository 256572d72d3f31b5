package redact

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// MaxLine is the length in bytes of the longest line, without its end, that a
// [Writer] passes on.
const MaxLine = 1 << 20

// A Writer removes secrets from what is written to it. It passes on whole
// lines, so a secret is found however it is split between calls; the last line
// waits for its end or for Flush. A line longer than [MaxLine] is not kept:
// a note takes its place.
//
// It is safe for concurrent use. What one call writes stays together.
type Writer struct {
	r *Redactor

	mu      sync.Mutex // guards all below
	to      io.Writer
	pending []byte // of the last line; at most MaxLine bytes
	long    bool   // the last line is longer; pending is empty
	err     error  // of the first write that failed
}

// Writer returns a writer that redacts what it passes on to w. Secrets that are
// added to r later are found too.
func (r *Redactor) Writer(w io.Writer) *Writer { return &Writer{r: r, to: w} }

// Write redacts the lines that p completes and passes them on in one call. Once
// that has failed, it returns the same error.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	var out []byte
	for line := range bytes.Lines(p) {
		whole := line[len(line)-1] == '\n'
		if w.long || len(w.pending)+len(bytes.TrimSuffix(line, []byte("\n"))) > MaxLine {
			w.pending, w.long = nil, true
			line = nil
		}
		w.pending = append(w.pending, line...)
		if whole {
			out = append(out, w.take("\n")...)
		}
	}
	if len(out) > 0 {
		_, w.err = w.to.Write(out)
	}
	if w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

// Flush passes on the last line, which has no end yet.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	if out := w.take(""); len(out) > 0 {
		_, w.err = w.to.Write(out)
	}
	return w.err
}

// take returns the pending line, redacted, and forgets it. The caller must hold mu.
func (w *Writer) take(end string) []byte {
	if w.long {
		w.long = false
		return fmt.Appendf(nil, "[a line of more than %d bytes was left out]%s", MaxLine, end)
	}
	out := bytes.TrimSuffix(w.pending, []byte("\n"))
	terminated := len(out) < len(w.pending)
	out, _ = w.r.Bytes(out)
	if terminated {
		out = append(out, '\n')
	}
	w.pending = w.pending[:0]
	return out
}
