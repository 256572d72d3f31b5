package mockserver

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// DefaultKeyPrefix begins every key that is minted, unless Config says otherwise.
const DefaultKeyPrefix = "sk-mg-v1-"

// A Config says how a Server behaves. Its zero value is the documented API
// with its companion operations: the machine's time, a fixed seed, no faults,
// no rate limits, and every management key "sk-mg-mgmt-NAME" welcome.
type Config struct {
	Seed           uint64            // what everything random is derived from; 0 is 1
	Clock          ClockSetting      // of every world as it opens; the zero value is the machine's time
	ManagementKeys []string          // further management keys, each with a world of its own
	StrictKeys     bool              // only ManagementKeys are management keys
	KeyPrefix      string            // of minted keys; "" is DefaultKeyPrefix
	DocumentedOnly bool              // the companion operations answer 404
	Faults         []Fault           // ordered in every world as it opens
	RateLimits     []RateLimit       // of every world; nil for none
	Choices        map[string]string // settings of open questions, by rule; nil for the defaults
	Journal        JournalSize       // of every world
	Plain          bool              // leave out the headers that the API does not have
	Logger         *slog.Logger      // one line per request; nil discards

	// What the control API says and whom it answers.
	Version          string              // of the program; "" is "unknown"
	OpenAPI          []byte              // the specification that openapi.yaml serves; nil for none
	Scenarios        map[string][]string // the scenarios that hold each rule, by id; nil for none
	Hosts            []string            // further names that the server is reached by
	AdminToken       string              // asked for on every control call but health; "" is none
	ControlElsewhere bool                // the control API is served by Control alone, health excepted
}

// A Server is the fake. It is an http.Handler and opens no socket: hand it to
// httptest.NewServer or an http.Server.
type Server struct {
	seed       uint64
	clock      ClockSetting
	strict     bool
	plain      bool
	prefix     string
	faults     []Fault
	rates      []RateLimit
	choices    choices
	journal    JournalSize
	log        *slog.Logger
	managed    map[string]string // worlds of further management keys, by hash of the token
	router     *router
	operations []*operation // that it answers
	consents   bool         // the consent page is there
	control    *control
	index      *index

	version    string
	openAPI    []byte
	scenarios  map[string][]string
	hosts      []string
	adminToken string
	elsewhere  bool
	violations atomic.Int64 // client findings in all worlds
	coverage   coverage

	mu     sync.Mutex // guards worlds
	worlds map[string]*World
}

// New returns a Server. It refuses settings that are unknown or impossible,
// naming each.
func New(cfg Config) (*Server, error) {
	s := &Server{
		seed: cfg.Seed, clock: cfg.Clock, strict: cfg.StrictKeys, plain: cfg.Plain, prefix: cfg.KeyPrefix,
		faults: slices.Clone(cfg.Faults), rates: slices.Clone(cfg.RateLimits), journal: cfg.Journal, log: cfg.Logger,
		managed: map[string]string{}, index: newIndex(), worlds: map[string]*World{},
		version: cfg.Version, openAPI: cfg.OpenAPI, scenarios: cfg.Scenarios, hosts: slices.Clone(cfg.Hosts),
		adminToken: cfg.AdminToken, elsewhere: cfg.ControlElsewhere,
	}
	if s.seed == 0 {
		s.seed = 1
	}
	if s.prefix == "" {
		s.prefix = DefaultKeyPrefix
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.journal.Entries == 0 {
		s.journal.Entries = 1000
	}
	if s.journal.Bytes == 0 {
		s.journal.Bytes = 8 << 20
	}
	if err := s.validate(cfg); err != nil {
		return nil, err
	}
	s.consents = !cfg.DocumentedOnly
	ops := operations
	if cfg.DocumentedOnly {
		ops = slices.DeleteFunc(slices.Clone(ops), func(op *operation) bool { return op.companion })
	}
	s.operations, s.router = ops, newRouter(ops)
	s.control = newControl(s)
	return s, nil
}

// validate refuses what cannot be, and fills in what follows from it.
func (s *Server) validate(cfg Config) (err error) {
	if s.choices, err = newChoices(cfg.Choices); err != nil {
		return err
	}
	for _, token := range cfg.ManagementKeys {
		if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return fmt.Errorf("management key: it is empty or has spaces, which no Authorization header can carry")
		}
		if name, ok := strings.CutPrefix(token, managementPrefix); ok && worldName.MatchString(name) {
			s.managed[hashOf(token)] = name
			continue
		}
		s.managed[hashOf(token)] = "key-" + hashOf(token)[:12]
	}
	if s.strict && len(s.managed) == 0 {
		return fmt.Errorf("strict keys without a management key: nobody could use the server")
	}
	if strings.ContainsFunc(s.prefix, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("key prefix %q: want printable ASCII without spaces", s.prefix)
	}
	if err := s.clock.validate(); err != nil {
		return err
	}
	for _, f := range s.faults {
		if err := f.validate(); err != nil {
			return err
		}
	}
	for _, r := range s.rates {
		if err := r.validate(); err != nil {
			return err
		}
	}
	for i, host := range s.hosts {
		if s.hosts[i] = strings.ToLower(strings.TrimSuffix(host, ".")); host == "" || strings.ContainsAny(host, "/: *") {
			return fmt.Errorf("host %q: want a name without scheme, port or path", host)
		}
	}
	if s.journal.Entries < 0 || s.journal.Bytes < 0 {
		return fmt.Errorf("journal of %d entries and %d bytes: want 0 or more", s.journal.Entries, s.journal.Bytes)
	}
	return nil
}

// World returns the world of a name, and opens it if it is new. A name that
// cannot be one, because it is not 1 to 64 of a-z 0-9 -, is the default world.
func (s *Server) World(name string) *World {
	if !worldName.MatchString(name) {
		name = DefaultWorld
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.worlds[name]
	if w == nil {
		w = newWorld(s, name)
		s.worlds[name] = w
	}
	return w
}

// Worlds returns every world that is open, by name.
func (s *Server) Worlds() []*World {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*World
	for _, name := range slices.Sorted(maps.Keys(s.worlds)) {
		list = append(list, s.worlds[name])
	}
	return list
}

// ServeHTTP answers the API below each of its base paths, the control API
// below /_mockgates/, and the consent page at /auth.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/_mockgates" || strings.HasPrefix(r.URL.Path, "/_mockgates/") {
		s.serveControl(w, r)
		return
	}
	elapsed := stopwatch()
	rt := s.router.find(r.Method, r.URL.Path)
	req := &request{vars: rt.vars, query: r.URL.RawQuery, header: r.Header, body: readBody(r)}
	var world *World
	if s.consents && strings.TrimSuffix(r.URL.Path, "/") == consentPath {
		var name string
		if rt, name = consentRoute(r); !s.reachedBy(r.Host) {
			rt.page = func(txn, *exchange) response { return problemPage(s.wrongHost(r.Host, "consent.cross-origin")) }
		}
		world = s.World(name)
	} else {
		world, req.caller = s.identify(r.Header, r.Header.Get(WorldHeader))
	}
	if rt.op != nil && rt.op.access == accessNone {
		req.caller = caller{} // nobody, whatever credential came along
		if issuer := s.exchangeWorld(req); issuer != nil {
			world = issuer
		}
	}
	x := world.play(r.Context(), rt, r.Method, req)
	defer func() { x.log(elapsed()) }()
	x.send(w, r)
}
