package scenarios

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Rate bounds the requests that a run sends to a live target in a period. The zero
// value is the default: no bound for a target on this machine, and 60 requests a minute
// for any other.
type Rate struct {
	Requests int           // 0 for the default, negative for no bound
	Per      time.Duration // one second, minute or hour
}

// NoRate is no bound.
var NoRate = Rate{Requests: -1}

// defaultRate is the rate for a target that is not on this machine.
var defaultRate = Rate{Requests: 60, Per: time.Minute}

// ParseRate parses a rate such as 60/m: requests per second (s), minute (m) or
// hour (h), or none.
func ParseRate(text string) (Rate, error) {
	if text == "none" {
		return NoRate, nil
	}
	count, unit, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	per := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit]
	if err != nil || n < 1 || per == 0 {
		return Rate{}, fmt.Errorf("%q is not a valid rate; want requests per second, minute or hour, such as 60/m, or none", text)
	}
	return Rate{n, per}, nil
}

// maxInterval is the longest time between two requests to a live target. A
// scenario of 15 calls then ends within a quarter of the ten minutes of $SOON,
// because scenarios do not run in parallel at such a rate.
const maxInterval = 10 * time.Second

// interval returns the time between two requests, 0 for no bound.
func (o Options) interval() time.Duration {
	r := o.Rate
	if r.Requests == 0 && o.live() && !isLoopback(o.Target) {
		r = defaultRate
	}
	if r.Requests <= 0 {
		return 0
	}
	return r.Per / time.Duration(r.Requests)
}

// isLoopback reports whether a URL points to this machine.
func isLoopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost") || ip != nil && ip.IsLoopback()
}
