package serve

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// greet prints where the fake listens, what makes it fail, and lines to paste into a
// shell. With --log-format json it prints one line of JSON.
func (c *Command) greet(p *cli.Process, s *Server) {
	base, controlAPI := s.Origin()+mockserver.BasePath, s.controlURL()
	faults, limits := c.active()
	if c.LogFormat == "json" {
		slog.New(slog.NewJSONHandler(p.Stdout, nil)).Info("listening on "+base, "url", base, "control", controlAPI, "faults", faults, "rate_limits", limits)
		return
	}
	fmt.Fprintf(p.Stdout, "listening on %s\n", base)
	if s.at.plain != nil {
		fmt.Fprintf(p.Stdout, "and on %s%s\n", origin(false, cli.Addr(s.at.plain.String())), mockserver.BasePath)
	}
	fmt.Fprintf(p.Stdout, "control API on %s\n", controlAPI)
	for _, active := range []struct {
		what string
		list []string
	}{{"fault", faults}, {"rate limit", limits}} {
		for _, text := range active.list {
			fmt.Fprintf(p.Stdout, "%s in every world: %s\n", active.what, text)
		}
	}
	c.printCommands(p.Stdout, s, base)
}

// active returns the faults and rate limits with which each world begins.
func (c *Command) active() (faults, limits []string) {
	list, _ := c.Faults() // they were read before
	faults, limits = make([]string, 0, len(list)), make([]string, 0, len(c.RateLimit))
	for _, f := range list {
		faults = append(faults, f.String())
	}
	for _, l := range c.RateLimit {
		limits = append(limits, l.String())
	}
	return faults, limits
}

// printCommands prints lines to paste into a shell.
func (c *Command) printCommands(w io.Writer, s *Server, base string) {
	trust, key := "", c.exampleKey()
	fmt.Fprintf(w, "\nexport %s=%s\nexport %s=%s\n\n", envvar.BaseURL, base, envvar.APIKey, key)
	if c.TLS {
		trust = " --cacert mockgates-ca.pem"
		fmt.Fprintf(w, "curl -sSko mockgates-ca.pem %sca.pem\n", s.controlURL())
	}
	fmt.Fprintf(w, "curl -sS%s %s/keys -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' -d '{\"name\": \"my first key\", \"limit\": 10}'\n", trust, base, key)
	if c.TLS {
		fmt.Fprintf(w, "\nA client that trusts mockgates-ca.pem reaches it as https://%s%s with HTTPS_PROXY=%s\n",
			tlsNames[0], mockserver.BasePath, strings.Replace(s.Origin(), "https:", "http:", 1))
	}
}

// controlURL returns the URL of the control API, which may have a port of its own.
func (s *Server) controlURL() string {
	if s.at.admin == nil {
		return s.Origin() + control.Prefix
	}
	return origin(false, cli.Addr(s.at.admin.String())) + control.Prefix
}
