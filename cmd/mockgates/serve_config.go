package main

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
)

// defaultKey is the management key of the world default.
const defaultKey = "sk-mg-mgmt-" + mockserver.DefaultWorld

// config is what the flags say about the fake.
func (c *serveCmd) config(log *slog.Logger) (mockserver.Config, error) {
	choices, err := parseChoices(c.Choice)
	if err != nil {
		return mockserver.Config{}, err
	}
	scope := contract.All
	if c.DocumentedOnly {
		scope = contract.Documented
	}
	specification, err := contract.Print(scope, "yaml")
	if err != nil {
		return mockserver.Config{}, err
	}
	config := mockserver.Config{
		Seed: uint64(c.Seed), Clock: c.clock(), DocumentedOnly: c.DocumentedOnly,
		ManagementKeys: c.ManagementKey, StrictKeys: c.StrictKeys, KeyPrefix: c.KeyPrefix,
		Faults: c.Fault, RateLimits: c.RateLimit, Choices: choices, Plain: c.Plain, Logger: log,
		Version: buildVersion(), OpenAPI: specification, Scenarios: scenarios.RuleIndex(),
		Hosts: c.Host, AdminToken: c.AdminToken, ControlElsewhere: c.AdminAddr != "",
	}
	if c.FaultFile != "" {
		faults, err := readFaults(c.FaultFile)
		if err != nil {
			return mockserver.Config{}, err
		}
		config.Faults = append(config.Faults, faults...)
	}
	return config, nil
}

// parseChoices reads RULE=VALUE pairs. It refuses two values for one rule.
func parseChoices(pairs []string) (map[string]string, error) {
	choices := map[string]string{}
	for _, pair := range pairs {
		rule, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("--choice: %q is no RULE=VALUE such as keys.negative-limit=accept", pair)
		}
		if said, twice := choices[rule]; twice && said != value {
			return nil, fmt.Errorf("--choice: %s is both %q and %q", rule, said, value)
		}
		choices[rule] = value
	}
	return choices, nil
}

// logger writes to stderr as --log-format and --log-level say.
func (c *serveCmd) logger(p *process) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // the flag takes no other names
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(p.stderr, options))
	}
	return slog.New(slog.NewTextHandler(p.stderr, options))
}

// shellWord matches what a shell takes as one word without quotes.
var shellWord = regexp.MustCompile(`^[A-Za-z0-9_./:-]+$`)

// exampleKey is the management key to show to the user: the default one if it
// is welcome, otherwise the first of the user's own that names its world. A key
// of another form may be a secret and is never shown.
func (c *serveCmd) exampleKey() string {
	if !c.StrictKeys {
		return defaultKey
	}
	for _, key := range c.ManagementKey {
		if strings.HasPrefix(key, "sk-mg-mgmt-") && shellWord.MatchString(key) {
			return key
		}
	}
	return "YOUR_MANAGEMENT_KEY"
}
