package everyfault

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/mockserver"
)

// A Kind is a way in which a client does not survive a fault.
type Kind string

// The kinds, in the order of a report.
const (
	Hang        Kind = "hang"        // it did not end within the time limit
	GaveUp      Kind = "gave-up"     // it failed where trying again is right and enough
	Duplicate   Kind = "duplicate"   // it succeeded, and left a key more often than the clean run
	Orphan      Kind = "orphan"      // it succeeded, and left a key that the clean run does not leave
	Missing     Kind = "missing"     // it succeeded without a key that the clean run leaves
	LeftBehind  Kind = "left-behind" // it failed, and did not leave the keys of before
	EarlyRetry  Kind = "early-retry" // it sent a request before Retry-After had passed
	Endless     Kind = "endless"     // it repeated the request that failed too often
	WrongRetry  Kind = "wrong-retry" // it repeated a request after a status that repeating does not change
	SecretInURL Kind = "secret-in-url"
)

// kinds holds how a summary counts each kind, for one run and for several.
var kinds = []struct {
	kind      Kind
	one, many string
}{
	{Hang, "hangs", "hang"},
	{GaveUp, "gives up too early", "give up too early"},
	{Duplicate, "leaves duplicate keys", "leave duplicate keys"},
	{Orphan, "leaves orphan keys", "leave orphan keys"},
	{Missing, "succeeds without its keys", "succeed without their keys"},
	{LeftBehind, "fails and leaves keys behind", "fail and leave keys behind"},
	{EarlyRetry, "retries too early", "retry too early"},
	{Endless, "retries without end", "retry without end"},
	{WrongRetry, "retries what it must not", "retry what they must not"},
	{SecretInURL, "sends a secret in a URL", "send a secret in a URL"},
}

// Kinds returns every kind.
func Kinds() []Kind {
	var list []Kind
	for _, k := range kinds {
		list = append(list, k.kind)
	}
	return list
}

// A Problem is one way in which a run did not survive.
type Problem struct {
	Kind    Kind
	Text    string // what happened, in one line
	Allowed bool   // by Options.Allow: it does not count
}

// A Verdict is the outcome of a run.
type Verdict string

// The verdicts.
const (
	Survived      Verdict = "survived"       // it succeeded, and left what the clean run left
	FailedCleanly Verdict = "failed cleanly" // it failed, and left the keys of before
	NotSurvived   Verdict = "not survived"   // it has a problem that counts
	NotReached    Verdict = "not reached"    // a fault never acted: the client made other calls than before
)

// A Result is the judgement of one run.
type Result struct {
	Point    Point
	Verdict  Verdict
	Problems []Problem // in the order of Kinds
	Run      Observed
}

// Judge compares a run with the clean run, and returns in which ways the client did
// not survive the faults of the point.
func Judge(clean, run Observed, p Point, o Options) Result {
	o = o.WithDefaults()
	r := Result{Point: p, Run: run}
	for _, judge := range []func(Observed, Observed, Point, Options) []Problem{judgeEnding, judgeKeys, judgeRetries, judgeViolations} {
		r.Problems = append(r.Problems, judge(clean, run, p, o)...)
	}
	counts := false
	for i := range r.Problems {
		r.Problems[i].Allowed = slices.Contains(o.Allow, r.Problems[i].Kind)
		counts = counts || !r.Problems[i].Allowed
	}
	order := Kinds()
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	switch {
	case counts:
		r.Verdict = NotSurvived
	case !run.Fired:
		r.Verdict = NotReached
	case run.Ending == Succeeded:
		r.Verdict = Survived
	default:
		r.Verdict = FailedCleanly
	}
	return r
}

