package target

import (
	"net/http"
	"slices"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/report"
)

// Record adds a call to the report. The documented response counts as reached
// only if the response conforms to it.
func (c *Client) Record(done *Completed, res contract.Result) {
	x := report.Exchange{
		Line: done.Call.Line, Method: done.Method, Path: done.Path, RequestHeader: done.RequestHeader,
		Status: done.Status, ResponseHeader: done.ResponseHeader, Duration: done.duration,
		Operation: res.Operation, Findings: res.Findings, Case: done.Call.CaseID,
		Management: c.sentManagementKey(done.RequestHeader), Credential: c.recordedCredential(done.Call),
	}
	x.RequestBody, x.RequestSize = c.Target.Secrets.Body(done.RequestBody)
	x.ResponseBody, x.ResponseSize = c.Target.Secrets.Body(done.ResponseBody)
	if done.Broken != nil {
		x.Broken = done.Broken.Error()
	}
	if done.Query != "" {
		x.Path += "?" + done.Query
	}
	x.Rules = splitList(done.ResponseHeader.Get(mockserver.RuleHeader))
	x.Injected = !c.Target.Live() && slices.Contains(x.Rules, "fault.injected")
	if res.Reached() {
		x.DocumentedResponse = &res.Response
		for _, f := range c.Target.Contract.Features(done.Exchange, res) {
			x.Features = append(x.Features, f.Name)
		}
	}
	c.Exchanges = append(c.Exchanges, x)
	done.Number = len(c.Exchanges)
	if c.Target.Recorded != nil {
		c.Target.Recorded()
	}
}

// sentManagementKey reports whether a request carried the management key of the run.
func (c *Client) sentManagementKey(h http.Header) bool {
	if !c.Target.Live() && c.World == nil {
		return false // the self-test has no key
	}
	return h.Get("Authorization") == "Bearer "+c.ManagementKey()
}

// recordedCredential returns the header Authorization of a call with placeholders, if it is
// known and is not a management key as a bearer token.
func (c *Client) recordedCredential(call Call) string {
	switch {
	case call.Credential != "" || call.Scheme == "" || call.Token != c.ManagementKey():
		return call.Credential
	case call.Scheme == "basic":
		return "Basic " + report.CredentialBasic
	}
	return wire.Schemes[call.Scheme](report.CredentialKey)
}
