package clientrun

import (
	"fmt"
	"sync"
)

// A tailBuffer keeps the last bytes that are written to it.
type tailBuffer struct {
	max     int
	mu      sync.Mutex // guards the fields below
	text    []byte
	dropped int
}

func (b *tailBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, data...)
	if n := len(b.text) - b.max; n > 0 {
		b.dropped += n
		b.text = append(b.text[:0], b.text[n:]...)
	}
	return len(data), nil
}

// String returns what is kept, after a line that says how much is not.
func (b *tailBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dropped > 0 {
		return fmt.Sprintf("(%d bytes before this are left out)\n%s", b.dropped, b.text)
	}
	return string(b.text)
}
