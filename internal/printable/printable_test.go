package printable

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, text, line string }{
		{"plain text is unchanged", "käse 鍵 \"$\"\t.", "käse 鍵 \"$\"\t.", "käse 鍵 \"$\"\t."},
		{"a line feed", "a\nb", "a\nb", `a\u000ab`},
		{"a carriage return", "a\rb", `a\u000db`, `a\u000db`},
		{"an escape sequence", "\x1b[2Ja", `\u001b[2Ja`, `\u001b[2Ja`},
		{"the title of a window", "\x1b]0;x\a", `\u001b]0;x\u0007`, `\u001b]0;x\u0007`},
		{"a control character of eight bits", "\u009b2J", `\u009b2J`, `\u009b2J`},
		{"delete and null", "\x7f\x00", `\u007f\u0000`, `\u007f\u0000`},
		{"a change of direction", "a\u202eb\u2066", `a\u202eb\u2066`, `a\u202eb\u2066`},
		{"a separator of lines", "a\u2028b\u2029", `a\u2028b\u2029`, `a\u2028b\u2029`},
		{"bytes that are not UTF-8", "a\x9bb\xff", `a\ufffdb\ufffd`, `a\ufffdb\ufffd`},
	} {
		if got := Text(test.in); got != test.text {
			t.Errorf("%s: Text = %q; want %q", test.name, got, test.text)
		}
		if got := Line(test.in); got != test.line {
			t.Errorf("%s: Line = %q; want %q", test.name, got, test.line)
		}
	}
}

// TestWriter_keepsTheMeaningOfJSON escapes what encoding/json leaves unescaped.
func TestWriter_keepsTheMeaningOfJSON(t *testing.T) {
	t.Parallel()
	const value = "\u009b2J\x7f\u202e\x1b"
	var out strings.Builder
	if err := json.NewEncoder(Writer(&out)).Encode(value); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), value[:2]+"\x7f\u202e\x1b") {
		t.Errorf("written %q; want no control character", out.String())
	}
	var got string
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil || got != value {
		t.Errorf("read back %q, %v; want %q", got, err, value)
	}
}

func TestWriter_writesWhatTextReturns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,20}[µ\x7f\x1b\n\t\x{202e}]?[ -~]{0,5}`)).Draw(t, "text") + rapid.SampledFrom([]string{"", "\xff", "\xc2"}).Draw(t, "end")
		var out strings.Builder
		if n, err := Writer(&out).Write([]byte(text)); n != len(text) || err != nil || out.String() != Text(text) {
			t.Fatalf("%q is written as %q: %d, %v; want %q", text, out.String(), n, err, Text(text))
		}
	})
}

// TestWriter_findsEachByte puts each byte at each place of a text of three words, since
// a writer looks at eight bytes at once.
func TestWriter_findsEachByte(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		for at := range 24 {
			text := []byte(strings.Repeat("a", 24))
			text[at] = byte(c)
			var out strings.Builder
			if _, err := Writer(&out).Write(text); err != nil || out.String() != Text(string(text)) {
				t.Fatalf("%q is written as %q, %v; want %q", text, out.String(), err, Text(string(text)))
			}
		}
	}
}
