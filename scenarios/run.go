package scenarios

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/mockgates/mockgates/mockserver"
)

// Run plays scenarios and reports what it found. It returns an error if the
// options are not valid or ctx is done; everything else is in the Report, which
// after an interrupt holds what was seen before it.
//
// It plays no scenario before the validator has passed its self-test, and on a
// live target none before the target has answered a first call usefully.
func Run(ctx context.Context, o Options) (Report, error) {
	o, filter, err := o.complete()
	if err != nil {
		return Report{}, err
	}
	t, err := o.open()
	if err != nil {
		return Report{}, err
	}
	defer t.close()
	report := Report{Target: o.Target}
	report.listResponses(t.validator.Operations())
	if err := t.selfTest(ctx); err != nil && ctx.Err() == nil {
		report.problem(Problem{Exit: ExitNothingTested, Text: "the self-test of the validator failed: " + err.Error()})
		return report, nil
	}
	scripts, problems := readScripts(o.Files)
	report.Problems = append(report.Problems, problems...)
	scripts = slices.DeleteFunc(scripts, func(s *script) bool { return !filter.MatchString(s.name) })
	generations := t.generations(filter.MatchString)
	if len(scripts) == 0 && len(generations) == 0 && len(problems) == 0 {
		report.problem(Problem{Exit: ExitNothingTested, Text: fmt.Sprintf("no scenario has a name that matches %q", o.Run)})
	}
	if o.live() {
		all := len(scripts)
		scripts = slices.DeleteFunc(scripts, func(s *script) bool { return s.fakeOnly })
		report.FakeOnly = all - len(scripts)
		if problem, ok := t.probe(ctx); !ok {
			report.problem(problem)
			return report, context.Cause(ctx)
		}
	}
	report.Scenarios = t.playAll(ctx, parts(scripts, generations))
	report.count()
	if err := context.Cause(ctx); err != nil {
		return report, fmt.Errorf("the run was interrupted: %w", err)
	}
	return report, nil
}

// A part is what is played in a world of its own: a script, or the generated
// cases of one operation.
type part struct {
	name, file string
	play       func(ctx context.Context, t *target, world string) Scenario
}

// parts returns what a run plays. The generated cases come first: they take the
// longest.
func parts(scripts []*script, generations []*generation) []part {
	var list []part
	for _, g := range generations {
		list = append(list, part{g.name(), g.name(), g.play})
	}
	for _, s := range scripts {
		list = append(list, part{s.name, s.file, func(ctx context.Context, t *target, world string) Scenario { return t.play(ctx, s, world) }})
	}
	return list
}

// playAll plays parts, at most Parallel at a time, and returns their results
// sorted by name.
func (t *target) playAll(ctx context.Context, all []part) []Scenario {
	var (
		wait   sync.WaitGroup
		turns  = make(chan struct{}, t.Parallel)
		out    = t.secrets.Writer(t.Output)
		played = make([]Scenario, len(all))
		worlds = map[string]int{}
		failed atomic.Bool
	)
	t.tally.change(func(p *Progress) { p.All = len(all) })
	for i, s := range all {
		world := mockserver.WorldName(s.name)
		if worlds[world]++; worlds[world] > 1 {
			world = fmt.Sprintf("%s-%d", world, worlds[world])
		}
		turns <- struct{}{}
		wait.Go(func() {
			defer func() { <-turns }()
			defer func() {
				t.tally.change(func(p *Progress) {
					p.Done++
					if played[i].Verdict == Failed {
						p.Failed++
					}
				})
			}()
			if ctx.Err() != nil || t.FailFast && failed.Load() {
				played[i] = Scenario{Name: s.name, File: s.file, Verdict: Skipped, Reason: "the run stopped before it"}
				return
			}
			played[i] = s.play(ctx, t, world)
			if played[i].Verdict == Failed {
				failed.Store(true)
			}
			if t.Verbose {
				played[i].writeTranscript(out)
			}
		})
	}
	wait.Wait()
	_ = out.Flush() // the verdict does not depend on the console
	for i := range played {
		t.redact(&played[i])
	}
	slices.SortStableFunc(played, func(a, b Scenario) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.File, b.File))
	})
	return played
}

// count adds up the exchanges of all scenarios, and reports a problem if there
// are none.
func (r *Report) count() {
	for _, s := range r.Scenarios {
		for _, x := range s.Exchanges {
			r.Exchanges++
			if x.DocumentedResponse != nil {
				r.countResponse(*x.DocumentedResponse, x.Injected)
			}
		}
		r.Settled = append(r.Settled, s.settled...)
	}
	if r.Exchanges == 0 {
		r.problem(Problem{Exit: ExitNothingTested, Text: "no exchange was validated: nothing was tested"})
	}
	slices.SortStableFunc(r.Settled, func(a, b Settlement) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Setting, b.Setting))
	})
}
