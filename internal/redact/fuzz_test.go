package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/redact"
)

// steps are the encodings that FuzzString nests. Each takes a choice, which
// says how to do what an encoder is free to do.
var steps = []func(text string, choice byte) string{
	func(s string, choice byte) string { return partly(s, choice, "%%%02X") },
	func(s string, choice byte) string { return partly(s, choice, "%%%02x") },
	func(s string, _ byte) string { return url.QueryEscape(s) },
	func(s string, _ byte) string { return url.PathEscape(s) },
	func(s string, _ byte) string { return escapeAll(s) },
	func(s string, choice byte) string {
		b, _ := json.Marshal(strings.ToValidUTF8(s, "?"))
		if choice&1 != 0 {
			return strings.ReplaceAll(string(b), "/", `\/`)
		}
		return string(b)
	},
	func(s string, choice byte) string {
		b, _ := json.Marshal(strings.ToValidUTF8(s, "?"))
		return `{"a":` + string(b) + `,"b":` + fmt.Sprint(choice) + `}`
	},
	func(s string, choice byte) string {
		enc := []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding}[choice&3]
		return enc.EncodeToString([]byte(s))
	},
	func(s string, choice byte) string { // at another place of a run
		return base64.RawURLEncoding.EncodeToString([]byte("uvw"[:choice&3] + s + "xyz"[:choice>>2&3]))
	},
}

// partly percent-encodes the bytes that must be encoded, and the others that choice
// picks.
func partly(s string, choice byte, format string) string {
	var out strings.Builder
	for i, b := range []byte(s) {
		if b == '%' || b == '+' || b >= 0x80 || (b*31+byte(i))^choice < 128 {
			fmt.Fprintf(&out, format, b)
		} else {
			out.WriteByte(b)
		}
	}
	return out.String()
}

// FuzzString plants secrets, encodes them in nested ways, and looks for what is
// left of them.
func FuzzString(f *testing.F) {
	f.Add(minted, "before ", " after", []byte{0, 0})
	f.Add(odd, "?a=", "&b", []byte{7, 1, 2, 0, 5, 0})
	f.Add(`quo"ted\secret`, `{"a":"`, `"}`, []byte{5, 0, 6, 1, 3, 0, 8, 5})
	f.Add("spaces and ümläuts", "%4", `\u00`, []byte{4, 0, 0, 77})
	f.Add("1e\\%25secret+with space", `\`, `%`, []byte{8, 9, 8, 2, 8, 4, 8, 1})
	f.Add("sk-x-v1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sk-", "-", []byte{1, 1, 1, 1})
	f.Fuzz(func(t *testing.T, secret, before, after string, how []byte) {
		secret, before, after = strings.ToValidUTF8(secret, "?"), strings.ToValidUTF8(before, "?"), strings.ToValidUTF8(after, "?")
		if len(secret) < redact.MinLength || len(secret) > 200 || len(before)+len(after) > 200 || strings.ContainsAny(secret, "\n\x7f") {
			t.Skip()
		}
		checkNested(t, secret, before, after, how)
	})
}

// TestString_nestedAtRandom does what FuzzString does with texts that are drawn
// from what encoders and contexts are made of.
func TestString_nestedAtRandom(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	draw := func(alphabet string, length int) string {
		var out strings.Builder
		letters := []rune(alphabet)
		for range length {
			out.WriteRune(letters[rnd.IntN(len(letters))])
		}
		return out.String()
	}
	unexamined := 0
	for range 3000 {
		secret := draw([]string{
			"GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz345678", `0123456789abcdef%\u"`, "GHIJKL %+/=\\\"<>&'", "äöü\u20ac\U0001F511xyz -",
		}[rnd.IntN(4)], redact.MinLength+rnd.IntN(60))
		how := make([]byte, 2*rnd.IntN(redact.MaxDepth+1))
		for i := range how {
			how[i] = byte(rnd.IntN(256))
		}
		if checkNested(t, secret, draw(`%2\u0"& =x`, rnd.IntN(6)), draw(`%2\u0"& =x`, rnd.IntN(6)), how) {
			unexamined++
		}
	}
	t.Logf("%d texts were not examined", unexamined)
	if unexamined > 1000 {
		t.Error("most texts should be examined")
	}
}

// checkNested encodes a secret as how says, redacts it, and looks for what is left of
// it. It reports whether the text was too deeply encoded.
func checkNested(t *testing.T, secret, before, after string, how []byte) (unexamined bool) {
	t.Helper()
	text := before + secret + after
	for i := 0; i+1 < len(how) && i < 2*redact.MaxDepth; i += 2 {
		text = steps[int(how[i])%len(steps)](text, how[i+1])
		if i == 2 {
			text = before + "." + text + "." + after // the full stops keep half an escape in before from spoiling the first of text
		}
	}
	r := newRedactor().With(secret)
	got, found := r.String(text)
	if !found && text != secret {
		t.Errorf("%q is not found in %q", secret, text)
	}
	if again, _ := r.String(got); again != got && !chance(secret, before+after, 3) {
		t.Errorf("%q became %q, and that %q", text, got, again)
	}
	if got == redact.Unexamined || len(secret) < pieceLength || chance(secret, before+after, 6) {
		return got == redact.Unexamined
	}
	if piece := leak(got, secret, redact.MaxDepth); piece != "" {
		t.Errorf("%q of %q is left in %q, from %q", piece, secret, got, text)
	}
	return false
}

// chance reports whether n bytes of the secret occur without it, in the text around it
// or in the labels.
func chance(secret, around string, n int) bool {
	around += redact.Hidden + redact.Unexamined + mintedAs + around
	for i := 0; i+n <= len(secret); i++ {
		if strings.Contains(around, secret[i:i+n]) {
			return true
		}
	}
	return false
}
