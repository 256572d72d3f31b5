package cli

import (
	"bytes"
	"os"
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

// TestProcess_wantsColours looks for a terminal that shows colours, and a user who has
// not disabled them.
func TestProcess_wantsColours(t *testing.T) {
	t.Parallel()
	device, null := open(t, "/dev/zero"), open(t, os.DevNull) // the first stands for a terminal
	for name, test := range map[string]struct {
		process Process
		want    bool
	}{
		"a terminal":                    {Process{Stdout: device}, true},
		"a terminal with NO_COLOR":      {Process{Stdout: device, Env: Environ{"NO_COLOR": "1"}}, false},
		"a terminal with NO_COLOR=0":    {Process{Stdout: device, Env: Environ{"NO_COLOR": "0"}}, false},
		"a terminal, NO_COLOR is empty": {Process{Stdout: device, Env: Environ{"NO_COLOR": ""}}, true},
		"a terminal without colours":    {Process{Stdout: device, Env: Environ{"TERM": "dumb"}}, false},
		"the null device":               {Process{Stdout: null}, false},
		"a buffer":                      {Process{Stdout: &bytes.Buffer{}}, false},
	} {
		if got := test.process.WantsColours(test.process.Stdout); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// open opens a device for writing until the end of the test.
func open(t *testing.T, device string) *os.File {
	t.Helper()
	file, err := os.OpenFile(device, os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}
