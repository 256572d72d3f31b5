package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"time"
)

// CodeLife is how long an authorization code can be exchanged.
const CodeLife = 10 * time.Minute

// Methods are the values of code_challenge_method.
var Methods = []string{"S256", "plain"}

// A Code is an authorization code as it is stored, without its id, with the
// properties of the key that it can be exchanged for.
type Code struct {
	Hash       Hash      `json:"hash"` // of the id
	App        int       `json:"app_id"`
	Callback   string    `json:"callback_url"`
	Challenge  string    `json:"code_challenge,omitempty"`        // "" for none
	Method     string    `json:"code_challenge_method,omitempty"` // one of Methods; "" without a challenge
	Label      string    `json:"key_label,omitempty"`             // of the key; "" means the name of the app
	Limit      *float64  `json:"limit,omitempty"`                 // USD; nil means no limit
	LimitReset string    `json:"usage_limit_type,omitempty"`      // one of Resets; "" never
	ExpiresAt  string    `json:"expires_at,omitempty"`            // of the key, as it was sent; "" never
	Created    time.Time `json:"created_at"`                      // zero for a code that has expired and was dropped
	Used       bool      `json:"used"`
}

// Expired reports whether the code can no longer be exchanged at now. A code that was
// dropped stays expired, even if the clock is set back.
func (c *Code) Expired(now time.Time) bool {
	return c.Created.IsZero() || !now.Before(c.Created.Add(CodeLife))
}

// dropped returns what is kept of a code that is used or has expired: enough to
// refuse it as such.
func (c *Code) dropped() *Code {
	d := &Code{Hash: c.Hash, App: c.App, Callback: OriginOf(c.Callback), Used: c.Used}
	if c.Used {
		d.Created = c.Created
	}
	return d
}

// Verifies reports whether the verifier matches the code's challenge (RFC 7636,
// section 4.6).
func (c *Code) Verifies(verifier string) bool {
	challenge := verifier
	if c.Method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		challenge = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(challenge), []byte(c.Challenge)) == 1
}
