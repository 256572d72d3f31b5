package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// Validate returns an error for the first member with an unknown or impossible
// value. The error names the nearest valid value.
func (f Fault) Validate() error {
	operations, err := apispec.Matching(f.Operation)
	if err != nil {
		return fmt.Errorf("fault: %w", err)
	}
	for _, check := range []func() error{
		f.validateWords,
		f.validateNumbers,
		f.validateCombination,
		f.validateWhen,
		func() error { return f.validateStatus(operations) },
		func() error { return f.validateAt(operations) },
	} {
		if err := check(); err != nil {
			return fmt.Errorf("fault %q: %w", f.Operation, err)
		}
	}
	return nil
}

// validateWords checks the enumerations and the name of the gate.
func (f Fault) validateWords() error {
	for _, err := range []error{
		oneOf("phase", f.Phase, phases),
		oneOf("retry_after_form", f.RetryAfterForm, retryAfterForms),
		oneOf("effect", f.Effect, effects),
		oneOf("on_unfired", f.OnUnfired, unfiredPolicies),
	} {
		if err != nil {
			return err
		}
	}
	if f.Hold == "" {
		return nil
	}
	if err := ValidateGate(f.Hold); err != nil {
		return fmt.Errorf("hold %w", err)
	}
	return nil
}

// oneOf returns an error unless the value is empty or known.
func oneOf[T ~string](member string, value T, known []T) error {
	if value == "" || slices.Contains(known, value) {
		return nil
	}
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return fmt.Errorf("%s %q is not known%s", member, value, suggest.Hint(string(value), names))
}

func (f Fault) validateNumbers() error {
	switch {
	case f.Skip < 0 || f.Skip > apispec.MaxCount:
		return fmt.Errorf("skip is %d; want 0 to %d", f.Skip, apispec.MaxCount)
	case f.Times < 0 || f.Times > apispec.MaxCount:
		return fmt.Errorf("times is %d; want 0 to %d", f.Times, apispec.MaxCount)
	case !(f.Probability >= 0 && f.Probability <= 1): // true for NaN too
		return fmt.Errorf("probability is %v; want a number greater than 0 and at most 1", f.Probability)
	case f.RetryAfter < 0:
		return fmt.Errorf("retry_after is %v; want 0s or more", f.RetryAfter)
	case f.Delay != nil:
		return f.Delay.Validate()
	}
	return nil
}

// validateCombination refuses members that make no sense together.
func (f Fault) validateCombination() error {
	switch {
	case f.Status == 0 && f.Effect == "" && f.Delay == nil && f.Hold == "":
		return fmt.Errorf("does nothing; want status, effect, delay or hold")
	case f.Status == 0 && (f.RetryAfter != 0 || f.RetryAfterForm != ""):
		return fmt.Errorf("retry_after without a status; want a status such as 429")
	case f.Phase == During && (f.Status != 0 || f.Effect != "" || f.Hold == "" && f.Delay == nil):
		return fmt.Errorf("phase during takes only hold and delay; want before or after for a status or an effect")
	}
	return nil
}

// validateWhen refuses a condition that no body can meet.
func (f Fault) validateWhen() error {
	size := 0
	for _, name := range slices.Sorted(maps.Keys(f.When)) {
		if !utf8.ValidString(name) {
			return fmt.Errorf("when %q is not a valid member name; want UTF-8", name)
		}
		value, err := json.Marshal(f.When[name])
		if err != nil {
			return fmt.Errorf("when %q is a %T; want a JSON value", name, f.When[name])
		}
		if size += len(name) + len(value); size > maxWhenBytes {
			return fmt.Errorf("when has over %d bytes of JSON; want at most that", maxWhenBytes)
		}
		if depth := jsonDepth(value); depth > maxWhenDepth {
			return fmt.Errorf("when %q is nested %d deep; want at most %d", name, depth, maxWhenDepth)
		}
		if _, err := canonical(f.When[name]); err != nil {
			return fmt.Errorf("when %q has a number that a double cannot represent", name)
		}
	}
	return nil
}

// The bounds of a condition.
const (
	maxWhenBytes = 64 << 10 // names and values as JSON
	maxWhenDepth = 32       // nested objects and arrays in a value
)

