package account

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// A Hash is the SHA-256 of a secret or of the id of an authorization code.
type Hash [sha256.Size]byte

// HashOf returns the hash of a secret.
func HashOf(secret string) Hash {
	var space [128]byte // holds any secret of the server without an allocation
	return sha256.Sum256(append(space[:0], secret...))
}

// ParseHash parses the text form: 64 lower-case hex digits.
func ParseHash(s string) (h Hash, ok bool) {
	if len(s) != hex.EncodedLen(len(h)) {
		return Hash{}, false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || '9' < c) && (c < 'a' || 'f' < c) { // hex.Decode accepts A to F
			return Hash{}, false
		}
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err == nil
}

// String returns the text form.
func (h Hash) String() string {
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], h[:])
	return string(text[:])
}

// less orders hashes as their text forms are ordered.
func (h Hash) less(than Hash) bool { return bytes.Compare(h[:], than[:]) < 0 }

// MarshalText writes the text form.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads the text form.
func (h *Hash) UnmarshalText(text []byte) error {
	parsed, ok := ParseHash(string(text))
	if !ok {
		return fmt.Errorf("%s is not a hash; want 64 lower-case hex digits", form.Quote(string(text)))
	}
	*h = parsed
	return nil
}
