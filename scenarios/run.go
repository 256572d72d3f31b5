package scenarios

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

//go:embed builtin/*.txtar
var builtinFiles embed.FS

// Run plays scenarios and reports what it found. It returns an error if the
// options cannot be followed, or ctx is done; everything else is in the Report.
//
// No scenario is played before the judge has caught every canary.
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
	for _, op := range t.judge.Operations() {
		for _, status := range op.Statuses {
			row := RowCount{}
			row.Operation, row.Status = op.ID, status
			if op.Companion {
				report.Companions = append(report.Companions, row)
			} else {
				report.Documented = append(report.Documented, row)
			}
		}
	}
	if err := t.judge.proof(); err != nil {
		report.problem(Problem{Exit: ExitNothing, Text: "the judge is not looking: " + err.Error()})
		return report, nil
	}
	scripts, problems := readScripts(o.Files)
	report.Problems = append(report.Problems, problems...)
	scripts = slices.DeleteFunc(scripts, func(s *script) bool { return !filter.MatchString(s.name) })
	if len(scripts) == 0 && len(problems) == 0 {
		report.problem(Problem{Exit: ExitNothing, Text: fmt.Sprintf("no scenario has a name that matches %q", o.Run)})
	}
	report.Scenarios = t.playAll(ctx, scripts)
	if err := context.Cause(ctx); err != nil {
		return report, fmt.Errorf("the run was broken off: %w", err)
	}
	report.sum()
	return report, nil
}

// playAll plays scripts, so many at a time, and returns their results by name.
func (t *target) playAll(ctx context.Context, scripts []*script) []Scenario {
	var (
		wait   sync.WaitGroup
		turns  = make(chan struct{}, t.Parallel)
		out    = t.vault.writer(t.Output)
		played = make([]Scenario, len(scripts))
		worlds = map[string]int{}
		failed atomic.Bool
	)
	for i, s := range scripts {
		world := worldName(s.name)
		if worlds[world]++; worlds[world] > 1 {
			world = fmt.Sprintf("%s-%d", world, worlds[world])
		}
		turns <- struct{}{}
		wait.Go(func() {
			defer func() { <-turns }()
			if ctx.Err() != nil || t.FailFast && failed.Load() {
				played[i] = Scenario{Name: s.name, File: s.file, Verdict: Skipped, Why: "another one has failed before it"}
				return
			}
			played[i] = t.play(ctx, s, world)
			if played[i].Verdict == Failed {
				failed.Store(true)
			}
			if t.Verbose {
				played[i].writeTranscript(out)
			}
		})
	}
	wait.Wait()
	_ = out.flush() // a console that is gone is no finding
	for i := range played {
		played[i].redact(t.vault.redact)
	}
	slices.SortStableFunc(played, func(a, b Scenario) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.File, b.File))
	})
	return played
}

// sum adds up what the scenarios did, and says so if they did nothing.
func (r *Report) sum() {
	broken := 0
	for _, s := range r.Scenarios {
		for _, x := range s.Exchanges {
			r.Exchanges++
			if x.Status == 500 {
				broken++
			}
			if x.Row != nil {
				r.addRow(*x.Row, x.Injected)
			}
		}
	}
	if r.Exchanges == 0 {
		r.problem(Problem{Exit: ExitNothing, Text: "no exchange was judged: nothing is tested"})
	}
	if r.Target != "" && r.Exchanges > 0 && broken == r.Exchanges {
		r.problem(Problem{Exit: ExitCouldNot, Text: "the target answers 500 to every call"})
		for i := range r.Scenarios {
			for j := range r.Scenarios[i].Failures {
				r.Scenarios[i].Failures[j].CouldNotLook = true
			}
		}
	}
}

func (r *Report) problem(p Problem) { r.Problems = append(r.Problems, p) }

// readScripts reads the files, or the built-in ones for none. Those that cannot
// be read are problems.
func readScripts(files []string) (scripts []*script, problems []Problem) {
	if len(files) == 0 {
		scripts, err := readBuiltins()
		if err != nil {
			problems = append(problems, unreadable("", err))
		}
		return scripts, problems
	}
	known := newVocabulary()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			if cause, ok := errors.AsType[*fs.PathError](err); ok {
				err = cause.Err
			}
			problems = append(problems, unreadable(file, err))
			continue
		}
		s, err := known.parse(scenarioName(file), filepath.ToSlash(file), data)
		if err != nil {
			problems = append(problems, unreadable(file, err))
			continue
		}
		scripts = append(scripts, s)
	}
	return scripts, problems
}

// readBuiltins reads the scenarios that come with the package.
func readBuiltins() ([]*script, error) {
	files, err := fs.Glob(builtinFiles, "builtin/*.txtar")
	if err != nil {
		return nil, err
	}
	var scripts []*script
	known := newVocabulary()
	for _, file := range files {
		data, err := builtinFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := known.parse(scenarioName(file), file, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		scripts = append(scripts, s)
	}
	return scripts, nil
}

// unreadable is the problem of a file that cannot be played.
func unreadable(file string, err error) Problem {
	p := Problem{Exit: ExitUnreadable, File: filepath.ToSlash(file), Text: err.Error()}
	if syntax, ok := errors.AsType[*syntaxError](err); ok {
		p.Line = syntax.line
	}
	return p
}

// scenarioName is the name of a file without folder and ending, with nothing
// in it that a path or a pattern could take for its own.
func scenarioName(file string) string {
	base := filepath.Base(file)
	base = strings.TrimSuffix(strings.TrimSuffix(base, ".txt"), ".txtar")
	return notInName.ReplaceAllString(base, "_")
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
