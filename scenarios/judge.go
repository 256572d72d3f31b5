package scenarios

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
)

// connection is the WHERE of departs for an answer that does not come whole.
const connection = "connection"

// judgeExchange asks the judge, writes the exchange down, and returns what the
// script did not say would be wrong.
func (s *session) judgeExchange(x *exchange) error {
	if x.broken != nil {
		s.record(x, contract.Result{})
		return s.judgeBroken(x)
	}
	res, err := s.judge.Check(x.Exchange)
	if err != nil {
		return &fatal{Failure{Text: "the judge cannot judge this exchange", Got: err.Error()}}
	}
	s.record(x, res)
	if s.fake == nil {
		if err := s.outOfSight(x, res); err != nil {
			return err
		}
	}
	return errors.Join(s.judgeRequest(x, res), s.judgeResponse(x, res))
}

// judgeBroken is the verdict on an answer that did not come whole.
func (s *session) judgeBroken(x *exchange) error {
	if slices.Contains(x.departs, connection) {
		return nil
	}
	return &fatal{Failure{
		Text: fmt.Sprintf("%s %s got no whole answer", x.Method, x.Path),
		Want: "an answer", Got: x.broken.Error(), CouldNotLook: s.fake == nil,
	}}
}

// outOfSight tells answers of a live target that say nothing about the API.
func (s *session) outOfSight(x *exchange, res contract.Result) error {
	switch {
	case x.Status >= 502 && x.Status <= 504:
		return &fatal{Failure{
			Text: "something in front of the target answered", Want: "the target", Got: fmt.Sprint(x.Status), CouldNotLook: true,
		}}
	case x.Status == 401 && x.token == s.managementKey() && x.expectations.header.Get("Authorization") == "":
		return &fatal{Failure{
			Text: "the target refuses the runner's own management key", Want: "a management key it takes", Got: "401", CouldNotLook: true,
		}}
	}
	return nil
}

func (s *session) judgeRequest(x *exchange, res contract.Result) error {
	wrong := slices.DeleteFunc(res.RequestFindings(), contract.Finding.Note)
	switch {
	case x.invalid && len(wrong) == 0:
		return &fatal{Failure{
			Text: "the request is valid, and the script says it is not",
			Want: "a request that breaks the contract", Got: "one that conforms",
		}}
	case !x.invalid && len(wrong) > 0:
		return &fatal{Failure{
			Text:   "the request breaks the contract; say invalid before the call if it means to",
			Detail: describe(wrong),
		}}
	}
	return nil
}

func (s *session) judgeResponse(x *exchange, res contract.Result) error {
	wrong := res.ResponseFindings()
	if s.fake == nil {
		wrong = slices.DeleteFunc(wrong, func(f contract.Finding) bool { return f.Kind == contract.KindUndocumented })
	}
	rest := slices.DeleteFunc(slices.Clone(wrong), func(f contract.Finding) bool { return x.pardons(f.Where) })
	switch {
	case len(rest) > 0:
		return &fatal{Failure{Text: "the answer departs from the contract", Detail: describe(rest)}}
	case x.departs != nil && len(wrong) == 0:
		return &fatal{Failure{
			Text: "the answer conforms, and the script says it departs",
			Want: strings.TrimSpace("an answer that departs " + strings.Join(x.departs, " ")), Got: "one that conforms",
		}}
	}
	return nil
}

// pardons reports whether the script said that the answer departs there.
func (x *exchange) pardons(where string) bool {
	return x.departs != nil && (len(x.departs) == 0 || slices.Contains(x.departs, where))
}

// describe lists findings.
func describe(findings []contract.Finding) string {
	var list []string
	for _, f := range findings {
		list = append(list, f.String())
	}
	return strings.Join(list, "\n")
}

// record writes an exchange down for the report.
func (s *session) record(x *exchange, res contract.Result) {
	e := Exchange{
		Line: x.line, Method: x.Method, Path: x.Path,
		RequestHeader: x.RequestHeader, RequestBody: cut(x.RequestBody),
		Status: x.Status, ResponseHeader: x.ResponseHeader, ResponseBody: cut(x.ResponseBody),
		Findings: res.Findings,
	}
	if x.Query != "" {
		e.Path += "?" + x.Query
	}
	e.Rules = splitList(x.ResponseHeader.Get(mockserver.RuleHeader))
	e.Injected = s.fake != nil && slices.Contains(e.Rules, "fault.injected")
	if res.Response.Status != 0 && !slices.ContainsFunc(res.ResponseFindings(), func(f contract.Finding) bool { return f.Kind != contract.KindUndocumented }) {
		e.Row = &res.Response
	}
	s.exchanges = append(s.exchanges, e)
}

// cut is what a report keeps of a body.
func cut(body []byte) string {
	const most = 64 << 10
	if len(body) > most {
		return fmt.Sprintf("%s… (%d bytes)", body[:most], len(body))
	}
	return string(body)
}

// splitList reads the value of a header that is a list.
func splitList(s string) []string {
	var list []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
