package mockserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A Fault is one order to misbehave. Requests are counted, never rolled for: a
// Fault lets the first Skip requests that match it pass, acts on the next
// Times, and is then spent. It is the same in a flag, a file, the control API,
// a scenario and Go.
//
// A request meets its Faults once its credential is accepted and its body was
// read whole. All Faults that match it count it; the first of them that may act
// does, alone. Phase says when:
//
//   - Before: a Status is answered, and the effects reset, hangup and stall are
//     had, in place of the operation, of which nothing happens.
//   - During: a Delay or Hold parks the operation between its checks and its
//     commit.
//   - After: the operation has run and its changes stay; then the same is had
//     in place of its answer.
//
// Every other effect spoils an answer on its way, and so needs one: the
// operation's, which then runs in either phase, or that of Status.
//
// Without Status, Effect, Delay or Hold a Fault would do nothing, and is
// refused.
type Fault struct {
	ID        string         `json:"id,omitempty"`          // given by the world: "f1", "f2", …
	Operation string         `json:"operation"`             // operationId to match, or "*" for all
	When      map[string]any `json:"when,omitempty"`        // members of the request body that must be equal, as JSON; a name with a leading / is a JSON pointer
	Skip      int            `json:"skip,omitempty"`        // matching requests to let pass first
	Times     int            `json:"times,omitempty"`       // matching requests to act on; 0 means all that follow
	Chance    float64        `json:"probability,omitempty"` // share of those to act on, over 0 up to 1, drawn from the seed; 0 means all
	Phase     Phase          `json:"phase,omitempty"`       // "" means before

	Delay          *Delay   `json:"delay,omitempty"`            // wait first; nil does not
	Hold           string   `json:"hold,omitempty"`             // park at this gate until it opens, after the delay; "" does not
	Status         int      `json:"status,omitempty"`           // answer with this, 400 to 599, and its documented body; 0 leaves the answer
	RetryAfter     Duration `json:"retry_after,omitempty"`      // the header, rounded up to whole seconds; 0 is 1s for a 429 or an odd form, and no header for others
	RetryAfterForm string   `json:"retry_after_form,omitempty"` // an odd form of the header; "" is whole seconds
	Effect         string   `json:"effect,omitempty"`           // what becomes of the answer on its way; "" nothing
	At             string   `json:"at,omitempty"`               // where violate breaks the answer: one of Places, or its JSON pointer for all there in turn; "" is each place in turn
	Force          bool     `json:"force,omitempty"`            // allow a status that the operation does not document
	OnUnfired      string   `json:"on_unfired,omitempty"`       // "fail" or "ignore": what a scenario makes of a fault that never fired; "" is fail
}

// A Phase is the moment of a request at which a fault acts.
type Phase string

// The phases.
const (
	Before Phase = "before" // nothing has happened
	During Phase = "during" // the operation has begun and not committed
	After  Phase = "after"  // the operation is done, and the client does not learn it
)

// Forms of Retry-After that a client must survive.
const (
	FormDate     = "date"     // an HTTP date, rounded up to a whole second
	FormPast     = "past"     // an HTTP date that has passed
	FormZero     = "zero"     // 0
	FormHuge     = "huge"     // more seconds than 32 bits hold
	FormFraction = "fraction" // 0.5
	FormJunk     = "junk"     // neither number nor date
	FormAbsent   = "absent"   // no header
)

var (
	phases     = []string{string(Before), string(During), string(After)}
	retryForms = []string{FormDate, FormPast, FormZero, FormHuge, FormFraction, FormJunk, FormAbsent}
)

// validate returns what is wrong with the fault, nearest valid name included.
func (f Fault) validate() error {
	if err := knownOperation(f.Operation); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	for _, check := range []func() error{f.validateNames, f.validateNumbers, f.validateSense, f.validateWhen, f.validateStatus, f.validateAt} {
		if err := check(); err != nil {
			return fmt.Errorf("fault %q: %w", f.Operation, err)
		}
	}
	return nil
}

// validateNames refuses a word that is none of those that its member takes.
func (f Fault) validateNames() error {
	for _, known := range []struct {
		member, value string
		values        []string
	}{
		{"phase", string(f.Phase), phases},
		{"retry_after_form", f.RetryAfterForm, retryForms},
		{"effect", f.Effect, effects},
		{"on_unfired", f.OnUnfired, []string{"fail", "ignore"}},
	} {
		if known.value != "" && !slices.Contains(known.values, known.value) {
			return fmt.Errorf("%s %q is not known%s", known.member, known.value, didYouMean(known.value, known.values))
		}
	}
	if f.Hold != "" && !worldName.MatchString(f.Hold) {
		return fmt.Errorf("hold %q is no name of a gate; want 1 to 64 of a-z 0-9 -", f.Hold)
	}
	return nil
}

