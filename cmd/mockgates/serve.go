package main

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

	"github.com/mockgates/mockgates/cmd/mockgates/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/files"
	"github.com/mockgates/mockgates/fixtures"
	"github.com/mockgates/mockgates/internal/localca"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/mockserver"
)

// shutdownGrace is how long requests in progress may take to end at shutdown.
// With flushTimeout it makes less than a second.
const shutdownGrace = 500 * time.Millisecond

// A serveCmd is the command serve.
type serveCmd struct {
	Addr      addrValue `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on. Port 0 stands for any free port."`
	fakeFlags `set:"logLevel=info"`
}

// A fakeFlags holds the flags of the fake that serve and exec share.
type fakeFlags struct {
	apiFlags
	tlsFlags

	ManagementKey secretList `placeholder:"TOKEN" help:"Accept this token as a management key. Repeatable."`
	StrictKeys    bool       `help:"Accept only the management keys given with --management-key."`
	KeyPrefix     string     `default:"${keyPrefix}" placeholder:"TEXT" help:"Prefix of generated keys."`

	Fault          faultList     `placeholder:"TEXT" help:"Add a fault to every world, such as 'create-keys status=429 times=2 retry_after=1s'. Repeatable."`
	FaultFile      string        `placeholder:"FILE" help:"Add the faults in this file: one per line, or a JSON array."`
	RateLimit      rateLimitList `placeholder:"TEXT" help:"Limit the requests of each caller, such as 'create-keys 3/1m'. Repeatable."`
	Rule           stringList    `placeholder:"ID=SETTING" help:"Change the setting of a rule, such as keys.negative-limit=accept. Repeatable."`
	Keys           int           `placeholder:"N" help:"Start with N generated keys in the default world."`
	NoDebugHeaders bool          `help:"Omit the Mockgates-* response headers, which the API does not have."`

	MaxWorlds  int `default:"${maxWorlds}" placeholder:"N" help:"Worlds beyond the default one. A request for one more gets 503."`
	MaxFaults  int `default:"${maxFaults}" placeholder:"N" help:"Faults in a world, used up or not. One more is refused."`
	MaxGates   int `default:"${maxGates}" placeholder:"N" help:"Gates in a world. One more is refused."`
	MaxCodes   int `default:"${maxCodes}" placeholder:"N" help:"Authorization codes in a world. A new one replaces the oldest if that is used or expired, or gets 503."`
	MaxWaiting int `default:"${maxWaiting}" placeholder:"N" help:"Requests that faults delay or hold in all worlds. One more gets 503."`
	MaxStreams int `default:"${maxStreams}" placeholder:"N" help:"Open streams of requests in all worlds; one world may have a quarter of them. One more gets 503."`

	AdminToken      secretValue `placeholder:"TOKEN" help:"Require this token for every call of the control API except health."`
	AllowedHost     stringList  `placeholder:"NAME" help:"Accept this name in the Host header of control API calls. Repeatable."`
	State           string      `placeholder:"FILE" help:"Load the state from this file at start, and save it there at shutdown."`
	FailOnViolation bool        `help:"Exit with code 4 if a client has broken the rules of the API."`

	AdminAddr addrValue `placeholder:"HOST:PORT" help:"Serve the control API on this address instead of --addr."`
	PlainAddr addrValue `placeholder:"HOST:PORT" help:"With --tls: serve plain HTTP on this address too."`

	LogFormat string `default:"text" enum:"text,json" placeholder:"text|json" help:"Format of the log on stderr."`
	LogLevel  string `default:"${logLevel}" enum:"debug,info,warn,error" placeholder:"LEVEL" help:"Lowest level that is logged: debug, info, warn or error."`
}

// Run serves the fake until the process is told to stop.
func (c *serveCmd) Run(p *process) error {
	p.collectLess()
	p.flush = p.queueOutput(c.logHandler)
	log := slog.New(c.logHandler(p.stderr))
	file, err := files.OpenState(c.State)
	if err != nil {
		return err
	}
	fake, err := c.newFake(log, file)
	if err != nil {
		return err
	}
	s, at, err := c.listen(p, fake, log, c.Addr)
	if err != nil {
		return err
	}
	stopSaving := saveOnHangup(fake, file, log)
	err = s.serve(p.ctx, func() { c.greet(p, s.origin(at.api), at) })
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
		return reportViolations(p, fake)
	}
	return nil
}

// addresses says where a server listens. Plain and admin are nil if there are no such
// ports.
type addresses struct{ api, plain, admin net.Addr }

