package refusal

import (
	"fmt"
	"net/http"
)

// A Full reports that a request or a call would exceed a bound of the server.
type Full struct {
	Bound string // "max-worlds", "max-faults", "max-gates", "max-codes", "max-waiting" or "max-count"
	Max   int    // the bound
	What  string // what it bounds, such as "worlds" or "faults in a world"
}

func (f *Full) Error() string {
	return fmt.Sprintf("%s is reached: the server keeps at most %d %s", f.Bound, f.Max, f.What)
}

// Refusal returns the 503 for a request that would exceed the bound.
func (f *Full) Refusal() *Refusal {
	return New(http.StatusServiceUnavailable, "fake.bounds").WithMessage("Service Unavailable: " + f.Error())
}
