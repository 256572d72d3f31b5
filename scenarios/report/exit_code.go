package report

import "slices"

// The exit codes that a Report can ask for.
const (
	ExitConforms      = 0 // everything that was played conforms
	ExitUnreadable    = 2 // a scenario cannot be read
	ExitInconclusive  = 3 // the target was unreachable, or refused the runner itself
	ExitFailed        = 4 // the target departs from the contract or from an assertion
	ExitCoverage      = 6 // the run reached less than the coverage gate asks for
	ExitLeftovers     = 7 // keys are left on a live target
	ExitNothingTested = 8 // nothing was tested, or a mutant of the self-test survived
	ExitUnfired       = 9 // a fault that was ordered for a client never fired
)

// ExitCode returns the code to exit with: the first of 2, 8, 4, 9, 6, 7 and 3 that
// applies, or 0.
func (r Report) ExitCode() int {
	codes := r.ExitCodes()
	if len(codes) == 0 {
		return ExitConforms
	}
	return codes[0]
}

// ExitCodes returns every code that applies, in order of precedence.
func (r Report) ExitCodes() []int {
	saysWhy := slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Exit == ExitInconclusive })
	applies := map[int]bool{ExitNothingTested: r.Exchanges == 0 && !saysWhy}
	for _, p := range r.Problems {
		applies[p.Exit] = true
	}
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			if f.Inconclusive {
				applies[ExitInconclusive] = true
			} else {
				applies[ExitFailed] = true
			}
		}
	}
	var codes []int
	for _, code := range []int{ExitUnreadable, ExitNothingTested, ExitFailed, ExitUnfired, ExitCoverage, ExitLeftovers, ExitInconclusive} {
		if applies[code] {
			codes = append(codes, code)
		}
	}
	return codes
}
