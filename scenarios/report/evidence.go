package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
)

// The bounds of a ledger.
const (
	LedgerFormat     = 1        // version of the file
	MaxLedger        = 16 << 20 // bytes of the file
	MaxLedgerTargets = 20       // live targets of a fact; the most recent ones are kept
)

// The kinds of facts.
const (
	FactResponse = "response" // a documented response
	FactRule     = "rule"     // a rule of the fake
)

// A Ledger records where each fact about the API was seen last. It contains no secret and
// no body. The zero Ledger is empty.
type Ledger struct {
	Format int    `json:"format"`
	Facts  []Fact `json:"facts"` // sorted by kind and name
}

// A Fact is a documented response or a rule, and what is known about it.
type Fact struct {
	Kind      string           `json:"kind"`
	Name      string           `json:"name"`               // "create-keys 201", or the id of a rule
	Live      []TargetEvidence `json:"live,omitempty"`     // sorted by target
	Fake      Sighting         `json:"fake,omitzero"`      // by behaviour of the fake
	Injection Sighting         `json:"injection,omitzero"` // by a fault of the fake
}

// A TargetEvidence is what was seen of a fact on a live target.
type TargetEvidence struct {
	Target   string   `json:"target"`            // host and port
	Seen     Sighting `json:"seen,omitzero"`     // last run in which it conformed
	Departed Sighting `json:"departed,omitzero"` // last run in which it did not
}

// A Sighting is a run in which something was seen. The zero Sighting is none.
type Sighting struct {
	At  time.Time `json:"at"`  // when the run began, in UTC and whole seconds
	Run string    `json:"run"` // its id
}

// regressed reports whether the target conformed in a run and departed in a later
// one.
func (e TargetEvidence) regressed() bool {
	return e.Seen != Sighting{} && e.Departed.At.After(e.Seen.At)
}

// later returns the later of two sightings.
func later(a, b Sighting) Sighting {
	if cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Run, b.Run)) < 0 {
		return b
	}
	return a
}

// ReadLedger reads the file of a ledger. It refuses unknown members and kinds, facts that
// are out of order or listed twice, and more than MaxLedger bytes.
func ReadLedger(data []byte) (Ledger, error) {
	var l Ledger
	if len(data) > MaxLedger {
		return l, fmt.Errorf("the ledger is %d bytes long; want at most %d", len(data), MaxLedger)
	}
	if err := strictjson.Unmarshal(data, &l); err != nil {
		return Ledger{}, err
	}
	if l.Format != LedgerFormat {
		return Ledger{}, fmt.Errorf("format is %d; want %d", l.Format, LedgerFormat)
	}
	for i, f := range l.Facts {
		kinds := []string{FactResponse, FactRule}
		switch {
		case !slices.Contains(kinds, f.Kind):
			return Ledger{}, fmt.Errorf("/facts/%d has the unknown kind %q%s", i, f.Kind, suggest.Hint(f.Kind, kinds))
		case i > 0 && l.Facts[i-1].compare(f) >= 0:
			return Ledger{}, fmt.Errorf("/facts/%d: %s %s must come before %s %s, once", i, f.Kind, f.Name, l.Facts[i-1].Kind, l.Facts[i-1].Name)
		case len(f.Live) > MaxLedgerTargets:
			return Ledger{}, fmt.Errorf("/facts/%d has %d live targets; want at most %d", i, len(f.Live), MaxLedgerTargets)
		}
	}
	return l, nil
}

// Marshal returns the file of the ledger, which ReadLedger reads.
func (l Ledger) Marshal() ([]byte, error) {
	l.Format = LedgerFormat
	if l.Facts == nil {
		l.Facts = []Fact{}
	}
	compact, err := marshal(l)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, append(compact, '\n'), "", "  ")
	return b.Bytes(), err
}

func (f Fact) compare(o Fact) int {
	return cmp.Or(cmp.Compare(f.Kind, o.Kind), cmp.Compare(f.Name, o.Name))
}

