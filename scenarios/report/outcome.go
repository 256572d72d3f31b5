package report

import "fmt"

// Outcome returns how the run ended, in a few words: "conforms", "does not
// conform". It agrees with ExitCode.
func (r Report) Outcome() string {
	switch r.ExitCode() {
	case ExitConforms:
		return "conforms"
	case ExitUnreadable:
		return "unreadable"
	case ExitNothingTested:
		return "nothing tested"
	case ExitUnfired:
		return "a fault never fired"
	case ExitCoverage:
		return "below the coverage gate"
	case ExitLeftovers:
		return "leftovers"
	case ExitInconclusive:
		return "inconclusive"
	}
	return "does not conform"
}

// Summary returns how much was played, with the results: "2 scenarios, 9
// exchanges: 1 passed, 1 failed, 0 skipped".
func (r Report) Summary() string {
	return fmt.Sprintf("%s, %s: %d passed, %d failed, %d skipped", Plural(len(r.Scenarios), "scenario"),
		Plural(r.Exchanges, "exchange"), r.Count(Passed), r.Count(Failed), r.Count(Skipped))
}

// Where returns the target of the run: "the fake, seed 1", or a host
// and port.
func (r Run) Where() string {
	if r.Live() {
		return r.Target
	}
	if r.Clock != "" {
		return fmt.Sprintf("the fake, seed %d, clock %s", r.Seed, r.Clock)
	}
	return fmt.Sprintf("the fake, seed %d", r.Seed)
}
