package mockserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/gate"
	"github.com/mockgates/mockgates/mockserver/internal/retrywait"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

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
	root       []byte // derived from the seed and the name; everything random is derived from it
	user       string // the account's user id
	workspace  string // the account's default workspace
	requests   int64  // that have arrived
	store      store
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
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, seed))
	mac.Write([]byte(w.name))
	w.root = mac.Sum(nil)
	id := derive(w.root, "account", 0)
	w.user = "user_" + hex.EncodeToString(id[:12])
	w.workspace = uuid(id[16:])
	w.requests = 0
	w.clock.set(ClockSetting{})
	w.clock.set(w.server.clock)
	w.store = newStore()
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

// derive returns 32 pseudorandom bytes that depend only on the root, the purpose
// and the count.
func derive(root []byte, purpose string, count int64) []byte {
	mac := hmac.New(sha256.New, root)
	mac.Write([]byte(purpose))
	mac.Write(binary.BigEndian.AppendUint64([]byte{0}, uint64(count)))
	return mac.Sum(nil)
}

// roll returns two pseudorandom numbers, uniform in [0, 1), that depend only on
// the root, the purpose and the count. It does not count as a draw of the store, so
// that a fault does not change the secrets that are minted after it.
func roll(root []byte, purpose string, count int64) (u, v float64) {
	b := derive(root, purpose, count)
	even := func(b []byte) float64 { return float64(binary.BigEndian.Uint64(b)>>11) / (1 << 53) }
	return even(b), even(b[8:])
}

// uuid formats 16 random bytes as a version 4 UUID (RFC 9562).
func uuid(b []byte) string {
	b = append([]byte(nil), b[:16]...)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Name returns the name of the world.
func (w *World) Name() string { return w.name }

// ManagementKey returns a management key of the world: the first of
// Config.ManagementKeys that opens it, or sk-mg-mgmt-NAME. It is "" if
// Config.StrictKeys leaves the world without one.
func (w *World) ManagementKey() string {
	if token := w.server.tokens[w.name]; token != "" {
		return token
	}
	if w.server.strict {
		return ""
	}
	return managementPrefix + w.name
}

// txn returns a transaction at the world's current time. The caller must hold w.mu
// while it uses the transaction.
func (w *World) txn() txn { return txn{store: &w.store, now: w.clock.now(), world: w} }

// Clock returns the setting of the world's clock, with its current time.
func (w *World) Clock() ClockSetting { return w.clock.setting() }

// SetClock sets the world's clock, forward or back. The zero setting is the
// machine's time. It refuses a time outside the years 1 to 9999, which RFC 3339
// cannot represent.
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
func (w *World) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.startOver(w.seed)
}

// ResetSeed is Reset with another seed.
func (w *World) ResetSeed(seed uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.startOver(seed)
}

// startOver removes the world's keys and codes from the index and begins again.
// The caller holds w.mu.
func (w *World) startOver(seed uint64) {
	w.server.index.forget(w)
	w.begin(seed)
	w.used = seed != w.server.seed // otherwise it is as it was when it was new
}

// ErrNoFault reports that no fault of the world has the given id.
var ErrNoFault = errors.New("no such fault")

// AddFault adds a fault after the existing ones and returns it with its id. It
// applies to every request that arrives after AddFault has returned. If it holds
// requests at a gate, the gate is shut.
func (w *World) AddFault(f fault.Fault) (fault.Status, error) {
	added, err := w.AddFaults(f)
	if err != nil {
		return fault.Status{}, err
	}
	return added[0], nil
}

// AddFaults is AddFault for several faults. If any of them is not valid, it adds
// none. The error is a *BoundError if the world would have more than
// Config.MaxFaults.
func (w *World) AddFaults(list ...fault.Fault) ([]fault.Status, error) {
	for _, f := range list {
		if err := f.Validate(); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.roomForFaults(list); err != nil {
		return nil, err
	}
	added := make([]fault.Status, 0, len(list))
	for _, f := range list {
		if f.Hold != "" {
			w.gates.Shut(f.Hold)
		}
		added = append(added, w.faults.Add(f))
		w.used = true
	}
	return added, nil
}

// Faults returns every fault of the world, including those that are used up, in
// the order in which they were added. The result is never nil.
func (w *World) Faults() []fault.Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults.All()
}

// RemoveFault removes a fault and returns it. Requests that it is holding stay held
// until their gate opens. The error wraps ErrNoFault if no fault has the id.
func (w *World) RemoveFault(id string) (fault.Status, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	removed, ok := w.faults.Remove(id)
	if !ok {
		return fault.Status{}, fmt.Errorf("fault %q: %w", id, ErrNoFault)
	}
	w.used = true
	return removed, nil
}

// RemoveFaults removes every fault and returns them.
func (w *World) RemoveFaults() []fault.Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	removed := w.faults.Clear()
	w.used = w.used || len(removed) > 0
	return removed
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
