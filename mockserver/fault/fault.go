package fault

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Fault is one failure to inject. It lets the first Skip requests that match it
// pass, acts on the next Times, and is then used up. It has the same members in a
// flag, a file, the control API, a scenario and Go.
//
// Faults apply to requests whose credential was accepted and whose body was read
// to its end. Every Fault that matches such a request counts it; only the first
// that is due acts on it. Phase says when it acts:
//
//   - Before: Status, or an Effect of reset, hangup or stall, replaces the
//     operation, which does not run.
//   - During: Delay or Hold keeps the request waiting between the checks of the
//     operation and its commit.
//   - After: the operation has run and its changes stay; then Status or Effect
//     replaces its response.
//
// The other effects alter a response: that of the operation, which runs in either
// phase, or that of Status.
//
// A Fault without Status, Effect, Delay or Hold does nothing and is not valid.
type Fault struct {
	ID        string         `json:"id,omitempty"`         // set by the world that the fault is added to: "f1", "f2", …
	Operation string         `json:"operation"`            // operationId to match, or "*" for all
	When      map[string]any `json:"when,omitempty"`       // members of the request body and the JSON value that each must equal; a name with a leading / is a JSON pointer (RFC 6901)
	Skip      int            `json:"skip,omitempty"`       // matching requests to let pass first
	Times     int            `json:"times,omitempty"`      // matching requests to act on; 0 means all that follow
	Phase     Phase          `json:"phase,omitempty"`      // "" means Before
	OnUnfired UnfiredPolicy  `json:"on_unfired,omitempty"` // whether a scenario fails if the fault never fires; "" means UnfiredFail

	// Probability is the share of the matching requests to act on, over 0 and at
	// most 1. Which ones they are depends only on the seed of the world. 0 means all.
	Probability float64 `json:"probability,omitempty"`

	Delay          *Delay         `json:"delay,omitempty"`            // to wait first; nil for none
	Hold           string         `json:"hold,omitempty"`             // gate to wait at until it opens, after the delay; "" for none
	Status         int            `json:"status,omitempty"`           // 400 to 599, returned with its documented body; 0 leaves the response as it is
	RetryAfter     time.Duration  `json:"retry_after,omitempty"`      // the header, rounded up to whole seconds; 0 means 1s for a 429 or with RetryAfterForm, and no header otherwise
	RetryAfterForm RetryAfterForm `json:"retry_after_form,omitempty"` // an unusual form of the header; "" means whole seconds
	Effect         Effect         `json:"effect,omitempty"`           // what happens to the response on the wire; "" for nothing
	At             string         `json:"at,omitempty"`               // where EffectViolate breaks the response: one of Places, or a JSON pointer for each place at that value in turn; "" means every place in turn
	Force          bool           `json:"force,omitempty"`            // allow a Status that the operation does not document
}

// A Phase says when a fault acts, relative to the operation.
type Phase string

// The phases.
const (
	Before Phase = "before" // the operation has not run
	During Phase = "during" // the operation has checked the request and not committed
	After  Phase = "after"  // the operation has committed, and its response is lost
)

// An Effect is what happens to a response on the wire.
type Effect string

// The effects.
const (
	EffectReset            Effect = "reset"              // the connection is reset (TCP RST)
	EffectHangup           Effect = "hangup"             // the connection is closed without a response
	EffectStall            Effect = "stall"              // headers, then nothing until the client disconnects
	EffectTruncate         Effect = "truncate"           // half of the body, then the connection is closed
	EffectDribble          Effect = "dribble"            // the body is sent one byte at a time
	EffectEmpty            Effect = "empty"              // the status without a body
	EffectGarbage          Effect = "garbage"            // a body that is not JSON
	EffectWrongContentType Effect = "wrong-content-type" // the body is intact and sent as text/html
	EffectViolate          Effect = "violate"            // a body that breaks the response schema in one place
)

// A RetryAfterForm is an unusual form of the Retry-After header that a client must
// cope with.
type RetryAfterForm string

// The forms.
const (
	FormDate     RetryAfterForm = "date"     // an HTTP date, rounded up to a whole second
	FormPast     RetryAfterForm = "past"     // an HTTP date that has passed
	FormZero     RetryAfterForm = "zero"     // 0
	FormHuge     RetryAfterForm = "huge"     // more seconds than 32 bits hold
	FormFraction RetryAfterForm = "fraction" // 0.5
	FormJunk     RetryAfterForm = "junk"     // neither a number nor a date
	FormAbsent   RetryAfterForm = "absent"   // no header
)

// An UnfiredPolicy says whether a scenario fails if a fault never fires.
type UnfiredPolicy string

// The policies.
const (
	UnfiredFail   UnfiredPolicy = "fail"
	UnfiredIgnore UnfiredPolicy = "ignore"
)

var (
	phases          = []Phase{Before, During, After}
	retryAfterForms = []RetryAfterForm{FormDate, FormPast, FormZero, FormHuge, FormFraction, FormJunk, FormAbsent}
	unfiredPolicies = []UnfiredPolicy{UnfiredFail, UnfiredIgnore}
	effects         = []Effect{
		EffectReset, EffectHangup, EffectStall, EffectTruncate, EffectDribble,
		EffectEmpty, EffectGarbage, EffectWrongContentType, EffectViolate,
	}
)

// Effects returns every effect.
func Effects() []Effect { return slices.Clone(effects) }

// RetryAfterForms returns every RetryAfterForm.
func RetryAfterForms() []RetryAfterForm { return slices.Clone(retryAfterForms) }

// ActsIn reports whether the fault acts in the phase.
func (f *Fault) ActsIn(p Phase) bool {
	if f.Phase == "" {
		return p == Before
	}
	return f.Phase == p
}

// Silent reports whether the effect sends no response body, so that with Before
// the operation need not run.
func (f *Fault) Silent() bool {
	return f.Effect == EffectReset || f.Effect == EffectHangup || f.Effect == EffectStall
}

// Clone returns a copy that shares no memory with f. The values of When are
// converted to the types that encoding/json decodes into.
func (f Fault) Clone() Fault {
	if f.Delay != nil {
		d := *f.Delay
		f.Delay = &d
	}
	if f.When != nil {
		when := maps.Clone(f.When)
		for name, v := range when {
			when[name], _ = canonical(v)
		}
		f.When = when
	}
	return f
}

// gateNames describes the names that ValidateGate accepts.
const gateNames = "1 to 64 of A-Z a-z 0-9 . _ -, and not dots alone"

// ValidateGate returns an error unless name is a valid name of a gate: 1 to 64
// of the characters A-Z a-z 0-9 . _ - and not dots alone. The name is a segment of a
// path of the control API, where "." and ".." stand for another path (RFC 3986,
// section 3.3).
func ValidateGate(name string) error {
	ok := strings.Trim(name, ".") != "" && len(name) <= 64
	for i := range len(name) {
		c := name[i]
		ok = ok && ('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-')
	}
	if !ok {
		return fmt.Errorf("%q is not a valid gate name; want %s", name, gateNames)
	}
	return nil
}
