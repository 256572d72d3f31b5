package everyfault

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// An effect is one thing that can happen to a call.
type effect struct {
	name   string   // as the options name it
	groups []string // names that stand for several effects
	writes bool     // only for operations that change something
	fault  fault.Fault
}

// effectsOn returns the effects on the calls of an operation, in the order of the
// plan.
func effectsOn(op *apispec.Operation, o Options) []effect {
	var list []effect
	for _, status := range op.Errors {
		if status == 429 {
			list = append(list, refusals(o)...)
			continue
		}
		name := strconv.Itoa(status)
		list = append(list, effect{name: name, groups: []string{name[:1] + "xx", "errors"}, fault: fault.Fault{Status: status}})
	}
	for _, e := range wireEffects(o) {
		if !e.writes || op.Method != "GET" {
			list = append(list, e)
		}
	}
	return list
}

// refusals returns a 429 with each form of Retry-After.
func refusals(o Options) []effect {
	var list []effect
	add := func(form fault.RetryAfterForm, after time.Duration) {
		name := "429-" + string(form)
		if form == "" {
			name = "429-seconds"
		}
		list = append(list, effect{
			name: name, groups: []string{"429", "4xx", "errors"},
			fault: fault.Fault{Status: 429, RetryAfter: after, RetryAfterForm: form},
		})
	}
	if o.RetryAfter > 0 {
		add("", o.RetryAfter) // 0 seconds are the form zero
	}
	for _, form := range fault.RetryAfterForms() {
		switch form {
		case fault.FormDate:
			// A date has no fractions of a second. A wait of less than a second would be
			// over at once or not, by chance.
			add(form, max(o.RetryAfter, time.Second))
		default:
			add(form, 0)
		}
	}
	return list
}

// wireEffects returns the effects that no operation documents.
func wireEffects(o Options) []effect {
	on := func(name string, f fault.Fault) effect { return effect{name: name, groups: []string{"wire"}, fault: f} }
	lost := func(name string, f fault.Fault) effect {
		f.Phase = fault.After
		return effect{name: name, groups: []string{"lost"}, writes: true, fault: f}
	}
	return []effect{
		lost("lost-500", fault.Fault{Status: 500}),
		lost("lost-reset", fault.Fault{Effect: fault.EffectReset}),
		on("reset", fault.Fault{Effect: fault.EffectReset}),
		on("hangup", fault.Fault{Effect: fault.EffectHangup}),
		on("truncate", fault.Fault{Effect: fault.EffectTruncate}),
		on("wrong-content-type", fault.Fault{Effect: fault.EffectWrongContentType}),
		on("slow", fault.Fault{Delay: fault.Fixed(o.Slow), Phase: fault.After}), // the operation has run when the client waits
	}
}

// is reports whether a name is that of the effect or of one of its groups.
func (e effect) is(name string) bool { return e.name == name || slices.Contains(e.groups, name) }

// isAny reports whether one of the names is that of the effect or of a group.
func (e effect) isAny(names []string) bool { return slices.ContainsFunc(names, e.is) }

// EffectNames returns every name that Options.Effects and Options.MustSurvive may
// have: effects such as 500, 429-date and lost-reset, and the groups 4xx, 5xx, 429,
// errors, lost and wire. The list is sorted.
func EffectNames() []string {
	var names []string
	o := Options{RetryAfter: time.Second}.WithDefaults()
	for _, op := range apispec.Operations {
		for _, e := range effectsOn(op, o) {
			names = append(append(names, e.name), e.groups...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// checkNames returns an error for the first name that is not known.
func checkNames(option string, names, known []string) error {
	for _, name := range names {
		if !slices.Contains(known, name) {
			if near := suggest.Nearest(name, known); near != "" {
				return fmt.Errorf("%s %q is not known; did you mean %s?", option, name, near)
			}
			return fmt.Errorf("%s %q is not known; want one of %s", option, name, strings.Join(known, ", "))
		}
	}
	return nil
}
