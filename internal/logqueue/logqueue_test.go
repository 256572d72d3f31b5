package logqueue

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// held returns what waits in the queue.
func (q *Writer) held() (lines, size int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lines, q.size
}

// TestWriter_unreadPipe writes far more than a pipe holds before anyone reads
// it. Every write returns, the queue stays within its bounds, and each line is
// read later or counted as dropped.
func TestWriter_unreadPipe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		lines int
		size  int
	}{
		{"a queue that is full by lines", 50, 1 << 20},
		{"a queue that is full by bytes", 1 << 20, 4 << 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			q := New(w, Options{MaxLines: test.lines, MaxBytes: test.size})
			const written = 20_000
			for i := range written {
				if n, err := fmt.Fprintf(q, "line %05d\n", i); n != 11 || err != nil {
					t.Fatalf("write %d = %d, %v; want 11 bytes and no error", i, n, err)
				}
				if lines, size := q.held(); lines > test.lines || size > test.size {
					t.Fatalf("after %d lines the queue holds %d lines and %d bytes; want at most %d and %d", i+1, lines, size, test.lines, test.size)
				}
			}
			go func() {
				q.Close(context.Background())
				w.Close()
			}()
			read, dropped, notices, last := 0, 0, 0, -1
			for s := bufio.NewScanner(r); s.Scan(); {
				var n int
				if _, err := fmt.Sscanf(s.Text(), "line %d", &n); err == nil {
					if n <= last {
						t.Fatalf("line %d after line %d", n, last)
					}
					read, last = read+1, n
				} else if _, err := fmt.Sscanf(s.Text(), "%d lines dropped: the reader of the log is slow", &n); err == nil {
					dropped, notices = dropped+n, notices+1
				} else {
					t.Fatalf("unknown line %q", s.Text())
				}
			}
			if read+dropped != written || dropped == 0 || notices == 0 {
				t.Errorf("%d lines read, %d dropped in %d notices; want %d together", read, dropped, notices, written)
			}
		})
	}
}

func TestWriter_readerGone(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	q := New(w, Options{})
	_ = r.Close()
	for range 3 * MaxLines {
		if _, err := q.Write([]byte("line\n")); err != nil {
			t.Fatal(err)
		}
	}
	q.Close(t.Context())
	<-q.done // the goroutine has ended
	if lines, size := q.held(); lines != 0 || size != 0 {
		t.Errorf("the queue holds %d lines and %d bytes; want none", lines, size)
	}
	if n, err := q.Write([]byte("late\n")); n != 5 || err != nil {
		t.Errorf("a write after the end = %d, %v; want 5 and no error", n, err)
	}
}

// TestWriter_closeGivesUp closes a queue whose reader never reads.
func TestWriter_closeGivesUp(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	defer r.Close() // ends the goroutine of the queue
	q := New(w, Options{})
	_, _ = q.Write([]byte("line\n"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	q.Close(ctx)
	select {
	case <-q.done:
		t.Error("the line was written; want it to wait for its reader")
	default:
	}
}

func TestWriter_order(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	q := New(&out, Options{Notice: func(n int) []byte { return fmt.Appendf(nil, "notice %d\n", n) }})
	for _, text := range []string{"a\n", "b\nc\n", "", strings.Repeat("x", MaxBytes) + "\n"} {
		_, _ = io.WriteString(q, text)
	}
	q.Close(t.Context())
	if got, want := out.String(), "a\nb\nc\nnotice 1\n"; got != want {
		t.Errorf("written %q; want %q", got, want)
	}
}

// A gatedWriter waits before each write, and records what it wrote.
type gatedWriter struct {
	gate   chan struct{}
	begun  chan struct{}
	writes []string
}

func (w *gatedWriter) Write(text []byte) (int, error) {
	w.begun <- struct{}{}
	<-w.gate
	w.writes = append(w.writes, string(text))
	return len(text), nil
}

func TestWriter_writesTogetherWhatWaitsTogether(t *testing.T) {
	t.Parallel()
	w := &gatedWriter{gate: make(chan struct{}), begun: make(chan struct{}, 10)}
	q := New(w, Options{})
	_, _ = q.Write([]byte("first\n"))
	<-w.begun // it alone is being written
	text := []byte("a\n")
	_, _ = q.Write(text)
	copy(text, "b\n") // the queue has a copy
	_, _ = q.Write(text)
	long := strings.Repeat("x", batchSize-3) + "\n"
	_, _ = io.WriteString(q, long)
	close(w.gate)
	q.Close(t.Context())
	if diff := cmp.Diff([]string{"first\n", "a\nb\n", long}, w.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "1 line dropped: the reader of the log is slow", 312: "312 lines dropped: the reader of the log is slow"} {
		if got := Message(n); got != want {
			t.Errorf("Message(%d) = %q; want %q", n, got, want)
		}
	}
}
