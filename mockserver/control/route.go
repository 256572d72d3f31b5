package control

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/suggest"
)

// route fills the router with the calls.
//
// The routes of a path end with one that takes any method, for OPTIONS and for
// methods that the path does not have: gorilla/mux sends no Allow header with
// its own 405. Paths are not cleaned, since it would redirect a POST, which most
// clients then repeat as a GET.
func (h *Handler) route(calls []call) {
	h.router = mux.NewRouter().SkipClean(true)
	methods := map[string][]string{}
	for _, c := range calls {
		takes := []string{c.method}
		if c.method == http.MethodGet {
			takes = append(takes, http.MethodHead)
		}
		if methods[c.path] == nil {
			h.paths = append(h.paths, c.path)
		}
		methods[c.path] = append(methods[c.path], takes...)
		h.router.MatcherFunc(matchCall(c.path, takes)).Handler(h.answer(c)).Name(c.id)
	}
	for _, path := range h.paths {
		slices.Sort(methods[path])
		h.router.MatcherFunc(matchCall(path, nil)).Handler(otherMethods(path, methods[path]))
	}
	h.router.NotFoundHandler = http.HandlerFunc(h.notFound)
}

// matchCall returns a matcher for a path below Prefix and some methods, nil for any. A
// variable in the path is one segment, which may not be empty. The matchers of mux
// itself compile each path to a regular expression, which takes a quarter of the time
// in which the fake starts.
func matchCall(path string, methods []string) mux.MatcherFunc {
	before, rest, hasVariable := strings.Cut(Prefix+path, "{")
	name, after, _ := strings.Cut(rest, "}")
	return func(r *http.Request, match *mux.RouteMatch) bool {
		if methods != nil && !slices.Contains(methods, r.Method) {
			return false
		}
		if !hasVariable {
			return r.URL.Path == before
		}
		value, ok := strings.CutPrefix(r.URL.Path, before)
		if ok {
			value, ok = strings.CutSuffix(value, after)
		}
		if !ok || value == "" || strings.Contains(value, "/") {
			return false
		}
		match.Vars = map[string]string{name: value}
		return true
	}
}

// otherMethods answers the methods that a path does not have, and OPTIONS.
func otherMethods(path string, allowed []string) http.Handler {
	allow := strings.Join(allowed, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allow)
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		writeError(w, refuse(http.StatusMethodNotAllowed, "%s does not take the method %s; want %s", path, quote(r.Method), allow))
	})
}

// notFound answers a path that no call has, and names the nearest that one has.
func (h *Handler) notFound(w http.ResponseWriter, r *http.Request) {
	name, below := strings.CutPrefix(r.URL.Path+"/", Prefix)
	if !below {
		writeError(w, refuse(http.StatusNotFound, "no call at %s; the control API is below %s", quote(r.URL.Path), Prefix))
		return
	}
	name = strings.TrimSuffix(name, "/")
	hint := suggest.Hint(name, h.paths)
	if nearest := suggest.Nearest(strings.Trim(name, "/"), h.pathsLike(name)); nearest != "" {
		hint = "; did you mean " + nearest + "?"
	}
	writeError(w, refuse(http.StatusNotFound, "the control API has no call %s%s", quote(name), hint))
}

// pathsLike returns the paths of all calls, with the variables of those that are
// as long as name filled in from it.
func (h *Handler) pathsLike(name string) []string {
	given := strings.Split(strings.Trim(name, "/"), "/")
	list := make([]string, 0, len(h.paths))
	for _, path := range h.paths {
		segments := strings.Split(path, "/")
		for i, segment := range segments {
			if strings.HasPrefix(segment, "{") && len(segments) == len(given) {
				segments[i] = given[i]
			}
		}
		list = append(list, strings.Join(segments, "/"))
	}
	return list
}
