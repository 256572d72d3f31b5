package redact_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/mockgates/mockgates/internal/redact"
)

func TestWriter_findsSecretsThatAreSplit(t *testing.T) {
	t.Parallel()
	text := "a key " + minted + " and\n" + odd + "\n\nthe last " + odd
	want := "a key " + mintedAs + " and\n[secret]\n\nthe last [secret]"
	for size := 1; size <= len(text); size++ {
		var out strings.Builder
		w := newRedactor(odd).Writer(&out)
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			if got, err := w.Write([]byte(rest[:n])); got != n || err != nil {
				t.Fatal(got, err)
			}
			rest = rest[n:]
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil || out.String() != want {
			t.Fatalf("in pieces of %d: %q, want %q (%v)", size, out.String(), want, err)
		}
	}
}

func TestWriter_passesOnWholeLines(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r := newRedactor()
	w := r.Writer(&out)
	fmt.Fprint(w, "one\ntwo "+odd)
	if out.String() != "one\n" {
		t.Errorf("%q", out.String())
	}
	r.Add(odd) // before the line ends
	fmt.Fprint(w, "\n")
	if out.String() != "one\ntwo [secret]\n" {
		t.Errorf("%q", out.String())
	}
}

func TestWriter_hidesSecretsOfSeveralLinesByTheLine(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w := newRedactor("-----BEGIN\r\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n").Writer(&out)
	fmt.Fprint(w, "a\n-----BEGIN\r\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\nb\n")
	if want := "a\n[secret]\r\n[secret]\n[secret]\nb\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestWriter_leavesOutLinesThatAreTooLong(t *testing.T) {
	t.Parallel()
	note := fmt.Sprintf("[a line of more than %d bytes was left out]", redact.MaxLine)
	longest := strings.Repeat("a", redact.MaxLine)
	for name, test := range map[string]struct {
		pieces []string
		want   string
	}{
		"the longest line":            {[]string{longest + "\nb"}, longest + "\nb"},
		"the longest line, in pieces": {[]string{longest, "\nb"}, longest + "\nb"},
		"one byte more":               {[]string{longest + "a\nb"}, note + "\nb"},
		"a secret across the bound":   {[]string{longest[:redact.MaxLine-60] + minted[:50], minted[50:] + " " + minted, "\nb\n"}, note + "\nb\n"},
		"a line without an end":       {[]string{longest, longest, odd}, note},
		"two of them":                 {[]string{longest + "a", "\n" + longest + "a\n"}, note + "\n" + note + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			w := newRedactor(odd).Writer(&out)
			for _, piece := range test.pieces {
				if _, err := w.Write([]byte(piece)); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if out.String() != test.want {
				t.Errorf("%d bytes that end in %q", out.Len(), out.String()[max(0, out.Len()-80):])
			}
		})
	}
}

func TestWriter_keepsCallsTogether(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w := newRedactor(odd).Writer(&out)
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			for range 100 {
				fmt.Fprintf(w, "%d begins with %s\n%d ends\n", i, odd, i)
			}
		})
	}
	wait.Wait()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 800 {
		t.Fatalf("%d lines, want 800", len(lines))
	}
	for i := 0; i < len(lines); i += 2 {
		if who := lines[i][:1]; lines[i] != who+" begins with [secret]" || lines[i+1] != who+" ends" {
			t.Fatalf("lines %q and %q", lines[i], lines[i+1])
		}
	}
}

// A brokenWriter always fails.
type brokenWriter struct{ calls int }

var errBroken = errors.New("broken pipe")

func (w *brokenWriter) Write([]byte) (int, error) {
	w.calls++
	return 0, errBroken
}

func TestWriter_failsForGood(t *testing.T) {
	t.Parallel()
	to := &brokenWriter{}
	w := newRedactor().Writer(to)
	if _, err := fmt.Fprint(w, "no line yet"); err != nil {
		t.Error(err)
	}
	for range 2 {
		if _, err := fmt.Fprint(w, "a line\n"); !errors.Is(err, errBroken) {
			t.Errorf("Write: %v", err)
		}
		if err := w.Flush(); !errors.Is(err, errBroken) {
			t.Errorf("Flush: %v", err)
		}
	}
	if to.calls != 1 {
		t.Errorf("%d writes, want 1", to.calls)
	}
}
