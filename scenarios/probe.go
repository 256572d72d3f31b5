package scenarios

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/scenarios/internal/session"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/report"
)

// probeTimeout bounds each call of the probe.
const probeTimeout = 10 * time.Second

// probe makes one call to a live target before any scenario is played, and a
// second one if the response to the first says nothing about the API. If neither
// response does, it returns the problem and false, and the run is inconclusive. Once a
// call has had a useful response, every later failure counts against the target.
func (r *run) probe(ctx context.Context) (report.Problem, bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*probeTimeout)
	defer cancel()
	c, err := r.target.NewClient("probe")
	if err != nil {
		return report.Problem{Exit: report.ExitInconclusive, Text: err.Error()}, false
	}
	var first string
	soon := c.Now().Add(session.Soon).UTC().Format(time.RFC3339)
	for _, call := range []target.Call{
		{Path: "/auth/keys/code", Body: []byte(`{"callback_url":"https://app.example/back"}`)},
		{Path: "/keys", Body: fmt.Appendf(nil, `{"name":"probe %s","limit":0,"expires_at":%q}`, r.target.Run, soon)},
	} {
		call.Method, call.Token = http.MethodPost, c.ManagementKey()
		callCtx, cancel := context.WithTimeoutCause(ctx, min(probeTimeout, r.Timeout), fmt.Errorf("no response within %v", min(probeTimeout, r.Timeout)))
		done, err := c.Send(callCtx, call)
		cancel()
		if err != nil {
			return report.Problem{Exit: report.ExitInconclusive, Text: err.Error()}, false
		}
		reason := useless(done)
		if reason == "" {
			return report.Problem{}, true
		}
		if first == "" {
			first = reason
		}
	}
	return report.Problem{Exit: report.ExitInconclusive, Text: r.target.Secrets.Hide(first)}, false
}

// useless returns why a response says nothing about the API, and "" if it does.
func useless(done *target.Completed) string {
	switch {
	case done.Unsent:
		return "the target cannot be reached: " + done.Broken.Error() + "; start it, or correct its URL"
	case done.Broken != nil:
		return "the target gives no complete response: " + done.Broken.Error()
	case done.Status >= 502 && done.Status <= 504:
		return fmt.Sprintf("a gateway in front of the target responded with %d", done.Status)
	case done.Status >= 500:
		return fmt.Sprintf("the target responds to every call with %d", done.Status)
	case done.Status == http.StatusUnauthorized:
		return "the target refuses the management key of the run with 401"
	}
	return ""
}
