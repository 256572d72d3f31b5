package snapshot

import (
	"fmt"
	"strconv"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/token"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// Bounds are the bounds of a server and its worlds.
type Bounds struct {
	Worlds    int    // in a server
	Uncounted string // name of the world that does not count against Worlds
	Faults    int    // in a world, as the bounds below
	Gates     int
	Codes     int
}

// A check validates a state. It keeps the first problem.
type check struct {
	most Bounds
	seen *account.Seen
	err  *strictjson.Error
}

// that records a problem with the value at a pointer, unless ok.
func (c *check) that(ok bool, pointer, format string, args ...any) {
	if !ok && c.err == nil {
		c.err = &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: pointer, Message: fmt.Sprintf(format, args...)}
	}
}

// Validate returns the first problem of the state, or nil.
func (s State) Validate(most Bounds) error {
	c := &check{most: most, seen: account.NewSeen()}
	c.that(s.Version == Version, "/version", "is %d; want %d", s.Version, Version)
	c.that(s.Worlds != nil, "", "has no worlds; want an array of them")
	names := map[string]bool{}
	for i := range s.Worlds {
		name, at := s.Worlds[i].Name, "/worlds/"+strconv.Itoa(i)
		c.that(token.IsWorldName(name), at+"/name", "%s is not a valid world name; want %s", form.Quote(name), token.WorldNames)
		c.that(!names[name], at+"/name", "%s appears twice", form.Quote(name))
		names[name] = true
		c.world(at, &s.Worlds[i])
	}
	delete(names, most.Uncounted)
	c.atMost(len(names), most.Worlds, "/worlds", "max-worlds")
	if c.err != nil {
		return c.err
	}
	return nil
}

func (c *check) world(at string, w *World) {
	c.count(at+"/requests", w.Requests)
	c.atMost(len(w.Codes), c.most.Codes, at+"/codes", "max-codes")
	c.atMost(len(w.Faults.List), c.most.Faults, at+"/faults/list", "max-faults")
	c.atMost(len(w.Gates), c.most.Gates, at+"/gates", "max-gates")
	c.clock(at+"/clock", w.Clock)
	if err := w.State.Validate(c.seen); err != nil {
		c.that(false, at+err.Pointer, "%s", err.Message)
	}
	c.faults(at+"/faults", w.Faults)
	for i, l := range w.Limits {
		c.limit(at+"/limits/"+strconv.Itoa(i), l)
	}
	gates := map[string]bool{}
	for i, g := range w.Gates {
		pointer := at + "/gates/" + strconv.Itoa(i) + "/name"
		err := fault.ValidateGate(g.Name)
		c.that(err == nil, pointer, "%v", err)
		c.that(!gates[g.Name], pointer, "%s appears twice", form.Quote(g.Name))
		gates[g.Name] = true
	}
}

// atMost checks the length of a list against a bound of the server.
func (c *check) atMost(n, most int, pointer, bound string) {
	c.that(n <= most, pointer, "has %d items; want at most %d (%s)", n, most, bound)
}

// count checks a counter.
func (c *check) count(at string, n int64) {
	c.that(n >= 0 && n <= apispec.MaxCount, at, "is %d; want 0 to %d", n, apispec.MaxCount)
}

func (c *check) clock(at string, k Clock) {
	c.moment(at+"/at", k.At)
	c.moment(at+"/since", k.Since)
	c.that(!k.Frozen || !k.At.IsZero(), at, "is frozen without a time; want the member at")
	c.that(!k.Frozen || k.Since.IsZero(), at+"/since", "must be left out of a frozen clock")
	c.that(k.Frozen || k.At.IsZero() == k.Since.IsZero(), at, "has only one of at and since; want both or neither")
}

// moment checks that RFC 3339 can represent the time in UTC.
func (c *check) moment(at string, t time.Time) {
	y := t.UTC().Year()
	c.that(apispec.InYears(t), at, "is in the year %d; want %d to %d", y, apispec.FirstYear, apispec.LastYear)
}

func (c *check) faults(at string, f Faults) {
	c.count(at+"/last_id", int64(f.LastID))
	ids := map[string]bool{}
	for i, a := range f.List {
		pointer := at + "/list/" + strconv.Itoa(i)
		if err := a.Validate(); err != nil {
			c.that(false, pointer, "is not a valid fault: %v", err)
		}
		n, err := strconv.Atoi(a.ID[min(1, len(a.ID)):])
		c.that(err == nil && a.ID == fmt.Sprintf("f%d", n) && n >= 1 && n <= f.LastID, pointer+"/id", "is %s; want f1 to f%d", form.Quote(a.ID), f.LastID)
		c.that(!ids[a.ID], pointer+"/id", "%s appears twice", form.Quote(a.ID))
		ids[a.ID] = true
		c.count(pointer+"/matched", int64(a.Matched))
		c.that(0 <= a.Fired && a.Fired <= a.Matched, pointer+"/fired", "is %d; want 0 to matched, %d", a.Fired, a.Matched)
		remaining := -1
		if a.Times > 0 {
			remaining = a.Times - a.Fired
		}
		c.that(a.Remaining == remaining && remaining >= -1, pointer+"/remaining", "is %d; want %d", a.Remaining, remaining)
	}
}

func (c *check) limit(at string, l ratelimit.State) {
	if err := l.Limit.Validate(); err != nil {
		c.that(false, at+"/limit", "is not a valid rate limit: %v", err)
	}
	callers := map[string]bool{}
	for i, w := range l.Windows {
		pointer := at + "/windows/" + strconv.Itoa(i)
		_, hashed := account.ParseHash(w.Caller)
		c.that(w.Caller == "" || hashed, pointer+"/caller", "%s is not a hash; want 64 lower-case hex digits", form.Quote(w.Caller))
		c.that(!callers[w.Caller], pointer+"/caller", "%s appears twice", form.Quote(w.Caller))
		callers[w.Caller] = true
		c.that(w.Used >= 0 && w.Used <= l.Limit.Requests, pointer+"/used", "is %d; want 0 to %d", w.Used, l.Limit.Requests)
		c.moment(pointer+"/ends", w.Ends)
	}
}
