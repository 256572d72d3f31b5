package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
)

// AdminTokenHeader is the request header that carries [Config.AdminToken]. The
// header Authorization is not free for it: its token chooses the world.
const AdminTokenHeader = "Mockgates-Admin-Token"

// guard returns why a request is refused whatever its call is, or nil.
func (h *Handler) guard(r *http.Request) error {
	if !h.server.AllowsHost(r.Host) {
		return refuse(http.StatusForbidden, "the Host header %s does not name this server; want an address, a name without a dot, "+
			"a name under .localhost, .local, .internal or .test, or one that the server was told to allow", quote(r.Host))
	}
	if h.crossSite(r) {
		return refuse(http.StatusForbidden, "a browser sent this for a page of another site or port; the control API does not answer those")
	}
	if !h.admits(r.Header.Get(AdminTokenHeader)) {
		return refuse(http.StatusUnauthorized, "the control API of this server wants its admin token in the header %s", AdminTokenHeader)
	}
	return nil
}

// crossSite reports whether a browser says that another origin made it send the
// request. Sec-Fetch-Site decides; browsers from before 2023 do not send it, and
// then Origin does. A request with neither is not from a browser, or cannot be
// told from one that is not.
//
// [http.CrossOriginProtection] lets safe methods pass. Here they are checked
// too: a page has no business with the control API, even if it cannot read the
// response.
func (h *Handler) crossSite(r *http.Request) bool {
	checked := r.WithContext(r.Context()) // a shallow copy
	checked.Method = http.MethodPost
	return h.origin.Check(checked) != nil
}

// admits reports whether a token is the admin token, or none is needed. It takes
// the same time for every token of a length.
func (h *Handler) admits(token string) bool {
	if h.config.AdminToken == "" {
		return true
	}
	want, got := sha256.Sum256([]byte(h.config.AdminToken)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}
