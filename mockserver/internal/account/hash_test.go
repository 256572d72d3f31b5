package account

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestHashHasOneTextForm(t *testing.T) {
	t.Parallel()
	h := HashOf("secret")
	text, err := json.Marshal(h)
	var again Hash
	if err != nil || json.Unmarshal(text, &again) != nil || again != h || string(text) != `"`+h.String()+`"` {
		t.Errorf("%s is written as %s and read as %s, %v", h, text, again, err)
	}
	for name, bad := range map[string]string{
		"nothing":          "",
		"a digit too few":  h.String()[1:],
		"a digit too many": h.String() + "0",
		"upper case":       strings.ToUpper(h.String()),
		"another letter":   "g" + h.String()[1:],
	} {
		if got, ok := ParseHash(bad); ok || got != (Hash{}) {
			t.Errorf("%s: %q is read as %s", name, bad, got)
		}
		if err := again.UnmarshalText([]byte(bad)); err == nil || !strings.Contains(err.Error(), "want 64 lower-case hex digits") || again != h {
			t.Errorf("%s: the error is %v and the hash %s", name, err, again)
		}
	}
}
