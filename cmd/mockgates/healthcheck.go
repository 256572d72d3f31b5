package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// healthTimeout bounds the whole of a health check.
const healthTimeout = 5 * time.Second

// A healthcheckCmd is the command healthcheck, made for the HEALTHCHECK of an
// image that has no shell and no curl.
type healthcheckCmd struct {
	URL  string    `arg:"" optional:"" help:"Where the fake is: any URL of it. It is found by --addr if not said."`
	Addr addrValue `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the fake listens."`
}

// Run asks for /_mockgates/health.
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
	transport := &http.Transport{Proxy: nil, DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return &failure{exitCouldNotLook, err, "is mockgates serve running there?"}
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fail(exitCouldNotLook, "%s answers %d; want 200", target, res.StatusCode)
	}
	_, err = fmt.Fprintln(p.stdout, "ok")
	return err
}

// target is the URL to ask.
func (c *healthcheckCmd) target() (string, error) {
	if c.URL == "" {
		return "http://" + c.Addr.reachable() + healthPath, nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("%q is no URL to ask; want one such as http://127.0.0.1:8080", c.URL)
	}
	return u.Scheme + "://" + u.Host + healthPath, nil
}

// healthPath is the call of the control API that is open to all.
const healthPath = "/_mockgates/health"
