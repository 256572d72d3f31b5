package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/jq"
	"github.com/mockgates/mockgates/scenarios/report"
)

// status is the command "status CODE".
func (s *session) status(args []string) error {
	if len(args) != 1 {
		return failure.Usagef("got %s; want one status", report.Plural(len(args), "argument"))
	}
	want, err := strconv.Atoi(args[0])
	if err != nil || want < 100 || want > 599 {
		return failure.Usagef("%q is not an HTTP status", args[0])
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	if s.last.Status == want {
		return nil
	}
	got := strconv.Itoa(s.last.Status)
	var body struct{ Error struct{ Message string } }
	if json.Unmarshal(s.last.ResponseBody, &body) == nil && body.Error.Message != "" {
		got += fmt.Sprintf(" %q", body.Error.Message)
	}
	return failure.Differs("unexpected status", args[0], got)
}

// requireResponse returns an error if the last call has no complete response.
func (s *session) requireResponse() error {
	switch {
	case s.last == nil:
		return errors.New("there is no response yet; make a call first")
	case s.last.Broken != nil:
		return errors.New("the last call got no complete response")
	}
	return nil
}

// jq is the command "jq EXPR".
func (s *session) jq(args []string) error {
	if len(args) != 1 {
		return failure.Usagef("got %s; want one expression, in single quotes", report.Plural(len(args), "argument"))
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	q, err := s.compile(args[0])
	if err != nil {
		return err
	}
	return mustBeTrue(q, decodeBody(s.last.ResponseBody))
}

// The waits of "eventually" between two reads. Each is twice as long as the one
// before it.
const (
	firstPause    = 100 * time.Millisecond
	longestPause  = 2 * time.Second
	maxEventually = 5 * time.Minute // the longest DURATION
)

// eventually is the command "eventually DURATION jq EXPR|status CODE". It checks the
// assertion against the last response, and sends that read again as long as it fails.
// DURATION bounds the sum of the waits; the reads themselves do not count.
func (s *session) eventually(args []string) error {
	if len(args) != 3 {
		return failure.Usagef("got %s; want a duration and an assertion", report.Plural(len(args), "argument"))
	}
	left, err := time.ParseDuration(args[0])
	if err != nil || left <= 0 || left > maxEventually {
		return failure.Usagef("%q is not a duration above 0 and up to %v, such as 5s", args[0], maxEventually)
	}
	assert := map[string]func(*session, []string) error{"jq": (*session).jq, "status": (*session).status}[args[1]]
	if assert == nil {
		return failure.Usagef("%q is not an assertion that eventually can repeat%s", args[1], hint(args[1], []string{"jq", "status"}))
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	if reads := []string{http.MethodGet, http.MethodHead}; !slices.Contains(reads, s.last.Call.Method) {
		return failure.Usagef("the last call is %s %s; only a read, GET or HEAD, is sent again", s.last.Call.Method, s.last.Call.Path)
	}
	for pause, reads := firstPause, 1; ; pause, reads = min(2*pause, longestPause), reads+1 {
		err := assert(s, args[2:])
		if _, differs := err.(*failure.Mismatch); !differs {
			return err
		}
		if left <= 0 {
			return afterReads(err.(*failure.Mismatch), reads, args[0])
		}
		pause = min(pause, left)
		left -= pause
		if err := s.target.Retries.Sleep(s.ctx, pause); err != nil {
			return err
		}
		again := s.last.Call
		again.Line = s.line
		done, err := s.client.Send(s.ctx, again)
		if err != nil {
			return err
		}
		if err := s.complete(done); err != nil {
			return err
		}
	}
}

// afterReads adds to a mismatch how often the assertion was checked.
func afterReads(e *failure.Mismatch, reads int, within string) error {
	f := e.Failure
	f.Text = fmt.Sprintf("%s, %d reads within %s", f.Text, reads, within)
	return &failure.Mismatch{Failure: f}
}

// settles is the command "settles RULE SETTING=STATUS[,STATUS]...". It finds out how
// the target behaves where the documents leave a choice: the last status determines
// the setting, which the report lists. A status that is not listed is a failure. On the
// fake, so is a setting that differs from the configured one.
func (s *session) settles(args []string) error {
	if len(args) < 2 {
		return failure.Usagef("want a rule, and the statuses of its settings")
	}
	rule, err := s.rule(args[0])
	if err != nil {
		return err
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	var want []string
	setting := ""
	for _, arg := range args[1:] {
		name, statuses, err := parseSetting(rule, arg)
		if err != nil {
			return err
		}
		want = append(want, fmt.Sprintf("%s (%s)", joinNumbers(statuses), name))
		if slices.Contains(statuses, s.last.Status) {
			setting = name
		}
	}
	switch {
	case setting == "":
		return failure.Differs("no setting of the rule "+rule.ID+" has this status", strings.Join(want, " or "), strconv.Itoa(s.last.Status))
	case !s.target.Live() && rule.Settings != nil && setting != rule.Setting:
		return failure.Differs("the fake does not behave as its rule "+rule.ID+" is set", rule.Setting, setting)
	}
	s.settled = append(s.settled, report.Settlement{Rule: rule.ID, Setting: setting, Status: s.last.Status})
	return nil
}

// rule returns the rule of the fake with the id.
func (s *session) rule(id string) (mockserver.Rule, error) {
	rules := mockserver.Rules()
	if !s.target.Live() {
		rules = s.target.Fake.Rules()
	}
	i := slices.IndexFunc(rules, func(r mockserver.Rule) bool { return r.ID == id })
	if i < 0 {
		return mockserver.Rule{}, failure.Usagef("unknown rule %q%s", id, hint(id, ruleIDs()))
	}
	return rules[i], nil
}

// parseSetting parses SETTING=STATUS[,STATUS]. A rule that cannot be changed
// takes any name for its setting.
func parseSetting(rule mockserver.Rule, arg string) (name string, statuses []int, err error) {
	name, list, _ := strings.Cut(arg, "=")
	if rule.Settings != nil && !slices.Contains(rule.Settings, name) {
		return "", nil, failure.Usagef("rule %s has no setting %q%s", rule.ID, name, hint(name, rule.Settings))
	}
	for text := range strings.SplitSeq(list, ",") {
		status, err := strconv.Atoi(text)
		if err != nil || status < 100 || status > 599 {
			return "", nil, failure.Usagef("%q is not a setting and its statuses, such as accept=201", arg)
		}
		statuses = append(statuses, status)
	}
	return name, statuses, nil
}

func joinNumbers(numbers []int) string {
	var texts []string
	for _, n := range numbers {
		texts = append(texts, strconv.Itoa(n))
	}
	return strings.Join(texts, " or ")
}

// decodeBody returns a body as input for jq: JSON as a value, other text as a
// string, and an empty body as null.
func decodeBody(body []byte) any {
	if len(body) == 0 {
		return nil
	}
	var v any
	if json.Unmarshal(body, &v) != nil {
		return string(body)
	}
	return v
}

// compile parses an expression. It may use $status and $header of the last
// response, and the variables of the script.
func (s *session) compile(expr string) (*jq.Query, error) {
	vars := maps.Clone(s.vars)
	vars["status"], vars["header"] = nil, nil
	if s.last != nil {
		vars["status"], vars["header"] = s.last.Status, headerObject(s.last.ResponseHeader)
	}
	q, err := jq.Compile(s.ctx, expr, vars, s.target.Timeout)
	if err != nil {
		return nil, failure.Usagef("%v", err)
	}
	return q, nil
}

// headerObject returns a header as an object for jq. Names are in lower case;
// several values of one name are joined by commas.
func headerObject(h http.Header) map[string]any {
	out := map[string]any{}
	for name, values := range h {
		out[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return out
}

// evaluate returns the values of an expression for an input.
func evaluate(q *jq.Query, input any) ([]any, error) {
	values, err := q.Eval(input)
	return values, asMismatch(err)
}

// mustBeTrue returns an error unless the expression gives exactly one value,
// true. The error shows the two sides of the comparison that failed.
func mustBeTrue(q *jq.Query, input any) error {
	difference, err := q.Test(input)
	if err != nil || difference == nil {
		return asMismatch(err)
	}
	return failure.Differs("not true: "+q.String(), difference.Want, difference.Got)
}

// asMismatch turns an error of jq into a mismatch, so that a leading ! turns it into
// success. An expression that reaches a bound fails, negated or not.
func asMismatch(err error) error {
	if e, ok := errors.AsType[*jq.EvalError](err); ok {
		return failure.Differs(e.Query+" cannot be evaluated", "a value", e.Text)
	}
	return err
}
