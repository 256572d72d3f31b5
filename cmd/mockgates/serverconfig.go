package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/cmd/mockgates/internal/clientrun"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/files"
	"github.com/mockgates/mockgates/internal/localca"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/scenarios"
)

const (
	managementKeyPrefix = "sk-mg-mgmt-" // of the keys that name their world
	defaultKey          = managementKeyPrefix + mockserver.DefaultWorld
	defaultKeyPrefix    = mockserver.DefaultKeyPrefix
)

// clock returns the clock setting that --clock and --clock-frozen describe.
func (f *apiFlags) clock() mockserver.ClockSetting {
	return mockserver.ClockSetting{Now: f.Clock.Time, Frozen: f.ClockFrozen}
}

// config returns the configuration of the fake that the flags describe.
func (c *fakeFlags) config(log *slog.Logger) (mockserver.Config, error) {
	rules, err := parseRules(c.Rule)
	if err != nil {
		return mockserver.Config{}, err
	}
	faults, err := c.faults()
	if err != nil {
		return mockserver.Config{}, err
	}
	config := mockserver.Config{
		Seed: uint64(c.Seed), Clock: c.clock(), DocumentedOnly: c.DocumentedOnly,
		ManagementKeys: c.ManagementKey, StrictKeys: c.StrictKeys, KeyPrefix: c.KeyPrefix,
		Faults: faults, RateLimits: c.RateLimit, Rules: rules, NoDebugHeaders: c.NoDebugHeaders, Logger: log,
		AllowedHosts: c.AllowedHost, MaxWorlds: c.MaxWorlds, MaxFaults: c.MaxFaults, MaxGates: c.MaxGates, MaxCodes: c.MaxCodes, MaxWaiting: c.MaxWaiting,
	}
	if c.TLS { // clients use the names in the Host header, where an address is always allowed
		names, err := localca.Normalize(c.names())
		if err != nil {
			return mockserver.Config{}, exit.Failf(exit.Usage, "--tls-host: %w", err)
		}
		isAddress := func(name string) bool { return net.ParseIP(name) != nil }
		config.AllowedHosts = append(slices.Clone(c.AllowedHost), slices.DeleteFunc(names, isAddress)...)
	}
	if c.AdminToken != "" {
		config.Secrets = []string{string(c.AdminToken)}
	}
	return config, nil
}

// faults returns the faults of --fault and --fault-file.
func (c *fakeFlags) faults() ([]fault.Fault, error) {
	if c.FaultFile == "" {
		return c.Fault, nil
	}
	more, err := files.ReadFaults(c.FaultFile)
	return append(slices.Clone(c.Fault), more...), err
}

// control returns the control API of the fake. It reads the specification, and
// which scenarios hold each rule, when it is asked for them.
func (c *fakeFlags) control(fake *mockserver.Server, logDropped func() int64, authority *localca.Authority) (*control.Handler, error) {
	var ca []byte
	if authority != nil {
		ca = authority.PEM()
	}
	return control.New(fake, control.Config{
		CA:      ca,
		Version: buildVersion(), AdminToken: string(c.AdminToken),
		OpenAPI:   func() ([]byte, error) { return servedSpecification(c.DocumentedOnly) },
		Scenarios: scenarios.RuleIndex, MaxStreams: c.MaxStreams, LogDropped: logDropped,
	})
}

// parseRules parses ID=SETTING pairs. It refuses two settings of one rule.
func parseRules(pairs []string) (map[string]string, error) {
	rules := map[string]string{}
	for _, pair := range pairs {
		id, setting, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("--rule: %q is not a valid rule; want ID=SETTING, such as keys.negative-limit=accept", pair)
		}
		if other, set := rules[id]; set && other != setting {
			return nil, fmt.Errorf("--rule: %s is set to both %q and %q", id, other, setting)
		}
		rules[id] = setting
	}
	return rules, nil
}

// logHandler returns a handler for the log that --log-format and --log-level
// describe.
func (c *fakeFlags) logHandler(w io.Writer) slog.Handler {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // cannot fail: the flag is an enum
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.NewJSONHandler(w, options)
	}
	return slog.NewTextHandler(w, options)
}

// exampleKey returns a management key that may be shown to the user: the default
// key if the fake accepts it, or else the first key of --management-key that
// names its world. A key of another form may be a secret and is never shown.
func (c *fakeFlags) exampleKey() string {
	if !c.StrictKeys {
		return defaultKey
	}
	for _, key := range c.ManagementKey {
		if strings.HasPrefix(key, managementKeyPrefix) && clientrun.IsShellWord(key) {
			return key
		}
	}
	return "YOUR_MANAGEMENT_KEY"
}