// jsonDepth returns how deep objects and arrays are nested in a valid JSON value.
func jsonDepth(value []byte) (deepest int) {
	depth, inString := 0, false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// validateStatus refuses a status that none of the operations documents, unless
// Force is set.
func (f Fault) validateStatus(operations []*apispec.Operation) error {
	switch {
	case f.Status == 0:
		return nil
	case f.Status < 400 || f.Status > 599:
		return fmt.Errorf("status %d is not an error status; want 400 to 599", f.Status)
	case f.Force:
		return nil
	}
	var documented []string
	for _, op := range operations {
		if op.Documents(f.Status) {
			return nil // a fault for "*" matches only the operations that document it
		}
		for _, status := range op.Errors {
			documented = append(documented, strconv.Itoa(status))
		}
	}
	slices.Sort(documented)
	return fmt.Errorf("status %d is not documented; want one of %s, or force", f.Status, strings.Join(slices.Compact(documented), ", "))
}

// validateAt refuses a place that no response of the operations has.
func (f Fault) validateAt(operations []*apispec.Operation) error {
	switch {
	case f.At == "":
		return nil
	case f.Effect != EffectViolate:
		return fmt.Errorf("at %q without effect=%s", f.At, EffectViolate)
	}
	var known []string
	for _, op := range operations {
		if f.hasPlace(op) {
			return nil
		}
		for _, status := range f.statuses(op) {
			known = append(known, Places(op.ID, status)...)
		}
	}
	if n := suggest.Nearest(f.At, known); n != "" {
		return fmt.Errorf("at %q is not a place in a response; did you mean %s?", f.At, n)
	}
	return fmt.Errorf("at %q is not a place in a response; want POINTER:CONSTRAINT such as %s", f.At, known[len(known)-1])
}

// statuses returns the statuses that the response may have when the fault acts.
func (f *Fault) statuses(op *apispec.Operation) []int {
	if f.Status != 0 {
		return []int{f.Status}
	}
	return op.Statuses()
}

// hasPlace reports whether some response of the operation has the place At.
func (f *Fault) hasPlace(op *apispec.Operation) bool {
	return slices.ContainsFunc(f.statuses(op), func(status int) bool {
		return len(apispec.Places(op.ID, status, f.At)) > 0
	})
}

// Places returns every place at which EffectViolate can break an operation's
// response with a status, in the order in which it breaks them.
//
// A place is POINTER:CONSTRAINT. The pointer is a JSON pointer, or "body" for the
// body itself; index 0 stands for the items of an array. The constraints are
// those of the response schema: missing, null, type, format, const and max-items.
// Places returns none for an unknown operation, and for a status that is neither
// the operation's success nor 400 to 599.
func Places(operation string, status int) []string {
	var names []string
	for _, p := range apispec.Places(operation, status, "") {
		names = append(names, p.String())
	}
	return names
}

// canonical returns v in the types that encoding/json decodes into: numbers as
// float64, and so on. It returns an error if v cannot be marshalled.
func canonical(v any) (out any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(data, &out)
	return out, err
}

// RetryAfterHeader returns the value of the Retry-After header that is sent with
// the fault's Status at a time, and false if there is none.
func (f *Fault) RetryAfterHeader(now time.Time) (value string, ok bool) {
	d := f.RetryAfter
	if d == 0 && (f.Status == 429 || f.RetryAfterForm != "") {
		d = time.Second
	}
	switch f.RetryAfterForm {
	case FormDate:
		return httpDate(now.Add(d).Add(time.Second - 1).Truncate(time.Second)), true
	case FormPast:
		return httpDate(now.Add(-d).Add(-time.Second)), true
	case FormZero:
		return "0", true
	case FormHuge:
		return "99999999999", true
	case FormFraction:
		return "0.5", true
	case FormJunk:
		return "soon", true
	case FormAbsent:
		return "", false
	}
	return apispec.WholeSeconds(d), d > 0
}

// httpDate formats t as an HTTP date (RFC 9110, section 5.6.7).
func httpDate(t time.Time) string {
	return apispec.ClampTime(t.UTC()).Format("Mon, 02 Jan 2006 15:04:05 GMT")
}
