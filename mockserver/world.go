package mockserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// DefaultWorld is the world of a request that names no other.
const DefaultWorld = "default"

// A World is one account of the fake: its keys and codes, its clock, its seed,
// its faults and its journal. One management key opens one world, and no world
// can see another.
//
// All methods may be called at any time, from any goroutine.
type World struct {
	server    *Server
	name      string
	user      string // the account's user id
	workspace string // the account's default workspace

	mu       sync.Mutex // guards all below
	seed     uint64
	root     []byte // what everything random is derived from: the seed and the name
	requests int64  // that have arrived
	clock    clock
	store    store
	faults   faults
	limits   []*rateLimit
	gates    gates
	journal  journal
	patience patience
	age      int64 // counts the times that the world started over
}

// newWorld opens a world as the server's Config says every world begins.
func newWorld(s *Server, name string) *World {
	w := &World{server: s, name: name}
	w.beginLocked(s.seed)
	return w
}

// beginLocked starts the world over with a seed. w.mu must be held, or w not
// yet be shared.
func (w *World) beginLocked(seed uint64) {
	w.seed = seed
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, seed))
	mac.Write([]byte(w.name))
	w.root = mac.Sum(nil)
	id := w.derive("account", 0)
	w.user = "user_" + hex.EncodeToString(id[:12])
	w.workspace = uuid(id[16:])
	w.requests = 0
	w.clock = clock{}
	if s := w.server.clock; s != (ClockSetting{}) {
		w.clock.set(s)
	}
	w.store = newStore()
	w.faults.reset(w.server.faults)
	w.limits = newRateLimits(w.server.rates)
	w.gates.reset(w.server.faults)
	w.journal.reset(w.server.journal)
	w.patience = patience{}
	w.age++
}

// derive returns 32 bytes that depend on the world's seed and name, the
// purpose and the count, and on nothing else.
func (w *World) derive(purpose string, count int64) []byte {
	mac := hmac.New(sha256.New, w.root)
	mac.Write([]byte(purpose))
	mac.Write(binary.BigEndian.AppendUint64([]byte{0}, uint64(count)))
	return mac.Sum(nil)
}

// roll is two even draws from [0, 1) that depend on the world's seed, the
// purpose and the count. It leaves the store's count of draws alone, so that a
// fault does not change the secrets that come after it.
func (w *World) roll(purpose string, count int64) (u, v float64) {
	b := w.derive(purpose, count)
	even := func(b []byte) float64 { return float64(binary.BigEndian.Uint64(b)>>11) / (1 << 53) }
	return even(b), even(b[8:])
}

// uuid writes 16 random bytes as a version 4 UUID (RFC 9562).
func uuid(b []byte) string {
	b = append([]byte(nil), b[:16]...)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// choice is the setting of an open question.
func (w *World) choice(rule string) string { return w.server.choices[rule] }

// Name is the name of the world.
func (w *World) Name() string { return w.name }

// txnLocked lends the store to one request, or to one call of the control API.
// w.mu must be held until the transaction is done with.
func (w *World) txnLocked() txn { return txn{store: &w.store, now: w.clock.now(), world: w} }

// Clock says what time it is in the world.
func (w *World) Clock() ClockSetting {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock.setting()
}

// SetClock sets the world's clock, also back; the zero setting is the machine's
// time. It refuses a time outside of the years 1 to 9999, which RFC 3339 cannot
// write.
func (w *World) SetClock(to ClockSetting) error {
	if err := to.validate(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock.set(to)
	return nil
}

// Advance moves the world's clock forward, running or frozen. It refuses to go
// back.
func (w *World) Advance(by time.Duration) (ClockSetting, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.clock.advance(by)
	return w.clock.setting(), err
}

// AdvanceTo moves the world's clock forward to NextDay, NextWeek or NextMonth.
func (w *World) AdvanceTo(moment string) (ClockSetting, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	by, err := w.clock.until(moment)
	if err == nil {
		err = w.clock.advance(by)
	}
	return w.clock.setting(), err
}

// Reset starts the world over: no keys, no codes, an empty journal, and the
// clock, faults and limits that the server's Config gives every world. A nil
// seed keeps the one it has.
func (w *World) Reset(seed *uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	to := w.seed
	if seed != nil {
		to = *seed
	}
	w.server.index.forget(w)
	w.beginLocked(to)
}
