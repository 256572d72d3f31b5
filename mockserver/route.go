package mockserver

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"
)

// basePaths are the base paths that clients use, the documented one first.
var basePaths = []string{"/api/v1", "/v1", ""}

// A route is what a method and a path lead to.
type route struct {
	op    *operation        // nil if the API has no such operation
	page  page              // nil but for the consent page, which is not of the API
	vars  map[string]string // variables of the path
	base  string            // the base path as the client spelled it
	path  string            // below the base path, without a trailing slash
	allow []string          // methods of the path, if it exists
	near  string            // the nearest route, if it does not
}

// A router finds routes. It asks mux for the operation and nothing else, so
// that requests which lead nowhere take the same way through the server.
type router struct {
	mux     *mux.Router
	ops     map[string]*operation // by route name
	methods map[string][]string   // by path template
	known   []string              // "METHOD PATH" of each, sorted
}

func newRouter(ops []*operation) *router {
	rt := &router{mux: mux.NewRouter().SkipClean(true), ops: map[string]*operation{}, methods: map[string][]string{}}
	handler := http.NotFoundHandler() // never called: mux matches, the server answers
	for _, op := range ops {
		rt.mux.Handle(op.path, handler).Methods(op.method).Name(op.id)
		rt.ops[op.id] = op
		rt.methods[op.path] = append(rt.methods[op.path], op.method)
		rt.known = append(rt.known, op.method+" "+op.path)
	}
	slices.Sort(rt.known)
	// A route without methods behind each path tells a wrong method from a
	// wrong path; mux alone does not always (gorilla/mux issues 739 and 751).
	for path, methods := range rt.methods {
		slices.Sort(methods)
		rt.mux.Handle(path, handler)
	}
	return rt
}

// find follows a method and a path as the client sent it.
func (rt *router) find(method, path string) route {
	r := route{path: path}
	for _, base := range basePaths {
		if rest, ok := strings.CutPrefix(path, base); ok && (rest == "" || rest[0] == '/') {
			r.base, r.path = base, rest
			break
		}
	}
	if trimmed := strings.TrimSuffix(r.path, "/"); trimmed != "" && !strings.HasSuffix(trimmed, "/") {
		r.path = trimmed
	}
	var m mux.RouteMatch
	if rt.mux.Match(&http.Request{Method: method, URL: &url.URL{Path: r.path}}, &m) && m.Route != nil {
		if op := rt.ops[m.Route.GetName()]; op != nil {
			r.op = op
		}
		r.vars = m.Vars
		template, _ := m.Route.GetPathTemplate()
		r.allow = rt.methods[template]
		return r
	}
	r.near = nearest(method+" "+r.path, rt.known)
	return r
}

// dead is the answer of a route that leads to no operation.
func (r route) dead(method string, h http.Header) (response, error) {
	switch {
	case method == http.MethodOptions:
		return preflight(r.allow, h), nil
	case r.allow != nil:
		e := refuse(405, "route.method")
		e.Metadata = map[string]any{"allow": r.allow}
		return response{}, e
	}
	e := refuse(404, "route.unknown")
	if r.near != "" {
		e.Metadata = map[string]any{"nearest": r.near}
	}
	return response{}, e
}

// preflight answers OPTIONS: any origin may send what it asked to send. The
// wildcard would not cover Authorization (Fetch standard), so names are echoed.
func preflight(allow []string, asked http.Header) response {
	methods := strings.Join(allow, ", ")
	if methods == "" {
		methods = "GET, POST, PATCH, DELETE"
	}
	h := http.Header{}
	h.Set("Allow", methods)
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Max-Age", "600")
	if names := asked.Get("Access-Control-Request-Headers"); names != "" {
		h.Set("Access-Control-Allow-Headers", names)
		h.Set("Vary", "Access-Control-Request-Headers")
	}
	return response{status: 204, header: h, rules: []string{"route.preflight"}}
}
