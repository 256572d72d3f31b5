// Package refusal holds the error responses of the API as data: a status, with its body
// and its headers.
//
//	New, Invalid, Full.Refusal, TooMany ─► Refusal ─► Envelope, Header
//
// Nothing else chooses an error status. A [Refusal] is an error, so that what checks a
// request returns it as one.
package refusal

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

// A Refusal is an error response of the API.
type Refusal struct {
	Status   int
	Message  string          // error.message, word for word as the API sends it
	Issues   []apispec.Issue // 400: every problem of the request
	Allow    []string        // 405: the methods of the path
	Nearest  string          // 404: the nearest route
	Limit    *Limit          // 429: nil for no headers
	Rules    []string        // that decided it, the most specific first
	Injected bool            // decided by a fault

	RetryAfter time.Duration // for Retry-After; 0 leaves the header out
}

// A Limit is what the X-RateLimit headers of a 429 say.
type Limit struct {
	Requests  int       // requests in a window
	Remaining int       // requests left in this one
	Reset     time.Time // when this one ends
}

// New returns a refusal with the usual message of its status.
func New(status int, rules ...string) *Refusal {
	return &Refusal{Status: status, Message: apispec.Messages[status], Rules: rules}
}

// WithMessage replaces the message, for a status that has several.
func (e *Refusal) WithMessage(message string) *Refusal {
	e.Message = message
	return e
}

func (e *Refusal) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Message) }

// Invalid returns the 400 that lists the issues, or nil if there are none.
func Invalid(issues []apispec.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	first := issues[0]
	message := "Invalid request: " + strings.TrimSpace(first.Path+" "+first.Message)
	if more := len(issues) - 1; more > 0 {
		message += " (and " + strconv.Itoa(more) + " more)"
	}
	return New(400).WithMessage(message).WithIssues(issues)
}

// WithIssues sets the issues and adds the rules that they break.
func (e *Refusal) WithIssues(issues []apispec.Issue) *Refusal {
	e.Issues = issues
	for _, i := range issues {
		e.Rules = form.AppendNew(e.Rules, i.Rule)
	}
	return e
}

// Envelope returns the body of the refusal. The user is "" if the caller's account
// is not known.
func (e *Refusal) Envelope(user string) apispec.Envelope {
	data := apispec.ErrorData{Code: e.Status, Message: e.Message}
	if e.Issues != nil || e.Allow != nil || e.Nearest != "" || e.Limit != nil {
		data.Metadata = &apispec.Metadata{Issues: e.Issues, Allow: e.Allow, Nearest: e.Nearest}
		if e.Limit != nil {
			data.Metadata.Headers = e.Limit.values()
		}
	}
	return apispec.Envelope{Error: data, UserID: user}
}

// Header returns the headers of the refusal.
func (e *Refusal) Header() http.Header {
	h := http.Header{}
	if e.Allow != nil {
		h.Set("Allow", strings.Join(e.Allow, ", "))
	}
	if e.RetryAfter > 0 {
		h.Set("Retry-After", apispec.WholeSeconds(e.RetryAfter))
	}
	if e.Limit != nil {
		for name, v := range e.Limit.values() {
			h.Set(name, v)
		}
	}
	return h
}

// TooMany returns the 429 of a rate limit that is used up.
func TooMany(full *ratelimit.Refusal, now time.Time) *Refusal {
	e := New(429, "limits.rate")
	e.Limit = &Limit{Requests: full.Limit.Requests, Reset: full.Ends}
	e.RetryAfter = full.Ends.Sub(now)
	return e
}

// firstReset is the least X-RateLimit-Reset, in milliseconds since 1970: a day in 1973.
// A client tells milliseconds from seconds by their size. The clock of a world may be
// set to an earlier time.
const firstReset = 100_000_000_000

// values returns the headers by name. X-RateLimit-Reset is in milliseconds since
// the Unix epoch, rounded up so that the window has ended by then.
func (l *Limit) values() map[string]string {
	reset := apispec.ClampTime(l.Reset.Add(time.Millisecond - 1))
	return map[string]string{
		"X-RateLimit-Limit":     strconv.Itoa(l.Requests),
		"X-RateLimit-Remaining": strconv.Itoa(l.Remaining),
		"X-RateLimit-Reset":     strconv.FormatInt(max(reset.UnixMilli(), firstReset), 10),
	}
}
