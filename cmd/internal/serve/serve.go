package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/internal/localca"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// shutdownGrace is how long requests in progress may take to end at shutdown.
// With flushTimeout it makes less than a second.
const shutdownGrace = 500 * time.Millisecond

// A Command is the command serve of a program that has nothing to add to the fake.
type Command struct {
	Addr      cli.Addr `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on. Port 0 stands for any free port."`
	ReadyFile cli.File `placeholder:"FILE" help:"Write the URL of the API to this file when the fake is ready, and remove it at the end."`
	PortFile  cli.File `placeholder:"FILE" help:"Write the port of --addr to this file when the fake is ready, and remove it at the end."`
	Flags     `set:"logLevel=info"`
}

// Extras is what a program adds to the fake. Each of them may be nil.
type Extras struct {
	// OpenAPI returns the specification of the API, in YAML. It is called when the
	// control API is asked for it.
	OpenAPI func(documentedOnly bool) ([]byte, error)

	// Scenarios returns the names of the scenarios that test each rule, by rule ID.
	Scenarios func() map[string][]string

	// Populate adds what the default world begins with, unless there is a saved state.
	Populate func(*mockserver.World) error
}

// Flags holds the flags of the fake that serve and exec share.
type Flags struct {
	APIFlags
	tlsFlags

	ManagementKey cli.Secrets `placeholder:"TOKEN" help:"Accept this token as a management key. Repeatable."`
	StrictKeys    bool        `help:"Accept only the management keys given with --management-key."`
	KeyPrefix     string      `default:"${keyPrefix}" placeholder:"TEXT" help:"Prefix of generated keys."`

	Fault          faultList     `placeholder:"TEXT" help:"Add a fault to every world, such as 'create-keys status=429 times=2 retry_after=1s'. Repeatable."`
	FaultFile      string        `placeholder:"FILE" help:"Add the faults in this file: one per line, or a JSON array."`
	RateLimit      rateLimitList `placeholder:"TEXT" help:"Limit the requests of each caller, such as 'create-keys 3/1m'. Repeatable."`
	Rule           cli.Strings   `placeholder:"ID=SETTING" help:"Change the setting of a rule, such as keys.negative-limit=accept. Repeatable."`
	NoDebugHeaders bool          `help:"Omit the Mockgates-* response headers, which the API does not have."`

	MaxWorlds  int `default:"${maxWorlds}" placeholder:"N" help:"Keep at most N worlds beside the default one. A request for one more gets 503."`
	MaxFaults  int `default:"${maxFaults}" placeholder:"N" help:"Keep at most N faults in a world, used up or not. One more is refused."`
	MaxGates   int `default:"${maxGates}" placeholder:"N" help:"Keep at most N gates in a world. One more is refused."`
	MaxCodes   int `default:"${maxCodes}" placeholder:"N" help:"Keep at most N authorization codes in a world. One more replaces the oldest if that is used or expired, and otherwise gets 503."`
	MaxWaiting int `default:"${maxWaiting}" placeholder:"N" help:"Let faults delay or hold at most N requests at once, in all worlds together. One more gets 503."`
	MaxStreams int `default:"${maxStreams}" placeholder:"N" help:"Allow at most N open streams of requests, in all worlds together; one world may have a quarter of them. One more gets 503."`

	AdminToken      cli.Secret  `placeholder:"TOKEN" help:"Require this token for every call of the control API except health."`
	AllowedHost     cli.Strings `placeholder:"NAME" help:"Accept this name in the Host header of control API calls. Repeatable."`
	State           string      `placeholder:"FILE" help:"Load the state from this file at start, and save it there at shutdown."`
	FailOnViolation bool        `help:"Exit with code 4 if a client has broken the rules of the API."`

	AdminAddr cli.Addr `placeholder:"HOST:PORT" help:"Serve the control API on this address instead of --addr."`
	PlainAddr cli.Addr `placeholder:"HOST:PORT" help:"With --tls: serve plain HTTP on this address too."`

	LogFormat string `default:"text" enum:"text,json" placeholder:"text|json" help:"Format of the log on stderr."`
	LogLevel  string `default:"${logLevel}" enum:"debug,info,warn,error" placeholder:"LEVEL" help:"Lowest level that is logged: debug, info, warn or error."`

	fromFile *[]fault.Fault // faults of --fault-file; nil if it was not read
}

// Run serves the fake until the process is told to stop.
func (c *Command) Run(p *cli.Process) error { return c.Serve(p, Extras{}) }

