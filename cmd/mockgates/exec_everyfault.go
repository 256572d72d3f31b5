package main

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/clientrun"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/everyfault"
)

// An everyFaultFlags holds the flags of exec --every-fault.
type everyFaultFlags struct {
	EveryFault  bool          `help:"Run the command once clean, and then once for each call it made and each fault that can happen to it."`
	Effects     namesValue    `placeholder:"LIST" help:"With --every-fault: only these, separated by commas: statuses, lost-500, lost-reset, reset, hangup, truncate, wrong-content-type, slow, or the groups errors, 4xx, 5xx, 429, lost and wire."`
	Operations  namesValue    `placeholder:"LIST" help:"With --every-fault: only calls of these operations, separated by commas."`
	Depth       int           `default:"1" enum:"1,2" placeholder:"1|2" help:"With --every-fault: faults in a run. With 2, the calls that a run makes because of a fault get faults too."`
	MaxRuns     int           `default:"1000" placeholder:"N" help:"With --every-fault: run the command at most N times, the clean run not counted."`
	Parallel    int           `placeholder:"N" help:"With --every-fault: run the command up to N times at once. Default: the number of CPUs."`
	RetryAfter  time.Duration `default:"0s" placeholder:"DURATION" help:"With --every-fault: time that a 429 asks for, at least 1s if as a date. It is really waited for."`
	Slow        time.Duration `default:"500ms" placeholder:"DURATION" help:"With --every-fault: delay of a slow response."`
	MustSurvive namesValue    `default:"5xx,429,reset" placeholder:"LIST" help:"With --every-fault: faults after which the command must succeed, named as in --effects, or none."`
	NoRetry     namesValue    `default:"401,403" placeholder:"LIST" help:"With --every-fault: statuses after which the same request must not be sent again, or none."`
	Patience    time.Duration `default:"5s" placeholder:"DURATION" help:"With --every-fault: longest Retry-After that the command must wait for."`
	MaxRetries  int           `default:"10" placeholder:"N" help:"With --every-fault: times that the command may repeat the request that failed."`
	Allow       namesValue    `placeholder:"LIST" help:"With --every-fault: kinds of problems that do not count, such as left-behind."`
	Save        string        `placeholder:"DIR" help:"With --every-fault: write a scenario that replays it to this folder, for each fault that is not survived."`
	Verbose     bool          `short:"v" help:"With --every-fault: print every run, and the output of those that did not survive."`
}

// given returns the name of a flag on the command line that does nothing without
// --every-fault, or "". A variable or a configuration file may be for several commands, and
// is not looked at.
func (f *everyFaultFlags) given(command *kong.Context) string {
	own := map[any]bool{}
	for _, field := range reflect.ValueOf(f).Elem().Fields() {
		own[field.Addr().Interface()] = true
	}
	for _, path := range command.Path {
		if flag := path.Flag; flag != nil && !path.Resolved && own[flag.Target.Addr().Interface()] && flag.Target.Addr().Interface() != any(&f.EveryFault) {
			return "--" + flag.Name
		}
	}
	return ""
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
			return o, exit.Failf(exit.Usage, "--no-retry: %q is not a status; want a list such as 401,403, or none", text)
		}
		o.NoRetry = append(o.NoRetry, status)
	}
	for _, kind := range f.Allow.list {
		o.Allow = append(o.Allow, everyfault.Kind(kind))
	}
	if err := o.Validate(); err != nil {
		return o, exit.Failf(exit.Usage, "--every-fault: %w", err)
	}
	if f.MaxRuns < 1 || f.MaxRuns > maxMaxRuns {
		return o, exit.Failf(exit.Usage, "--max-runs is %d; want 1 to %d", f.MaxRuns, maxMaxRuns)
	}
	if f.Parallel < 0 {
		return o, exit.Failf(exit.Usage, "--parallel is %d; want 1 or more", f.Parallel)
	}
	return o, nil
}

// maxMaxRuns is the largest --max-runs.
const maxMaxRuns = 100_000

// runEveryFault runs the command once clean and once for each fault, and prints the
// report.
func (c *execCmd) runEveryFault(p *cli.Process) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	files, err := c.reportFlags.open(p)
	if err != nil {
		return err
	}
	line := progress(p)
	if line != nil {
		p.Stderr = line // so that the log does not begin in the middle of it
	}
	r, stop, err := c.newRunner(p, options)
	if err != nil {
		return err
	}
	secrets := c.secrets(p.Env)
	r.Shown, r.Secrets, r.Progress = shown(c.Command, secrets), secrets, line.toldFaults()
	found, err := r.Run(p.Context)
	line.clear()
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	if c.Save != "" {
		if err := found.Save(c.Save); err != nil {
			return err
		}
	}
	out := secrets.Writer(p.Stdout)
	if err := errors.Join(found.WriteText(out, c.Verbose), out.Flush()); err != nil {
		return err
	}
	if err := files.write(found.Record(c.reportRun(), c.FailOnViolation)); err != nil {
		return err
	}
	return exit.Reported(found.ExitCode(c.FailOnViolation))
}

// withoutViolations is a log without the violations of the command: the report judges
// them.
type withoutViolations struct{ slog.Handler }

func (h withoutViolations) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == mockserver.ViolationLogged {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// newRunner returns a runner whose fake is served until stop is called.
func (c *execCmd) newRunner(p *cli.Process, options everyfault.Options) (r *clientrun.Runner, stop func() error, err error) {
	switch {
	case c.StrictKeys:
		return nil, nil, exit.Failf(exit.Usage, "--strict-keys cannot be used with --every-fault, where each run has a management key of its own")
	case c.State != "":
		return nil, nil, &exit.Failure{Code: exit.Usage, Err: errors.New("--state cannot be used with --every-fault, where each run has a world of its own"), Hint: "use --keys to begin with keys"}
	}
	log := slog.New(withoutViolations{c.LogHandler(printable.Writer(p.Stderr))})
	config, err := c.Config(log)
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
	return &clientrun.Runner{
		Command: c.Command, Env: s.env, Fake: fake, Base: s.base, Seed: uint64(c.Seed), Keys: c.Keys, Ordered: ordered,
		Limit: c.TimeLimit, Options: options, Depth: c.Depth, MaxRuns: c.MaxRuns, Parallel: c.Parallel, Stderr: p.Stderr,
	}, func() error { return s.stop(fake) }, nil
}
