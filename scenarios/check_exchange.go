package scenarios

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/report"
)

// connection is the place that expect-violation names for an incomplete response.
const connection = "connection"

// checkExchange validates a call and records it. It returns an error for every
// departure that the script did not announce.
func (s *session) checkExchange(done *completedCall) error {
	if s.sabotage != nil && s.sabotage.check != nil {
		return s.sabotage.check(s, done)
	}
	var errs []error
	for _, before := range done.limited {
		errs = append(errs, s.checkOne(before))
	}
	errs = append(errs, s.checkOne(done))
	if done.gaveUp {
		errs = append(errs, &fatalError{Failure: report.Failure{
			Text: fmt.Sprintf("%s %s is refused with 429 for longer than the run waits", done.Method, done.Path),
			Want: fmt.Sprintf("at most %v in all", wire.MaxRetryWait), Got: "Retry-After: " + done.ResponseHeader.Get("Retry-After"),
			Inconclusive: true,
		}})
	}
	return errors.Join(errs...)
}

// checkOne validates one exchange.
func (s *session) checkOne(done *completedCall) error {
	if done.broken != nil {
		s.record(done, contract.Result{})
		return s.checkBroken(done)
	}
	res, err := s.contract.Check(done.Exchange)
	if err != nil {
		return &fatalError{Failure: report.Failure{Text: "this exchange cannot be validated", Got: err.Error()}}
	}
	res.Findings = append(res.Findings, done.verdictOn(res)...)
	s.record(done, res)
	return errors.Join(s.checkRequest(done, res), s.checkResponse(done, res))
}

// checkBroken returns an error for an incomplete response that the script did
// not announce.
func (s *session) checkBroken(done *completedCall) error {
	if slices.Contains(done.violation, connection) {
		return nil
	}
	return &fatalError{Failure: report.Failure{
		Text: fmt.Sprintf("%s %s got no complete response", done.Method, done.Path),
		Want: "a response", Got: done.broken.Error(),
		Inconclusive: s.ctx.Err() != nil || errors.Is(done.broken, envelope.ErrLedger),
	}}
}

// verdictOn returns the finding about a generated request that should not have
// been accepted, or refused, unless the session has reported the same finding.
func (c *completedCall) verdictOn(res contract.Result) []contract.Finding {
	if c.judge == nil {
		return nil
	}
	f, departs := c.judge(c.Status)
	if !departs || slices.ContainsFunc(res.ResponseFindings(), func(g contract.Finding) bool { return g.Where == f.Where && g.Kind == f.Kind && !g.Note() }) {
		return nil
	}
	return []contract.Finding{f}
}

func (s *session) checkRequest(done *completedCall, res contract.Result) error {
	findings := slices.DeleteFunc(res.RequestFindings(), contract.Finding.Note)
	switch {
	case done.judge != nil: // a generated request may be invalid
	case done.invalid && len(findings) == 0:
		return &fatalError{Failure: report.Failure{
			Text: "the request is valid, but the script announces an invalid one",
			Want: "a request that breaks the contract", Got: "one that conforms",
		}, goesOn: true}
	case !done.invalid && len(findings) > 0:
		return &fatalError{Failure: report.Failure{
			Text:   "the request breaks the contract; put invalid before the call if that is intended",
			Detail: joinFindings(findings),
		}, goesOn: true}
	}
	return nil
}

func (s *session) checkResponse(done *completedCall, res contract.Result) error {
	findings := slices.DeleteFunc(res.ResponseFindings(), contract.Finding.Note)
	if s.fake == nil { // a live target may send more than is documented
		findings = slices.DeleteFunc(findings, s.isUndocumented)
	}
	unexpected := slices.DeleteFunc(slices.Clone(findings), func(f contract.Finding) bool { return done.expectsViolation(f.Where) })
	switch {
	case len(unexpected) > 0 && done.violation != nil:
		return &fatalError{Failure: report.Failure{
			Text: "the response departs from the contract elsewhere than the script expects",
			Want: "a violation " + atPlaces(done.violation), Detail: joinFindings(unexpected),
		}, goesOn: true}
	case len(unexpected) > 0:
		return &fatalError{Failure: report.Failure{Text: "the response departs from the contract", Detail: joinFindings(unexpected)}, goesOn: true}
	case done.violation != nil && len(findings) == 0:
		return &fatalError{Failure: report.Failure{
			Text: "the response conforms, but the script expects a violation",
			Want: strings.TrimSpace("a violation " + atPlaces(done.violation)), Got: "a response that conforms",
		}, goesOn: true}
	}
	return nil
}

// expectsViolation reports whether the script announced that the response departs
// from the contract at a place.
func (c call) expectsViolation(where string) bool {
	return c.violation != nil && (len(c.violation) == 0 || slices.Contains(c.violation, where))
}

func atPlaces(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return "at " + strings.Join(where, ", ")
}

func (t *target) isUndocumented(f contract.Finding) bool {
	if t.sabotage != nil && t.sabotage.undocumented != nil {
		return t.sabotage.undocumented(f)
	}
	return f.Kind == contract.KindUndocumented
}

func joinFindings(findings []contract.Finding) string {
	var list []string
	for _, f := range findings {
		list = append(list, f.String())
	}
	return strings.Join(list, "\n")
}

// record adds a call to the report. The documented response counts as reached
// only if the response conforms to it.
func (s *session) record(done *completedCall, res contract.Result) {
	x := report.Exchange{
		Line: done.line, Method: done.Method, Path: done.Path, RequestHeader: done.RequestHeader,
		Status: done.Status, ResponseHeader: done.ResponseHeader, Duration: done.duration,
		Operation: res.Operation, Findings: res.Findings, Case: done.caseID,
		Management: s.sentManagementKey(done.RequestHeader), Credential: s.recordedCredential(done.call),
	}
	x.RequestBody, x.RequestSize = s.secrets.Body(done.RequestBody)
	x.ResponseBody, x.ResponseSize = s.secrets.Body(done.ResponseBody)
	if done.broken != nil {
		x.Broken = done.broken.Error()
	}
	if done.Query != "" {
		x.Path += "?" + done.Query
	}
	x.Rules = splitList(done.ResponseHeader.Get(mockserver.RuleHeader))
	x.Injected = s.fake != nil && slices.Contains(x.Rules, "fault.injected")
	if res.Reached() {
		x.DocumentedResponse = &res.Response
		for _, f := range s.validator.Features(done.Exchange, res) {
			x.Features = append(x.Features, f.Name)
		}
	}
	s.exchanges = append(s.exchanges, x)
	done.number = len(s.exchanges)
	s.tally.change(func(p *Progress) { p.Exchanges++ })
}

// sentManagementKey reports whether a request carried the management key of the run.
func (s *session) sentManagementKey(h http.Header) bool {
	if s.fake != nil && s.world == nil {
		return false // the self-test has no key
	}
	return h.Get("Authorization") == "Bearer "+s.managementKey()
}

// recordedCredential returns the header Authorization of a call with placeholders, if it is
// known and is not a management key as a bearer token.
func (s *session) recordedCredential(c call) string {
	switch {
	case c.credential != "" || c.scheme == "" || c.token != s.managementKey():
		return c.credential
	case c.scheme == "basic":
		return "Basic " + report.CredentialBasic
	}
	return wire.Schemes[c.scheme](report.CredentialKey)
}

// splitList splits the value of a header that is a list.
func splitList(s string) []string {
	var list []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
