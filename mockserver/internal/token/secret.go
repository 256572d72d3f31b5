package token

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/mockgates/mockgates/internal/redact"
)

const (
	// marker is how the digits of every minted secret begin, so that nobody mistakes
	// one for a real key and a secret scanner can exclude it.
	marker = "fa4e"

	// codePrefix is how the id of every authorization code begins.
	codePrefix = "auth_code_"
)

// realKey matches tokens that look like real keys of the API or of its family.
var realKey = regexp.MustCompile(`^sk-[a-z]+-v1-[0-9a-f]{64}$`)

// Mint makes a secret with a prefix from at least 30 random bytes. The label is the
// prefix, the first three digits, "..." and the last three.
func Mint(prefix string, random []byte) (secret, label string) {
	var digits [60]byte
	hex.Encode(digits[:], random[:30])
	secret = prefix + marker + string(digits[:])
	return secret, prefix + marker[:3] + "..." + secret[len(secret)-3:]
}

// NewCode makes the id of an authorization code from at least 24 random bytes.
func NewCode(random []byte) string {
	return codePrefix + base64.RawURLEncoding.EncodeToString(random[:24])
}

// LooksReal reports whether a token has the form of a real key, or begins like the
// keys of a fake with a prefix, and was minted by no fake.
func LooksReal(token, prefix string) bool {
	digits := token[strings.LastIndexByte(token, '-')+1:]
	return (realKey.MatchString(token) || strings.HasPrefix(token, prefix)) && !strings.HasPrefix(digits, marker)
}

// NewRedactor returns a redactor that recognises keys and authorization codes by
// their form, and code verifiers by their name. The prefix is that of minted keys.
func NewRedactor(prefix string) *redact.Redactor {
	return redact.New(redact.Config{
		Shapes: []redact.Shape{
			{Prefix: prefix},
			{Prefix: ManagementPrefix, Min: len(ManagementPrefix) + 1, Extra: "./~+"},
			{Prefix: "sk-", Kind: regexp.MustCompile(`^sk-([a-z]+-v[0-9]+-)?`)},
			{Prefix: codePrefix},
		},
		Fields:  []string{"code_verifier", "codeVerifier"},
		Headers: []string{"X-Api-Key", "Mockgates-Admin-Token"},
	})
}
