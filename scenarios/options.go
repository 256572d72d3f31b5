package scenarios

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/session"
	"github.com/mockgates/mockgates/scenarios/internal/target"
)

// Options say what to play and on which target. The zero value plays every
// built-in scenario on an in-process fake.
type Options struct {
	Files          []string          // scenario files (txtar), folders of them, or "-" for Stdin; the built-in ones if there are none
	Stdin          io.Reader         // of the file "-"; nil is an empty one
	Set            map[string]string // variables of every scenario, by name; nil for none
	Run            string            // regular expression for the names of scenarios to play; "" plays all
	DocumentedOnly bool              // without companion operations, in the fake and in the contract
	Parallel       int               // how many scenarios to play at the same time; 0 is the number of processors
	Generate       string            // GenerateOn or GenerateOff: whether to play generated cases too; "" is on unless there are Files
	MaxRequests    int               // the largest number of requests for generated cases; 0 for no bound. A cleanup always runs
	Save           string            // folder for scenarios that replay the generated cases that fail; "" writes none
	Shard          Shard             // the part of these scenarios to play; the zero value is all of them
	MinCoverage    float64           // percent of the documented responses and request features that must be reached; 0 to 100
	FailFast       bool              // when one scenario fails, skip those that have not begun
	Timeout        time.Duration     // of one call, and of one wait at a gate; 0 is 10s

	// The fake, if Target is "".
	Seed    uint64                          // of every world; 0 is 1
	Clock   mockserver.ClockSetting         // of every world when it opens; the zero value is the time of the machine
	Rules   map[string]string               // settings of its rules by their ids; nil for the defaults
	Handler func(http.Handler) http.Handler // wraps the fake, for instance to break it on purpose; nil for none

	// A live endpoint.
	Target        string        // base URL, such as https://host/api/v1; "" is the fake
	ManagementKey string        // the credential of "as management"; never in the environment of a script, or in output
	Companions    bool          // the target offers the companion operations
	LiveLimit     *float64      // the largest limit of a key that a scenario creates, in USD; nil is 0, +Inf removes the bound
	LiveExpiry    time.Duration // the longest time until such a key expires; 0 is 15m, negative removes the bound

	Ledger    io.Writer // for the keys that the run makes on the target, see package keyledger; nil keeps them in memory only
	Leftovers string    // LeftoversFail or LeftoversIgnore: whether a key that stays on the target changes the exit code; "" is fail

	Rate Rate // how fast requests are sent; the zero value is the default

	Version string // of the program that runs the scenarios, for the report

	runID     string                                     // "" for a random one
	sleep     func(context.Context, time.Duration) error // waits for a target that answers 429; nil is the clock
	sabotage  *target.Sabotage                           // nil for none
	validator func() (validator, error)                  // nil is a validator of the embedded contract

	Progress func(Progress) // called after each exchange and each scenario, one call at a time; nil for none

	Verbose bool      // write every exchange to Output when its scenario ends
	Output  io.Writer // for Verbose; nil discards
}

// defaultLiveExpiry is the value of Options.LiveExpiry if it is 0.
const defaultLiveExpiry = 15 * time.Minute

// live reports whether the target is an endpoint and not a fake.
func (o Options) live() bool { return o.Target != "" }

// companions reports whether the target offers the companion operations.
func (o Options) companions() bool {
	if o.live() {
		return o.Companions && !o.DocumentedOnly
	}
	return !o.DocumentedOnly
}

// complete returns the options with defaults for zero values, and the compiled
// Run. It refuses values that are not valid.
func (o Options) complete() (Options, *regexp.Regexp, error) {
	if err := o.validate(); err != nil {
		return o, nil, err
	}
	filter, err := o.filter()
	if err != nil {
		return o, nil, err
	}
	o.Parallel = cmp.Or(o.Parallel, runtime.GOMAXPROCS(0))
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.LiveExpiry = cmp.Or(o.LiveExpiry, defaultLiveExpiry)
	if o.Output == nil {
		o.Output = io.Discard
	}
	if o.LiveLimit == nil {
		o.LiveLimit = new(float64)
	}
	if interval := o.interval(); interval > 0 {
		o.Parallel = min(o.Parallel, int(max(1, time.Second/interval))) // more would only wait
	}
	if !o.live() {
		return o, filter, nil
	}
	if err := o.validateLive(); err != nil {
		return o, nil, err
	}
	return o, filter, o.validateTarget()
}

