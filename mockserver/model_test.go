package mockserver_test

import "time"

// A modelKey is a key in the model: what was sent, and what happened to it.
type modelKey struct {
	secret, hash string
	gone         bool
	expires      time.Time      // zero: never
	shown        map[string]any // as the API shows it, but for usage and limit_remaining
	spent        []modelSpend
}

type modelSpend struct {
	at        time.Time
	usd, byok float64
}

type modelCode struct {
	id, verifier, method string // no method: no challenge
	made                 time.Time
	used                 bool
	key                  map[string]any // what the exchanged key shows
	expires              time.Time
}

// A model is a simple model of an account.
type model struct {
	now   time.Time
	keys  []*modelKey // oldest first, deleted ones too
	codes []*modelCode
}

// same reports whether two times are in the same window of a reset.
var same = map[any]func(a, b time.Time) bool{
	nil:     func(_, _ time.Time) bool { return true },
	"daily": func(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) },
	"weekly": func(a, b time.Time) bool {
		y1, w1 := a.ISOWeek()
		y2, w2 := b.ISOWeek()
		return y1 == y2 && w1 == w2
	},
	"monthly": func(a, b time.Time) bool { return a.Format("2006-01") == b.Format("2006-01") },
}

func (k *modelKey) used(window any, now time.Time) (usd, byok float64) {
	for _, s := range k.spent {
		if same[window](s.at, now) {
			usd, byok = usd+s.usd, byok+s.byok
		}
	}
	return usd, byok
}

// data returns the key object that the API must show.
func (m *model) data(k *modelKey) map[string]any {
	d := map[string]any{"limit_remaining": nil}
	for name, v := range k.shown {
		d[name] = v
	}
	for suffix, window := range map[string]any{"": nil, "_daily": "daily", "_weekly": "weekly", "_monthly": "monthly"} {
		d["usage"+suffix], d["byok_usage"+suffix] = k.used(window, m.now)
	}
	if limit, ok := d["limit"].(float64); ok {
		usd, byok := k.used(d["limit_reset"], m.now)
		if d["include_byok_in_limit"] == true {
			usd += byok
		}
		d["limit_remaining"] = limit - usd
	}
	return d
}

// opens returns the status that a key gets from an operation that accepts any valid
// key.
func (m *model) opens(k *modelKey) int {
	if k.gone || k.shown["disabled"] == true || !k.expires.IsZero() && !m.now.Before(k.expires) {
		return 401
	}
	return 200
}

// exchange returns the status of an exchange of c.
func (m *model) exchange(c *modelCode, verifier, method string) int {
	switch {
	case c.used:
		return 400
	case m.now.Sub(c.made) >= 10*time.Minute:
		return 403
	case c.method == "":
		return 200
	case method != c.method && (method != "" || c.method != "plain"):
		return 400
	case verifier != c.verifier:
		return 403
	}
	return 200
}
