package mockserver

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
)

// consentPath is the path of the consent page. It is not below a base path.
const consentPath = "/auth"

// matchConsent matches the path of the consent page.
func matchConsent(r *http.Request, _ *mux.RouteMatch) bool {
	return strings.TrimSuffix(r.URL.Path, "/") == consentPath
}

// serveConsent serves the consent page, in the world that the parameter world
// names, or in the default world.
func (s *Server) serveConsent(c *call, w http.ResponseWriter, r *http.Request) {
	c.read(w, r)
	c.page, c.base, c.req.Path = true, "", consentPath
	q := form.NewQuery(r.URL.RawQuery, "consent.parameters")
	name := q.Values.Get("world")
	c.world = s.fallbackWorld(name)
	var full *BoundError
	decides := (r.Method == http.MethodPost || r.Method == http.MethodGet && q.Values.Has("auto")) &&
		s.AllowsHost(r.Host) && http.NewCrossOriginProtection().Check(r) == nil
	if c.world.detached && decides { // it may create a code
		var w *World
		if w, full = s.open(name); full == nil {
			c.world = w
		}
	}
	s.serve(w, r, c, func(c *call) (operation.Response, error) {
		switch {
		case !s.AllowsHost(r.Host):
			return operation.ProblemPage(refusal.New(403, "consent.cross-origin").WithMessage("This server does not accept the host name " + form.Quote(r.Host))), nil
		case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost:
			e := refusal.New(405, "route.method").WithMessage("The consent page accepts only GET and POST")
			e.Allow = []string{"GET", "HEAD", "POST"}
			return operation.ProblemPage(e), nil
		case full != nil:
			return operation.ProblemPage(full.refusal()), nil
		case http.NewCrossOriginProtection().Check(r) != nil:
			return operation.ProblemPage(refusal.New(403, "consent.cross-origin").WithMessage("This decision came from a page of another origin")), nil
		}
		return c.consent(q)
	})
}

// consent shows the page, or carries out the decision that was made on it.
func (c *call) consent(q *form.Query) (operation.Response, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.age != w.age {
		return operation.Response{}, &abandonedError{errStartedOver}
	}
	return operation.Consent(w.txn(), c.method, c.req, q), nil
}
