package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/clientrun"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/livekey"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/scenarios/report"
)

// An execCmd is the command exec.
type execCmd struct {
	Command []string `arg:"" passthrough:"partial" help:"Program to run, and its arguments. It finds the fake in MODELGATES_BASE_URL and MODELGATES_API_KEY. Write -- before a program that begins with a dash."`

	Addr        cli.Addr `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Address to listen on. Port 0 stands for any free port."`
	serve.Flags `set:"logLevel=warn"`
	extraFlags

	reportFlags
	TimeLimit time.Duration `placeholder:"DURATION" help:"Kill the command after this time. Default: none, and 30s for each run of --every-fault."`
	everyFaultFlags
}

// Run runs the command against a fake of its own, once or once for each fault.
func (c *execCmd) Run(p *cli.Process, command *kong.Context) error {
	if len(c.Command) > 0 && c.Command[0] == "--" {
		c.Command = c.Command[1:] // kong leaves it in front of what it passes through
	}
	switch {
	case len(c.Command) == 0:
		return &exit.Failure{Code: exit.Usage, Err: errors.New("there is no command to run"), Hint: "mockgates exec -- CMD ARG…"}
	case c.TimeLimit < 0:
		return exit.Failf(exit.Usage, "--time-limit is %v; want 0s or more", c.TimeLimit)
	case c.EveryFault:
		return c.runEveryFault(p)
	}
	if flag := c.given(command); flag != "" {
		return &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("%s is an option of --every-fault, which is not set", flag), Hint: "add --every-fault"}
	}
	return c.runOnce(p)
}

// runOnce runs the command once, with the stdin, stdout and stderr of this process.
func (c *execCmd) runOnce(p *cli.Process) error {
	log := slog.New(c.LogHandler(printable.Writer(p.Stderr)))
	state, err := files.OpenState(c.State)
	if err != nil {
		return err
	}
	fake, err := c.NewFake(log, state, c.extras(&c.Flags))
	if err != nil {
		return err
	}
	ordered, err := c.Faults()
	if err != nil {
		return err
	}
	reports, err := c.reportFlags.open(p)
	if err != nil {
		return err
	}
	key := c.commandKey()
	if key == "" {
		return exit.Failf(exit.Usage, "--strict-keys leaves the command without a management key; want --management-key")
	}
	s, err := c.serve(p, fake, log)
	if err != nil {
		return err
	}
	command := clientrun.Command{
		Args: c.Command, Env: clientrun.Environ(s.env, s.base, key), Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr,
		Limit: c.TimeLimit, OwnGroup: !cli.IsTerminal(p.Stdin), // on a terminal a group of its own could not read
	}
	signals, stop := clientrun.Signals()
	end, err := command.Run(p.Context, signals)
	stop()
	err = errors.Join(err, s.stop(fake))
	if state.Path() != "" {
		err = errors.Join(err, state.SaveAnyway(fake))
	}
	if err != nil {
		return err
	}
	secrets := c.secrets(p.Env)
	once := clientrun.Once{
		Command: shown(c.Command, secrets), Secrets: secrets, Ordered: ordered, Unfired: unfired(fake, ordered), Worlds: fake.Worlds(), Key: key,
		End: end, Limit: c.TimeLimit, FailOnViolation: c.FailOnViolation,
	}
	found := once.Record(c.reportRun())
	if err := reports.write(found); err != nil {
		return err
	}
	return c.verdict(p, fake, once, found.Exchanges)
}

// unfired returns the text forms of the ordered faults that never acted.
func unfired(fake *mockserver.Server, ordered []fault.Fault) []string {
	fired := clientrun.Firings{}
	fired.Count(fake.Worlds()...)
	return fired.Unfired(ordered)
}

// reportRun returns what the record of a run says about it.
func (c *execCmd) reportRun() report.Run {
	return report.Run{
		Version: cli.BuildVersion(), Seed: uint64(c.Seed), Clock: report.Clock(c.Clock.Time, c.ClockFrozen),
		DocumentedOnly: c.DocumentedOnly, Started: time.Now(),
	}
}

// verdict returns the failure of a run with a number of calls: that of the command, or else
// what the fake has to object. A command that made no call has not shown that it works, most
// likely because it does not read the variables.
func (c *execCmd) verdict(p *cli.Process, fake *mockserver.Server, once clientrun.Once, calls int) error {
	for _, f := range once.Unfired {
		fmt.Fprintf(p.Stderr, "mockgates: the fault %q never fired\n", f)
	}
	var violations error
	if c.FailOnViolation {
		violations = serve.ReportViolations(p, fake)
	}
	switch {
	case once.End.TimedOut:
		return exit.Failf(exit.Failed, "the command did not end within %v; it was killed", c.TimeLimit)
	case once.End.Code != 0:
		return exit.Reported(once.End.Code)
	case calls == 0:
		return &exit.Failure{Code: exit.NothingTested, Err: errors.New(clientrun.NoCall), Hint: clientrun.NoCallHint}
	case violations != nil:
		return violations
	case len(once.Unfired) > 0:
		return exit.Reported(exit.Unfired)
	}
	return nil
}

// commandKey returns the management key for the command, "" if there is none. The
// command gets it in its environment, so it may be a secret.
func (c *execCmd) commandKey() string {
	switch {
	case !c.StrictKeys:
		return serve.DefaultKey
	case len(c.ManagementKey) > 0:
		return c.ManagementKey[0]
	}
	return ""
}

// An execServer is the fake of a command.
type execServer struct {
	base   string            // URL, including /api/v1
	env    map[string]string // of the command, which lacks the two variables of clientrun
	remove func() error      // removes the file of the CA
	cancel context.CancelFunc
	ended  chan error
}

// serve starts to serve the fake. A connection that arrives before the first accept
// waits, so the command may start at once.
func (c *execCmd) serve(p *cli.Process, fake *mockserver.Server, log *slog.Logger) (*execServer, error) {
	s, err := c.Listen(p, fake, log, c.Addr, c.extras(&c.Flags))
	if err != nil {
		return nil, err
	}
	env, remove, err := s.Trust(livekey.Without(p.Env))
	if err != nil {
		s.Close()
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(p.Context)) // it lasts as long as the command
	e := &execServer{
		base: s.Origin() + mockserver.BasePath, env: env, remove: remove, cancel: cancel, ended: make(chan error, 1),
	}
	go func() { e.ended <- s.Serve(ctx, func() {}) }()
	return e, nil
}

// stop stops the fake. Requests that are held by a gate or wait for a delay end
// without a response: their client has ended.
func (e *execServer) stop(fake *mockserver.Server) error {
	for _, w := range fake.Worlds() {
		for _, g := range w.Gates() {
			if g.Held > 0 {
				_, _ = w.OpenGate(g.Name) // the gate exists
			}
		}
	}
	e.cancel()
	return errors.Join(<-e.ended, e.remove())
}
