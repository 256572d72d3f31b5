package clientrun

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTailBuffer writes a text in pieces of each size: what is kept does not depend
// on the pieces.
func TestTailBuffer(t *testing.T) {
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
			b := &tailBuffer{max: test.max}
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

func TestEnviron_pointsToTheFake(t *testing.T) {
	t.Parallel()
	got := Environ(map[string]string{"B": "2", "A": "1=1", "MODELGATES_API_KEY": "of another"}, "http://127.0.0.1:1/api/v1", "key")
	want := []string{"A=1=1", "B=2", "MODELGATES_API_KEY=key", "MODELGATES_BASE_URL=http://127.0.0.1:1/api/v1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}
