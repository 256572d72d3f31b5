package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mockgates/mockgates/fixtures"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/everyfault"
	"github.com/mockgates/mockgates/mockserver/fault"
)

const (
	defaultTimeLimit = 30 * time.Second // of a run
	maxRunOutput     = 64 << 10         // bytes of the output of a run that are kept: the last ones
)

// An everyFaultFlags holds the flags of exec --every-fault.
type everyFaultFlags struct {
	EveryFault  bool          `help:"Run the command once clean, and then once for each call it made and each fault that can happen to it."`
	Effects     namesValue    `placeholder:"LIST" help:"With --every-fault: only these, separated by commas: statuses, lost-500, lost-reset, reset, hangup, truncate, wrong-content-type, slow, or the groups errors, 4xx, 5xx, 429, lost and wire."`
	Operations  namesValue    `placeholder:"LIST" help:"With --every-fault: only calls of these operations, separated by commas."`
	Depth       int           `default:"1" enum:"1,2" placeholder:"1|2" help:"With --every-fault: faults in a run. With 2, the calls that a run makes because of a fault get faults too."`
	MaxRuns     int           `default:"1000" placeholder:"N" help:"With --every-fault: run the command at most N times, the clean run not counted."`
	Parallel    int           `placeholder:"N" help:"Run the command up to N times at once. Default: the number of CPUs."`
	RetryAfter  time.Duration `default:"0s" placeholder:"DURATION" help:"With --every-fault: time that a 429 asks for, at least 1s if as a date. It is really waited for."`
	Slow        time.Duration `default:"500ms" placeholder:"DURATION" help:"With --every-fault: delay of a slow response."`
	MustSurvive namesValue    `default:"5xx,429,reset" placeholder:"LIST" help:"With --every-fault: faults after which the command must succeed, named as in --effects, or none."`
	NoRetry     namesValue    `default:"401,403" placeholder:"LIST" help:"With --every-fault: statuses after which the same request must not be sent again, or none."`
	Patience    time.Duration `default:"5s" placeholder:"DURATION" help:"With --every-fault: longest Retry-After that the command must wait for."`
	MaxRetries  int           `default:"10" placeholder:"N" help:"With --every-fault: times that the command may repeat the request that failed."`
	Allow       namesValue    `placeholder:"LIST" help:"With --every-fault: kinds of problems that do not count, such as left-behind."`
	Save        string        `placeholder:"DIR" help:"With --every-fault: write a scenario that replays it to this folder, for each fault that is not survived."`
	ReportJSON  string        `name:"report-json" placeholder:"FILE" help:"With --every-fault: write the record of the runs to this file, one JSON event a line. With - it goes to stdout, and the report for people to stderr."`
	Verbose     bool          `short:"v" help:"With --every-fault: print every run, and the output of those that did not survive."`
}

// A namesValue is the value of a flag that lists names. The name none stands for an
// empty list.
type namesValue struct{ list []string }

// UnmarshalText parses the value of the flag.
func (v *namesValue) UnmarshalText(text []byte) error {
	v.list = nil
	for name := range strings.SplitSeq(string(text), ",") {
		if name = strings.TrimSpace(name); name != "" {
			v.list = append(v.list, name)
		}
	}
	if len(v.list) == 1 && v.list[0] == "none" {
		v.list = []string{}
	}
	return nil
}

// options returns the options of the plan and the judgement.
func (f *everyFaultFlags) options() (everyfault.Options, error) {
	o := everyfault.Options{
		Effects: f.Effects.list, Operations: f.Operations.list, RetryAfter: f.RetryAfter, Slow: f.Slow,
		MustSurvive: f.MustSurvive.list, NoRetry: []int{}, Patience: f.Patience, MaxRetries: f.MaxRetries,
	}
	for _, text := range f.NoRetry.list {
		status, err := strconv.Atoi(text)
		if err != nil {
			return o, fail(exitUsage, "--no-retry: %q is not a status; want a list such as 401,403, or none", text)
		}
		o.NoRetry = append(o.NoRetry, status)
	}
	for _, kind := range f.Allow.list {
		o.Allow = append(o.Allow, everyfault.Kind(kind))
	}
	if err := o.Validate(); err != nil {
		return o, fail(exitUsage, "--every-fault: %w", err)
	}
	if f.MaxRuns < 1 || f.MaxRuns > maxMaxRuns {
		return o, fail(exitUsage, "--max-runs is %d; want 1 to %d", f.MaxRuns, maxMaxRuns)
	}
	if f.Parallel < 0 {
		return o, fail(exitUsage, "--parallel is %d; want 1 or more", f.Parallel)
	}
	return o, nil
}