func problemf(kind Kind, format string, args ...any) Problem {
	return Problem{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

func judgeEnding(_, run Observed, p Point, o Options) []Problem {
	switch {
	case run.Ending == TimedOut:
		return []Problem{problemf(Hang, "it did not end within the time limit")}
	case run.Ending == Failed && run.Fired && p.mustSurvive(o):
		return []Problem{problemf(GaveUp, "it failed (%s); one more try would have succeeded", run.Reason)}
	}
	return nil
}

// judgeKeys compares the keys that a run left: with those of the clean run if it
// succeeded, and otherwise with those of before.
func judgeKeys(clean, run Observed, _ Point, _ Options) []Problem {
	var list []Problem
	if run.Ending != Succeeded {
		for _, d := range compareKeyLists(run.Before, run.After) {
			list = append(list, problemf(LeftBehind, "it failed and left %s of the key %s; before it %s", times(d.got), d.key, were(d.want)))
		}
		return list
	}
	for _, d := range compareKeyLists(clean.After, run.After) {
		switch {
		case d.got < d.want:
			list = append(list, problemf(Missing, "it left %s of the key %s; the clean run left %d", times(d.got), d.key, d.want))
		case d.want == 0:
			list = append(list, problemf(Orphan, "it left %s of the key %s, which the clean run does not leave", times(d.got), d.key))
		default:
			list = append(list, problemf(Duplicate, "it left %s of the key %s; the clean run left %d", times(d.got), d.key, d.want))
		}
	}
	return list
}

// judgeRetries counts how often the request that failed was sent again.
func judgeRetries(clean, run Observed, p Point, o Options) []Problem {
	failed, again := repeats(run.Journal, p.Call)
	if failed == nil {
		return nil
	}
	_, usual := repeats(clean.Journal, p.Call)
	again -= usual
	var list []Problem
	if status := p.fault.Status; again > 0 && slices.Contains(o.NoRetry, status) {
		list = append(list, problemf(WrongRetry, "it sent the request again after %d, %s", status, timesAgain(again)))
	}
	if again > o.MaxRetries {
		list = append(list, problemf(Endless, "it sent the request again more than %d times", o.MaxRetries))
	}
	return list
}

// repeats returns the entry of a call, and how many entries after it have an equal
// request. The entry is nil if the call was not made.
func repeats(journal []mockserver.Entry, c Call) (entry *mockserver.Entry, again int) {
	number := 0
	for _, e := range arrived(journal) {
		switch {
		case e.Operation != c.Operation:
			continue
		case entry != nil && sameRequest(*entry, e):
			again++
		}
		if number++; number == c.Number {
			entry = &e
		}
	}
	return entry, again
}

func sameRequest(a, b mockserver.Entry) bool {
	return a.Method == b.Method && a.Path == b.Path && a.Query == b.Query &&
		bytes.Equal(a.Request.Body, b.Request.Body) && a.Request.Text == b.Request.Text
}

// judgeViolations finds the violations that a fault can bring out. A client that
// breaks a rule in the clean run too breaks it without a fault.
func judgeViolations(clean, run Observed, p Point, o Options) []Problem {
	var list []Problem
	if p.patient(o.Patience) && violates(run, mockserver.ViolationEarlyRetry) && !violates(clean, mockserver.ViolationEarlyRetry) {
		list = append(list, problemf(EarlyRetry, "it sent a request before Retry-After had passed"))
	}
	if violates(run, mockserver.ViolationSecretInURL) && !violates(clean, mockserver.ViolationSecretInURL) {
		list = append(list, problemf(SecretInURL, "it sent a secret in the path or the query of a URL"))
	}
	return list
}

func violates(o Observed, kind string) bool {
	return slices.ContainsFunc(o.Journal, func(e mockserver.Entry) bool {
		return slices.ContainsFunc(e.Violations, func(v mockserver.Violation) bool { return v.Kind == kind })
	})
}

// times returns how many there are of something.
func times(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprintf("%d", n)
}

func timesAgain(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func were(n int) string {
	switch n {
	case 0:
		return "there was none"
	case 1:
		return "there was 1"
	}
	return fmt.Sprintf("there were %d", n)
}
