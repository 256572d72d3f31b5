package mockserver

import (
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

// A caller is the sender of a request, as the credential identifies it. The zero
// caller is that of an operation that needs no credential.
type caller struct {
	management bool
	sent       bool         // there is a token
	hash       account.Hash // of the token
	manager    *manager     // what is remembered of the management key; nil for none
	refusal    *refusal     // if the credential is missing, malformed or unknown; nil otherwise
}

// id returns the hash of the token as text, or "" if there is none.
func (c *caller) id() string {
	if !c.sent {
		return ""
	}
	return c.hash.String()
}

// bearer returns the token of an Authorization header (RFC 9110, section 11.4): the
// scheme in upper or lower case, spaces, and the token.
func bearer(h http.Header) (token string, refused *refusal) {
	values := h.Values("Authorization")
	if len(values) == 0 || len(values) == 1 && strings.TrimSpace(values[0]) == "" {
		return "", refuse(401, "auth.missing").withMessage("Missing Authentication header")
	}
	scheme, token, found := strings.Cut(values[0], " ")
	token = strings.Trim(token, " ")
	if len(values) > 1 || !found || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " \t") {
		return "", refuse(401, "auth.malformed").withMessage("Missing Authentication header")
	}
	return token, nil
}

// identify returns the world of a request and its caller. A request whose
// credential belongs to no world is handled in the world with the fallback name, or
// in the default world if that name is not valid.
func (s *Server) identify(h http.Header, fallback string) (*World, caller) {
	if values := h["Authorization"]; len(values) == 1 {
		if m := s.callers.manager(values[0]); m != nil {
			return m.world, caller{management: true, sent: true, hash: m.hash, manager: m}
		}
	}
	sent, refused := bearer(h)
	if refused != nil {
		return s.fallbackWorld(fallback), caller{refusal: refused}
	}
	c := caller{sent: true, hash: account.HashOf(sent)}
	if name, ok := s.managementWorld(sent, c.hash); ok {
		c.management = true
		w, full := s.open(name)
		if full != nil {
			w, c.refusal = s.peek(name), full.refusal()
			return w, c
		}
		c.manager = s.callers.remember(s.redactor, w, sent, c.hash)
		return w, c
	}
	if w := s.index.Key(c.hash); w != nil {
		return w, c
	}
	rule := "auth.unknown" // as for a key minted by another server or before a reset
	if token.LooksReal(sent, s.prefix) {
		rule = "auth.real-key"
		world, _ := s.redactor.String(fallback)
		s.log.Warn("refused a token that looks like a real key; revoke it if it is one", "world", world)
	}
	c.refusal = refuse(401, rule)
	return s.fallbackWorld(fallback), c
}

// fallbackWorld returns the world with a name that a client sent, or the default
// world if the name is not valid. It creates no other world than the default one:
// the request has no credential that opens one.
func (s *Server) fallbackWorld(name string) *World {
	if !token.IsWorldName(name) || name == DefaultWorld {
		w, _ := s.open(DefaultWorld)
		return w
	}
	return s.peek(name)
}

// managementWorld returns the name of the world of a management key. It returns
// false for any other token. The hash is that of the key.
func (s *Server) managementWorld(key string, hash account.Hash) (name string, ok bool) {
	if name, ok = s.managed[hash]; ok {
		return name, true
	}
	name, ok = token.WorldOf(key)
	return name, ok && !s.strict
}

// codeWorld returns the world that issued the authorization code in the body of a
// request, or nil. Nothing else in such a request identifies the world.
func (s *Server) codeWorld(req *request) *World {
	id, _ := form.New(req.body.Object(req.header)).Text("code", false)
	return s.index.Code(account.HashOf(id))
}

// admit returns nil if the caller may call an operation with the given access, or
// else the 401 or 403.
func (tx txn) admit(access apispec.Access, c caller) error {
	switch {
	case access == apispec.NoCredential:
		return nil
	case c.refusal != nil:
		return c.refusal
	case c.management:
		return nil
	}
	k, ok := tx.Key(c.hash)
	switch {
	case !ok && tx.Deleted(c.hash):
		return refuse(401, "auth.deleted")
	case !ok:
		return refuse(401, "auth.unknown")
	case k.Disabled:
		return refuse(401, "auth.disabled")
	case k.Expired(tx.now):
		return refuse(401, "auth.expired")
	case access == apispec.ManagementKey:
		return refuse(403, "auth.management")
	}
	return nil
}
