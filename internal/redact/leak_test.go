package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// pieceLength is how much of a secret must not be left.
const pieceLength = 12

var (
	percentByte = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	jsonEscape  = regexp.MustCompile(`(?:\\u[0-9A-Fa-f]{4})+|\\["\\/bfnrt]`)
	base64Run   = regexp.MustCompile(`[A-Za-z0-9+/_-]{11,}`)
)

// leak returns a piece of secret that text holds, or that it decodes to in so
// many steps, and "" if there is none. It decodes as clients do: by the
// standard library.
func leak(text, secret string, steps int) string {
	folded := strings.ReplaceAll(text, "+", " ")
	for i := 0; i+min(pieceLength, len(secret)) <= len(secret); i++ {
		piece := secret[i : i+min(pieceLength, len(secret))]
		if strings.Contains(text, piece) || strings.Contains(folded, strings.ReplaceAll(piece, "+", " ")) {
			return piece
		}
		i += len(secret) / 1000 // of long secrets, samples
	}
	if steps == 0 {
		return ""
	}
	decoded := []string{
		percentByte.ReplaceAllStringFunc(text, func(s string) string {
			s, _ = url.PathUnescape(s)
			return s
		}),
		jsonEscape.ReplaceAllStringFunc(text, func(s string) string {
			var out string
			_ = json.Unmarshal([]byte(`"`+s+`"`), &out) // the escapes are valid
			return out
		}),
	}
	for _, run := range base64Run.FindAllString(text, -1) {
		run = strings.NewReplacer("-", "+", "_", "/").Replace(run)
		for begin := range 4 {
			part := run[begin:]
			if len(part)%4 == 1 {
				part = part[:len(part)-1]
			}
			out, _ := base64.RawStdEncoding.DecodeString(part)
			if strings.Count(strings.ToValidUTF8(string(out), "\uFFFD"), "\uFFFD")*2 < len(out) {
				decoded = append(decoded, string(out))
			}
		}
	}
	for _, d := range decoded {
		if d != text {
			if piece := leak(d, secret, steps-1); piece != "" {
				return piece
			}
		}
	}
	return ""
}
