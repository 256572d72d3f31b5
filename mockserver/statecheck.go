package mockserver

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// codeID says what can be the id of an authorization code.
var codeID = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)

// DecodeState reads a State from JSON, strictly, and refuses one that no
// snapshot could be. Its errors name the line and the column, both from 1, and
// the JSON pointer.
func DecodeState(data []byte) (State, error) {
	var state State
	err := strictUnmarshal(data, &state)
	if err == nil {
		err = state.validate()
	}
	if err == nil {
		return state, nil
	}
	if e, ok := err.(*decodeError); ok && e.line == 0 && wellFormed(data) == nil {
		e.line, e.column = locate(data, e.pointer)
	}
	return State{}, fmt.Errorf("state: %w", err)
}

// A stateCheck gathers what keeps a state from being a snapshot. It stops at
// the first problem.
type stateCheck struct {
	err   *decodeError
	keys  map[string]bool // hashes in all worlds
	codes map[string]bool // ids in all worlds
}

// that notes a problem of the value at a pointer, unless ok.
func (c *stateCheck) that(ok bool, pointer, format string, args ...any) {
	if !ok && c.err == nil {
		c.err = &decodeError{pointer: pointer, message: fmt.Sprintf(format, args...)}
	}
}

// validate returns the first thing that keeps the state from being a snapshot.
func (s State) validate() error {
	c := &stateCheck{keys: map[string]bool{}, codes: map[string]bool{}}
	c.that(s.Version == StateVersion, "/version", "is %d; want %d", s.Version, StateVersion)
	c.that(s.Worlds != nil, "", "has no worlds; want an array of them")
	names := map[string]bool{}
	for i, w := range s.Worlds {
		at := "/worlds/" + strconv.Itoa(i)
		c.that(worldName.MatchString(w.Name), at+"/name", "%s is no name of a world; want 1 to 64 of a-z 0-9 -", quote(w.Name))
		c.that(!names[w.Name], at+"/name", "%s comes twice", quote(w.Name))
		names[w.Name] = true
		c.world(at, w)
	}
	if c.err != nil {
		return c.err
	}
	return nil
}

func (c *stateCheck) world(at string, w WorldState) {
	c.that(w.Requests >= 0, at+"/requests", "is %d; want 0 or more", w.Requests)
	c.that(w.Draws >= 0, at+"/draws", "is %d; want 0 or more", w.Draws)
	c.that(w.Created >= int64(len(w.Keys)), at+"/created", "is %d; want at least the number of keys, %d", w.Created, len(w.Keys))
	c.clock(at+"/clock", w.Clock)
	for i, k := range w.Keys {
		c.key(at+"/keys/"+strconv.Itoa(i), k)
	}
	for i, hash := range w.Dropped {
		pointer := at + "/dropped/" + strconv.Itoa(i)
		c.hash(pointer, hash)
	}
	numbers := map[int]bool{}
	for _, origin := range slices.Sorted(maps.Keys(w.Apps)) {
		n, pointer := w.Apps[origin], at+"/apps/"+escapePointer(origin)
		c.that(originOf(origin) == origin, pointer, "is no origin of a callback")
		c.that(n >= 1 && n <= len(w.Apps) && !numbers[n], pointer, "is %d; want each of 1 to %d once", n, len(w.Apps))
		numbers[n] = true
	}
	for i, code := range w.Codes {
		c.code(at+"/codes/"+strconv.Itoa(i), code, w.Apps)
	}
	c.faults(at+"/faults", w.Faults)
	for i, l := range w.Limits {
		c.limit(at+"/limits/"+strconv.Itoa(i), l)
	}
	gates := map[string]bool{}
	for i, g := range w.Gates {
		pointer := at + "/gates/" + strconv.Itoa(i) + "/name"
		c.that(worldName.MatchString(g.Name), pointer, "%s is no name of a gate; want 1 to 64 of a-z 0-9 -", quote(g.Name))
		c.that(!gates[g.Name], pointer, "%s comes twice", quote(g.Name))
		gates[g.Name] = true
	}
}

func (c *stateCheck) clock(at string, k ClockState) {
	c.moment(at+"/at", k.At)
	c.moment(at+"/since", k.Since)
	c.that(!k.Frozen || !k.At.IsZero(), at, "is frozen; want at, the time that it stands at")
	c.that(!k.Frozen || k.Since.IsZero(), at+"/since", "is there though the clock is frozen")
	c.that(k.Frozen || k.At.IsZero() == k.Since.IsZero(), at, "has one of at and since; want both or none")
}

// moment refuses a time that RFC 3339 cannot write in UTC.
func (c *stateCheck) moment(at string, t time.Time) {
	y := t.UTC().Year()
	c.that(y >= firstYear && y <= lastYear, at, "is in the year %d; want %d to %d", y, firstYear, lastYear)
}

// hash notes the hash of a key, which must be the only one in all worlds.
func (c *stateCheck) hash(at, hash string) {
	c.that(isHash(hash), at, "%s is no hash; want 64 lower-case hex digits", quote(hash))
	c.that(!c.keys[hash], at, "%s comes twice", quote(hash))
	c.keys[hash] = true
}

