// Package tail keeps the end of what a program writes.
package tail

import (
	"fmt"
	"sync"
)

// A Buffer keeps the last bytes that are written to it. It is safe for concurrent use.
type Buffer struct {
	max     int
	mu      sync.Mutex // guards the fields below
	text    []byte
	dropped int
}

// New returns a Buffer that keeps at most the given number of bytes.
func New(most int) *Buffer { return &Buffer{max: most} }

// Write implements io.Writer. It never fails.
func (b *Buffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, data...)
	if n := len(b.text) - b.max; n > 0 {
		b.dropped += n
		b.text = append(b.text[:0], b.text[n:]...)
	}
	return len(data), nil
}

// String returns the bytes that were kept, after a line that says how many were not.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dropped > 0 {
		return fmt.Sprintf("(%d bytes before this are left out)\n%s", b.dropped, b.text)
	}
	return string(b.text)
}