// filter returns the compiled Run.
func (o Options) filter() (*regexp.Regexp, error) {
	filter, err := regexp.Compile(o.Run)
	if err != nil {
		return nil, fmt.Errorf("run: %q is not a regular expression: %w", o.Run, err)
	}
	return filter, nil
}

// validate refuses values that are not valid for any target.
func (o Options) validate() error {
	if err := checkSet(o.Set); err != nil {
		return err
	}
	modes := []string{GenerateOn, GenerateOff}
	switch s := o.Shard; {
	case o.Parallel < 0:
		return fmt.Errorf("parallel is %d; want 0 or more", o.Parallel)
	case !(o.MinCoverage >= 0 && o.MinCoverage <= 100): // NaN too
		return fmt.Errorf("minimum of coverage is %v; want a percentage from 0 to 100", o.MinCoverage)
	case s != (Shard{}) && (s.Index < 1 || s.Index > s.Count):
		return fmt.Errorf("shard is %d/%d; want 1/N to N/N", s.Index, s.Count)
	case o.Timeout < 0:
		return fmt.Errorf("timeout is %v; want 0s or more", o.Timeout)
	case o.MaxRequests < 0:
		return fmt.Errorf("max requests is %d; want 0 or more", o.MaxRequests)
	case o.Generate != "" && !slices.Contains(modes, o.Generate):
		return fmt.Errorf("generate is %q%s", o.Generate, suggest.Hint(o.Generate, modes))
	case o.LiveLimit != nil && !(*o.LiveLimit >= 0):
		return fmt.Errorf("live limit is %v; want an amount in USD, 0 or more", *o.LiveLimit)
	}
	return nil
}

// checkSet refuses invalid names, and the names of variables that every scenario has.
func checkSet(set map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(set)) {
		switch {
		case !script.IsName(name):
			return fmt.Errorf("set: %q is not the name of a variable; want letters, digits and _, such as NAME", name)
		case slices.Contains(session.OwnVariables, name) || script.SetByTestscript(name):
			return fmt.Errorf("set: variable %s cannot be set: every scenario sets its own; want another name", name)
		}
	}
	return nil
}

// validateLive refuses settings that no run on a live target can have.
func (o Options) validateLive() error {
	modes := []string{LeftoversFail, LeftoversIgnore}
	switch {
	case o.Leftovers != "" && !slices.Contains(modes, o.Leftovers):
		return fmt.Errorf("leftovers is %q%s", o.Leftovers, suggest.Hint(o.Leftovers, modes))
	case o.interval() > maxInterval:
		return fmt.Errorf("rate is one request in %v; want at least one in %v: the times in a scenario are those of its beginning, and $SOON is ten minutes later",
			o.interval(), maxInterval)
	}
	return nil
}

// validateTarget refuses a target that cannot be called safely, and removes slashes
// from the end of its URL.
func (o *Options) validateTarget() error {
	u, err := url.Parse(o.Target)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("target %q: want a base URL such as https://host/api/v1", redactURL(o.Target))
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("target %q: want no user, query or fragment", redactURL(o.Target))
	case o.ManagementKey == "":
		return fmt.Errorf("target %q: no management key; set MODELGATES_MANAGEMENT_KEY", o.Target)
	case strings.TrimSpace(o.ManagementKey) != o.ManagementKey:
		return fmt.Errorf("target %q: the management key begins or ends with a space", o.Target)
	case o.Handler != nil:
		return fmt.Errorf("target %q: a handler can wrap only the fake", o.Target)
	}
	o.Target = strings.TrimRight(o.Target, "/")
	return nil
}

// redactURL returns a URL without user, query and fragment, which may hold
// secrets.
func redactURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "…"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