// validateNumbers refuses what is out of bounds.
func (f Fault) validateNumbers() error {
	switch {
	case f.Skip < 0:
		return fmt.Errorf("skip is %d; want 0 or more", f.Skip)
	case f.Times < 0:
		return fmt.Errorf("times is %d; want 0 or more", f.Times)
	case !(f.Chance >= 0 && f.Chance <= 1): // also refuses NaN
		return fmt.Errorf("probability is %v; want over 0 up to 1", f.Chance)
	case f.RetryAfter < 0:
		return fmt.Errorf("retry_after is %v; want 0s or more", time.Duration(f.RetryAfter))
	case f.Delay != nil:
		return f.Delay.validate()
	}
	return nil
}

// validateSense refuses members that do nothing together.
func (f Fault) validateSense() error {
	switch {
	case f.Status == 0 && f.Effect == "" && f.Delay == nil && f.Hold == "":
		return fmt.Errorf("it does nothing; want status, effect, delay or hold")
	case f.Status == 0 && (f.RetryAfter != 0 || f.RetryAfterForm != ""):
		return fmt.Errorf("retry_after without status; want status=429 or another")
	case f.Phase == During && (f.Status != 0 || f.Effect != "" || f.Hold == "" && f.Delay == nil):
		return fmt.Errorf("phase during is for hold and delay alone; want before or after for a status or an effect")
	}
	return nil
}

// validateWhen refuses what no body can be equal to.
func (f Fault) validateWhen() error {
	for _, name := range slices.Sorted(maps.Keys(f.When)) {
		if !utf8.ValidString(name) {
			return fmt.Errorf("when %q is no name of a member; want UTF-8", name)
		}
		if _, err := canonical(f.When[name]); err != nil {
			return fmt.Errorf("when %q is a %T; want a JSON value", name, f.When[name])
		}
	}
	return nil
}

// validateStatus refuses a status that an operation of the fault would answer
// without documenting it, unless the fault is forced.
func (f Fault) validateStatus() error {
	switch {
	case f.Status == 0:
		return nil
	case f.Status < 400 || f.Status > 599:
		return fmt.Errorf("status %d is no error; want 400 to 599", f.Status)
	case f.Force:
		return nil
	}
	var documented []string
	for _, op := range operations {
		if !f.matchesOperation(op) {
			continue
		}
		if op.documents(f.Status) {
			return nil // for "*": those that do not document it are left alone
		}
		for _, s := range op.errors {
			documented = appendNew(documented, fmt.Sprint(s))
		}
	}
	slices.Sort(documented)
	return fmt.Errorf("status %d is not documented; want one of %s, or force", f.Status, strings.Join(documented, ", "))
}

// validateAt refuses a place that no answer of the fault's operations has.
func (f Fault) validateAt() error {
	switch {
	case f.At == "":
		return nil
	case f.Effect != EffectViolate:
		return fmt.Errorf("at %q without effect=%s", f.At, EffectViolate)
	}
	var known []string
	for _, op := range operations {
		if !f.matchesOperation(op) {
			continue
		}
		if f.violates(op) {
			return nil
		}
		for _, status := range f.statuses(op) {
			for _, place := range Places(op.id, status) {
				known = appendNew(known, place)
			}
		}
	}
	if n := nearest(f.At, known); n != "" {
		return fmt.Errorf("at %q is no place of an answer; did you mean %s?", f.At, n)
	}
	return fmt.Errorf("at %q is no place of an answer; want POINTER:CONSTRAINT such as %s", f.At, known[len(known)-1])
}

// statuses are those of the answers that the fault may meet.
func (f Fault) statuses(op *operation) []int {
	if f.Status != 0 {
		return []int{f.Status}
	}
	return append([]int{op.success}, op.errors...)
}

// violates reports whether some answer of the operation has the place At.
func (f Fault) violates(op *operation) bool {
	return slices.ContainsFunc(f.statuses(op), func(status int) bool {
		return len(placesAt(op.id, status, f.At)) > 0
	})
}

// silent reports whether the effect leaves the client without an answer, so
// that a fault before the operation needs none.
func (f Fault) silent() bool {
	return f.Effect == EffectReset || f.Effect == EffectHangup || f.Effect == EffectStall
}

// silentStatus is the status of the headers that come before the silence of a
// stall; a reset or a hangup sends none.
func (f Fault) silentStatus(op *operation) int {
	if f.Effect == EffectStall {
		return op.success
	}
	return 0
}

// acts reports whether the fault acts in the phase.
func (f Fault) acts(in Phase) bool {
	phase := f.Phase
	if phase == "" {
		phase = Before
	}
	return phase == in && f.Operation != ""
}

// knownOperation refuses an operationId that the API does not have.
func knownOperation(id string) error {
	ids := []string{"*"}
	for _, op := range operations {
		ids = append(ids, op.id)
	}
	if slices.Contains(ids, id) {
		return nil
	}
	return fmt.Errorf("operation %q is not known%s", id, didYouMean(id, ids))
}
