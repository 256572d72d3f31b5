package mockserver

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// controlPrefix begins every path of the control API.
const controlPrefix = "/_mockgates/"

// Sizes of the largest bodies that the control API reads, in bytes.
const (
	maxControlBody = 1 << 20
	maxStateBody   = 64 << 20
)

// A call is one call of the control API.
type call struct {
	method string
	path   string                      // below controlPrefix, with {variables}
	query  []string                    // the parameters that it knows
	body   int                         // the largest body that it reads, in bytes; 0 for none
	global bool                        // it is about the server and asks for no world
	do     func(*inquiry) (any, error) // the answer: nil for 204, or JSON, or a document
}

// An inquiry is one request to the control API.
type inquiry struct {
	server *Server
	world  *World // nil for a global call
	http   *http.Request
	wire   http.ResponseWriter
	query  url.Values // checked: known parameters, each once
	body   []byte
}

// A document is an answer that is not made of JSON here.
type document struct {
	kind string // media type
	data []byte
}

// A created is an answer with status 201.
type created struct{ body any }

// errStreamed says that a call has answered for itself.
var errStreamed = errors.New("the answer was streamed")

// control is the control API.
type control struct {
	server *Server
	origin *http.CrossOriginProtection
	mux    *http.ServeMux
	paths  []string // of all calls, for the nearest one
}

// newControl returns the control API.
func newControl(s *Server) *control {
	c := &control{server: s, origin: http.NewCrossOriginProtection(), mux: http.NewServeMux()}
	byPath := map[string]map[string]call{}
	for _, one := range calls() {
		if byPath[one.path] == nil {
			byPath[one.path] = map[string]call{}
			c.paths = append(c.paths, one.path)
		}
		byPath[one.path][one.method] = one
	}
	for path, methods := range byPath {
		c.mux.Handle(controlPrefix+path, c.methods(path, methods))
	}
	c.mux.HandleFunc("/", c.unknown)
	return c
}

// Control returns the control API alone, for a port of its own. It answers
// below /_mockgates/, as the Server does without Config.ControlElsewhere.
func (s *Server) Control() http.Handler { return s.control }

// ServeHTTP answers one call, unless it is not safe to.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.URL.Path != controlPrefix+"health" {
		if e := c.server.guard(r, c.origin); e != nil {
			refuseCall(w, e)
			return
		}
	}
	c.mux.ServeHTTP(w, r)
}

// serveControl answers a call on the port of the API.
func (s *Server) serveControl(w http.ResponseWriter, r *http.Request) {
	if s.elsewhere && r.URL.Path != controlPrefix+"health" {
		refuseCall(w, refuse(404).saying("the control API of this server has a port of its own; only health is here"))
		return
	}
	s.control.ServeHTTP(w, r)
}

// unknown answers a path that is no call.
func (c *control) unknown(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, controlPrefix)
	refuseCall(w, refuse(404).saying("the control API has no call "+quote(name)+didYouMean(strings.Trim(name, "/"), c.paths)))
}

// methods answers the calls of one path.
func (c *control) methods(path string, methods map[string]call) http.Handler {
	var allow []string
	for m := range methods {
		allow = append(allow, m)
	}
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	slices.Sort(allow)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		if call, ok := methods[method]; ok {
			c.answer(call, w, r)
			return
		}
		w.Header().Set("Allow", strings.Join(allow, ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		refuseCall(w, refuse(405).saying(path+" does not take "+quote(r.Method)+"; want "+strings.Join(allow, ", ")))
	})
}

// answer reads what a call needs, makes it, and writes what it returns.
func (c *control) answer(call call, w http.ResponseWriter, r *http.Request) {
	a := &inquiry{server: c.server, http: r, wire: w}
	err := a.read(call)
	var out any
	if err == nil {
		out, err = call.do(a)
	}
	if err != nil {
		if !errors.Is(err, errStreamed) {
			refuseCall(w, asError(err))
		}
		return
	}
	switch body := out.(type) {
	case nil:
		w.WriteHeader(http.StatusNoContent)
	case document:
		w.Header().Set("Content-Type", body.kind)
		_, _ = w.Write(body.data)
	case created:
		writeJSON(w, http.StatusCreated, body.body)
	default:
		writeJSON(w, http.StatusOK, body)
	}
}

// asError is what a caller of the control API is told about err. The messages
// of this package are meant for it: each names what was wrong.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Status: http.StatusBadRequest, Message: err.Error()}
}

// read fills in the query, the world and the body.
func (a *inquiry) read(call call) (err error) {
	if a.query, err = readQuery(a.http.URL.RawQuery, call.query); err != nil {
		return err
	}
	if !call.global {
		if a.world, err = a.server.controlWorld(a.http.Header, a.query); err != nil {
			return err
		}
	}
	a.body, err = io.ReadAll(io.LimitReader(a.http.Body, int64(call.body)+1))
	switch {
	case err != nil:
		return errors.New("the body could not be read whole")
	case len(a.body) > call.body && call.body == 0:
		return errors.New("the call takes no body")
	case len(a.body) > call.body:
		return refuse(http.StatusRequestEntityTooLarge).saying("the body is over " + size(call.body))
	}
	return nil
}

// size writes a number of bytes that is a whole number of MiB.
func size(n int) string { return strconv.Itoa(n>>20) + " MiB" }

// controlWorld is the world that a call is about: that of the bearer token, or
// of the query, or of the header Mockgates-World, or else the default one.
func (s *Server) controlWorld(h http.Header, query url.Values) (*World, error) {
	names := map[string]string{"world": query.Get("world"), WorldHeader: h.Get(WorldHeader)}
	name := DefaultWorld
	for _, from := range []string{WorldHeader, "world"} {
		if names[from] == "" {
			continue
		}
		if name = names[from]; !worldName.MatchString(name) {
			return nil, errors.New(from + " " + quote(name) + " is no name of a world; want 1 to 64 of a-z 0-9 -")
		}
	}
	if h.Get("Authorization") == "" {
		return s.World(name), nil
	}
	token, refusal := bearer(h)
	if refusal == nil {
		if own, ok := s.managementWorld(token, hashOf(token)); ok {
			if named := query.Get("world"); named != "" && named != own {
				return nil, errors.New("world " + quote(named) + " is not that of the bearer token, " + quote(own) + "; leave one of them out")
			}
			return s.World(own), nil
		}
	}
	return nil, refuse(401).saying("the bearer token is no management key; want " + managementPrefix + "NAME, or none for the world " + DefaultWorld)
}

// readQuery reads a query string that may have the known parameters, each once.
func readQuery(raw string, known []string) (url.Values, error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errors.New("the query string is malformed: " + err.Error())
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch {
		case !slices.Contains(known, name) && len(known) == 0:
			return nil, errors.New("the parameter " + quote(name) + " is not known; the call takes none")
		case !slices.Contains(known, name):
			return nil, errors.New("the parameter " + quote(name) + " is not known" + didYouMean(name, known))
		case len(query[name]) > 1:
			return nil, errors.New("the parameter " + quote(name) + " comes twice")
		}
	}
	return query, nil
}

// decode reads the body into v, strictly.
func (a *inquiry) decode(v any) error { return strictUnmarshal(a.body, v) }

// refuseCall writes the error envelope of the API.
func refuseCall(w http.ResponseWriter, e *Error) { writeJSON(w, e.Status, e) }

// writeJSON writes v and a new line, so that a terminal shows it well.
func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		status = http.StatusInternalServerError
		data, _ = json.Marshal(&Error{Status: status, Message: "the answer could not be written as JSON"})
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n'))
}
