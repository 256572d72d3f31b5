package cli

import (
	"bytes"
	"testing"
)

func TestColourWriter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, line, want string }{
		{"a warning is yellow", "time=1 level=WARN msg=m\n", "\x1b[33mtime=1 level=WARN msg=m\x1b[0m\n"},
		{"an error is red", "time=1 level=ERROR msg=m\n", "\x1b[31mtime=1 level=ERROR msg=m\x1b[0m\n"},
		{"another line is unchanged", "time=1 level=INFO msg=m\n", "time=1 level=INFO msg=m\n"},
		{"a part of a line is unchanged", "time=1 level=WARN msg=m", "time=1 level=WARN msg=m"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if n, err := (colourWriter{&b}).Write([]byte(test.line)); n != len(test.line) || err != nil || b.String() != test.want {
				t.Errorf("Write = %d, %v, and %q; want %d and %q", n, err, b.String(), len(test.line), test.want)
			}
		})
	}
}
