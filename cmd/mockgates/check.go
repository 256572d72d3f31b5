package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/scenarios"
)

// managementKeyVariable holds the credential for a live target. It has no
// flag: what is on a command line can be read by every user of the machine.
const managementKeyVariable = "MODELGATES_MANAGEMENT_KEY"

// A checkCmd is the command check.
type checkCmd struct {
	Files []string `arg:"" optional:"" name:"file" help:"Scenario files (txtar). The built-in ones if not said."`
	apiFlags

	Pattern  string `name:"run" placeholder:"PATTERN" help:"Play only scenarios whose name the regular expression matches."`
	Parallel int    `placeholder:"N" help:"Scenarios at the same time; the number of processors if not said."`
	Verbose  bool   `short:"v" help:"Show every exchange."`

	Target            string      `placeholder:"URL" help:"Play on this live endpoint, such as https://host/api/v1, and not on a fake."`
	ManagementKeyFile string      `placeholder:"FILE" help:"Where the management key of the target is, if not in MODELGATES_MANAGEMENT_KEY."`
	Companions        bool        `help:"The target offers the companion operations."`
	LiveLimit         limitValue  `default:"0" placeholder:"USD|none" help:"The largest limit of a key that is made on the target."`
	LiveExpiry        expiryValue `default:"15m" placeholder:"DURATION|none" help:"The longest life of a key that is made on the target."`
}

// Run plays the scenarios and prints what came of it.
func (c *checkCmd) Run(p *process) error {
	key, err := c.managementKey(p.env)
	if err != nil {
		return err
	}
	limit := float64(c.LiveLimit)
	report, err := scenarios.Run(p.ctx, scenarios.Options{
		Files: c.Files, Run: c.Pattern, DocumentedOnly: c.DocumentedOnly, Parallel: c.Parallel,
		Seed: uint64(c.Seed), Clock: c.clock(),
		Target: c.Target, ManagementKey: key, Companions: c.Companions,
		LiveLimit: &limit, LiveExpiry: time.Duration(c.LiveExpiry),
		Verbose: c.Verbose, Output: p.stdout,
	})
	switch {
	case err != nil && p.ctx.Err() != nil:
		return &failure{code: exitCouldNotLook, err: err}
	case err != nil:
		return err
	}
	if err := report.WriteText(p.stdout, p.colourful()); err != nil {
		return err
	}
	return told(report.ExitCode())
}

// managementKey is the credential for the target: that of the variable, or
// what the file holds. It is "" for the fake, which makes its own.
func (c *checkCmd) managementKey(env environ) (string, error) {
	if c.Target == "" {
		return "", nil
	}
	if c.ManagementKeyFile == "" {
		return env[managementKeyVariable], nil
	}
	data, err := os.ReadFile(c.ManagementKeyFile)
	if err != nil {
		return "", err
	}
	if key := strings.TrimSpace(string(data)); key != "" {
		return key, nil
	}
	return "", fmt.Errorf("--management-key-file: %s is empty", c.ManagementKeyFile)
}

// colourful reports whether stdout is a terminal whose user has nothing
// against colours (no-color.org).
func (p *process) colourful() bool {
	file, ok := p.stdout.(*os.File)
	if !ok || p.env["NO_COLOR"] != "" || p.env["TERM"] == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A limitValue is the value of --live-limit in USD; +Inf is none.
type limitValue float64

// UnmarshalText reads the value of the flag.
func (l *limitValue) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*l = limitValue(math.Inf(1))
		return nil
	}
	usd, err := strconv.ParseFloat(string(text), 64)
	if err != nil || usd < 0 || math.IsInf(usd, 0) || math.IsNaN(usd) {
		return fmt.Errorf("%q is no limit; want an amount in USD, 0 or more, or none", text)
	}
	*l = limitValue(usd)
	return nil
}

// An expiryValue is the value of --live-expiry; a negative one is none.
type expiryValue time.Duration

// UnmarshalText reads the value of the flag.
func (e *expiryValue) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*e = -1
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err == nil && d <= 0 {
		err = errors.New("not positive")
	}
	if err != nil {
		return fmt.Errorf("%q is no length of time; want one such as 15m, or none", text)
	}
	*e = expiryValue(d)
	return nil
}
