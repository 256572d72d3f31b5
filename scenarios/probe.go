package scenarios

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/scenarios/report"
)

// probeTimeout bounds each call of the probe.
const probeTimeout = 10 * time.Second

// probe makes one call to a live target before any scenario is played, and a
// second one if the response to the first says nothing about the API. If neither
// response does, it returns the problem and false, and the run is inconclusive. Once a
// call has had a useful response, every later failure counts against the target.
func (t *target) probe(ctx context.Context) (report.Problem, bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*probeTimeout)
	defer cancel()
	s, err := t.newSession(ctx, "probe", nil)
	if err != nil {
		return report.Problem{Exit: report.ExitInconclusive, Text: err.Error()}, false
	}
	var first string
	for _, c := range []call{
		{path: "/auth/keys/code", body: []byte(`{"callback_url":"https://app.example/back"}`)},
		{path: "/keys", body: fmt.Appendf(nil, `{"name":"probe %s","limit":0,"expires_at":%q}`, t.run, s.vars["SOON"])},
	} {
		c.method, c.token = http.MethodPost, s.token
		callCtx, cancel := context.WithTimeoutCause(ctx, min(probeTimeout, t.Timeout), fmt.Errorf("no response within %v", min(probeTimeout, t.Timeout)))
		done, err := s.send(callCtx, c)
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
	return report.Problem{Exit: report.ExitInconclusive, Text: t.secrets.Hide(first)}, false
}

// useless returns why a response says nothing about the API, and "" if it does.
func useless(done *completedCall) string {
	switch {
	case done.broken != nil:
		return "the target cannot be reached: it got no complete response: " + done.broken.Error()
	case done.Status >= 502 && done.Status <= 504:
		return fmt.Sprintf("a gateway in front of the target responded with %d", done.Status)
	case done.Status >= 500:
		return fmt.Sprintf("the target responds to every call with %d", done.Status)
	case done.Status == http.StatusUnauthorized:
		return "the target refuses the management key of the run with 401"
	}
	return ""
}
