package drift

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Verdict says which of the specification, the fake and the live target is wrong.
type Verdict string

// The verdicts.
const (
	Agree     Verdict = "agree"
	FakeWrong Verdict = "fake wrong"
	LiveWrong Verdict = "live wrong"
	SpecWrong Verdict = "specification wrong" // both differ from it in the same way
	Open      Verdict = "open"                // the documents leave it open, and the targets settle it differently
)

var verdicts = []Verdict{FakeWrong, LiveWrong, SpecWrong, Open, Agree}

// The kinds of facts. The name of a fact begins with its kind.
const (
	kindResponse = "response"
	kindRule     = "rule"
	kindCase     = "case"
	kindScenario = "scenario"
)

// A Fact is something that both runs have observed.
type Fact struct {
	Name    string // such as "case create-keys/limit-null"
	Verdict Verdict
	Fake    string // what the fake did
	Live    string // what the live target did
	Flag    string // flag of mockgates that makes the fake do the same; "" for none

	Accepted *Acceptance // nil if the difference is not accepted
}

// drifts reports whether the fact is a difference that nobody accepted.
func (f Fact) drifts() bool { return f.Verdict != Agree && f.Accepted == nil }

// A Result is the result of a comparison.
type Result struct {
	Facts       []Fact // sorted by verdict and name
	NotCompared int    // facts that only one run has seen

	Expired []Acceptance // at the time of the comparison, sorted as in the file
	Unused  []Acceptance // that accept nothing, sorted likewise

	codes map[int]bool // exit codes of the runs
}

// Compare compares two runs. settings returns the settings of a rule that the
// fake can change, nil if it cannot.
func Compare(fake, live report.Report, settings func(rule string) []string) Result {
	f, l := look(fake), look(live)
	c := comparison{settings: settings}
	for _, name := range slices.Sorted(maps.Keys(union(f.seen, l.seen))) {
		a, b := f.seen[name], l.seen[name]
		if a == nil || b == nil {
			c.result.NotCompared++
			continue
		}
		c.compare(name, a, b)
	}
	slices.SortStableFunc(c.result.Facts, func(a, b Fact) int {
		return cmp.Or(cmp.Compare(slices.Index(verdicts, a.Verdict), slices.Index(verdicts, b.Verdict)), cmp.Compare(a.Name, b.Name))
	})
	c.result.codes = map[int]bool{}
	for _, r := range []report.Report{fake, live} {
		for _, code := range r.ExitCodes() {
			c.result.codes[code] = true
		}
	}
	return c.result
}

func union(a, b map[string]*sight) map[string]*sight {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// A sight is what one run has observed about a fact.
type sight struct {
	did        string   // what the target did
	departures []string // from the specification, or from an assertion; sorted, each once
	status     int      // of a case
	rules      []string // that the fake named for a case
}

// A looker collects what a run has observed.
type looker struct {
	seen map[string]*sight
}

// look returns what a run has observed about each fact, by name.
func look(r report.Report) looker {
	l := looker{seen: map[string]*sight{}}
	for _, s := range r.Scenarios {
		for _, x := range s.Exchanges {
			l.exchange(x)
		}
		for _, settled := range s.Settled {
			seen := l.at(kindRule + " " + settled.Rule)
			seen.did = settled.Setting
		}
		if s.Verdict != report.Skipped && !strings.HasPrefix(s.Name, "generated/") {
			l.scenario(s)
		}
	}
	for _, seen := range l.seen {
		slices.Sort(seen.departures)
		seen.departures = slices.Compact(seen.departures)
	}
	return l
}

func (l looker) at(name string) *sight {
	if l.seen[name] == nil {
		l.seen[name] = &sight{}
	}
	return l.seen[name]
}

// exchange notes a documented response, and a generated case.
func (l looker) exchange(x report.Exchange) {
	if x.Injected {
		return
	}
	found := departures(x)
	if x.Operation != "" && x.Status != 0 {
		seen := l.at(fmt.Sprintf("%s %s %d", kindResponse, x.Operation, x.Status))
		seen.did, seen.departures = "conforms", append(seen.departures, found...)
	}
	if x.Case == "" {
		return
	}
	seen := l.at(kindCase + " " + x.Case)
	*seen = sight{did: fmt.Sprintf("answers %d", x.Status), departures: found, status: x.Status, rules: x.Rules} // the last one, after those that were limited
	if x.Broken != "" {
		seen.did, seen.departures = "does not answer", []string{"no complete response"}
	}
}

// departures returns how a response departs from the specification.
func departures(x report.Exchange) []string {
	var list []string
	for _, f := range x.Findings {
		if f.Part == finding.PartResponse && !f.Note() && f.Kind != finding.KindUndocumented {
			list = append(list, f.Where+": "+f.Kind)
		}
	}
	return list
}

// scenario notes the failed assertions of a scenario, except those about a response that
// departs from the specification: the fact of the response covers them.
func (l looker) scenario(s report.Scenario) {
	var failed []string
	for _, f := range s.Failures {
		switch {
		case f.Inconclusive:
			return
		case f.Exchange > 0 && f.Exchange <= len(s.Exchanges) && len(departures(s.Exchanges[f.Exchange-1])) > 0:
			return // the scenario ended there
		}
		failed = append(failed, fmt.Sprintf("line %d: %s", f.Line, f.Text))
	}
	seen := l.at(kindScenario + " " + s.ID)
	seen.did, seen.departures = "passes", failed
}

// A comparison turns what two runs have observed into facts.
type comparison struct {
	settings func(rule string) []string
	result   Result
}

func (c *comparison) compare(name string, fake, live *sight) {
	add := func(v Verdict, flag string) {
		c.result.Facts = append(c.result.Facts, Fact{Name: name, Verdict: v, Fake: fake.text(), Live: live.text(), Flag: flag})
	}
	switch {
	case len(fake.departures) > 0 && slices.Equal(fake.departures, live.departures):
		add(SpecWrong, "")
	case len(fake.departures) > 0 || len(live.departures) > 0:
		if !subset(fake.departures, live.departures) {
			add(FakeWrong, "")
		}
		if !subset(live.departures, fake.departures) {
			add(LiveWrong, "")
		}
	case fake.did == live.did:
		add(Agree, "")
	default:
		add(Open, c.flag(name, fake, live))
	}
}

// subset reports whether all of a are in b.
func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

// text describes what a target did.
func (s *sight) text() string {
	if len(s.departures) == 0 {
		return s.did
	}
	return strings.Join(s.departures, "; ")
}

// flag returns the flag that makes the fake behave like the live target, "" if none is
// known. It also follows from a case that the live target accepts and the fake refuses
// because of a rule.
func (c *comparison) flag(name string, fake, live *sight) string {
	ask, setting := fake.rules, "accept"
	if rule, isRule := strings.CutPrefix(name, kindRule+" "); isRule {
		ask, setting = []string{rule}, live.did
	} else if fake.status/100 != 4 || live.status/100 != 2 {
		return ""
	}
	for _, rule := range ask {
		if slices.Contains(c.settings(rule), setting) {
			return fmt.Sprintf("--rule %s=%s", rule, setting)
		}
	}
	return ""
}
