package mockserver

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// A refusal is an error response of the API: a status, with its body and its
// headers. Nothing else chooses an error status.
type refusal struct {
	status   int
	message  string          // error.message, word for word as the API sends it
	issues   []apispec.Issue // 400: every problem of the request
	allow    []string        // 405: the methods of the path
	nearest  string          // 404: the nearest route
	limit    *limitHeaders   // 429: nil for no headers
	rules    []string        // that decided it, the most specific first
	injected bool            // decided by a fault

	retryAfter time.Duration // for Retry-After; 0 leaves the header out
}

// limitHeaders are the X-RateLimit headers of a 429.
type limitHeaders struct {
	limit     int       // requests in a window
	remaining int       // requests left in this one
	reset     time.Time // when this one ends
}

// refuse returns a refusal with the usual message of its status.
func refuse(status int, rules ...string) *refusal {
	return &refusal{status: status, message: apispec.Messages[status], rules: rules}
}

// withMessage replaces the message, for a status that has several.
func (e *refusal) withMessage(message string) *refusal {
	e.message = message
	return e
}

func (e *refusal) Error() string { return fmt.Sprintf("%d %s", e.status, e.message) }

// badRequest returns the 400 that lists the issues, or nil if there are none.
func badRequest(issues []apispec.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	first := issues[0]
	message := "Invalid request: " + strings.TrimSpace(first.Path+" "+first.Message)
	if more := len(issues) - 1; more > 0 {
		message += " (and " + strconv.Itoa(more) + " more)"
	}
	return refuse(400).withMessage(message).withIssues(issues)
}

// withIssues sets the issues and adds the rules that they break.
func (e *refusal) withIssues(issues []apispec.Issue) *refusal {
	e.issues = issues
	for _, i := range issues {
		e.rules = form.AppendNew(e.rules, i.Rule)
	}
	return e
}

// envelope returns the body of the refusal. The user is "" if the caller's account
// is not known.
func (e *refusal) envelope(user string) apispec.Envelope {
	data := apispec.ErrorData{Code: e.status, Message: e.message}
	if e.issues != nil || e.allow != nil || e.nearest != "" || e.limit != nil {
		data.Metadata = &apispec.Metadata{Issues: e.issues, Allow: e.allow, Nearest: e.nearest}
		if e.limit != nil {
			data.Metadata.Headers = e.limit.values()
		}
	}
	return apispec.Envelope{Error: data, UserID: user}
}

// header returns the headers of the refusal.
func (e *refusal) header() http.Header {
	h := http.Header{}
	if e.allow != nil {
		h.Set("Allow", strings.Join(e.allow, ", "))
	}
	if e.retryAfter > 0 {
		h.Set("Retry-After", apispec.WholeSeconds(e.retryAfter))
	}
	if e.limit != nil {
		for name, v := range e.limit.values() {
			h.Set(name, v)
		}
	}
	return h
}

// tooMany returns the 429 of a rate limit that is used up.
func tooMany(full *ratelimit.Refusal, now time.Time) *refusal {
	e := refuse(429, "limits.rate")
	e.limit = &limitHeaders{limit: full.Limit.Requests, reset: full.Ends}
	e.retryAfter = full.Ends.Sub(now)
	return e
}

// firstReset is the least X-RateLimit-Reset, in milliseconds since 1970: a day in 1973.
// A client tells milliseconds from seconds by their size. The clock of a world may be
// set to an earlier time.
const firstReset = 100_000_000_000

// values returns the headers by name. X-RateLimit-Reset is in milliseconds since
// the Unix epoch, rounded up so that the window has ended by then.
func (l *limitHeaders) values() map[string]string {
	reset := apispec.ClampTime(l.reset.Add(time.Millisecond - 1))
	return map[string]string{
		"X-RateLimit-Limit":     strconv.Itoa(l.limit),
		"X-RateLimit-Remaining": strconv.Itoa(l.remaining),
		"X-RateLimit-Reset":     strconv.FormatInt(max(reset.UnixMilli(), firstReset), 10),
	}
}
