package script

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	vars := map[string]any{"NAME": `a "b" <c>`, "N": 1.5, "LIST": []any{"x", nil}, "NAME_2": "two"}
	for in, want := range map[string]struct{ plain, inJSON string }{
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
		for inJSON, want := range map[bool]string{false: want.plain, true: want.inJSON} {
			got, err := Expand(in, vars, inJSON)
			if err != nil || got != want {
				t.Errorf("Expand(%q, inJSON %v) = %q, %v; want %q", in, inJSON, got, err, want)
			}
		}
	}
	if _, err := Expand("$NAMES", vars, false); err == nil || err.Error() != "variable $NAMES is not set; did you mean NAME?" {
		t.Errorf("error %v", err)
	}
}

// TestLocalTime_lacksOnlyTheOffset compares a time in UTC with the same time in RFC 3339.
func TestLocalTime_lacksOnlyTheOffset(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 23, 4, 5, 0, time.UTC)
	if got, want := at.Format(LocalTime)+"Z", at.Format(time.RFC3339); got != want {
		t.Errorf("with the offset it is %s, want %s", got, want)
	}
}

// FuzzExpand checks that a text without variables does not change, that $$ gives
// back $, and that an escaped value decodes to itself.
func FuzzExpand(f *testing.F) {
	for _, s := range []string{"", "$", "$$", "$A", "${A}", "${A", `{"name": "$A"}`, "$1", "${}"} {
		f.Add(s, "value")
	}
	f.Fuzz(func(t *testing.T, in, value string) {
		got, err := Expand(in, map[string]any{"A": value}, false)
		if err != nil {
			return
		}
		if !strings.Contains(in, "$") && got != in {
			t.Errorf("Expand(%q) = %q", in, got)
		}
		if plain, err := Expand(strings.ReplaceAll(got, "$", "$$"), nil, false); err != nil || plain != got {
			t.Errorf("a text with every $ doubled expands to %q, %v; want %q", plain, err, got)
		}
		quoted := `"` + escapeJSON(value) + `"`
		var back string
		if err := json.Unmarshal([]byte(quoted), &back); err != nil || back != strings.ToValidUTF8(value, "\ufffd") && back != string([]rune(value)) {
			t.Errorf("%q in a JSON string is %s: %v", value, quoted, err)
		}
	})
}
