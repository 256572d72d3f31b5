package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/fixtures"
	"github.com/mockgates/mockgates/mockserver"
)

const (
	headerTimeout = 10 * time.Second // for the header of a request; its body and its answer may take any time
	idleTimeout   = 2 * time.Minute  // of a connection between two requests
	grace         = 5 * time.Second  // that requests under way have to end in at shutdown
)

// A serveCmd is the command serve.
type serveCmd struct {
	Addr addrValue `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where to listen; port 0 is any free one."`
	apiFlags

	ManagementKey []string `sep:"none" placeholder:"TOKEN" help:"A further management key, any token at all. May be repeated."`
	StrictKeys    bool     `help:"Accept no management keys but those of --management-key."`
	KeyPrefix     string   `default:"${keyPrefix}" placeholder:"TEXT" help:"What minted keys begin with."`

	Fault     []faultValue           `sep:"none" placeholder:"TEXT" help:"Order a fault in every world, such as 'create-keys status=429 times=2 retry_after=1s'. May be repeated."`
	FaultFile string                 `placeholder:"FILE" help:"Order the faults of a file: one a line, or a JSON array."`
	RateLimit []mockserver.RateLimit `sep:"none" placeholder:"TEXT" help:"Limit a caller, such as 'create-keys 3/1m'. May be repeated."`
	Choice    []string               `sep:"none" placeholder:"RULE=VALUE" help:"Settle an open question, such as keys.negative-limit=accept. May be repeated."`
	Populate  int                    `placeholder:"N" help:"Begin with N keys in the world default."`
	Plain     bool                   `help:"Leave out the Mockgates- headers, which the API does not have."`

	LogFormat string `default:"text" enum:"text,json" placeholder:"text|json" help:"How the log on stderr is written."`
	LogLevel  string `default:"info" enum:"debug,info,warn,error" placeholder:"LEVEL" help:"What the log holds: debug, info, warn or error."`
}

// Run serves until the process is told to stop.
func (c *serveCmd) Run(p *process) error {
	log := c.logger(p)
	config, err := c.config(log)
	if err != nil {
		return err
	}
	server, err := mockserver.New(config)
	if err != nil {
		return err
	}
	if err := fixtures.Populate(server.World(mockserver.DefaultWorld), uint64(c.Seed), c.Populate); err != nil {
		return fmt.Errorf("--populate: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(p.ctx, "tcp", string(c.Addr))
	if err != nil {
		return &failure{exitUsage, err, "--addr 127.0.0.1:0 finds a free port"}
	}
	h := host{server: server, log: log, grace: grace}
	return h.serve(p.ctx, listener, func() { c.greet(p, listener.Addr()) })
}

// A host puts a fake on the wire.
type host struct {
	server *mockserver.Server
	log    *slog.Logger
	grace  time.Duration // that requests under way have to end in at shutdown
	under  underWay
}

// serve answers requests on the listener until ctx is done, and then lets
// those under way come to their end. It calls ready when requests are welcome.
func (h *host) serve(ctx context.Context, listener net.Listener, ready func()) error {
	web := &http.Server{
		Handler:           h.under.count(h.server),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	ready()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if waits := h.under.waits(h.server); len(waits) > 0 {
		h.log.Info("stopping: waiting for requests to end", "at_most", h.grace, "for", waits)
	} else {
		h.log.Info("stopping")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.grace)
	defer cancel()
	err := web.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		h.log.Warn("stopping: requests were cut off", "for", h.under.waits(h.server))
		return web.Close()
	}
	return err
}

// greet says where the fake listens, and how to talk to it.
func (c *serveCmd) greet(p *process, addr net.Addr) {
	base := "http://" + addrValue(addr.String()).reachable() + "/api/v1"
	key := c.exampleKey()
	fmt.Fprintf(p.stdout, "listening on %s\n\n", base)
	fmt.Fprintf(p.stdout, "export MODELGATES_BASE_URL=%s\nexport MODELGATES_API_KEY=%s\n\n", base, key)
	fmt.Fprintf(p.stdout, "curl -sS %s/keys -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d '{\"name\": \"my first key\", \"limit\": 10}'\n", base, key)
}
