package mockserver

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// codeID matches the ids of authorization codes.
var codeID = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)

// A stateCheck validates a state. It keeps the first problem.
type stateCheck struct {
	most  bounds
	err   *strictjson.Error
	keys  map[string]bool // hashes in all worlds
	codes map[string]bool // ids in all worlds
}

// that records a problem with the value at a pointer, unless ok.
func (c *stateCheck) that(ok bool, pointer, format string, args ...any) {
	if !ok && c.err == nil {
		c.err = &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: pointer, Message: fmt.Sprintf(format, args...)}
	}
}

// validate returns the first problem of the state, or nil.
func (s serverState) validate(most bounds) error {
	c := &stateCheck{most: most, keys: map[string]bool{}, codes: map[string]bool{}}
	c.that(s.Version == stateVersion, "/version", "is %d; want %d", s.Version, stateVersion)
	c.that(s.Worlds != nil, "", "has no worlds; want an array of them")
	names := map[string]bool{}
	for i, w := range s.Worlds {
		at := "/worlds/" + strconv.Itoa(i)
		c.that(worldName.MatchString(w.Name), at+"/name", "%s is %v", form.Quote(w.Name), ErrWorldName)
		c.that(!names[w.Name], at+"/name", "%s appears twice", form.Quote(w.Name))
		names[w.Name] = true
		c.world(at, w)
	}
	delete(names, DefaultWorld)
	c.atMost(len(names), most.worlds, "/worlds", "max-worlds")
	if c.err != nil {
		return c.err
	}
	return nil
}

func (c *stateCheck) world(at string, w worldState) {
	c.count(at+"/requests", w.Requests)
	c.count(at+"/draws", w.Draws)
	c.count(at+"/created", w.Created)
	c.that(w.Created >= int64(len(w.Keys)), at+"/created", "is %d; want at least the number of keys, %d", w.Created, len(w.Keys))
	c.atMost(len(w.Codes), c.most.codes, at+"/codes", "max-codes")
	c.atMost(len(w.Faults.List), c.most.faults, at+"/faults/list", "max-faults")
	c.atMost(len(w.Gates), c.most.gates, at+"/gates", "max-gates")
	c.clock(at+"/clock", w.Clock)
	for i, k := range w.Keys {
		c.key(at+"/keys/"+strconv.Itoa(i), k)
	}
	for i, hash := range w.Deleted {
		pointer := at + "/deleted/" + strconv.Itoa(i)
		c.hash(pointer, hash)
	}
	numbers := map[int]bool{}
	for _, origin := range slices.Sorted(maps.Keys(w.Apps)) {
		n, pointer := w.Apps[origin], at+"/apps/"+strictjson.EscapePointer(origin)
		c.that(originOf(origin) == origin, pointer, "is not a valid origin of a callback; want one such as https://app.example")
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
		err := fault.ValidateGate(g.Name)
		c.that(err == nil, pointer, "%v", err)
		c.that(!gates[g.Name], pointer, "%s appears twice", form.Quote(g.Name))
		gates[g.Name] = true
	}
}

// atMost checks the length of a list against a bound of the server.
func (c *stateCheck) atMost(n, most int, pointer, bound string) {
	c.that(n <= most, pointer, "has %d items; want at most %d (%s)", n, most, bound)
}

// count checks a counter.
func (c *stateCheck) count(at string, n int64) {
	c.that(n >= 0 && n <= apispec.MaxCount, at, "is %d; want 0 to %d", n, apispec.MaxCount)
}

func (c *stateCheck) clock(at string, k clockState) {
	c.moment(at+"/at", k.At)
	c.moment(at+"/since", k.Since)
	c.that(!k.Frozen || !k.At.IsZero(), at, "is frozen without a time; want the member at")
	c.that(!k.Frozen || k.Since.IsZero(), at+"/since", "must be left out of a frozen clock")
	c.that(k.Frozen || k.At.IsZero() == k.Since.IsZero(), at, "has only one of at and since; want both or neither")
}

// moment checks that RFC 3339 can represent the time in UTC.
func (c *stateCheck) moment(at string, t time.Time) {
	y := t.UTC().Year()
	c.that(y >= apispec.FirstYear && y <= apispec.LastYear, at, "is in the year %d; want %d to %d", y, apispec.FirstYear, apispec.LastYear)
}

