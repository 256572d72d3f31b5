package cli

import (
	"bytes"
	"io"
	"os"
)

// WantsColours reports whether to write colours to a stream: it is a terminal that
// supports them, and the user has not disabled them (https://no-color.org).
func (p *Process) WantsColours(stream any) bool {
	return p.Env["NO_COLOR"] == "" && p.Env["TERM"] != "dumb" && IsTerminal(stream)
}

// IsTerminal reports whether a stream is a terminal, or another device of characters
// than the null device.
func IsTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// The colours of the lines of a log, by what a text handler of log/slog writes.
var levelColours = []struct{ level, colour []byte }{
	{[]byte(" level=ERROR "), []byte("\x1b[31m")},
	{[]byte(" level=WARN "), []byte("\x1b[33m")},
}

var resetColour = []byte("\x1b[0m")

// A colourWriter gives a colour to the warnings and errors of a log that is written to
// it line by line.
type colourWriter struct{ w io.Writer }

func (c colourWriter) Write(line []byte) (int, error) {
	for _, l := range levelColours {
		if text, ok := bytes.CutSuffix(line, []byte("\n")); ok && bytes.Contains(line, l.level) {
			_, err := c.w.Write(bytes.Join([][]byte{l.colour, text, resetColour, {'\n'}}, nil))
			return len(line), err
		}
	}
	return c.w.Write(line)
}