// listen opens the ports of the fake and its control API, the first at addr.
func (c *fakeFlags) listen(p *process, fake *mockserver.Server, log *slog.Logger, addr addrValue) (s *httpServer, at addresses, err error) {
	authority, err := c.secured()
	if err != nil {
		return nil, at, err
	}
	if c.PlainAddr != "" && authority == nil {
		return nil, at, &exit.Failure{Code: exit.Usage, Err: errors.New("--plain-addr adds plain HTTP to HTTPS, which is not served"), Hint: "add --tls, or use --addr alone"}
	}
	ctl, err := c.control(fake, p.logDropped, authority)
	if err != nil {
		return nil, at, err
	}
	handler := ctl.Mount(fake)
	if c.AdminAddr != "" {
		handler = ctl.MountHealth(fake)
	}
	s = &httpServer{log: log, grace: shutdownGrace, limits: defaultLimits(), held: func() []string { return heldRequests(fake) }}
	for _, port := range []struct {
		flag      string
		addr      addrValue
		handler   http.Handler
		authority *localca.Authority
		at        *net.Addr
	}{
		{"addr", addr, handler, authority, &at.api}, {"plain-addr", c.PlainAddr, handler, nil, &at.plain}, {"admin-addr", c.AdminAddr, ctl, nil, &at.admin},
	} {
		if port.addr == "" {
			continue
		}
		if *port.at, err = s.listen(p.ctx, port.flag, port.addr, port.handler, port.authority); err != nil {
			s.close()
			return nil, at, err
		}
	}
	return s, at, nil
}

// newFake returns the fake that the flags describe, with the state that was
// saved by an earlier run or, without one, with the keys of --keys.
func (c *fakeFlags) newFake(log *slog.Logger, file files.State) (*mockserver.Server, error) {
	config, err := c.config(log)
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
	world, err := fake.World(mockserver.DefaultWorld)
	if err == nil {
		err = fixtures.Populate(world, uint64(c.Seed), c.Keys)
	}
	if err != nil {
		return nil, fmt.Errorf("--keys: %w", err)
	}
	return fake, nil
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

// greet prints where the fake listens, and lines to paste into a shell. host is the
// URL of the API's port without a path.
func (c *serveCmd) greet(p *process, host string, at addresses) {
	trust := ""
	if c.TLS {
		trust = " --cacert mockgates-ca.pem"
	}
	base, key := host+mockserver.BasePath, c.exampleKey()
	fmt.Fprintf(p.stdout, "listening on %s\n", base)
	if at.plain != nil {
		fmt.Fprintf(p.stdout, "and on http://%s%s\n", addrValue(at.plain.String()).reachable(), mockserver.BasePath)
	}
	fmt.Fprintf(p.stdout, "\nexport MODELGATES_BASE_URL=%s\nexport MODELGATES_API_KEY=%s\n\n", base, key)
	if c.TLS {
		fmt.Fprintf(p.stdout, "curl -sSko mockgates-ca.pem %s/_mockgates/ca.pem\n", controlURL(host, at.admin))
	}
	fmt.Fprintf(p.stdout, "curl -sS%s %s/keys -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d '{\"name\": \"my first key\", \"limit\": 10}'\n", trust, base, key)
	if c.TLS {
		fmt.Fprintf(p.stdout, "\nA client that trusts mockgates-ca.pem reaches it as https://%s%s with HTTPS_PROXY=http://%s\n", tlsNames[0], mockserver.BasePath, addrValue(at.api.String()).reachable())
	}
	if at.admin != nil {
		fmt.Fprintf(p.stdout, "\ncontrol API on %s/_mockgates/\n", controlURL(host, at.admin))
	}
}

// controlURL returns where the control API is, given the URL of the API's host and
// the address of a port of its own.
func controlURL(host string, admin net.Addr) string {
	if admin == nil {
		return host
	}
	return "http://" + addrValue(admin.String()).reachable()
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

// reportViolations prints the violations of all worlds. It returns a failure if
// there are any.
func reportViolations(p *process, fake *mockserver.Server) error {
	n := fake.ViolationCount()
	if n == 0 {
		return nil
	}
	for _, world := range fake.Worlds() {
		for _, v := range world.Violations() {
			fmt.Fprintf(p.stderr, "violation: %s in world %s, request %d: %s\n", v.Kind, world.Name(), v.Request, printable.Line(v.Message))
		}
	}
	if n == 1 {
		return exit.Failf(exit.Failed, "1 client violation")
	}
	return exit.Failf(exit.Failed, "%d client violations", n)
}
