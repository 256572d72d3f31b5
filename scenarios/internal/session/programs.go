package session

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/report"
)

// runsPrograms are the commands during which a program may send requests.
var runsPrograms = []string{"exec", "kill", "wait"}

// programs is what a session knows of the programs that a script runs.
type programs struct {
	ran       bool  // one may have run
	unchecked bool  // their requests are not validated
	validated int64 // the last entry of the journal that was looked at
	failures  []report.Failure
}

// requests is the command "requests unchecked".
func (s *session) requests(args []string) error {
	if !slices.Equal(args, []string{"unchecked"}) {
		return failure.Usagef("got %q; want unchecked", strings.Join(args, " "))
	}
	s.programs.unchecked = true
	return nil
}

// checkPrograms validates the requests that programs have sent since it was last
// called, and returns a failure for each kind of finding. It takes them from the journal
// of the fake: they are the entries that no call of the script has made. The journal is
// redacted, so members that hold a secret are not judged.
func (s *session) checkPrograms() []report.Failure {
	if s.target.Live() {
		return nil
	}
	var failures []report.Failure
	told := map[string]bool{}
	entries := s.client.World.Journal(mockserver.Filter{Since: s.programs.validated})
	var lost int64 // requests that the journal no longer has
	if len(entries) > 0 {
		lost = entries[0].Seq - s.programs.validated - 1
		s.programs.validated = entries[len(entries)-1].Seq
	}
	if s.programs.unchecked {
		return nil
	}
	if lost > 0 {
		failures = append(failures, report.Failure{
			Text: fmt.Sprintf("%s not validated: the journal no longer has them; put requests unchecked before exec if that is intended",
				report.Plural(int(lost), "request")),
			Inconclusive: true,
		})
	}
	for _, e := range entries {
		if e.Request.Headers.Get(mockserver.WorldHeader) != "" || e.Request.Headers.Get("User-Agent") == wire.UserAgent || e.Truncated {
			continue
		}
		for _, f := range s.requestFindings(e) {
			if !told[f.Detail] {
				told[f.Detail] = true
				failures = append(failures, f)
			}
		}
	}
	return failures
}

// requestFindings returns a failure if a request breaks the contract, and none otherwise.
func (s *session) requestFindings(e mockserver.Entry) []report.Failure {
	x := contract.Exchange{
		Method: e.Method, Path: (&url.URL{Path: e.Path}).EscapedPath(), Query: e.Query, Status: cmp.Or(e.Status, 500),
		RequestHeader: e.Request.Headers, RequestBody: e.Request.Body, ResponseHeader: e.Response.Headers, ResponseBody: e.Response.Body,
	}
	if e.Request.Body == nil && e.Request.Text != "" {
		x.RequestBody = []byte(e.Request.Text)
	}
	res, _ := s.target.Contract.Check(x) // an error is about the response, which is redacted
	findings := slices.DeleteFunc(res.RequestFindings(), func(f contract.Finding) bool {
		return f.Note() || slices.Contains([]string{"/code", "/code_verifier", "/key"}, f.Where)
	})
	if len(findings) == 0 {
		return nil
	}
	return []report.Failure{{
		Text:   fmt.Sprintf("%s %s of a program breaks the contract; put requests unchecked before exec if that is intended", e.Method, e.Path),
		Detail: target.JoinFindings(findings),
	}}
}

// failPrograms adds a failure to a line for each request of a program that breaks the
// contract.
func (s *session) failPrograms(line int) {
	for _, f := range s.checkPrograms() {
		f.Line = line
		s.programs.failures = append(s.programs.failures, f)
	}
}