// maxMaxRuns is the largest --max-runs.
const maxMaxRuns = 100_000

// A faultRunner runs a command in a world for each fault.
type faultRunner struct {
	command  []string
	env      environ
	base     string // URL of the fake
	fake     *mockserver.Server
	seed     uint64
	keys     int           // that a world starts with
	ordered  []fault.Fault // that every world has, beside those of the point
	limit    time.Duration
	options  everyfault.Options
	parallel int

	mu    sync.Mutex // guards fired
	fired firings    // of the ordered faults
}

// A faultRun is one run of the command and its judgement.
type faultRun struct {
	everyfault.Result
	world  string
	output string // that the command wrote: the last 64 KiB, without the address of the fake
}

// runEveryFault runs the command once clean and once for each fault, and prints the
// report.
func (c *execCmd) runEveryFault(p *process) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	record, err := openRecordFile(c.ReportJSON, p.stdout)
	if err != nil {
		return err
	}
	if record.stdout != nil {
		p.stdout = p.stderr
	}
	r, stop, err := c.newRunner(p, options)
	if err != nil {
		return err
	}
	found, err := c.runAll(p, r)
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	if c.Save != "" {
		if err := found.save(c.Save); err != nil {
			return err
		}
	}
	if err := found.writeText(p.stdout, c.Verbose); err != nil {
		return err
	}
	if err := record.write(found.record(c)); err != nil {
		return err
	}
	return reported(found.exitCode())
}

// newRunner returns a runner whose fake is served until stop is called.
func (c *execCmd) newRunner(p *process, options everyfault.Options) (r *faultRunner, stop func() error, err error) {
	switch {
	case c.StrictKeys:
		return nil, nil, fail(exitUsage, "--strict-keys cannot be used with --every-fault, where each run has a management key of its own")
	case c.State != "":
		return nil, nil, &failure{exitUsage, errors.New("--state cannot be used with --every-fault, where each run has a world of its own"), "use --keys to begin with keys"}
	}
	log := slog.New(c.logHandler(printable.Writer(p.stderr)))
	config, err := c.config(log)
	if err != nil {
		return nil, nil, err
	}
	ordered := config.Faults
	config.Faults = nil // each run adds them after its own
	config.MaxWorlds = max(config.MaxWorlds, c.MaxRuns+1)
	fake, err := mockserver.New(config)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range ordered {
		if err := f.Validate(); err != nil {
			return nil, nil, err
		}
	}
	s, err := c.serve(p, fake, log)
	if err != nil {
		return nil, nil, err
	}
	r = &faultRunner{
		command: c.Command, env: p.env, base: s.base, fake: fake, seed: uint64(c.Seed), keys: c.Keys, ordered: ordered,
		limit: c.TimeLimit, options: options, parallel: c.Parallel, fired: firings{},
	}
	if r.limit == 0 {
		r.limit = defaultTimeLimit
	}
	if r.parallel == 0 {
		r.parallel = runtime.GOMAXPROCS(0)
	}
	return r, func() error { return s.stop(fake) }, nil
}

// runAll runs the command clean, and then for each fault of the plan.
func (c *execCmd) runAll(p *process, r *faultRunner) (*faultReport, error) {
	clean, output, err := r.run(p.ctx, "clean", nil)
	if err != nil {
		return nil, err
	}
	found := &faultReport{command: c.Command, options: r.options, clean: clean, cleanCalls: everyfault.Calls(clean.Journal)}
	if err := found.checkClean(p, r.limit, output); err != nil {
		return nil, err
	}
	points := everyfault.Plan(found.cleanCalls, r.options)
	line := p.progress()
	r.play(p.ctx, found, points, c.MaxRuns, line)
	if c.Depth == 2 {
		var next []everyfault.Point
		for _, run := range found.runs {
			next = append(next, everyfault.PlanNext(run.Point, found.cleanCalls, everyfault.Calls(run.Run.Journal), r.options)...)
		}
		r.play(p.ctx, found, next, c.MaxRuns-len(found.runs), line)
	}
	line.clear()
	found.unfired = r.fired.unfired(r.ordered)
	found.failOnViolation = c.FailOnViolation
	found.interrupted = p.ctx.Err() != nil
	return found, nil
}

