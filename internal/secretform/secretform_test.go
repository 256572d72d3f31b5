package secretform

import "testing"

// TestIn holds that the search finds a secret in every encoding.
func TestIn(t *testing.T) {
	t.Parallel()
	const secret = `planted-"secret"/é+0123456789 end`
	for name, encode := range Encodings {
		if text := "before " + encode(secret) + " after"; name != "base64 of percent" && In(text, secret) == "" {
			t.Errorf("%s: the search does not find it in %q", name, text)
		}
	}
	if how := In("nothing of it", secret); how != "" {
		t.Errorf("found as %s where it is not", how)
	}
}
