package openapi

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

// TestText_JSON writes texts as JSON and reads them back.
func TestText_JSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain, special := rapid.StringMatching("[a-z]{0,3}"), rapid.SampledFrom([]string{"", "\x00", "\x1f", `"`, `\`, "<", "/", "~", "\x7f", "\u2028", "é", "🔑"})
		want := plain.Draw(t, "begin") + special.Draw(t, "special") + plain.Draw(t, "end")
		var got string
		text := Text(want).JSON()
		if err := json.Unmarshal(text, &got); err != nil || got != want {
			t.Errorf("%q is written as %s and read as %q, %v", want, text, got, err)
		}
	})
}
