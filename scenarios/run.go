package scenarios

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/generated"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Run plays scenarios and reports what it found. It returns an error if the
// options are not valid or ctx is done; everything else is in the report, which
// after an interrupt holds what was seen before it.
//
// It plays scenarios only after the validator has passed its self-test and, on a live
// target, after a first call has had a useful response.
func Run(ctx context.Context, o Options) (report.Report, error) {
	o, filter, err := o.complete()
	if err != nil {
		return report.Report{}, err
	}
	r, err := o.open()
	if err != nil {
		return report.Report{}, err
	}
	defer r.target.Close()
	started := time.Now()
	found := report.New(r.describe(started), report.NewCoverage(r.validator.Operations(), r.validator.AllFeatures()))
	err = r.playScripts(ctx, filter, &found)
	r.cleanUp(ctx, &found)
	found.Cite(contract.Documents())
	found.Duration = time.Since(started)
	return found, err
}

// playScripts plays the scenarios and adds what they found. It returns an error
// if ctx is done.
func (r *run) playScripts(ctx context.Context, filter *regexp.Regexp, found *report.Report) error {
	if err := r.selfTest(ctx); err != nil && ctx.Err() == nil {
		found.AddProblem(report.Problem{Exit: report.ExitNothingTested, Text: "the self-test of the validator failed: " + err.Error()})
		return nil
	}
	scripts, problems := r.readScripts()
	found.Problems = append(found.Problems, problems...)
	if len(problems) > 0 {
		return nil // a run of the other files would be mistaken for the whole run
	}
	scripts = slices.DeleteFunc(scripts, func(s *script.Script) bool { return !filter.MatchString(s.Name) })
	cases := r.generatedCases(filter.MatchString)
	if len(scripts) == 0 && len(cases) == 0 {
		found.AddProblem(report.Problem{Exit: report.ExitNothingTested, Text: fmt.Sprintf("no scenario has a name that matches %q", r.Run)})
	}
	if r.live() {
		all := len(scripts)
		scripts = slices.DeleteFunc(scripts, func(s *script.Script) bool { return s.FakeOnly })
		found.FakeOnly = all - len(scripts)
		if problem, ok := r.probe(ctx); !ok {
			found.AddProblem(problem)
			return context.Cause(ctx)
		}
	}
	if len(scripts) > 0 {
		if err := CheckFolder(); err != nil {
			found.AddProblem(report.Problem{Exit: report.ExitInconclusive, Text: err.Error()})
			return nil
		}
	}
	list := parts(scripts, cases)
	all := len(list)
	if list = r.Shard.of(list); len(list) == 0 && all > 0 {
		found.AddProblem(report.Problem{Exit: report.ExitNothingTested, Text: fmt.Sprintf("the shard %v is empty: there is nothing to play beyond %s", r.Shard, report.Plural(all, "scenario"))})
	}
	found.Add(r.playAll(ctx, list))
	if err := context.Cause(ctx); err != nil {
		err = fmt.Errorf("the run was interrupted: %w", err)
		found.AddProblem(report.Problem{Exit: report.ExitInconclusive, Text: err.Error()})
		return err
	}
	if found.Exchanges == 0 {
		found.AddProblem(report.Problem{Exit: report.ExitNothingTested, Text: "no exchange was validated: nothing was tested"})
	}
	if problem, below := found.Gate(r.MinCoverage); below {
		found.AddProblem(problem)
	}
	return nil
}

// CheckFolder returns an error if no scenario can be played because no temporary folder
// can be created. A run is inconclusive then.
func CheckFolder() error { return script.CheckFolder() }

// describe returns the description of the run for the report.
func (r *run) describe(started time.Time) report.Run {
	out := report.Run{
		ID: r.target.Run, Version: r.Version, Mode: report.ModeFake, DocumentedOnly: r.DocumentedOnly, Companions: r.companions(),
		Pattern: r.target.Secrets.Hide(r.Run), Shard: r.Shard.String(), Started: started,
	}
	if !r.live() {
		out.Seed, out.Clock = max(r.Seed, 1), report.Clock(r.Clock.Now, r.Clock.Frozen)
		return out
	}
	out.Mode, out.Target = report.ModeLive, strings.TrimPrefix(strings.TrimPrefix(r.target.Root, "https://"), "http://")
	out.LiveLimit, out.LiveExpiry = "none", "none"
	if envelope.LimitIsBounded(*r.LiveLimit) {
		out.LiveLimit = strconv.FormatFloat(*r.LiveLimit, 'f', -1, 64)
	}
	if r.LiveExpiry >= 0 {
		out.LiveExpiry = r.LiveExpiry.String()
	}
	return out
}

// A part is a script, or the generated cases of one operation. It is played in a world
// of its own.
type part struct {
	name, file string
	play       func(ctx context.Context, r *run, world string) report.Scenario
}

// parts returns the parts of a run. The generated cases come first, because they take
// longest.
func parts(scripts []*script.Script, cases []*generated.Cases) []part {
	var list []part
	for _, g := range cases {
		list = append(list, part{g.Name(), g.Name(), func(ctx context.Context, r *run, world string) report.Scenario {
			return r.playGenerated(ctx, g, world)
		}})
	}
	for _, s := range scripts {
		list = append(list, part{s.Name, s.File, func(ctx context.Context, r *run, world string) report.Scenario { return r.play(ctx, s, world) }})
	}
	return list
}

// playAll plays parts, at most Parallel at a time, and returns their results
// sorted by name.
func (r *run) playAll(ctx context.Context, all []part) []report.Scenario {
	var (
		wait        sync.WaitGroup
		turns       = make(chan struct{}, r.Parallel)
		played      = make([]report.Scenario, len(all))
		worlds      = map[string]int{}
		failed      atomic.Bool
		transcripts = r.newTranscripts(played)
	)
	r.tally.change(func(p *Progress) { p.All = len(all) })
	for i, p := range all {
		world := mockserver.WorldName(p.name)
		if worlds[world]++; worlds[world] > 1 {
			world = fmt.Sprintf("%s-%d", world, worlds[world])
		}
		turns <- struct{}{}
		wait.Go(func() {
			defer func() { <-turns }()
			defer transcripts.end(i)
			defer func() {
				r.tally.change(func(p *Progress) {
					p.Done++
					if played[i].Verdict == report.Failed {
						p.Failed++
					}
				})
			}()
			if ctx.Err() != nil || r.FailFast && failed.Load() {
				played[i] = report.Scenario{Name: p.name, File: p.file, Verdict: report.Skipped, Reason: "the run stopped before it"}
				return
			}
			played[i] = p.play(ctx, r, world)
			if played[i].Verdict == report.Failed {
				failed.Store(true)
			}
		})
	}
	wait.Wait()
	for i := range played {
		r.target.Secrets.RemoveFrom(&played[i])
	}
	slices.SortStableFunc(played, func(a, b report.Scenario) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.File, b.File))
	})
	return played
}

// A Progress describes how far a run is.
type Progress struct {
	Done, All int // scenarios, those that are skipped included
	Exchanges int
	Failed    int // scenarios that failed
}

// A tally counts the progress of a run and reports it. Its zero value reports nothing.
type tally struct {
	tell func(Progress) // called for one change at a time; nil for none

	mu  sync.Mutex // guards now
	now Progress
}

func (t *tally) change(change func(*Progress)) {
	if t == nil || t.tell == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.now)
	t.tell(t.now)
}
