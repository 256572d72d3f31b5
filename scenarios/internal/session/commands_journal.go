package session

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A requestAssertion is a parsed "assert-requests" command.
type requestAssertion struct {
	filter mockserver.Filter
	count  int    // -1 for one or more
	expr   string // jq; "" for every entry
}

// assertRequests is the command
// "assert-requests OPERATION [count=N] [status=N] [jq EXPR]".
func (s *session) assertRequests(args []string) error {
	want, err := s.parseRequestAssertion(args)
	if err != nil {
		return err
	}
	got, err := s.countRequests(want.filter, want.expr)
	switch {
	case err != nil:
		return err
	case want.count < 0 && got == 0:
		return &failure.Mismatch{Failure: report.Failure{
			Text: "the fake has received no such request", Want: strings.Join(args, " "), Got: "none", Detail: s.receivedRequests(args[0]),
		}}
	case want.count >= 0 && got != want.count:
		return &failure.Mismatch{Failure: report.Failure{
			Text: "unexpected number of requests", Want: strconv.Itoa(want.count), Got: strconv.Itoa(got), Detail: s.receivedRequests(args[0]),
		}}
	}
	return nil
}

// maxReceived is how many requests a failure of "assert-requests" lists.
const maxReceived = 5

// receivedRequests lists the requests for an operation in the journal, the newest last.
func (s *session) receivedRequests(operation string) string {
	entries := s.client.World.Journal(mockserver.Filter{Operation: operation})
	if len(entries) == 0 {
		return "no request for " + operation + " was received"
	}
	var lines []string
	if more := len(entries) - maxReceived; more > 0 {
		lines = append(lines, report.Plural(more, "earlier request"))
		entries = entries[more:]
	}
	for _, e := range entries {
		status := "no response"
		if e.Status > 0 {
			status = fmt.Sprintf("status %d", e.Status)
		}
		lines = append(lines, fmt.Sprintf("received: %s %s, %s", e.Method, e.Path, status))
	}
	return strings.Join(lines, "\n")
}

func (s *session) parseRequestAssertion(args []string) (requestAssertion, error) {
	if len(args) == 0 {
		return requestAssertion{}, failure.Usagef("want an operation")
	}
	var ids []string
	for _, op := range s.target.Contract.Operations() {
		ids = append(ids, op.ID)
	}
	if !slices.Contains(ids, args[0]) {
		return requestAssertion{}, failure.Usagef("unknown operation %q%s", args[0], hint(args[0], ids))
	}
	a := requestAssertion{filter: mockserver.Filter{Operation: args[0]}, count: -1}
	for rest := args[1:]; len(rest) > 0; rest = rest[1:] {
		if rest[0] == "jq" && len(rest) == 2 {
			a.expr = rest[1]
			break
		}
		name, value, _ := strings.Cut(rest[0], "=")
		to := map[string]*int{"count": &a.count, "status": &a.filter.Status}[name]
		if to == nil {
			return requestAssertion{}, failure.Usagef("%q is not count=N, status=N or, at the end, jq EXPR", rest[0])
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return requestAssertion{}, failure.Usagef("%s=%q is not a number, 0 or more", name, value)
		}
		*to = n
	}
	return a, nil
}

// countRequests returns the number of entries of the journal that pass the
// filter and for which the expression is true.
func (s *session) countRequests(filter mockserver.Filter, expr string) (int, error) {
	entries := s.client.World.Journal(filter)
	if expr == "" {
		return len(entries), nil
	}
	q, err := s.compile(expr)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, entry := range entries {
		data, err := json.Marshal(entry)
		if err != nil {
			return 0, fmt.Errorf("journal: %w", err)
		}
		values, err := evaluate(q, decodeBody(data))
		if _, isMismatch := errors.AsType[*failure.Mismatch](err); err != nil && !isMismatch {
			return 0, err
		}
		if len(values) == 1 && values[0] == true {
			n++
		}
	}
	return n, nil
}

// violations is the command "violations none|KIND...".
func (s *session) violations(args []string) error {
	if len(args) == 0 {
		return failure.Usagef("want none, or kinds of violation")
	}
	want := slices.Sorted(slices.Values(args))
	if slices.Equal(want, []string{"none"}) {
		want = nil
	}
	var kinds, messages []string
	for _, v := range s.client.World.Violations() {
		kinds = append(kinds, v.Kind)
		messages = append(messages, fmt.Sprintf("%s in request %d (%s): %s", v.Kind, v.Request, cmp.Or(v.Operation, "no operation"), v.Message))
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	if slices.Equal(slices.Compact(want), kinds) {
		return nil
	}
	return &failure.Mismatch{Failure: report.Failure{
		Text: "unexpected client violations", Want: strings.Join(args, " "),
		Got: joinOrNone(kinds), Detail: strings.Join(messages, "\n"),
	}}
}

// joinOrNone lists words, or says "none".
func joinOrNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, " ")
}
