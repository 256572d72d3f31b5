package tail_test

import (
	"testing"

	"github.com/mockgates/mockgates/cmd/mockgates/internal/tail"
)

// TestBuffer writes a text in pieces of each size: what is kept does not depend on the
// pieces.
func TestBuffer(t *testing.T) {
	t.Parallel()
	const text = "0123456789abcdef"
	for _, test := range []struct {
		max  int
		want string
	}{
		{16, text},
		{6, "(10 bytes before this are left out)\nabcdef"},
		{1, "(15 bytes before this are left out)\nf"},
	} {
		for size := 1; size <= len(text); size++ {
			b := tail.New(test.max)
			for rest := text; rest != ""; {
				n, err := b.Write([]byte(rest[:min(size, len(rest))]))
				if err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if got := b.String(); got != test.want {
				t.Errorf("%d bytes of pieces of %d: %q; want %q", test.max, size, got, test.want)
			}
		}
	}
}