// hash checks the hash of a key, which must be unique across all worlds.
func (c *stateCheck) hash(at, hash string) {
	c.that(isHash(hash), at, "%s is not a hash; want 64 lower-case hex digits", form.Quote(hash))
	c.that(!c.keys[hash], at, "%s appears twice", form.Quote(hash))
	c.keys[hash] = true
}

func (c *stateCheck) key(at string, k Key) {
	c.hash(at+"/hash", k.Hash)
	c.that(k.Label != "", at+"/label", "is empty")
	c.that(apispec.IsUUID(k.Workspace), at+"/workspace_id", "%s is not a UUID", form.Quote(k.Workspace))
	c.that(k.Creator == nil || *k.Creator != "", at+"/creator_user_id", "is empty; want null or a user")
	c.reset(at+"/limit_reset", k.LimitReset)
	c.moment(at+"/created_at", k.Created)
	c.moment(at+"/updated_at", k.Updated)
	c.expiry(at+"/expires_at", k.ExpiresAt)
	for i, s := range k.Spent {
		day := at + "/spent/" + strconv.Itoa(i)
		c.that(i == 0 || k.Spent[i-1].Day < s.Day, day+"/day", "is %d; want each day once, oldest first", s.Day)
		c.that(isSpending(s.USD), day+"/usd", "is %v; want an amount in USD, 0 to %v", s.USD, float64(maxSpend))
		c.that(isSpending(s.BYOK), day+"/byok", "is %v; want an amount in USD, 0 to %v", s.BYOK, float64(maxSpend))
	}
}

func (c *stateCheck) reset(at, reset string) {
	known := []string{"daily", "weekly", "monthly"}
	c.that(reset == "" || slices.Contains(known, reset), at, "%s is not known%s", form.Quote(reset), suggest.Hint(reset, known))
}

func (c *stateCheck) expiry(at, expires string) {
	_, err := apispec.ParseTime(expires)
	c.that(expires == "" || err == nil, at, "%s is not an RFC 3339 time such as 2029-11-30T23:59:59Z", form.Quote(expires))
}

func (c *stateCheck) code(at string, code authCode, apps map[string]int) {
	c.that(codeID.MatchString(code.ID), at+"/id", "%s is not a valid id of a code; want 16 to 128 of A-Z a-z 0-9 _ -", form.Quote(code.ID))
	c.that(!c.codes[code.ID], at+"/id", "%s appears twice", form.Quote(code.ID))
	c.codes[code.ID] = true
	origin := originOf(code.Callback)
	c.that(origin != "", at+"/callback_url", "%s is not an https URL on port 443 or 3000", form.Quote(code.Callback))
	c.that(code.App >= 1 && apps[origin] == code.App, at+"/app_id", "is %d; want the number of %s in apps, %d", code.App, form.Quote(origin), apps[origin])
	methods := []string{"S256", "plain"}
	c.that(code.Method == "" || slices.Contains(methods, code.Method), at+"/code_challenge_method", "%s is not known%s", form.Quote(code.Method), suggest.Hint(code.Method, methods))
	c.that(code.Challenge == "" || code.Method != "", at, "has a challenge without a method")
	c.reset(at+"/usage_limit_type", code.LimitReset)
	c.expiry(at+"/expires_at", code.ExpiresAt)
	c.moment(at+"/created_at", code.Created)
}

func (c *stateCheck) faults(at string, f faultState) {
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

func (c *stateCheck) limit(at string, l ratelimit.State) {
	if err := l.Limit.Validate(); err != nil {
		c.that(false, at+"/limit", "is not a valid rate limit: %v", err)
	}
	callers := map[string]bool{}
	for i, w := range l.Windows {
		pointer := at + "/windows/" + strconv.Itoa(i)
		c.that(w.Caller == "" || isHash(w.Caller), pointer+"/caller", "%s is not a hash; want 64 lower-case hex digits", form.Quote(w.Caller))
		c.that(!callers[w.Caller], pointer+"/caller", "%s appears twice", form.Quote(w.Caller))
		callers[w.Caller] = true
		c.that(w.Used >= 0 && w.Used <= l.Limit.Requests, pointer+"/used", "is %d; want 0 to %d", w.Used, l.Limit.Requests)
		c.moment(pointer+"/ends", w.Ends)
	}
}

// originOf returns the origin of a callback URL, or "" if the URL is not valid.
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
