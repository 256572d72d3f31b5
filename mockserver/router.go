package mockserver

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
)

// A routeHandler handles the requests of a route. ServeHTTP of the server passes a
// fresh call to it. Unlike the router itself it makes no copies of the request.
type routeHandler func(c *call, w http.ResponseWriter, r *http.Request)

// ServeHTTP implements http.Handler, which a route wants.
func (h routeHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h(&call{}, w, r) }

// noVariables are the variables that the router finds in a path. An operation reads
// the only one that a path can have itself.
var noVariables = map[string]string{}

// newRouter returns the router of the API. Each operation has a route. After the
// operations, each path has a route for all other methods, and any other path is
// not found. Every route goes through the same steps of a call.
func (s *Server) newRouter(consent bool) *mux.Router {
	// Cleaning a path would redirect, which most clients follow with a GET.
	r := mux.NewRouter().SkipClean(true)
	methods, known := map[string][]string{}, []string(nil)
	for _, op := range s.operations {
		for _, path := range op.Paths() {
			r.MatcherFunc(matchOperation(op.Method, path)).Handler(s.handle(op, nil))
			methods[path] = append(methods[path], op.Method)
		}
		known = append(known, op.Method+" "+op.Path)
	}
	slices.Sort(known)
	for path, allow := range methods {
		slices.Sort(allow)
		r.MatcherFunc(matchOperation("", path)).Handler(s.handle(nil, func(c *call) (operation.Response, error) {
			return wrongMethod(c, allow)
		}))
	}
	if consent {
		r.MatcherFunc(matchConsent).Handler(routeHandler(s.serveConsent))
	}
	r.NotFoundHandler = s.handle(nil, func(c *call) (operation.Response, error) { return unknownPath(c, known) })
	return r
}

// matchOperation returns a matcher for a method, "" for any, and a path below any
// of the base paths. A variable is one segment, and never "." or "..": these stand
// for another path (RFC 3986, sections 3.3 and 6.2.2.3), which clients and proxies
// put in their place. So a path with one is unknown, encoded or not, and is neither
// normalized nor redirected. The matchers of mux itself compile the path to a regular
// expression, match only one base path, and return 404 for some wrong methods
// (gorilla/mux issues 739 and 751).
func matchOperation(method, path string) mux.MatcherFunc {
	prefix, _, hasVariable := strings.Cut(path, "{")
	return func(r *http.Request, _ *mux.RouteMatch) bool {
		if method != "" && r.Method != method {
			return false
		}
		_, below := splitPath(r.URL.Path)
		if !hasVariable {
			return below == path
		}
		value, ok := strings.CutPrefix(below, prefix)
		return ok && value != "" && value != "." && value != ".." && !strings.Contains(value, "/")
	}
}

// splitPath splits the path of a request into the base path that the client used
// and the rest, without a trailing slash.
func splitPath(path string) (base, below string) {
	below = path
	for _, b := range apispec.BasePaths {
		if rest, ok := strings.CutPrefix(path, b); ok && (rest == "" || rest[0] == '/') {
			base, below = b, rest
			break
		}
	}
	if trimmed := strings.TrimSuffix(below, "/"); trimmed != "" && !strings.HasSuffix(trimmed, "/") {
		below = trimmed
	}
	return base, below
}

// wrongMethod responds to a method that the path does not support.
func wrongMethod(c *call, allow []string) (operation.Response, error) {
	if c.method == http.MethodOptions {
		return preflight(allow, c.req.Header), nil
	}
	e := refusal.New(405, "route.method")
	e.Allow = allow
	return operation.Response{}, e
}

// unknownPath responds to a path that the API does not have.
func unknownPath(c *call, known []string) (operation.Response, error) {
	if c.method == http.MethodOptions {
		return preflight([]string{"GET", "POST", "PATCH", "DELETE"}, c.req.Header), nil
	}
	e := refusal.New(404, "route.unknown")
	e.Nearest = suggest.Nearest(c.method+" "+c.req.Path, known)
	return operation.Response{}, e
}

// preflight responds to OPTIONS and allows any origin to send the headers that it
// asked for. They are listed by name because a wildcard does not cover
// Authorization (Fetch standard).
func preflight(allow []string, asked http.Header) operation.Response {
	methods := strings.Join(allow, ", ")
	h := http.Header{}
	h.Set("Allow", methods)
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Max-Age", "600")
	if names := asked.Get("Access-Control-Request-Headers"); names != "" {
		h.Set("Access-Control-Allow-Headers", names)
		h.Set("Vary", "Access-Control-Request-Headers")
	}
	return operation.Response{Status: 204, Header: h, Rules: []string{"route.preflight"}}
}
