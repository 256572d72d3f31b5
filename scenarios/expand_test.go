package scenarios

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestVariablesAreExpandedInBodies(t *testing.T) {
	t.Parallel()
	vars := map[string]any{"NAME": `a "b" <c>`, "N": 1.5, "LIST": []any{"x", nil}, "NAME_2": "two"}
	for in, want := range map[string]struct{ plain, quoted string }{
		"":               {"", ""},
		"no variable":    {"no variable", "no variable"},
		"$NAME":          {`a "b" <c>`, `a \"b\" <c>`},
		"${NAME}x":       {`a "b" <c>x`, `a \"b\" <c>x`},
		"$N$N":           {"1.51.5", "1.51.5"},
		"$LIST":          {`["x",null]`, `[\"x\",null]`},
		"$NAME_2":        {"two", "two"},
		"costs 5$ or $5": {"costs 5$ or $5", "costs 5$ or $5"},
		"$$NAME":         {"$NAME", "$NAME"},
		"${NAME":         {"${NAME", "${NAME"},
		"$":              {"$", "$"},
	} {
		for quoted, want := range map[bool]string{false: want.plain, true: want.quoted} {
			got, err := expand(in, vars, quoted)
			if err != nil || got != want {
				t.Errorf("expand(%q, quoted %v) is %q, %v; want %q", in, quoted, got, err, want)
			}
		}
	}
	if _, err := expand("$NAMES", vars, false); err == nil || err.Error() != `$NAMES is not set; did you mean "NAME"?` {
		t.Errorf("error %v", err)
	}
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{"", "$", "$$", "$A", "${A}", "${A", `{"name": "$A"}`, "$1", "${}"} {
		f.Add(s, "value")
	}
	f.Fuzz(func(t *testing.T, in, value string) {
		got, err := expand(in, map[string]any{"A": value}, false)
		if err != nil {
			return
		}
		if !strings.Contains(in, "$") && got != in {
			t.Errorf("expand(%q) is %q", in, got)
		}
		if plain, err := expand(strings.ReplaceAll(got, "$", "$$"), nil, false); err != nil || plain != got {
			t.Errorf("a text whose every $ is doubled comes out as %q, %v; want %q", plain, err, got)
		}
		quoted := `"` + inside(value, true) + `"`
		var back string
		if err := json.Unmarshal([]byte(quoted), &back); err != nil || back != strings.ToValidUTF8(value, "\ufffd") && back != string([]rune(value)) {
			t.Errorf("%q as the inside of a JSON string is %s, %v", value, quoted, err)
		}
	})
}

func FuzzRedact(f *testing.F) {
	f.Add("sk-mg-v1-fa4e0123", "before ", " after")
	f.Add(`quo"ted\secret`, `{"a":"`, `"}`)
	f.Add("spaces and ümläuts", "?a=", "&b")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) < shortestSecret || strings.Contains(hidden, secret) || strings.Contains(secret, hidden) {
			t.Skip()
		}
		v := &vault{}
		v.add(secret)
		for _, text := range []string{
			before + secret + after,
			fmt.Sprintf("%s%q", "", inside(secret, true)) + after,
			base64.StdEncoding.EncodeToString([]byte(secret)),
			base64.URLEncoding.EncodeToString([]byte(before + secret + after)),
		} {
			got := v.redact(text)
			if strings.Contains(got, secret) && !strings.Contains(before+hidden+after, secret) {
				t.Errorf("redact(%q) is %q, with the secret", text, got)
			}
		}
		encoded := base64.RawStdEncoding.EncodeToString([]byte(before + secret + after))
		from, to := (len(before)*8+5)/6, (len(before)+len(secret))*8/6
		if middle := encoded[from:to]; strings.Contains(v.redact(encoded), middle) && len(middle) > len(hidden) {
			t.Errorf("%q in base64 still holds %q", before+secret+after, middle)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"call POST /keys", "[fake] ! status 200", "# rules: keys.created\nstop", "''", "[", "!", "$X", "[]"} {
		f.Add(s)
	}
	known := newVocabulary()
	f.Fuzz(func(t *testing.T, text string) {
		s, err := known.parse("fuzz", "fuzz.txtar", []byte(text))
		if err != nil {
			if e, ok := errors.AsType[*syntaxError](err); !ok || e.line < 0 || e.text == "" {
				t.Errorf("error %#v", err)
			}
			return
		}
		for _, st := range s.steps {
			if st.line < 1 || st.line > len(s.lines) || len(st.words) == 0 {
				t.Errorf("step %+v of %d lines", st, len(s.lines))
			}
		}
	})
}

func TestTheWriterKeepsSecretsWhole(t *testing.T) {
	t.Parallel()
	v := &vault{}
	v.add("sk-mg-v1-fa4e0123", "short")
	var out strings.Builder
	w := v.writer(&out)
	for _, piece := range []string{"a short key sk-mg-v1-", "fa4e0123 in pieces\nand sk-mg", "-v1-fa4e0123"} {
		if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatal(n, err)
		}
	}
	if err := w.flush(); err != nil {
		t.Fatal(err)
	}
	if want := "a short key [secret] in pieces\nand [secret]"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestAnAnswerIsSearchedForSecrets(t *testing.T) {
	t.Parallel()
	const beside, inside = "sk-or-v1-of-another-shape", "sk-mg-v1-fa4e0123456789abcdef"
	v := &vault{}
	v.learn([]byte(`{"key":"` + beside + `","data":{"name":"` + inside + `"}}`))
	v.learn([]byte("no JSON, but " + inside + "0"))
	for _, secret := range []string{beside, inside, inside + "0"} {
		if got := v.redact("<" + secret + ">"); got != "<"+hidden+">" {
			t.Errorf("%q comes out as %q", secret, got)
		}
	}
}
