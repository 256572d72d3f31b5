package mockserver

import (
	"net/http"
	"regexp"
	"strings"
)

// A caller is who sent a request, as far as the credential tells.
type caller struct {
	management bool
	hash       string // of the token; "" without one
	refusal    *Error // the credential is missing, malformed or opens nothing; nil if it names an account
}

// managementPrefix begins every management key that needs no setting up; the
// rest of it is the name of the world that it opens.
const managementPrefix = "sk-mg-mgmt-"

// anyKey matches a token with the shape of a key of the API or of its family.
var anyKey = regexp.MustCompile(`^sk-[a-z]+-v1-[0-9a-f]{64}$`)

// worldName says what can be the name of a world.
var worldName = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// bearer reads the token of an Authorization header (RFC 9110, section 11.4):
// the scheme in letters of either case, spaces, and the token.
func bearer(h http.Header) (token string, refusal *Error) {
	values := h.Values("Authorization")
	if len(values) == 0 || len(values) == 1 && strings.TrimSpace(values[0]) == "" {
		return "", refuse(401, "auth.missing").saying("Missing Authentication header")
	}
	scheme, token, found := strings.Cut(values[0], " ")
	token = strings.Trim(token, " ")
	if len(values) > 1 || !found || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " \t") {
		return "", refuse(401, "auth.malformed").saying("Missing Authentication header")
	}
	return token, nil
}

// identify finds the world of a request and its caller. A request whose
// credential opens no world is refused in the world that fallback names.
func (s *Server) identify(h http.Header, fallback string) (*World, caller) {
	token, refusal := bearer(h)
	if refusal != nil {
		return s.World(fallback), caller{refusal: refusal}
	}
	c := caller{hash: hashOf(token)}
	if name, ok := s.managementWorld(token, c.hash); ok {
		c.management = true
		return s.World(name), c
	}
	if w := s.index.key(c.hash); w != nil {
		return w, c
	}
	rule := "auth.unknown"
	if anyKey.MatchString(token) || strings.HasPrefix(token, s.prefix) {
		rule = "auth.real-key"
		if strings.HasPrefix(token[strings.LastIndexByte(token, '-')+1:], marker) {
			rule = "auth.unknown" // minted by another server, or before a reset
		} else {
			s.log.Warn("a token that looks like a real key was sent to the fake and refused; revoke it if it is one", "world", fallback)
		}
	}
	c.refusal = refuse(401, rule)
	return s.World(fallback), c
}

// managementWorld is the name of the world that a management key with the given
// hash opens.
func (s *Server) managementWorld(token, hash string) (name string, ok bool) {
	if name, ok = s.managed[hash]; ok {
		return name, true
	}
	name, ok = strings.CutPrefix(token, managementPrefix)
	return name, ok && !s.strict && worldName.MatchString(name)
}

// admit judges the caller of an operation: nil, or the 401 or 403 that it gets.
func (tx txn) admit(op *operation, c caller) error {
	switch {
	case op.access == accessNone:
		return nil
	case c.refusal != nil:
		return c.refusal
	case c.management:
		return nil
	}
	k, ok := tx.keys[c.hash]
	switch {
	case !ok && tx.dropped[c.hash]:
		return refuse(401, "auth.deleted")
	case !ok:
		return refuse(401, "auth.unknown")
	case k.Disabled:
		return refuse(401, "auth.disabled")
	case k.expired(tx.now):
		return refuse(401, "auth.expired")
	case op.access == accessManagement:
		return refuse(403, "auth.management")
	}
	return nil
}
