// Package logqueue writes a log without ever blocking the program that logs.
//
// Lines wait in a bounded queue until their reader takes them. If the queue is
// full, lines are dropped and counted, and a line in the log says how many. If
// the reader has gone, the log ends and nothing else does.
//
// Lines that wait together are written together, so a busy program makes few system
// calls for its log, and an idle one logs at once.
package logqueue

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
)

// The default bounds of a queue.
const (
	MaxLines = 4096    // lines
	MaxBytes = 1 << 20 // bytes
)

// batchSize is how many bytes of lines are written together, unless one text alone
// has more.
const batchSize = 32 << 10

// Options are the bounds of a queue. The zero value has the defaults.
type Options struct {
	MaxLines int // lines that wait; 0 for MaxLines
	MaxBytes int // bytes that wait; 0 for MaxBytes

	// Notice returns the line that reports dropped lines. Nil stands for plain
	// text.
	Notice func(dropped int) []byte
}

// A Writer is an io.Writer with a queue. Its Write never blocks and never fails.
// It is safe for concurrent use.
type Writer struct {
	options Options
	done    chan struct{} // closed when the queue has been written, or the reader has gone

	mu       sync.Mutex // guards the fields below
	changed  *sync.Cond // a text has been added, or closed is set
	batches  []batch    // that wait
	spare    []byte     // memory for a batch; nil for none
	lines    int        // in batches and in the one that is being written
	size     int        // of these in bytes
	dropped  int        // lines since the last notice
	total    int64      // dropped lines in all
	dropping bool       // the queue was full, and is not half empty yet
	closed   bool
	ended    bool // the reader has gone
}

// A batch is lines that are written together.
type batch struct {
	text  []byte
	lines int
}

// New returns a Writer that writes to w. Close ends it.
func New(w io.Writer, options Options) *Writer {
	if options.MaxLines <= 0 {
		options.MaxLines = MaxLines
	}
	if options.MaxBytes <= 0 {
		options.MaxBytes = MaxBytes
	}
	if options.Notice == nil {
		options.Notice = func(n int) []byte { return []byte(Message(n) + "\n") }
	}
	q := &Writer{options: options, done: make(chan struct{})}
	q.changed = sync.NewCond(&q.mu)
	go q.run(w)
	return q
}

// Message returns the text that reports dropped lines.
func Message(dropped int) string {
	if dropped == 1 {
		return "1 line dropped: the reader of the log is slow"
	}
	return fmt.Sprintf("%d lines dropped: the reader of the log is slow", dropped)
}

// Write adds one or more whole lines to the queue, or drops and counts them. It
// copies text, and always returns its length and nil.
func (q *Writer) Write(text []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.ended || len(text) == 0 {
		return len(text), nil
	}
	if q.dropping && q.lines <= q.options.MaxLines/2 && q.size <= q.options.MaxBytes/2 {
		q.addNotice()
	}
	if q.dropping || q.lines+countLines(text) > q.options.MaxLines || q.size+len(text) > q.options.MaxBytes {
		q.dropping = true
		q.dropped += countLines(text)
		q.total += int64(countLines(text))
		return len(text), nil
	}
	q.add(text)
	return len(text), nil
}

// Dropped returns how many lines were dropped.
func (q *Writer) Dropped() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.total
}

// add adds a copy of text to the queue. The caller holds mu.
func (q *Writer) add(text []byte) {
	last := len(q.batches) - 1
	if last < 0 || len(q.batches[last].text)+len(text) > batchSize {
		q.batches = append(q.batches, batch{text: q.spare})
		q.spare = nil
		last++
	}
	b := &q.batches[last]
	b.text = append(b.text, text...)
	b.lines += countLines(text)
	q.lines += countLines(text)
	q.size += len(text)
	q.changed.Signal()
}

// addNotice adds the number of dropped lines to the queue. The caller holds mu.
func (q *Writer) addNotice() {
	q.add(q.options.Notice(q.dropped))
	q.dropped, q.dropping = 0, false
}

// Close writes what waits in the queue, and returns when that is done, when the
// reader has gone, or when ctx is done. Later writes are ignored.
func (q *Writer) Close(ctx context.Context) {
	q.mu.Lock()
	q.closed = true
	q.changed.Signal()
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-ctx.Done():
	}
}

// run writes the queue to w until it is closed and empty, or w fails.
func (q *Writer) run(w io.Writer) {
	defer close(q.done)
	for q.wait() {
		// Goroutines that are ready to run may add lines of theirs, which are then
		// written together with this one.
		runtime.Gosched()
		b := q.next()
		_, err := w.Write(b.text)
		q.written(b, err != nil)
	}
}

// wait waits until there is a batch in the queue. It returns false if there will be
// none.
func (q *Writer) wait() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.batches) == 0 {
		switch {
		case q.ended:
			return false
		case q.dropped > 0:
			q.addNotice()
		case q.closed:
			return false
		default:
			q.changed.Wait()
		}
	}
	return true
}

// next takes the first batch out of the queue.
func (q *Writer) next() batch {
	q.mu.Lock()
	defer q.mu.Unlock()
	b := q.batches[0]
	q.batches[0] = batch{}
	q.batches = q.batches[1:]
	return b
}

// written makes room for what was written, or empties the queue if the reader has
// gone.
func (q *Writer) written(b batch, gone bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if gone {
		q.ended, q.batches, q.spare, q.lines, q.size, q.dropped = true, nil, nil, 0, 0, 0
		return
	}
	q.lines -= b.lines
	q.size -= len(b.text)
	if cap(b.text) <= 2*batchSize {
		q.spare = b.text[:0]
	}
}

// countLines returns the number of lines in a text, at least 1.
func countLines(text []byte) int { return max(1, bytes.Count(text, []byte("\n"))) }
