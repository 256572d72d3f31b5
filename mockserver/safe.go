package mockserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// AdminHeader carries Config.AdminToken on calls of the control API, whose
// bearer token chooses the world.
const AdminHeader = "Mockgates-Admin-Token"

// privateSuffixes end names that no page on the internet can have.
var privateSuffixes = []string{".localhost", ".local", ".internal", ".test"}

// reachedBy reports whether the Host header of a request is one that the
// server is reached by: an address, a name without a dot, a name that cannot
// be on the internet, or one of Config.Hosts. Any other may be a name that a
// page made to point here (DNS rebinding).
func (s *Server) reachedBy(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return true
	}
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return false
	}
	return !strings.Contains(name, ".") || slices.Contains(s.hosts, name) ||
		slices.ContainsFunc(privateSuffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

// admitAdmin reports whether the request may call the control API, as far as
// the admin token goes. It takes the same time whatever was sent.
func (s *Server) admitAdmin(h http.Header) bool {
	if s.adminToken == "" {
		return true
	}
	want, got := sha256.Sum256([]byte(s.adminToken)), sha256.Sum256([]byte(h.Get(AdminHeader)))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// guard returns why a call of the control API is refused, nil if it is not.
func (s *Server) guard(r *http.Request, origin *http.CrossOriginProtection) *Error {
	if !s.reachedBy(r.Host) {
		return s.wrongHost(r.Host)
	}
	if err := origin.Check(r); err != nil {
		return refuse(403).saying("a browser sent this for a page of another site; the control API does not answer those")
	}
	if !s.admitAdmin(r.Header) {
		return refuse(401).saying("the control API of this server asks for its admin token in the header " + AdminHeader)
	}
	return nil
}

// wrongHost is the refusal of a Host header.
func (s *Server) wrongHost(host string, rules ...string) *Error {
	return refuse(403, rules...).saying("the Host header " + quote(host) + " is no name of this server; want an address, a name without a dot, one under " +
		strings.Join(privateSuffixes, ", ") + ", or one that the server was started with as a host")
}