func (c *stateCheck) key(at string, k Key) {
	c.hash(at+"/hash", k.Hash)
	c.that(k.Label != "", at+"/label", "is empty")
	c.that(isUUID(k.Workspace), at+"/workspace_id", "%s is no UUID", quote(k.Workspace))
	c.that(k.Creator == nil || *k.Creator != "", at+"/creator_user_id", "is empty; want null or a user")
	c.reset(at+"/limit_reset", k.LimitReset)
	c.moment(at+"/created_at", k.Created)
	c.moment(at+"/updated_at", k.Updated)
	c.expiry(at+"/expires_at", k.ExpiresAt)
	for i, s := range k.Spent {
		day := at + "/spent/" + strconv.Itoa(i)
		c.that(i == 0 || k.Spent[i-1].Day < s.Day, day+"/day", "is %d; want each day once, oldest first", s.Day)
		c.that(isAmount(s.USD), day+"/usd", "is %v; want an amount in USD, 0 or more", s.USD)
		c.that(isAmount(s.BYOK), day+"/byok", "is %v; want an amount in USD, 0 or more", s.BYOK)
	}
}

func (c *stateCheck) reset(at, reset string) {
	known := []string{"daily", "weekly", "monthly"}
	c.that(reset == "" || slices.Contains(known, reset), at, "%s is not known%s", quote(reset), didYouMean(reset, known))
}

func (c *stateCheck) expiry(at, expires string) {
	_, err := parseTime(expires)
	c.that(expires == "" || err == nil, at, "%s is no RFC 3339 time such as 2029-11-30T23:59:59Z", quote(expires))
}

func (c *stateCheck) code(at string, code AuthCode, apps map[string]int) {
	c.that(codeID.MatchString(code.ID), at+"/id", "%s is no id of a code; want 16 to 128 of A-Z a-z 0-9 _ -", quote(code.ID))
	c.that(!c.codes[code.ID], at+"/id", "%s comes twice", quote(code.ID))
	c.codes[code.ID] = true
	origin := originOf(code.Callback)
	c.that(origin != "", at+"/callback_url", "%s is no https URL on port 443 or 3000", quote(code.Callback))
	c.that(code.App >= 1 && apps[origin] == code.App, at+"/app_id", "is %d; want the number of %s in apps, %d", code.App, quote(origin), apps[origin])
	methods := []string{"S256", "plain"}
	c.that(code.Method == "" || slices.Contains(methods, code.Method), at+"/code_challenge_method", "%s is not known%s", quote(code.Method), didYouMean(code.Method, methods))
	c.that(code.Challenge == "" || code.Method != "", at, "has a challenge without a method")
	c.reset(at+"/usage_limit_type", code.LimitReset)
	c.expiry(at+"/expires_at", code.ExpiresAt)
	c.moment(at+"/created_at", code.Created)
}

func (c *stateCheck) faults(at string, f FaultState) {
	ids := map[string]bool{}
	for i, a := range f.List {
		pointer := at + "/list/" + strconv.Itoa(i)
		if err := a.validate(); err != nil {
			c.that(false, pointer, "is no fault: %v", err)
		}
		n, err := strconv.Atoi(a.ID[min(1, len(a.ID)):])
		c.that(err == nil && a.ID == fmt.Sprintf("f%d", n) && n >= 1 && n <= f.Given, pointer+"/id", "is %s; want f1 to f%d", quote(a.ID), f.Given)
		c.that(!ids[a.ID], pointer+"/id", "%s comes twice", quote(a.ID))
		ids[a.ID] = true
		c.that(0 <= a.Fired && a.Fired <= a.Seen, pointer+"/fired", "is %d of %d seen", a.Fired, a.Seen)
		left := -1
		if a.Times > 0 {
			left = a.Times - a.Fired
		}
		c.that(a.Left == left && left >= -1, pointer+"/left", "is %d; want %d", a.Left, left)
	}
}

func (c *stateCheck) limit(at string, l LimitState) {
	if err := l.Limit.validate(); err != nil {
		c.that(false, at+"/limit", "is no rate limit: %v", err)
	}
	callers := map[string]bool{}
	for i, w := range l.Windows {
		pointer := at + "/windows/" + strconv.Itoa(i)
		c.that(w.Caller == "" || isHash(w.Caller), pointer+"/caller", "%s is no hash; want 64 lower-case hex digits", quote(w.Caller))
		c.that(!callers[w.Caller], pointer+"/caller", "%s comes twice", quote(w.Caller))
		callers[w.Caller] = true
		c.that(w.Used >= 0 && w.Used <= l.Limit.Requests, pointer+"/used", "is %d; want 0 to %d", w.Used, l.Limit.Requests)
		c.moment(pointer+"/ends", w.Ends)
	}
}

// originOf is the origin of a callback URL, "" if it can be none.
func originOf(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	origin, problem := callbackOrigin(u, true)
	if problem != "" {
		return ""
	}
	return origin
}
