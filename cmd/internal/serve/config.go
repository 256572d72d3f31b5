package serve

import (
	"io"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/internal/localca"
	"github.com/mockgates/mockgates/internal/shell"
	"github.com/mockgates/mockgates/internal/textlog"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
	"github.com/mockgates/mockgates/mockserver/fault"
)

const (
	// ManagementKeyPrefix begins the management keys that name their world.
	ManagementKeyPrefix = "sk-mg-mgmt-"

	// DefaultKey is the management key of the default world.
	DefaultKey = ManagementKeyPrefix + mockserver.DefaultWorld
)

// Vars returns the values that the tags of the flags name.
func Vars() kong.Vars {
	return kong.Vars{
		"keyPrefix":  mockserver.DefaultKeyPrefix,
		"maxWorlds":  strconv.Itoa(mockserver.DefaultMaxWorlds),
		"maxFaults":  strconv.Itoa(mockserver.DefaultMaxFaults),
		"maxGates":   strconv.Itoa(mockserver.DefaultMaxGates),
		"maxCodes":   strconv.Itoa(mockserver.DefaultMaxCodes),
		"maxWaiting": strconv.Itoa(mockserver.DefaultMaxWaiting),
		"maxStreams": strconv.Itoa(control.DefaultMaxStreams),
	}
}

// APIFlags holds the flags of the fake that serve and check share.
type APIFlags struct {
	Seed           cli.Seed `default:"1" placeholder:"N|random" help:"Seed for everything random."`
	Clock          cli.Time `placeholder:"TIME" help:"Time at which the clock of each world starts, such as 2026-01-05T12:00:00Z. Default: the system time."`
	ClockFrozen    bool     `help:"Freeze the clock of each world until it is moved."`
	DocumentedOnly bool     `help:"Disable the companion operations: they answer 404."`
}

// ClockSetting returns the clock setting that --clock and --clock-frozen describe.
func (f *APIFlags) ClockSetting() mockserver.ClockSetting {
	return mockserver.ClockSetting{Now: f.Clock.Time, Frozen: f.ClockFrozen}
}

// Config returns the configuration of the fake that the flags describe.
func (c *Flags) Config(log *slog.Logger) (mockserver.Config, error) {
	rules, err := ParseRules(c.Rule)
	if err != nil {
		return mockserver.Config{}, err
	}
	faults, err := c.Faults()
	if err != nil {
		return mockserver.Config{}, err
	}
	config := mockserver.Config{
		Seed: uint64(c.Seed), Clock: c.ClockSetting(), DocumentedOnly: c.DocumentedOnly,
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

// Faults returns the faults of --fault and --fault-file. It reads the file once, which
// may be a pipe.
func (c *Flags) Faults() ([]fault.Fault, error) {
	if c.FaultFile == "" {
		return c.Fault, nil
	}
	if c.fromFile == nil {
		list, err := files.ReadFaults(c.FaultFile)
		if err != nil {
			return nil, err
		}
		c.fromFile = &list
	}
	return append(slices.Clone(c.Fault), *c.fromFile...), nil
}

// control returns the control API of the fake.
func (c *Flags) control(fake *mockserver.Server, extras Extras, logDropped func() int64, authority *localca.Authority) (*control.Handler, error) {
	config := control.Config{
		Version: cli.BuildVersion(), AdminToken: string(c.AdminToken),
		Scenarios: extras.Scenarios, MaxStreams: c.MaxStreams, LogDropped: logDropped,
	}
	if authority != nil {
		config.CA = authority.PEM()
	}
	if extras.OpenAPI != nil {
		config.OpenAPI = func() ([]byte, error) { return extras.OpenAPI(c.DocumentedOnly) }
	}
	return control.New(fake, config)
}

// ParseRules parses ID=SETTING pairs. It refuses two settings of one rule.
func ParseRules(pairs cli.Strings) (map[string]string, error) {
	return pairs.Map("rule", "a valid rule; want ID=SETTING, such as keys.negative-limit=accept")
}

// LogHandler returns a handler for the log that --log-format and --log-level
// describe.
func (c *Flags) LogHandler(w io.Writer) slog.Handler {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // cannot fail: the flag is an enum
	if c.LogFormat == "json" {
		return slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})
	}
	return textlog.New(w, level)
}

// exampleKey returns a management key that may be shown to the user: the default
// key if the fake accepts it, or else the first key of --management-key that
// names its world. A key of another form may be a secret and is never shown.
func (c *Flags) exampleKey() string {
	if !c.StrictKeys {
		return DefaultKey
	}
	for _, key := range c.ManagementKey {
		if strings.HasPrefix(key, ManagementKeyPrefix) && shell.IsWord(key) {
			return key
		}
	}
	return "YOUR_MANAGEMENT_KEY"
}
