package token

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestWorldNamesAreNamesAndDiffer checks that every text gives a valid name, which
// ends a management key of the world, and that different texts give different names.
func TestWorldNamesAreNamesAndDiffer(t *testing.T) {
	t.Parallel()
	texts := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9._~+/-]{0,140}`), rapid.StringMatching(`a~[0-9a-f]{32}`), rapid.SampledFrom([]string{
		"", " ", "a b", "a-b", "\xff", "\xfe", strings.Repeat("x", 128), strings.Repeat("x", 129), strings.Repeat("x", 130), "TestÄ/b", WorldName("a b"),
	}))
	rapid.Check(t, func(t *rapid.T) {
		a := texts.Draw(t, "one")
		b := rapid.OneOf(texts, rapid.Just(WorldName(a))).Draw(t, "other")
		x, y := WorldName(a), WorldName(b)
		if !IsWorldName(x) || (x == y) != (a == b) {
			t.Fatalf("%q gives %q and %q gives %q", a, x, b, y)
		}
		if world, ok := WorldOf(ManagementPrefix + x); !ok || world != x {
			t.Fatalf("the management key of %q is one of %q, %v", x, world, ok)
		}
	})
}

func TestIsWorldName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"a": true, "A-Za-z0-9/._~+": true, strings.Repeat("x", 128): true,
		"": false, strings.Repeat("x", 129): false, "a b": false, "a\n": false, "é": false, "a=": false,
	} {
		if got := IsWorldName(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func TestWorldOf(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"sk-mg-mgmt-a": "a", "sk-mg-mgmt-team/x": "team/x", "sk-mg-mgmt-": "", "sk-mg-mgmt-a b": "", "sk-mg-v1-a": "", "a": "", "": "",
	} {
		if got, ok := WorldOf(key); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %v; want %q", key, got, ok, want)
		}
	}
}

func TestManagementLabel(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"sk-mg-mgmt-default": "sk-mg-mgmt-...", "sk-mg-mgmt-abcdefghijk": "sk-mg-mgmt-...",
		"sk-mg-mgmt-abcdefghijkl": "sk-mg-mgmt-abc...jkl", "abcdefghijkl": "abc...jkl", "éééxxxxxxüüü": "ééé...üüü", "": "...",
	} {
		if got := ManagementLabel(key); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

// TestMintedSecretsAreRecognised checks that a minted secret is marked, that it and a
// code are redacted, and that no digit of either beyond its label is shown.
func TestMintedSecretsAreRecognised(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.SampledFrom([]string{"sk-mg-v1-", "sk-or-v1-", "test-"}).Draw(t, "prefix")
		random := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "random")
		before := bytes.Clone(random)
		secret, label := Mint(prefix, random)
		digits := strings.TrimPrefix(secret, prefix)
		if !bytes.Equal(random, before) || !strings.HasPrefix(digits, "fa4e") || len(digits) != 64 || strings.Trim(digits, "0123456789abcdef") != "" {
			t.Fatalf("%x gives the secret %s", random, secret)
		}
		if want := prefix + "fa4..." + digits[61:]; label != want {
			t.Fatalf("%s has the label %s, want %s", secret, label, want)
		}
		if LooksReal(secret, prefix) {
			t.Fatalf("%s looks real", secret)
		}
		code := NewCode(random)
		if shown, found := NewRedactor(prefix).String("x " + secret + " " + code); !found || strings.Contains(shown, digits[10:20]) || strings.Contains(shown, code[20:]) {
			t.Fatalf("%s and %s become %s", secret, code, shown)
		}
	})
}

func TestLooksReal(t *testing.T) {
	t.Parallel()
	digits := strings.Repeat("0123456789abcdef", 4)
	for _, tt := range []struct {
		name, token string
		want        bool
	}{
		{"a key of the API", "sk-mg-v1-" + digits, true},
		{"a key of its family", "sk-or-v1-" + digits, true},
		{"a key with the prefix of the fake", "mine-" + digits, true},
		{"a short one with the prefix of the fake", "mine-x", true},
		{"a minted one of another fake", "sk-mg-v1-fa4e" + digits[4:], false},
		{"a minted one of this fake", "mine-fa4e" + digits[4:], false},
		{"a management key", "sk-mg-mgmt-default", false},
		{"a key with a digit less", "sk-mg-v1-" + digits[1:], false},
		{"a key in capitals", "sk-mg-v1-" + strings.ToUpper(digits), false},
		{"any other token", "token", false},
	} {
		if got := LooksReal(tt.token, "mine-"); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
