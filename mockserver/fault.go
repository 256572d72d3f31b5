package mockserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A Fault is one order to misbehave. Requests are counted, never rolled for: a
// Fault lets the first Skip requests that match it pass, acts on the next
// Times, and is then spent. It is the same in a flag, a file, the control API,
// a scenario and Go.
//
// Without Status, Effect, Delay or Hold a Fault would do nothing, and is
// refused.
type Fault struct {
	ID        string         `json:"id,omitempty"`          // given by the world: "f1", "f2", …
	Operation string         `json:"operation"`             // operationId to match, or "*" for all
	When      map[string]any `json:"when,omitempty"`        // members of the request body that must be equal; a name with a leading / is a JSON pointer
	Skip      int            `json:"skip,omitempty"`        // matching requests to let pass first
	Times     int            `json:"times,omitempty"`       // matching requests to act on; 0 means all that follow
	Chance    float64        `json:"probability,omitempty"` // share of those to act on, drawn from the seed; 0 means all
	Phase     Phase          `json:"phase,omitempty"`       // "" means before

	Delay          *Delay   `json:"delay,omitempty"`            // wait first; nil does not
	Hold           string   `json:"hold,omitempty"`             // park at this gate until it opens; "" does not
	Status         int      `json:"status,omitempty"`           // answer with this and its documented body; 0 leaves the answer
	RetryAfter     Duration `json:"retry_after,omitempty"`      // the header, rounded up to whole seconds; 0 is 1s for a 429 and none for others
	RetryAfterForm string   `json:"retry_after_form,omitempty"` // an odd form of the header; "" is whole seconds
	Effect         string   `json:"effect,omitempty"`           // what becomes of the answer on its way; "" nothing
	At             string   `json:"at,omitempty"`               // where violate breaks the answer; "" is each place in turn
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
	FormDate     = "date"     // an HTTP date
	FormPast     = "past"     // an HTTP date that has passed
	FormZero     = "zero"     // 0
	FormHuge     = "huge"     // more seconds than 32 bits hold
	FormFraction = "fraction" // 0.5
	FormJunk     = "junk"     // neither number nor date
	FormAbsent   = "absent"   // no header
)

var retryForms = []string{FormDate, FormPast, FormZero, FormHuge, FormFraction, FormJunk, FormAbsent}

// A FaultAccount is a Fault and what became of it.
type FaultAccount struct {
	Fault
	Seen  int `json:"seen"`  // matching requests so far, those let pass included
	Fired int `json:"fired"` // requests it acted on
	Left  int `json:"left"`  // requests it will still act on; -1 without bound
}

// validate returns what is wrong with the fault, nearest valid name included.
func (f Fault) validate() error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("fault %q: %s", f.Operation, fmt.Sprintf(format, args...))
	}
	if err := knownOperation(f.Operation); err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	switch {
	case f.Skip < 0:
		return fail("skip is %d; want 0 or more", f.Skip)
	case f.Times < 0:
		return fail("times is %d; want 0 or more", f.Times)
	case f.Chance < 0 || f.Chance > 1:
		return fail("probability is %v; want 0 to 1", f.Chance)
	case f.RetryAfter < 0:
		return fail("retry_after is %v; want 0s or more", time.Duration(f.RetryAfter))
	case f.Status == 0 && f.Effect == "" && f.Delay == nil && f.Hold == "":
		return fail("it does nothing; want status, effect, delay or hold")
	case f.Status == 0 && (f.RetryAfter != 0 || f.RetryAfterForm != ""):
		return fail("retry_after without status; want status=429 or another")
	case f.At != "" && f.Effect != EffectViolate:
		return fail("at %q without effect=violate", f.At)
	case f.Hold != "" && !worldName.MatchString(f.Hold):
		return fail("hold %q is no name of a gate; want 1 to 64 of a-z 0-9 -", f.Hold)
	}
	for _, known := range []struct {
		member, value string
		values        []string
	}{
		{"phase", string(f.Phase), []string{string(Before), string(During), string(After)}},
		{"retry_after_form", f.RetryAfterForm, retryForms},
		{"effect", f.Effect, effects},
		{"on_unfired", f.OnUnfired, []string{"fail", "ignore"}},
	} {
		if known.value != "" && !slices.Contains(known.values, known.value) {
			return fail("%s %q is not known%s", known.member, known.value, didYouMean(known.value, known.values))
		}
	}
	if f.Phase == During && (f.Status != 0 || f.Effect != "" || f.Hold == "" && f.Delay == nil) {
		return fail("phase during is for hold and delay alone; want before or after for a status or an effect")
	}
	if f.Delay != nil {
		if err := f.Delay.validate(); err != nil {
			return fail("%v", err)
		}
	}
	return f.validateStatus()
}

