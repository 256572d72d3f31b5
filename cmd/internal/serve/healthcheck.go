package serve

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/mockserver/control"
)

// healthTimeout bounds a whole health check.
const healthTimeout = 5 * time.Second

// HealthPath is the path of the health call of the control API, which needs no
// credential.
const HealthPath = control.Prefix + "health"

// A HealthcheckCommand is the command healthcheck. It exists for the HEALTHCHECK of
// an image that has neither a shell nor curl.
type HealthcheckCommand struct {
	URL string `arg:"" optional:"" help:"URL of the fake; its path is ignored. Default: the address of --addr."`
	Target
}

// Run calls the health call of the control API.
func (c *HealthcheckCommand) Run(p *cli.Process) error {
	target, err := c.target(p)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.Context, healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{
		Proxy: nil, DisableKeepAlives: true,
		// The question is whether the server answers, and no secret is sent. Its CA is its own.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
	}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return &exit.Failure{Code: exit.Inconclusive, Err: err, Hint: "is mockgates serve running there?"}
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return exit.Failf(exit.Inconclusive, "%s: status %d; want 200", target, res.StatusCode)
	}
	_, err = fmt.Fprintln(p.Stdout, "ok")
	return err
}

// target returns the URL of the health call.
func (c *HealthcheckCommand) target(p *cli.Process) (string, error) {
	if c.URL == "" {
		origin, err := c.Origin(p)
		return origin + HealthPath, err
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("%q is not a valid URL; want one such as http://127.0.0.1:8080", c.URL)
	}
	return u.Scheme + "://" + u.Host + HealthPath, nil
}
