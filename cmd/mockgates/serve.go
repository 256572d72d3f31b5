package main

import (
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/mockgates/mockgates/fixtures"
	"github.com/mockgates/mockgates/mockserver"
)

// grace is how long requests under way have to end in at shutdown.
const grace = 5 * time.Second

// A serveCmd is the command serve.
type serveCmd struct {
	Addr addrValue `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; port 0 is any free one."`
	apiFlags

	ManagementKey texts  `placeholder:"TOKEN" help:"A further management key, any token at all. May be repeated."`
	StrictKeys    bool   `help:"Accept no management keys but those of --management-key."`
	KeyPrefix     string `default:"${keyPrefix}" placeholder:"TEXT" help:"What minted keys begin with."`

	Fault     faultList `placeholder:"TEXT" help:"Order a fault in every world, such as 'create-keys status=429 times=2 retry_after=1s'. May be repeated."`
	FaultFile string    `placeholder:"FILE" help:"Order the faults of a file: one a line, or a JSON array."`
	RateLimit limitList `placeholder:"TEXT" help:"Limit a caller, such as 'create-keys 3/1m'. May be repeated."`
	Choice    texts     `placeholder:"RULE=VALUE" help:"Settle an open question, such as keys.negative-limit=accept. May be repeated."`
	Populate  int       `placeholder:"N" help:"Begin with N keys in the world default."`
	Plain     bool      `help:"Leave out the Mockgates- headers, which the API does not have."`

	AdminAddr       addrValue `placeholder:"HOST:PORT" help:"Serve the control API there, and not beside the API."`
	AdminToken      string    `placeholder:"TOKEN" help:"Ask for this token on every call of the control API but health."`
	Host            texts     `placeholder:"NAME" help:"A further name that the control API is reached by. May be repeated."`
	State           string    `placeholder:"FILE" help:"Begin with the state in this file, and save it there at the end."`
	FailOnViolation bool      `help:"End with exit code 4 if a client did what it should not have."`

	LogFormat string `default:"text" enum:"text,json" placeholder:"text|json" help:"How the log on stderr is written."`
	LogLevel  string `default:"info" enum:"debug,info,warn,error" placeholder:"LEVEL" help:"What the log holds: debug, info, warn or error."`
}

// Run serves until the process is told to stop.
func (c *serveCmd) Run(p *process) error {
	log := c.logger(p)
	server, err := c.server(log)
	if err != nil {
		return err
	}
	h := host{log: log, server: server, grace: grace}
	api, err := h.listen(p.ctx, "addr", c.Addr, server)
	if err != nil {
		return err
	}
	ready := func() { c.greet(p, api) }
	if c.AdminAddr != "" {
		admin, err := h.listen(p.ctx, "admin-addr", c.AdminAddr, server.Control())
		if err != nil {
			h.close()
			return err
		}
		ready = func() {
			c.greet(p, api)
			fmt.Fprintf(p.stdout, "\ncontrol API on http://%s/_mockgates/\n", addrValue(admin.String()).reachable())
		}
	}
	if err := h.serve(p.ctx, ready); err != nil {
		return err
	}
	return c.conclude(p, server)
}

// server is the fake as the flags want it, with what it remembers of before.
func (c *serveCmd) server(log *slog.Logger) (*mockserver.Server, error) {
	config, err := c.config(log)
	if err != nil {
		return nil, err
	}
	server, err := mockserver.New(config)
	if err != nil {
		return nil, err
	}
	restored, err := restore(server, c.State)
	if err != nil || restored {
		return server, err
	}
	if err := fixtures.Populate(server.World(mockserver.DefaultWorld), uint64(c.Seed), c.Populate); err != nil {
		return nil, fmt.Errorf("--populate: %w", err)
	}
	return server, nil
}

// conclude saves the state, and tells what clients did wrong if that is asked.
func (c *serveCmd) conclude(p *process, server *mockserver.Server) error {
	if c.State != "" {
		if err := save(server, c.State); err != nil {
			return err
		}
	}
	if !c.FailOnViolation || server.Violations() == 0 {
		return nil
	}
	for _, world := range server.Worlds() {
		for _, v := range world.Violations() {
			fmt.Fprintf(p.stderr, "violation: %s in world %s, request %d: %s\n", v.Kind, world.Name(), v.Request, v.Message)
		}
	}
	return fail(exitFailed, "clients did %d times what they should not have", server.Violations())
}

// greet says where the fake listens, and how to talk to it.
func (c *serveCmd) greet(p *process, addr net.Addr) {
	base := "http://" + addrValue(addr.String()).reachable() + "/api/v1"
	key := c.exampleKey()
	fmt.Fprintf(p.stdout, "listening on %s\n\n", base)
	fmt.Fprintf(p.stdout, "export MODELGATES_BASE_URL=%s\nexport MODELGATES_API_KEY=%s\n\n", base, key)
	fmt.Fprintf(p.stdout, "curl -sS %s/keys -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d '{\"name\": \"my first key\", \"limit\": 10}'\n", base, key)
}