// validateStatus refuses a status that an operation of the fault would answer
// without documenting it, unless the fault is forced.
func (f Fault) validateStatus() error {
	switch {
	case f.Status == 0:
		return nil
	case f.Status < 400 || f.Status > 599:
		return fmt.Errorf("fault %q: status %d is no error; want 400 to 599", f.Operation, f.Status)
	case f.Force:
		return nil
	}
	for _, op := range operations {
		if f.matchesOperation(op) && op.documents(f.Status) {
			return nil // for "*": those that do not document it are left alone
		}
	}
	var documented []string
	for _, op := range operations {
		if f.matchesOperation(op) {
			for _, s := range op.errors {
				documented = appendNew(documented, fmt.Sprint(s))
			}
		}
	}
	return fmt.Errorf("fault %q: status %d is not documented; want one of %s, or force",
		f.Operation, f.Status, strings.Join(documented, ", "))
}

func (f Fault) matchesOperation(op *operation) bool {
	return f.Operation == "*" || f.Operation == op.id
}

// matches reports whether the fault is about this request. A status for all
// operations leaves those alone that do not document it, unless forced.
func (f Fault) matches(op *operation, body members) bool {
	if !f.matchesOperation(op) || f.Status != 0 && !f.Force && !op.documents(f.Status) {
		return false
	}
	for name, want := range f.When {
		got, ok := lookup(body, name)
		if !ok || !equalJSON(got, want) {
			return false
		}
	}
	return true
}

// faults are the orders in force, in the order they were given. The zero value
// has none. It does no locking.
type faults struct {
	given int // so far, for ids
	list  []*FaultAccount
}

func (fs *faults) reset(initial []Fault) {
	*fs = faults{}
	for _, f := range initial {
		fs.add(f)
	}
}

// add orders a fault that is valid.
func (fs *faults) add(f Fault) FaultAccount {
	fs.given++
	f.ID = fmt.Sprintf("f%d", fs.given)
	a := &FaultAccount{Fault: f, Left: -1}
	if f.Times > 0 {
		a.Left = f.Times
	}
	fs.list = append(fs.list, a)
	return *a
}

// next counts a request for op and returns the first fault that acts on it.
func (fs *faults) next(op *operation, req *request, draw func(fault string, seen int) float64) (Fault, bool) {
	if len(fs.list) == 0 {
		return Fault{}, false
	}
	var body members
	if slices.ContainsFunc(fs.list, func(a *FaultAccount) bool { return a.When != nil }) {
		body, _ = req.body.object(req.header)
	}
	var first *FaultAccount
	for _, a := range fs.list {
		if !a.matches(op, body) {
			continue
		}
		a.Seen++
		if first != nil || a.Seen <= a.Skip || a.Left == 0 {
			continue
		}
		if a.Chance != 0 && draw(a.ID, a.Seen) >= a.Chance {
			continue
		}
		first = a
	}
	if first == nil {
		return Fault{}, false
	}
	first.Fired++
	if first.Left > 0 {
		first.Left--
	}
	return first.Fault, true
}

// knownOperation refuses an operationId that the API does not have.
func knownOperation(id string) error {
	ids := []string{"*"}
	for _, op := range operations {
		if op.id == id {
			return nil
		}
		ids = append(ids, op.id)
	}
	if id == "*" {
		return nil
	}
	return fmt.Errorf("operation %q is not known%s", id, didYouMean(id, ids))
}

// lookup finds a member by name, or by JSON pointer for a name with a leading /.
func lookup(body members, name string) (any, bool) {
	path, isPointer := strings.CutPrefix(name, "/")
	first, rest, deep := strings.Cut(path, "/")
	if !isPointer {
		first, deep = name, false
	}
	raw, ok := body[unescapePointer(first, isPointer)]
	if !ok {
		return nil, false
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil, false
	}
	for deep {
		first, rest, deep = strings.Cut(rest, "/")
		m, isObject := v.(map[string]any)
		if v, ok = m[unescapePointer(first, true)]; !isObject || !ok {
			return nil, false
		}
	}
	return v, true
}

func unescapePointer(token string, isPointer bool) string {
	if !isPointer {
		return token
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// equalJSON compares two values as JSON: what Go type a number has is no matter.
func equalJSON(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// refusal is the answer that the fault gives in place of the API's.
func (f Fault) refusal(tx txn) *Error {
	e := refuse(f.Status, "fault.injected")
	if e.Message == "" {
		e.Message = http.StatusText(f.Status)
	}
	if e.Message == "" {
		e.Message = fmt.Sprintf("Status %d", f.Status)
	}
	if f.Status == 429 {
		e.Metadata = map[string]any{"headers": rateHeaders(1, 0, tx.now.Add(max(time.Duration(f.RetryAfter), time.Second)))}
	}
	return e
}
