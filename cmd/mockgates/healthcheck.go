package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/mockgates/mockgates/cmd/mockgates/internal/exit"
)

// healthTimeout bounds a whole health check.
const healthTimeout = 5 * time.Second

// healthPath is the path of the health call of the control API, which needs no
// credential.
const healthPath = "/_mockgates/health"

// A healthcheckCmd is the command healthcheck. It exists for the HEALTHCHECK of
// an image that has neither a shell nor curl.
type healthcheckCmd struct {
	URL  string    `arg:"" optional:"" help:"URL of the fake; its path is ignored. Default: the address of --addr."`
	Addr addrValue `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address that the fake listens on."`
	TLS  bool      `name:"tls" help:"The fake serves HTTPS."`
}

// Run calls the health call of the control API.
func (c *healthcheckCmd) Run(p *process) error {
	target, err := c.target()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.ctx, healthTimeout)
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
	_, err = fmt.Fprintln(p.stdout, "ok")
	return err
}

// target returns the URL of the health call.
func (c *healthcheckCmd) target() (string, error) {
	if c.URL == "" && c.TLS {
		return "https://" + c.Addr.reachable() + healthPath, nil
	}
	if c.URL == "" {
		return "http://" + c.Addr.reachable() + healthPath, nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("%q is not a valid URL; want one such as http://127.0.0.1:8080", c.URL)
	}
	return u.Scheme + "://" + u.Host + healthPath, nil
}
