package report

// The exit codes that a Report can ask for.
const (
	ExitConforms      = 0 // everything that was played conforms
	ExitUnreadable    = 2 // a scenario cannot be read
	ExitInconclusive  = 3 // the target was unreachable, or refused the runner itself
	ExitFailed        = 4 // the target departs from the contract or from an assertion
	ExitNothingTested = 8 // nothing was tested, or a mutant of the self-test survived
)

// ExitCode returns the code to exit with: the first of 2, 8, 4 and 3 that
// applies, or 0.
func (r Report) ExitCode() int {
	codes := r.ExitCodes()
	if len(codes) == 0 {
		return ExitConforms
	}
	return codes[0]
}

// ExitCodes returns every code that applies, the one that wins first.
func (r Report) ExitCodes() []int {
	applies := map[int]bool{ExitNothingTested: r.Exchanges == 0}
	for _, p := range r.Problems {
		applies[p.Exit] = true
		if p.Exit == ExitInconclusive && len(r.Scenarios) == 0 {
			delete(applies, ExitNothingTested) // the problem says why
		}
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
	for _, code := range []int{ExitUnreadable, ExitNothingTested, ExitFailed, ExitInconclusive} {
		if applies[code] {
			codes = append(codes, code)
		}
	}
	return codes
}
