package wire

import (
	"io"
	"sync"
)

// maxBuffered is how many bytes of a response are buffered for a client that does
// not read, as in a socket. Writing more blocks until the client reads.
const maxBuffered = 64 << 10

// A buffer carries a response body from a handler to a client. Unlike an io.Pipe
// it is buffered, so that a client that never reads a short body does not block
// the handler.
type buffer struct {
	mu      sync.Mutex // guards all below
	changed sync.Cond
	data    []byte
	end     error // what Read returns after data; nil while more may be written
	closed  bool  // by the client
}

func newBuffer() *buffer {
	b := &buffer{}
	b.changed.L = &b.mu
	return b
}

// Write appends to the body. It blocks while the buffer is full.
func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for written := 0; ; {
		if b.closed {
			return written, io.ErrClosedPipe
		}
		if room := maxBuffered - len(b.data); room > 0 {
			n := min(room, len(p)-written)
			b.data = append(b.data, p[written:written+n]...)
			written += n
			b.changed.Broadcast()
		}
		if written == len(p) {
			return written, nil
		}
		b.changed.Wait()
	}
}

// finish ends the body: Read returns err after what was written. Only the first
// call has an effect.
func (b *buffer) finish(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.end == nil {
		b.end = err
	}
	b.changed.Broadcast()
}

// Read reads what was written. It blocks while the buffer is empty.
func (b *buffer) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		switch {
		case b.closed:
			return 0, io.ErrClosedPipe
		case len(b.data) > 0:
			n := copy(p, b.data)
			b.data = b.data[n:]
			b.changed.Broadcast()
			return n, nil
		case b.end != nil:
			return 0, b.end
		}
		b.changed.Wait()
	}
}

// close discards the body: Write and Read fail from now on.
func (b *buffer) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed, b.data = true, nil
	b.changed.Broadcast()
}
