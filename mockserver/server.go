package mockserver

import (
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/internal/snapshot"
	"github.com/mockgates/mockgates/mockserver/internal/token"
	"github.com/mockgates/mockgates/mockserver/internal/wire"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// BasePath is the documented base path of the API. The server also serves the API
// under /v1 and the root, which some clients use.
const BasePath = "/api/v1"

// DefaultKeyPrefix is how minted keys begin unless Config.KeyPrefix is set.
const DefaultKeyPrefix = "sk-mg-v1-"

// A Config configures a Server. Its zero value is the documented API with its
// companion operations, the machine's time, a fixed seed, no faults and no rate
// limits. It accepts every management key of the form sk-mg-mgmt-NAME.
type Config struct {
	Seed           uint64            // seed of everything random; 0 means 1
	Clock          ClockSetting      // initial clock of every world; the zero value is the machine's time
	ManagementKeys []string          // further management keys, each with a world of its own
	StrictKeys     bool              // accept only ManagementKeys as management keys
	KeyPrefix      string            // of minted keys; "" means DefaultKeyPrefix
	DocumentedOnly bool              // return 404 for companion operations
	Faults         []fault.Fault     // initial faults of every world
	RateLimits     []ratelimit.Limit // initial rate limits of every world; nil for none
	Rules          map[string]string // settings by rule id; nil for the defaults
	Journal        JournalSize       // of every world
	MaxWorlds      int               // beyond the default world; 0 means DefaultMaxWorlds
	MaxFaults      int               // in a world, used up or not; 0 means DefaultMaxFaults
	MaxGates       int               // in a world, open or shut; 0 means DefaultMaxGates
	MaxCodes       int               // authorization codes in a world; 0 means DefaultMaxCodes. A new code replaces the oldest if that one is used or expired
	MaxWaiting     int               // requests that faults delay or hold in all worlds, and calls that wait for them; 0 means DefaultMaxWaiting
	NoDebugHeaders bool              // leave out the Mockgates- headers, which the API does not have
	AllowedHosts   []string          // further host names of the server, without port; see AllowsHost
	Secrets        []string          // further values to redact in the journal and the log
	Logger         *slog.Logger      // gets one line per request, and one for each violation; nil discards them
}

// A Server is the fake. It is an http.Handler and opens no socket: pass it to
// httptest.NewServer or an http.Server. It is safe for concurrent use.
type Server struct {
	seed           uint64
	clock          ClockSetting
	strict         bool
	debugHeaders   bool
	prefix         string
	faults         []fault.Fault
	rates          []ratelimit.Limit
	rules          map[string]string
	settings       *operation.Settings
	journal        JournalSize
	bounds         snapshot.Bounds
	waiting        waitingRoom
	allowedHosts   []string
	redactor       *redact.Redactor
	redactsByLabel bool // the redactor puts its label in the place of a minted secret
	log            *slog.Logger
	managed        map[account.Hash]string // names of the worlds of Config.ManagementKeys, by hash of the token
	tokens         map[string]string       // the first of Config.ManagementKeys for each world, by its name
	operations     []*apispec.Operation
	router         *mux.Router
	index          *account.Index[World]
	callers        callers
	dates          dates
	violations     atomic.Int64 // number in all worlds
	coverage       coverage

	restoring sync.Mutex // held while worlds are restored or reset, and taken before mu

	mu     sync.Mutex // guards worlds
	worlds map[string]*World
}

// New returns a Server. The error names the first setting with an unknown or
// impossible value.
func New(cfg Config) (*Server, error) {
	s := &Server{
		seed: cfg.Seed, clock: cfg.Clock, strict: cfg.StrictKeys, debugHeaders: !cfg.NoDebugHeaders, prefix: cfg.KeyPrefix,
		faults: slices.Clone(cfg.Faults), rates: slices.Clone(cfg.RateLimits), journal: cfg.Journal,
		log:     cfg.Logger,
		managed: map[account.Hash]string{}, tokens: map[string]string{}, index: account.NewIndex[World](), worlds: map[string]*World{},
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
	for _, set := range []func(Config) error{s.setBounds, s.setRules, s.setManagementKeys, s.setHosts, s.validate} {
		if err := set(cfg); err != nil {
			return nil, err
		}
	}
	s.redactor = token.NewRedactor(s.prefix)
	sample, label := token.Mint(s.prefix, make([]byte, 30))
	s.redactsByLabel = s.redactor.Credential(sample) == label
	s.redactor.Add(cfg.ManagementKeys...)
	s.redactor.Add(cfg.Secrets...)
	s.operations = apispec.Operations
	if cfg.DocumentedOnly {
		s.operations = slices.DeleteFunc(slices.Clone(s.operations), func(op *apispec.Operation) bool { return op.Companion })
	}
	s.router = s.newRouter(!cfg.DocumentedOnly)
	return s, nil
}

func (s *Server) setRules(cfg Config) (err error) {
	s.rules, err = ruleSettings(cfg.Rules)
	s.settings = operation.NewSettings(s.rules)
	return err
}

func (s *Server) setBounds(cfg Config) (err error) {
	var waiting int
	s.bounds, waiting, err = newBounds(cfg)
	s.waiting.max = int64(waiting)
	return err
}

func (s *Server) setManagementKeys(cfg Config) error {
	for _, key := range cfg.ManagementKeys {
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return fmt.Errorf("management key is empty, or contains a space or a control character; want a bearer token")
		}
		hash := account.HashOf(key)
		world, ok := token.WorldOf(key)
		if !ok {
			world = "key-" + hash.String()[:12]
		}
		s.managed[hash] = world
		if s.tokens[world] == "" {
			s.tokens[world] = key
		}
	}
	if s.strict && len(s.managed) == 0 {
		return fmt.Errorf("strict keys without a management key: nobody could use the server")
	}
	return nil
}

func (s *Server) setHosts(cfg Config) error {
	for _, host := range cfg.AllowedHosts {
		if host == "" || strings.ContainsAny(host, "/: *") {
			return fmt.Errorf("allowed host %q: want a host name without scheme, port or path", host)
		}
		s.allowedHosts = append(s.allowedHosts, strings.ToLower(strings.TrimSuffix(host, ".")))
	}
	return nil
}

// validate checks the settings that need no conversion.
func (s *Server) validate(Config) error {
	if strings.ContainsFunc(s.prefix, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("key prefix %q: want printable ASCII without spaces", s.prefix)
	}
	if err := s.clock.validate(); err != nil {
		return err
	}
	for _, f := range s.faults {
		if err := f.Validate(); err != nil {
			return err
		}
	}
	gates := map[string]bool{}
	for _, f := range s.faults {
		if f.Hold != "" {
			gates[f.Hold] = true
		}
	}
	if len(s.faults) > s.bounds.Faults || len(gates) > s.bounds.Gates {
		return fmt.Errorf("%d faults with %d gates: want at most %d and %d in a world", len(s.faults), len(gates), s.bounds.Faults, s.bounds.Gates)
	}
	for _, r := range s.rates {
		if err := r.Validate(); err != nil {
			return err
		}
	}
	if s.journal.Entries < 0 || s.journal.Bytes < 0 {
		return fmt.Errorf("journal of %d entries and %d bytes: want 0 or more", s.journal.Entries, s.journal.Bytes)
	}
	return nil
}

// World returns the world with a name. Asking for it changes nothing: a world
// that no request and no call has changed is in no list and in no snapshot. The
// error wraps ErrWorldName if no world can have the name; see WorldName. It is a
// *BoundError if the server has Config.MaxWorlds already.
func (s *Server) World(name string) (*World, error) {
	if err := checkWorldName(name); err != nil {
		return nil, err
	}
	w, err := s.open(name)
	if err != nil {
		return nil, err
	}
	return w, nil
}

// open returns the world with a valid name, and creates it if needed. The default
// world does not count against Config.MaxWorlds.
func (s *Server) open(name string) (*World, *BoundError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.worlds[name]; w != nil {
		return w, nil
	}
	if full := s.roomForWorlds(name); full != nil {
		return nil, full
	}
	w := newWorld(s, name)
	s.worlds[name] = w
	return w, nil
}

// Peek returns the world with a name if it exists, as World does. Otherwise it
// returns a world in the initial state that the server does not keep: no request
// reaches it. The error wraps ErrWorldName if no world can have the name.
func (s *Server) Peek(name string) (*World, error) {
	if err := checkWorldName(name); err != nil {
		return nil, err
	}
	return s.peek(name), nil
}

// peek is Peek for a valid name.
func (s *Server) peek(name string) *World {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.worlds[name]; w != nil {
		return w
	}
	w := newWorld(s, name)
	w.detached = true
	return w
}

// WorldOfKey returns the name of the world of a management key. It returns false for
// any other token.
func (s *Server) WorldOfKey(key string) (name string, ok bool) {
	if name, ok = s.managementWorld(key, account.HashOf(key)); !ok {
		return "", false
	}
	return name, true
}

// Worlds returns every world that a request or a call has changed, by name.
func (s *Server) Worlds() []*World {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*World
	for _, name := range slices.Sorted(maps.Keys(s.worlds)) {
		w := s.worlds[name]
		w.mu.Lock()
		if w.used {
			list = append(list, w)
		}
		w.mu.Unlock()
	}
	return list
}

// ServeHTTP serves the API under each of its base paths, and the consent page at
// /auth. On a connection with deadlines, the body of a request must arrive within 30
// seconds, and is refused otherwise. A request that a fault holds waits as long as its
// client does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{match: mux.RouteMatch{Vars: noVariables}}
	s.router.Match(r, &c.match) // always: there is a handler for what is not found
	c.match.Handler.(routeHandler)(c, w, r)
}

// Transport returns an http.RoundTripper that calls the server without a socket. A
// fault that ends a connection gives the error that a client gets over TCP:
// connection reset for a reset, EOF for a hangup, and unexpected EOF while reading
// a truncated body.
func (s *Server) Transport() http.RoundTripper { return wire.Transport(s) }

// Client returns an HTTP client that uses Transport. Any host reaches the server.
func (s *Server) Client() *http.Client { return &http.Client{Transport: s.Transport()} }

// privateSuffixes end host names that do not exist on the public internet.
var privateSuffixes = []string{".localhost", ".local", ".internal", ".test"}

// AllowsHost reports whether the Host header of a request is an IP address, a name
// without a dot, a name under .localhost, .local, .internal or .test, or one of
// Config.AllowedHosts. Any other name may be one that a page on the internet has
// pointed at this machine (DNS rebinding).
func (s *Server) AllowsHost(host string) bool {
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
	return !strings.Contains(name, ".") || slices.Contains(s.allowedHosts, name) ||
		slices.ContainsFunc(privateSuffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}