// Merge returns the ledger with the facts of a run added. A run in which a live target
// both conformed and departed counts as departed. The result does not depend on the order
// of merges, and merging a run twice has no effect.
func (l Ledger) Merge(r Report) Ledger {
	s := sightings{report: r, documented: r.index(), at: Sighting{r.Run.Started.UTC().Truncate(time.Second), r.Run.ID}, facts: map[[2]string]*Fact{}}
	for _, scenario := range r.Scenarios {
		s.scenario(scenario)
	}
	for _, f := range l.Facts {
		s.merge(f)
	}
	out := Ledger{Format: LedgerFormat}
	for _, f := range s.facts {
		out.Facts = append(out.Facts, *f)
	}
	slices.SortFunc(out.Facts, Fact.compare)
	return out
}

// sightings collects what one run has seen.
type sightings struct {
	report     Report
	at         Sighting
	documented coverageIndex
	facts      map[[2]string]*Fact
}

func (s *sightings) fact(kind, name string) *Fact {
	key := [2]string{kind, name}
	if s.facts[key] == nil {
		s.facts[key] = &Fact{Kind: kind, Name: name}
	}
	return s.facts[key]
}

// scenario notes the facts that a scenario shows.
func (s *sightings) scenario(scenario Scenario) {
	index := s.documented
	for _, x := range scenario.Exchanges {
		switch {
		case x.DocumentedResponse != nil:
			s.see(FactResponse, x.DocumentedResponse.String(), x.Injected, false)
		case x.Broken == "" && x.Operation != "":
			documented := documentedResponse(x)
			if index[documented] != nil {
				s.see(FactResponse, documented.String(), x.Injected, true)
			}
		}
		for _, rule := range x.Rules {
			s.see(FactRule, rule, x.Injected, false)
		}
	}
	if !s.report.Run.Live() || scenario.Verdict == Skipped {
		return // the responses of the fake name its rules
	}
	failed := slices.ContainsFunc(scenario.Failures, func(f Failure) bool { return !f.Inconclusive })
	for _, rule := range scenario.Covers {
		if failed || scenario.Verdict == Passed {
			s.see(FactRule, rule, false, failed)
		}
	}
}

// see notes that a fact was seen, or that the target departed from it. The fake and its
// faults never count as departures.
func (s *sightings) see(kind, name string, injected, departed bool) {
	live := s.report.Run.Live()
	if departed && (injected || !live) {
		return
	}
	f := s.fact(kind, name)
	switch {
	case injected:
		f.Injection = s.at
	case !live:
		f.Fake = s.at
	default:
		e := TargetEvidence{Target: s.report.Run.Target}
		if len(f.Live) > 0 {
			e = f.Live[0]
		}
		if departed {
			e.Seen, e.Departed = Sighting{}, s.at
		} else if e.Departed == (Sighting{}) {
			e.Seen = s.at
		}
		f.Live = []TargetEvidence{e}
	}
}

// merge adds what earlier runs have seen about a fact.
func (s *sightings) merge(earlier Fact) {
	f := s.fact(earlier.Kind, earlier.Name)
	f.Fake, f.Injection = later(f.Fake, earlier.Fake), later(f.Injection, earlier.Injection)
	for _, e := range earlier.Live {
		i := slices.IndexFunc(f.Live, func(o TargetEvidence) bool { return o.Target == e.Target })
		if i < 0 {
			f.Live = append(f.Live, e)
			continue
		}
		f.Live[i].Seen, f.Live[i].Departed = later(f.Live[i].Seen, e.Seen), later(f.Live[i].Departed, e.Departed)
	}
	if len(f.Live) > MaxLedgerTargets {
		slices.SortStableFunc(f.Live, func(a, b TargetEvidence) int { return b.last().At.Compare(a.last().At) })
		f.Live = f.Live[:MaxLedgerTargets]
	}
	slices.SortFunc(f.Live, func(a, b TargetEvidence) int { return strings.Compare(a.Target, b.Target) })
}

// last returns the last run that has seen the fact or a departure from it.
func (e TargetEvidence) last() Sighting { return later(e.Seen, e.Departed) }
