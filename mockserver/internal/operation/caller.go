package operation

import (
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
)

// A Caller is the sender of a request, as the credential identifies it. The zero
// Caller is that of an operation that needs no credential.
type Caller struct {
	Management bool
	Sent       bool             // there is a token
	Hash       account.Hash     // of the token
	Refusal    *refusal.Refusal // if the credential is missing, malformed or unknown; nil otherwise
}

// ID returns the hash of the token as text, or "" if there is none.
func (c *Caller) ID() string {
	if !c.Sent {
		return ""
	}
	return c.Hash.String()
}

// Bearer returns the token of an Authorization header (RFC 9110, section 11.4): the
// scheme in upper or lower case, spaces, and the token.
func Bearer(h http.Header) (token string, refused *refusal.Refusal) {
	values := h.Values("Authorization")
	if len(values) == 0 || len(values) == 1 && strings.TrimSpace(values[0]) == "" {
		return "", refusal.New(401, "auth.missing").WithMessage("Missing Authentication header")
	}
	scheme, token, found := strings.Cut(values[0], " ")
	token = strings.Trim(token, " ")
	if len(values) > 1 || !found || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " \t") {
		return "", refusal.New(401, "auth.malformed").WithMessage("Missing Authentication header")
	}
	return token, nil
}

// Admit returns nil if the caller may call an operation with the given access, or
// else the 401 or 403.
func (tx Txn) Admit(access apispec.Access, c *Caller) error {
	switch {
	case access == apispec.NoCredential:
		return nil
	case c.Refusal != nil:
		return c.Refusal
	case c.Management:
		return nil
	}
	k := tx.Key(c.Hash)
	switch {
	case k == nil && tx.Deleted(c.Hash):
		return refusal.New(401, "auth.deleted")
	case k == nil:
		return refusal.New(401, "auth.unknown")
	case k.Disabled:
		return refusal.New(401, "auth.disabled")
	case k.Expired(tx.Now):
		return refusal.New(401, "auth.expired")
	case access == apispec.ManagementKey:
		return refusal.New(403, "auth.management")
	}
	return nil
}
