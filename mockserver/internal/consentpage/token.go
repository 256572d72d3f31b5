package consentpage

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// tokenLife is how long a page accepts a decision.
const tokenLife = 10 * time.Minute

// A Signer makes the tokens of the pages of one world. They are derived from the
// seed of the world and so can be guessed; only together with the check of the
// origin do they protect against other pages.
type Signer struct{ key []byte }

// NewSigner returns a Signer with a key.
func NewSigner(key []byte) Signer { return Signer{key} }

// Token returns the token of a page that is shown at a time, for the parameters in
// its query.
func (s Signer) Token(query string, at time.Time) string {
	issued := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "%s\x00%s", issued, query)
	return issued + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Accepts reports whether Token returned the token for the same query less than ten
// minutes ago. Until then it may be used more than once.
func (s Signer) Accepts(token, query string, now time.Time) bool {
	issued, _, _ := strings.Cut(token, ".")
	ms, err := strconv.ParseInt(issued, 10, 64)
	if err != nil {
		return false
	}
	at := time.UnixMilli(ms)
	same := subtle.ConstantTimeCompare([]byte(token), []byte(s.Token(query, at))) == 1
	return same && !now.Before(at) && now.Before(at.Add(tokenLife))
}
