package clientrun

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mockgates/mockgates/cmd/mockgates/internal/tail"
	"github.com/mockgates/mockgates/fixtures"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/everyfault"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// A Runner runs a command once clean, and then once for each fault that can happen to
// one of its calls, in a world for each run.
type Runner struct {
	Command  []string          // program first
	Shown    []string          // the command without secrets, as reports show it
	Secrets  Secrets           // hidden in the report
	Env      map[string]string // of the command, without the variables that point to the fake
	Fake     *mockserver.Server
	Base     string // URL of the fake, including /api/v1
	Seed     uint64
	Keys     int           // that a world starts with
	Ordered  []fault.Fault // that every world has, in addition to those of the point
	Limit    time.Duration // of a run; 0 for DefaultLimit
	Options  everyfault.Options
	Depth    int // faults in a run: 1, or 2
	MaxRuns  int // the clean run not counted
	Parallel int // runs at once; 0 for the number of CPUs

	Stderr   io.Writer      // gets the output of a clean run that fails
	Progress func(Progress) // called after each run; nil for none

	mu    sync.Mutex // guards fired
	fired Firings    // of the ordered faults
}

// DefaultLimit bounds a run for which the Runner has no limit.
const DefaultLimit = 30 * time.Second

// maxRunOutput is how many bytes of the output of a run are kept: the last ones.
const maxRunOutput = 64 << 10

// A Progress says how many runs have ended, and how long the others may take.
type Progress struct {
	Ended, All int
	Left       time.Duration
}

// A faultRun is one run of the command and its judgement.
type faultRun struct {
	everyfault.Result
	world  string
	output string // that the command wrote: the last 64 KiB, without the address of the fake
}

// Run plays the runs and returns their report. It returns an error if there is nothing to
// report, such as when the clean run fails.
func (r *Runner) Run(ctx context.Context) (*Report, error) {
	r.fired = Firings{}
	if r.Limit == 0 {
		r.Limit = DefaultLimit
	}
	if r.Parallel == 0 {
		r.Parallel = runtime.GOMAXPROCS(0)
	}
	clean, output, err := r.run(ctx, cleanWorld, nil)
	if err != nil {
		return nil, err
	}
	found := &Report{command: r.Shown, hidden: !slices.Equal(r.Shown, r.Command), secrets: r.Secrets, options: r.Options, clean: clean, cleanCalls: everyfault.Calls(clean.Journal)}
	if err := found.checkClean(ctx, r.Stderr, r.Limit, output); err != nil {
		return nil, err
	}
	r.play(ctx, found, everyfault.Plan(found.cleanCalls, r.Options), r.MaxRuns)
	if r.Depth == 2 {
		var next []everyfault.Point
		for _, run := range found.runs {
			next = append(next, everyfault.PlanNext(run.Point, found.cleanCalls, everyfault.Calls(run.Run.Journal), r.Options)...)
		}
		r.play(ctx, found, next, r.MaxRuns-len(found.runs))
	}
	found.unfired = r.fired.Unfired(r.Ordered)
	found.interrupted = ctx.Err() != nil
	return found, nil
}

// cleanWorld is the name of the world of the clean run.
const cleanWorld = "clean"

// play runs the command for the first most of the points, several at once, and adds
// the runs to what was found in the order of the points.
func (r *Runner) play(ctx context.Context, found *Report, points []everyfault.Point, most int) {
	found.leftOut += max(0, len(points)-most)
	points = points[:min(len(points), max(0, most))]
	runs, offset := make([]*faultRun, len(points)), len(found.runs)
	next, done := make(chan int), make(chan struct{}, len(points))
	var workers sync.WaitGroup
	for range min(r.Parallel, max(1, len(points))) {
		workers.Go(func() {
			for i := range next {
				runs[i] = r.playPoint(ctx, found.clean, points[i], "fault-"+strconv.Itoa(offset+i+1))
				done <- struct{}{}
			}
		})
	}
	begun := time.Now()
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
			r.tell(begun, ended, len(points))
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

// tell reports the progress of runs that began at a time.
func (r *Runner) tell(begun time.Time, ended, all int) {
	if r.Progress != nil {
		left := time.Since(begun) / time.Duration(ended) * time.Duration(all-ended)
		r.Progress(Progress{Ended: ended, All: all, Left: left.Round(time.Second)})
	}
}

// playPoint runs the command for a point and judges the run. It returns nil if the
// process was told to stop.
func (r *Runner) playPoint(ctx context.Context, clean everyfault.Observed, p everyfault.Point, world string) *faultRun {
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
	return &faultRun{Result: everyfault.Judge(clean, observed, p, r.Options), world: world, output: output}
}

// run runs the command in a world with faults, and returns what it did there and its
// output.
func (r *Runner) run(ctx context.Context, name string, faults []fault.Fault) (o everyfault.Observed, output string, err error) {
	world, err := r.Fake.World(name)
	if err != nil {
		return o, "", err
	}
	defer world.Reset() // its keys and its journal are not needed any more
	if err := fixtures.Populate(world, r.Seed, r.Keys); err != nil {
		return o, "", fmt.Errorf("--keys: %w", err)
	}
	before := everyfault.Keys(world)
	if _, err := world.AddFaults(append(faults, r.Ordered...)...); err != nil {
		return o, "", err
	}
	written := tail.New(maxRunOutput)
	command := Command{
		Args: r.Command, Env: Environ(r.Env, r.Base, world.ManagementKey()), Stdout: written, Stderr: written,
		Limit: r.Limit, OwnGroup: true, LeaveNothing: true,
	}
	end, err := command.Run(ctx, nil)
	if err != nil {
		return o, "", err
	}
	o = everyfault.Observe(world, before, len(faults))
	switch {
	case end.TimedOut:
		o.Ending, o.Reason = everyfault.TimedOut, "time limit"
	case end.Code != 0:
		o.Ending, o.Reason = everyfault.Failed, end.Reason
	}
	r.mu.Lock()
	r.fired.Count(world)
	r.mu.Unlock()
	return o, r.withoutAddress(written.String()), nil
}

// localPort matches the port of an address on this machine.
var localPort = regexp.MustCompile(`(127\.0\.0\.1|localhost|\[::1\]):[0-9]+\b`)

// withoutAddress replaces the address of the fake and other ports of this machine,
// which differ from run to run.
func (r *Runner) withoutAddress(text string) string {
	return localPort.ReplaceAllString(strings.ReplaceAll(text, r.Base, "$MODELGATES_BASE_URL"), "$1:PORT")
}
