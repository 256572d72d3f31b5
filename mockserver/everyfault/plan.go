package everyfault

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Call is a call of a client that a fault can act on.
type Call struct {
	Operation string // operationId
	Number    int    // among the calls of this operation, from 1
	Status    int    // of the response; 0 if there was none
}

// String returns the call as a report shows it, such as "create-keys 2: 201".
func (c Call) String() string { return fmt.Sprintf("%s %d: %d", c.Operation, c.Number, c.Status) }

// Calls returns the calls in a journal in the order of their arrival. It leaves out
// what no fault acts on: paths that the API does not have, calls whose credential
// was refused, and calls that chose their response with the header Prefer.
func Calls(journal []mockserver.Entry) []Call {
	var calls []Call
	number := map[string]int{}
	for _, e := range arrived(journal) {
		number[e.Operation]++
		calls = append(calls, Call{Operation: e.Operation, Number: number[e.Operation], Status: e.Status})
	}
	return calls
}

// arrived returns the entries of the calls that a fault can act on, in the order of
// their arrival.
func arrived(journal []mockserver.Entry) []mockserver.Entry {
	list := slices.DeleteFunc(slices.Clone(journal), func(e mockserver.Entry) bool { return !reachable(e) })
	slices.SortStableFunc(list, func(a, b mockserver.Entry) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// reachable reports whether a fault can act on the call of an entry.
func reachable(e mockserver.Entry) bool {
	op := apispec.OperationByID(e.Operation)
	switch {
	case op == nil || e.Fault == "prefer":
		return false
	case e.Injected || op.Access == apispec.NoCredential:
		return true
	}
	return e.Status != 401 && !(e.Status == 403 && op.Access == apispec.ManagementKey)
}

// A Point is a moment at which a client can meet a fault: a call and an effect on
// it.
type Point struct {
	Call   Call   // of the run before: the clean one, or that of First
	Effect string // one of EffectNames
	First  *Point // the fault in the run that made Call; nil for the clean run

	fault  fault.Fault
	effect effect
}

// Fault returns the fault of the point, which acts once.
func (p Point) Fault() fault.Fault { return p.fault.Clone() }

// Faults returns the faults of a run for the point: those of First, then its own.
func (p Point) Faults() []fault.Fault {
	if p.First == nil {
		return []fault.Fault{p.Fault()}
	}
	return append(p.First.Faults(), p.Fault())
}

// String returns the text form of the faults, those of First first. Package fault
// parses each.
func (p Point) String() string {
	var texts []string
	for _, f := range p.Faults() {
		texts = append(texts, f.String())
	}
	return strings.Join(texts, " then ")
}

// Plan returns a point for each call and each effect that the options select, in
// the order of the calls. Calls that only read have no lost responses, because a
// lost response differs from a fault before the call only in what it has changed.
func Plan(calls []Call, o Options) []Point {
	return plan(calls, nil, o.WithDefaults())
}

// PlanNext returns the points after a point: those at the calls that its run made
// and the clean one did not, such as a retry or a clean-up.
func PlanNext(p Point, clean, run []Call, o Options) []Point {
	most := map[string]int{}
	for _, c := range clean {
		most[c.Operation] = max(most[c.Operation], c.Number)
	}
	isOld := func(c Call) bool { return c.Number <= most[c.Operation] }
	return plan(slices.DeleteFunc(slices.Clone(run), isOld), &p, o.WithDefaults())
}

func plan(calls []Call, first *Point, o Options) []Point {
	effects := map[string][]effect{} // by operation
	var points []Point
	for _, c := range calls {
		if o.Operations != nil && !slices.Contains(o.Operations, c.Operation) {
			continue
		}
		op := apispec.OperationByID(c.Operation)
		if op == nil {
			continue
		}
		if _, ok := effects[op.ID]; !ok {
			effects[op.ID] = effectsOn(op, o)
		}
		for _, e := range effects[op.ID] {
			if o.Effects != nil && !e.isAny(o.Effects) {
				continue
			}
			f := e.fault.Clone()
			f.Operation, f.Skip, f.Times = c.Operation, c.Number-1, 1
			points = append(points, Point{Call: c, Effect: e.name, First: first, fault: f, effect: e})
		}
	}
	return points
}

// mustSurvive reports whether a client must end with success.
func (p Point) mustSurvive(o Options) bool {
	return p.First == nil && p.effect.isAny(o.MustSurvive) && p.fault.RetryAfterForm != fault.FormHuge
}

// patient reports whether the waits that the faults of the point ask for are honest
// and short, so that a client must keep them.
func (p Point) patient(longest time.Duration) bool {
	for _, f := range p.Faults() {
		switch {
		case f.Status != 429:
		case f.RetryAfterForm != "" && f.RetryAfterForm != fault.FormDate, f.RetryAfter > longest:
			return false
		}
	}
	return true
}
