package serve

import (
	"net/http"
	"time"

	"github.com/mockgates/mockgates/internal/slowclient"
)

// An httpLimits bounds what a slow or hostile client costs. None of the limits
// counts the time in which the server works or a gate holds a request, so a
// request may be held, and a stream of events may last, for any time.
type httpLimits struct {
	header      time.Duration // for the header of a request
	body        time.Duration // for the body of a request
	write       time.Duration // for the client to take one write of a response
	idle        time.Duration // of a connection between two requests
	headerBytes int           // of the header of a request; net/http adds 4096
}

// defaultLimits returns the limits of mockgates serve. The README lists them.
func defaultLimits() httpLimits {
	return httpLimits{
		header: 10 * time.Second, body: slowclient.DefaultTimeout, write: slowclient.DefaultTimeout, idle: 2 * time.Minute,
		headerBytes: 64 << 10,
	}
}

// apply returns a handler that reads bodies and writes responses within the
// limits. A timeout of 0 stands for none.
func (l httpLimits) apply(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.body > 0 {
			r.Body = slowclient.LimitBody(w, r.Body, l.body)
		}
		if l.write > 0 {
			limited := slowclient.NewWriter(w, r, l.write)
			defer limited.Extend() // for what is written after the handler has returned
			w = limited
		}
		handler.ServeHTTP(w, r)
	})
}
