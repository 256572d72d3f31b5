package mockserver

import (
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/gate"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/internal/random"
	"github.com/mockgates/mockgates/mockserver/internal/retrywait"
	"github.com/mockgates/mockgates/mockserver/internal/token"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// DefaultWorld is the world of a request that does not name another.
const DefaultWorld = "default"

// ErrWorldName reports that a name is not a valid name of a world.
var ErrWorldName = errors.New("not a valid world name; want 1 to 128 of A-Z a-z 0-9 - . _ ~ + /")

// checkWorldName returns an error that wraps ErrWorldName unless name is valid.
func checkWorldName(name string) error {
	if !token.IsWorldName(name) {
		return fmt.Errorf("%s is %w", form.Quote(name), ErrWorldName)
	}
	return nil
}

// WorldName returns a valid name of a world for any text, such as the name of a
// test. Different texts give different names. A text that is a valid name is
// returned unchanged. Any other has its invalid characters replaced, is cut to 90
// characters, and gets a hash of the text appended.
func WorldName(text string) string { return token.WorldName(text) }

// A World is one account of the fake: its keys and codes, its clock, its seed,
// its faults and its journal. One management key opens one world, and no world
// can see another.
//
// A World stays the same through Reset and Restore. Its methods may be called at
// any time, from any goroutine.
type World struct {
	server *Server
	name   string
	clock  clock // read without mu, changed with it

	detached bool // the server does not keep it; see Server.Peek

	mu         sync.Mutex // guards all below
	used       bool       // a request or a call has changed the world since it was new
	seed       uint64
	view       operation.World // what the operations see, derived from the seed and the name
	requests   int64           // that have arrived
	store      account.Store
	faults     fault.Set
	limits     ratelimit.Set
	gates      *gate.Set
	journal    journal
	waits      retrywait.Set
	violations int64 // number since they were cleared; a reset does not change it
	age        int64 // number of resets and restores, plus 1
}

// newWorld returns a world in the initial state that the server's Config describes.
func newWorld(s *Server, name string) *World {
	w := &World{server: s, name: name}
	w.begin(s.seed)
	return w
}

// begin puts the world into its initial state with a seed. The caller holds w.mu,
// or owns a world that is not yet shared.
func (w *World) begin(seed uint64) {
	w.seed = seed
	source := random.New(seed, w.name)
	id := source.Bytes("account", 0)
	w.view = operation.World{
		Name: w.name, User: "user_" + hex.EncodeToString(id[:12]), Workspace: random.UUID(id[16:]), Random: source,
		Prefix: w.server.prefix, MaxCodes: w.server.bounds.Codes, Settings: w.server.settings, Index: indexed{w},
	}
	w.requests = 0
	w.clock.set(ClockSetting{})
	w.clock.set(w.server.clock)
	w.store = account.NewStore()
	w.faults = fault.Set{}
	if w.gates != nil {
		w.gates.End()
	}
	w.gates = gate.NewSet()
	for _, f := range w.server.faults {
		w.faults.Add(f)
		if f.Hold != "" {
			w.gates.Shut(f.Hold)
		}
	}
	w.limits = ratelimit.NewSet(w.server.rates)
	w.journal.reset(w.server.journal)
	w.waits = retrywait.Set{}
	w.age++
}

// Name returns the name of the world.
func (w *World) Name() string { return w.name }

// ManagementKey returns a management key of the world: the first of
// Config.ManagementKeys that opens it, or sk-mg-mgmt-NAME. It is "" if
// Config.StrictKeys leaves the world without one.
func (w *World) ManagementKey() string {
	if configured := w.server.tokens[w.name]; configured != "" {
		return configured
	}
	if w.server.strict {
		return ""
	}
	return token.ManagementPrefix + w.name
}

// txn returns a transaction at the world's current time. The caller must hold w.mu
// while it uses the transaction.
func (w *World) txn() operation.Txn {
	return operation.Txn{Store: &w.store, Now: w.clock.now(), World: &w.view}
}

// An indexed world enters its keys and codes into the index of its server.
type indexed struct{ w *World }

func (x indexed) PutKey(h account.Hash)     { x.w.server.index.PutKey(h, x.w) }
func (x indexed) PutCode(h account.Hash)    { x.w.server.index.PutCode(h, x.w) }
func (x indexed) RemoveCode(h account.Hash) { x.w.server.index.RemoveCode(h) }

func (x indexed) OtherHasKey(h account.Hash) bool {
	w := x.w.server.index.Key(h)
	return w != nil && w != x.w
}

func (x indexed) OtherHasCode(h account.Hash) bool {
	w := x.w.server.index.Code(h)
	return w != nil && w != x.w
}

// Clock returns the setting of the world's clock, with its current time.
func (w *World) Clock() ClockSetting { return w.clock.setting() }

// SetClock sets the world's clock, forward or back. The zero setting is the
// machine's time. It refuses a time outside the years 1 to 9999, which RFC 3339
// cannot represent.
//
// Setting the clock back undoes nothing. The world keeps no more than it needs while time goes
// forward, so what has ended by the old time may be gone: an authorization code that
// has expired stays expired once a newer code was created, and a window of a rate
// limit that has ended may be forgotten. All else follows the new time: a key whose
// expires_at is in the future again is valid again. To return to an earlier state,
// use Restore.
func (w *World) SetClock(to ClockSetting) error {
	if err := to.validate(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock.set(to)
	w.used = true
	return nil
}

// Advance moves the world's clock forward, whether it is running or frozen, and
// returns the new time. It refuses to go back, or beyond the year 9999.
func (w *World) Advance(by time.Duration) (ClockSetting, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.clock.advance(by)
	w.used = w.used || err == nil
	return w.clock.setting(), err
}

// AdvanceTo moves the world's clock forward to NextDay, NextWeek or NextMonth, and
// returns the new time.
func (w *World) AdvanceTo(moment string) (ClockSetting, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	by, err := w.clock.until(moment)
	if err == nil {
		err = w.clock.advance(by)
	}
	w.used = w.used || err == nil
	return w.clock.setting(), err
}

// Reset returns the world to its initial state and keeps its seed: no keys, no
// codes, an empty journal, and the clock, faults and limits of the server's
// Config. Requests in progress end without a response.
func (w *World) Reset() { w.startOver(nil) }

// ResetSeed is Reset with another seed.
func (w *World) ResetSeed(seed uint64) { w.startOver(&seed) }

// startOver begins again, with the seed that the world has if seed is nil, and then
// takes the old keys and codes out of the index.
func (w *World) startOver(seed *uint64) {
	w.server.restoring.Lock()
	defer w.server.restoring.Unlock()
	old := w.beginAgain(seed).State()
	w.release(&old)
}

// beginAgain puts the world into its initial state and returns its old store.
func (w *World) beginAgain(seed *uint64) *account.Store {
	w.mu.Lock()
	defer w.mu.Unlock()
	old := w.store
	if seed == nil {
		seed = &w.seed
	}
	w.begin(*seed)
	w.used = w.seed != w.server.seed // otherwise it is as it was when it was new
	return &old
}

// SetRateLimits replaces the world's rate limits and resets their counts.
func (w *World) SetRateLimits(limits []ratelimit.Limit) error {
	for _, r := range limits {
		if err := r.Validate(); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits = ratelimit.NewSet(limits)
	w.used = true
	return nil
}

// RateLimits returns the world's rate limits in the order in which they were set.
// The result is never nil.
func (w *World) RateLimits() []ratelimit.Limit {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.limits.Limits()
}
