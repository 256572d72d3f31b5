package control

import (
	_ "embed"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/slowclient"
	"github.com/mockgates/mockgates/mockserver"
)

// Prefix begins the path of every call.
const Prefix = "/_mockgates/"

// healthPath is the one call that is open to all, unless it is verbose.
const healthPath = Prefix + "health"

//go:embed control.yaml
var document []byte

// Document returns the OpenAPI document of the control API, in YAML.
func Document() []byte { return slices.Clone(document) }

// A Config holds what the control API cannot learn from the server. Its zero
// value is ready to use.
type Config struct {
	Version    string                     // of the program; "" means "unknown"
	OpenAPI    func() ([]byte, error)     // returns the specification that openapi.yaml serves; nil means 404
	CA         []byte                     // PEM of the CA that clients have to trust, which ca.pem serves; nil means 404
	Scenarios  func() map[string][]string // returns the names of the scenarios that test each rule, by rule ID; nil means none
	AdminToken string                     // required by every call but health, in the header AdminTokenHeader; "" means none
	MaxStreams int                        // open streams of requests in all worlds; one world may have a quarter of them. 0 means DefaultMaxStreams
	LogDropped func() int64               // returns how many lines of the log were dropped, for health; nil means none were
}

// A Handler is the control API of one server. It answers below Prefix and
// nowhere else, and may be used by many goroutines at once.
type Handler struct {
	server  *mockserver.Server
	config  Config
	origin  *http.CrossOriginProtection
	router  *mux.Router
	streams *streams
	paths   []string // of all calls, below Prefix, with {variables}
}

// New returns the control API of a server. It returns an error if there is no
// server, if a header cannot carry the admin token, or if MaxStreams is negative.
func New(server *mockserver.Server, config Config) (*Handler, error) {
	if server == nil {
		return nil, errors.New("control API: no server; want one")
	}
	if strings.ContainsFunc(config.AdminToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("control API: the admin token has a character that a header cannot carry; want printable ASCII without spaces")
	}
	streams, err := newStreams(config.MaxStreams)
	if err != nil {
		return nil, err
	}
	h := &Handler{server: server, config: config, origin: http.NewCrossOriginProtection(), streams: streams}
	h.route(calls())
	return h, nil
}

// ServeHTTP answers one call, unless the guard refuses it.
//
// On a connection with deadlines, a client has 30 seconds to send the body and 30 to
// receive each write of the response, whatever the server allows; then the connection
// ends. The time in which a call waits does not count.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = slowclient.LimitBody(w, r.Body, slowclient.DefaultTimeout)
	w = slowclient.NewWriter(w, r, slowclient.DefaultTimeout)
	setHeaders(w)
	if !isPlainHealth(r) {
		if err := h.guard(r); err != nil {
			writeError(w, err)
			return
		}
	}
	h.router.ServeHTTP(w, r)
}

// Mount returns a handler that answers the control API below Prefix and leaves
// every other path to api.
func (h *Handler) Mount(api http.Handler) http.Handler {
	return split(h, api)
}

// MountHealth is Mount with only the call health. The other calls answer 404 and
// say that the control API has an address of its own.
func (h *Handler) MountHealth(api http.Handler) http.Handler {
	return split(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isPlainHealth(r) {
			h.ServeHTTP(w, r)
			return
		}
		setHeaders(w)
		writeError(w, refuse(http.StatusNotFound, "the control API of this server has an address of its own; only health is here"))
	}), api)
}

// isPlainHealth reports whether a request is one to the call that is open to all.
func isPlainHealth(r *http.Request) bool {
	return r.URL.Path == healthPath && !r.URL.Query().Has("verbose")
}

// split returns a handler that leaves the paths of the control API to control
// and the others to api.
func split(control, api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path+"/", Prefix) {
			control.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// setHeaders sets the headers of every response.
func setHeaders(w http.ResponseWriter) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
}