// Serve is Run with extras.
func (c *Command) Serve(p *cli.Process, extras Extras) error {
	p.QueueOutput(c.LogHandler, c.LogFormat == "text")
	log := slog.New(c.LogHandler(p.Stderr))
	if p.Env[envvar.ManagementKey] != "" {
		log.Warn(envvar.ManagementKey + " is the key of a live target, and not read here; the variable of --management-key is " + cli.Variable("management-key"))
	}
	file, err := files.OpenState(c.State)
	if err != nil {
		return err
	}
	fake, err := c.NewFake(log, file, extras)
	if err != nil {
		return err
	}
	ready, err := c.openReadyFiles()
	if err != nil {
		return err
	}
	s, err := c.Listen(p, fake, log, c.Addr, extras)
	if err != nil {
		return err
	}
	stopSaving := saveOnHangup(fake, file, log)
	err = s.Serve(p.Context, func() {
		ready.write(s, log)
		c.greet(p, s)
	})
	ready.remove()
	stopSaving()
	if file.Path() != "" {
		saved := file.SaveAnyway(fake)
		if saved == nil {
			log.Info("state saved", "file", file.Path())
		}
		err = errors.Join(err, saved)
	}
	if err != nil {
		return err
	}
	if c.FailOnViolation {
		return ReportViolations(p, fake)
	}
	return nil
}

// Listen opens the ports of the fake and its control API, the first at addr.
func (c *Flags) Listen(p *cli.Process, fake *mockserver.Server, log *slog.Logger, addr cli.Addr, extras Extras) (*Server, error) {
	authority, err := c.secured()
	if err != nil {
		return nil, err
	}
	if c.PlainAddr != "" && authority == nil {
		return nil, &exit.Failure{Code: exit.Usage, Err: errors.New("--plain-addr adds plain HTTP to HTTPS, which is not served"), Hint: "add --tls, or use --addr alone"}
	}
	ctl, err := c.control(fake, extras, p.LogDropped, authority)
	if err != nil {
		return nil, err
	}
	api := withLinks(fake, links(!c.DocumentedOnly, c.AdminAddr == "", extras.OpenAPI != nil))
	handler := logCalls(ctl.Mount(api), log)
	if c.AdminAddr != "" {
		handler = ctl.MountHealth(api)
	}
	s := &Server{log: log, grace: shutdownGrace, limits: defaultLimits(), held: func() []string { return heldRequests(fake) }}
	for _, port := range []struct {
		flag      string
		addr      cli.Addr
		handler   http.Handler
		authority *localca.Authority
		at        *net.Addr
	}{
		{"addr", addr, handler, authority, &s.at.api},
		{"plain-addr", c.PlainAddr, handler, nil, &s.at.plain},
		{"admin-addr", c.AdminAddr, logCalls(ctl, log), nil, &s.at.admin},
	} {
		if port.addr == "" {
			continue
		}
		if *port.at, err = s.listen(p.Context, port.flag, port.addr, port.handler, port.authority); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// NewFake returns the fake that the flags describe, with the state that was saved by
// an earlier run or, without one, with what the program adds.
func (c *Flags) NewFake(log *slog.Logger, file files.State, extras Extras) (*mockserver.Server, error) {
	config, err := c.Config(log)
	if err != nil {
		return nil, err
	}
	fake, err := mockserver.New(config)
	if err != nil {
		return nil, err
	}
	loaded, err := file.Load(fake)
	if err != nil || loaded {
		return fake, err
	}
	if extras.Populate == nil {
		return fake, nil
	}
	world, err := fake.World(mockserver.DefaultWorld)
	if err == nil {
		err = extras.Populate(world)
	}
	return fake, err
}

// saveOnHangup saves the state at each SIGHUP. It returns a function that ends
// this. Without a state file SIGHUP ends the process, as usual.
func saveOnHangup(fake *mockserver.Server, file files.State, log *slog.Logger) (stop func()) {
	if file.Path() == "" {
		return func() {}
	}
	hangups, ended := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		defer close(ended)
		for range hangups {
			if err := file.Save(fake); err != nil {
				log.Error("state not saved", "error", err)
				continue
			}
			log.Info("state saved", "file", file.Path())
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(hangups)
		<-ended
	}
}

// heldRequests describes the requests that gates hold, one string per gate.
func heldRequests(fake *mockserver.Server) []string {
	var list []string
	for _, world := range fake.Worlds() {
		for _, gate := range world.Gates() {
			if gate.Held > 0 {
				list = append(list, fmt.Sprintf("%d held at gate %q of world %q", gate.Held, gate.Name, world.Name()))
			}
		}
	}
	return list
}

// ReportViolations prints the violations of all worlds. It returns a failure if
// there are any.
func ReportViolations(p *cli.Process, fake *mockserver.Server) error {
	n := fake.ViolationCount()
	if n == 0 {
		return nil
	}
	for _, world := range fake.Worlds() {
		for _, v := range world.Violations() {
			fmt.Fprintf(p.Stderr, "violation: %s in world %s, request %d: %s\n", v.Kind, world.Name(), v.Request, printable.Line(v.Message))
		}
	}
	if n == 1 {
		return exit.Failf(exit.Failed, "1 client violation")
	}
	return exit.Failf(exit.Failed, "%d client violations", n)
}
