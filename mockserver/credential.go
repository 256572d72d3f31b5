package mockserver

import (
	"net/http"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

// identify returns the world of a request, its caller, and what is remembered of the
// caller's management key, which may be nil. A request whose
// credential belongs to no world is handled in the world with the fallback name, or
// in the default world if that name is not valid.
func (s *Server) identify(h http.Header, fallback string) (*World, operation.Caller, *manager) {
	if values := h["Authorization"]; len(values) == 1 {
		if m := s.callers.manager(values[0]); m != nil {
			return m.world, operation.Caller{Management: true, Sent: true, Hash: m.hash}, m
		}
	}
	sent, refused := operation.Bearer(h)
	if refused != nil {
		return s.fallbackWorld(fallback), operation.Caller{Refusal: refused}, nil
	}
	c := operation.Caller{Sent: true, Hash: account.HashOf(sent)}
	if name, ok := s.managementWorld(sent, c.Hash); ok {
		c.Management = true
		w, full := s.open(name)
		if full != nil {
			c.Refusal = full.refusal()
			return s.peek(name), c, nil
		}
		return w, c, s.callers.remember(s.redactor, w, sent, c.Hash)
	}
	if w := s.index.Key(c.Hash); w != nil {
		return w, c, nil
	}
	rule := "auth.unknown" // as for a key minted by another server or before a reset
	if token.LooksReal(sent, s.prefix) {
		rule = "auth.real-key"
		world, _ := s.redactor.String(fallback)
		s.log.Warn("refused a token that looks like a real key; revoke it if it is one", "world", world)
	}
	c.Refusal = refusal.New(401, rule)
	return s.fallbackWorld(fallback), c, nil
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
func (s *Server) codeWorld(req *operation.Request) *World {
	id, _ := form.New(req.Body.Object(req.Header)).Text("code", false)
	return s.index.Code(account.HashOf(id))
}