// play runs the command for the first most of the points, several at once, and adds
// the runs to what was found in the order of the points.
func (r *faultRunner) play(ctx context.Context, found *faultReport, points []everyfault.Point, most int, line *progressLine) {
	found.leftOut += max(0, len(points)-most)
	points = points[:min(len(points), max(0, most))]
	runs, offset := make([]*faultRun, len(points)), len(found.runs)
	next, done := make(chan int), make(chan struct{}, len(points))
	var workers sync.WaitGroup
	for range min(r.parallel, max(1, len(points))) {
		workers.Go(func() {
			for i := range next {
				runs[i] = r.playPoint(ctx, found.clean, points[i], "fault-"+strconv.Itoa(offset+i+1))
				done <- struct{}{}
			}
		})
	}
	progress := newFaultProgress(line, len(points))
	for i, ended := 0, 0; ended < len(points); {
		sending := next
		if i == len(points) {
			sending = nil
		}
		select {
		case sending <- i:
			i++
		case <-done:
			ended++
			progress.show(ended)
		}
	}
	close(next)
	workers.Wait()
	for _, run := range runs {
		if run != nil {
			found.runs = append(found.runs, *run)
		} else {
			found.notRun++
		}
	}
}

// playPoint runs the command for a point and judges the run. It returns nil if the
// process was told to stop.
func (r *faultRunner) playPoint(ctx context.Context, clean everyfault.Observed, p everyfault.Point, world string) *faultRun {
	if ctx.Err() != nil {
		return nil
	}
	observed, output, err := r.run(ctx, world, p.Faults())
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		observed.Ending, observed.Reason = everyfault.Failed, err.Error()
	}
	return &faultRun{Result: everyfault.Judge(clean, observed, p, r.options), world: world, output: output}
}

// run runs the command in a world with faults, and returns what it left and wrote.
func (r *faultRunner) run(ctx context.Context, name string, faults []fault.Fault) (o everyfault.Observed, output string, err error) {
	world, err := r.fake.World(name)
	if err != nil {
		return o, "", err
	}
	defer world.Reset() // its keys and its journal are not needed any more
	if err := fixtures.Populate(world, r.seed, r.keys); err != nil {
		return o, "", fmt.Errorf("--keys: %w", err)
	}
	before := everyfault.Keys(world)
	if _, err := world.AddFaults(append(faults, r.ordered...)...); err != nil {
		return o, "", err
	}
	written := &tailBuffer{max: maxRunOutput}
	command := childCommand{
		args: r.command, env: childEnv(r.env, r.base, world.ManagementKey()), stdout: written, stderr: written,
		limit: r.limit, ownGroup: true, leaveNothing: true,
	}
	end, err := command.run(ctx, nil)
	if err != nil {
		return o, "", err
	}
	o = everyfault.Observe(world, before, len(faults))
	switch {
	case end.timedOut:
		o.Ending, o.Reason = everyfault.TimedOut, "time limit"
	case end.code != 0:
		o.Ending, o.Reason = everyfault.Failed, end.reason
	}
	r.mu.Lock()
	r.fired.count(world)
	r.mu.Unlock()
	return o, r.withoutAddress(written.String()), nil
}

// localPort matches the port of an address on this machine.
var localPort = regexp.MustCompile(`(127\.0\.0\.1|localhost|\[::1\]):[0-9]+\b`)

// withoutAddress replaces the address of the fake and other ports of this machine,
// which differ from run to run.
func (r *faultRunner) withoutAddress(text string) string {
	return localPort.ReplaceAllString(strings.ReplaceAll(text, r.base, "$MODELGATES_BASE_URL"), "$1:PORT")
}

// A faultProgress shows how many runs have ended, and how long the others may take.
type faultProgress struct {
	line  *progressLine // nil for nobody
	all   int
	begun time.Time
}

func newFaultProgress(line *progressLine, all int) faultProgress {
	return faultProgress{line, all, time.Now()}
}

func (p faultProgress) show(ended int) {
	if p.line == nil {
		return
	}
	left := time.Since(p.begun) / time.Duration(ended) * time.Duration(p.all-ended)
	p.line.draw("%d of %d faults, about %v left", ended, p.all, left.Round(time.Second))
}

// A tailBuffer keeps the last bytes that are written to it.
type tailBuffer struct {
	max     int
	mu      sync.Mutex // guards the fields below
	text    []byte
	dropped int
}

func (b *tailBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = append(b.text, data...)
	if n := len(b.text) - b.max; n > 0 {
		b.dropped += n
		b.text = append(b.text[:0], b.text[n:]...)
	}
	return len(data), nil
}

// String returns what is kept, after a line that says how much is not.
func (b *tailBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dropped > 0 {
		return fmt.Sprintf("(%d bytes before this are left out)\n%s", b.dropped, b.text)
	}
	return string(b.text)
}
