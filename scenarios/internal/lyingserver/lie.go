package lyingserver

import (
	"fmt"
	"slices"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/lies"
)

// The least numbers of lies in a self-test. With fewer it would prove less than it
// claims.
const (
	minWireLies      = 18  // of this package
	minLies          = 120 // of the contract
	minCompanionLies = 25
)

// A Lie is a sequence of exchanges of which only the last departs from the contract, as a
// run would send and judge them.
type Lie struct {
	Name   string
	Calls  []Call
	Kind   string // of the finding that names it, "" if it is not a finding
	Where  string // of the finding
	Silent bool   // the last exchange must not be a failure: the target may do that
}

// A Call is a request, what the caller announces about it, and the response.
type Call struct {
	contract.Exchange
	Truncated bool     // the connection breaks in the middle of the body
	Invalid   bool     // the caller says that the request breaks the contract
	Violation []string // where the caller expects a violation; nil for nowhere
}

// A Mode is the mode of a run, which the lies depend on.
type Mode struct{ Live, Companions bool }

// Lies returns the lies for a mode of a run. It fails if there are fewer than there
// should be.
func Lies(c *contract.Contract, mode Mode) ([]Lie, error) {
	list := Own()
	if len(list) < minWireLies {
		return nil, fmt.Errorf("%d lies of its own, want at least %d", len(list), minWireLies)
	}
	add := func(from []lies.Lie, least int) error {
		if len(from) < least {
			return fmt.Errorf("%d lies of the contract, want at least %d", len(from), least)
		}
		for _, l := range from {
			if l.Wire {
				list = append(list, lieOf(c, l, mode))
			}
		}
		return nil
	}
	err := add(lies.Documented(), minLies)
	if err == nil && mode.Companions {
		err = add(lies.Companion(), minCompanionLies)
	}
	return list, err
}

// lieOf returns a lie of the contract as it counts in a mode: a live target may send
// undocumented members.
func lieOf(c *contract.Contract, from lies.Lie, mode Mode) Lie {
	l := Lie{Name: from.Name, Kind: from.Kind, Where: from.Where, Silent: from.Kind == finding.KindUndocumented && mode.Live}
	for _, x := range from.Exchanges {
		res, err := c.Check(x)
		invalid := err == nil && slices.ContainsFunc(res.RequestFindings(), func(f contract.Finding) bool { return !f.Note() })
		l.Calls = append(l.Calls, Call{Exchange: x, Invalid: invalid})
	}
	return l
}
