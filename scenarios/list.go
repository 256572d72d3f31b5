package scenarios

import (
	"cmp"
	"slices"

	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Where a scenario plays.
const (
	PlaysAnywhere   = "anywhere"   // on the fake and on any live target
	PlaysCompanions = "companions" // on the fake, and on a live target that offers the companion operations
	PlaysFake       = "fake"       // only on the fake
	PlaysLive       = "live"       // only on a live target
	PlaysNowhere    = "nowhere"    // no target meets all its conditions
)

// A Listing describes a scenario.
type Listing struct {
	Name    string // of the file, without folder and extension
	File    string
	Comment string // the first comment, without its #; "" for none
	Plays   string // one of the Plays constants
}

// List returns the scenarios that Run would read and whose names match Options.Run,
// sorted by name, without the generated cases. It plays nothing. The problems are those
// of files that cannot be read.
func (o Options) List() ([]Listing, []report.Problem, error) {
	if err := checkSet(o.Set); err != nil {
		return nil, nil, err
	}
	filter, err := o.filter()
	if err != nil {
		return nil, nil, err
	}
	scripts, problems := o.readScripts()
	var list []Listing
	for _, s := range scripts {
		if filter.MatchString(s.Name) {
			list = append(list, Listing{s.Name, s.File, s.FirstComment(), whereItPlays(s)})
		}
	}
	slices.SortStableFunc(list, func(a, b Listing) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.File, b.File)) })
	return list, problems, nil
}

// whereItPlays returns the widest kind of target that does not skip a scenario.
func whereItPlays(s *script.Script) string {
	plays := func(o Options) bool {
		return s.SkipReason(o.offer()) == "" && (!s.FakeOnly || !o.live())
	}
	const anyTarget = "https://target.example/api/v1"
	fake := plays(Options{})
	switch {
	case fake && plays(Options{Target: anyTarget}):
		return PlaysAnywhere
	case fake && plays(Options{Target: anyTarget, Companions: true}):
		return PlaysCompanions
	case fake:
		return PlaysFake
	case plays(Options{Target: anyTarget, Companions: true}):
		return PlaysLive
	}
	return PlaysNowhere
}
