package scenarios

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

// Options say what to play, and on which target. The zero value plays every
// built-in scenario on an in-process fake.
type Options struct {
	Files          []string      // scenario files (txtar); none plays the built-in ones
	Run            string        // regular expression; only scenarios whose name it matches are played; "" plays all
	DocumentedOnly bool          // leave out companion operations, in the fake and in the contract
	Parallel       int           // scenarios at the same time; 0 is the number of processors
	FailFast       bool          // leave out the scenarios that have not begun when one fails
	Timeout        time.Duration // of one call, and of waiting at a gate; 0 is 10s

	// The fake, if Target is "".
	Seed    uint64                          // of every world; 0 is 1
	Clock   mockserver.ClockSetting         // of every world as it opens; the zero value is the machine's time
	Handler func(http.Handler) http.Handler // wraps the fake, for instance to break it on purpose; nil does not

	// A live endpoint.
	Target        string        // base URL, such as https://host/api/v1; "" is the fake
	ManagementKey string        // the credential of "as management"; never in a script's environment or in output
	Companions    bool          // the target offers the companion operations
	LiveLimit     *float64      // the largest limit in USD of a key that a scenario creates; nil is 0, +Inf lifts the bound
	LiveExpiry    time.Duration // the longest life of such a key; 0 is 15m, negative lifts the bound

	judge func() (judge, error) // in place of the embedded contract; nil for that

	Verbose bool      // write every exchange to Output as its scenario ends
	Output  io.Writer // for Verbose; nil discards
}

// live reports whether the target is an endpoint and not the fake.
func (o Options) live() bool { return o.Target != "" }

// companions reports whether the target offers the companion operations.
func (o Options) companions() bool {
	if o.live() {
		return o.Companions && !o.DocumentedOnly
	}
	return !o.DocumentedOnly
}

// complete fills in what is left out, and refuses what cannot be.
func (o Options) complete() (Options, *regexp.Regexp, error) {
	if o.Parallel < 0 {
		return o, nil, fmt.Errorf("parallel is %d; want 0 or more", o.Parallel)
	}
	if o.Parallel == 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	if o.Timeout < 0 {
		return o, nil, fmt.Errorf("timeout is %v; want 0s or more", o.Timeout)
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Output == nil {
		o.Output = io.Discard
	}
	if o.LiveExpiry == 0 {
		o.LiveExpiry = 15 * time.Minute
	}
	if o.LiveLimit == nil {
		o.LiveLimit = new(float64)
	}
	if math.IsNaN(*o.LiveLimit) || *o.LiveLimit < 0 {
		return o, nil, fmt.Errorf("live limit is %v; want an amount in USD, 0 or more", *o.LiveLimit)
	}
	filter, err := regexp.Compile(o.Run)
	if err != nil {
		return o, nil, fmt.Errorf("run %q is no regular expression: %w", o.Run, err)
	}
	if !o.live() {
		return o, filter, nil
	}
	return o, filter, o.validateTarget()
}

// validateTarget refuses a target that cannot be called, or not safely.
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
		return fmt.Errorf("target %q: the management key has spaces around it", o.Target)
	case o.Handler != nil:
		return fmt.Errorf("target %q: a handler wraps the fake, and a live target has none", o.Target)
	}
	o.Target = strings.TrimRight(o.Target, "/")
	return nil
}

// redactURL is a URL without its user and query, which may hold secrets.
func redactURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "…"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}
