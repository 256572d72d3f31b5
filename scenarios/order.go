package scenarios

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

// fault is the command "fault OPERATION NAME=VALUE...".
func (s *session) fault(args []string) error {
	if len(args) == 0 {
		return usagef("want an operation and what is to happen")
	}
	f, err := mockserver.ParseFaultWords(args)
	if err != nil {
		return err
	}
	account, err := s.world.OrderFault(f)
	if err != nil {
		return err
	}
	s.faults = append(s.faults, orderedFault{account.ID, s.current})
	return nil
}

// limit is the command "limit OPERATION REQUESTS/DURATION". It replaces the
// limit before.
func (s *session) limit(args []string) error {
	r, err := mockserver.ParseRateLimit(strings.Join(args, " "))
	if err != nil {
		return usagef("%v", err)
	}
	return s.world.SetRateLimits([]mockserver.RateLimit{r})
}

// gate is the command "gate open NAME" and "gate parked NAME [N]".
func (s *session) gate(args []string) error {
	if len(args) < 2 || len(args) > 3 || len(args) == 3 && args[0] != "parked" {
		return usagef("want open or parked, and the name of a gate")
	}
	switch args[0] {
	case "open":
		known := s.world.Gates()
		if !slices.ContainsFunc(known, func(g mockserver.Gate) bool { return g.Name == args[1] }) {
			var names []string
			for _, g := range known {
				names = append(names, g.Name)
			}
			return usagef("no fault holds at a gate %q%s", args[1], didYouMean(args[1], names))
		}
		s.world.OpenGate(args[1])
		return nil
	case "parked":
		n := 1
		if len(args) == 3 {
			var err error
			if n, err = strconv.Atoi(args[2]); err != nil || n < 1 {
				return usagef("%q is no number of requests, 1 or more", args[2])
			}
		}
		ctx, cancel := s.timeout(s.ctx)
		defer cancel()
		g, err := s.world.AwaitParked(ctx, args[1], n)
		if err != nil {
			return differs("requests did not come to the gate in time", fmt.Sprintf("%d at %q", n, args[1]), strconv.Itoa(g.Parked))
		}
		return nil
	}
	return usagef("%q is neither open nor parked", args[0])
}

// clock is the command "clock advance|freeze|set".
func (s *session) clock(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return usagef("want advance, freeze or set, and a time")
	}
	switch args[0] {
	case "advance":
		if len(args) != 2 {
			return usagef("advance by how much?")
		}
		if strings.HasPrefix(args[1], "next-") {
			_, err := s.world.AdvanceTo(args[1])
			return err
		}
		by, err := time.ParseDuration(args[1])
		if err != nil {
			return usagef("%q is no duration such as 24h, and no next-day, next-week or next-month", args[1])
		}
		_, err = s.world.Advance(by)
		return err
	case "freeze", "set":
		to := mockserver.ClockSetting{Frozen: args[0] == "freeze"}
		if len(args) == 2 {
			var err error
			if to.Now, err = time.Parse(time.RFC3339, args[1]); err != nil {
				return usagef("%q is no time such as 2029-11-30T23:59:59Z", args[1])
			}
		}
		return s.world.SetClock(to)
	}
	return usagef("%q is none of advance, freeze and set%s", args[0], didYouMean(args[0], []string{"advance", "freeze", "set"}))
}

// spend is the command "spend HASH USD [BYOK]".
func (s *session) spend(args []string) error {
	if len(args) < 2 || len(args) > 3 {
		return usagef("want the hash of a key and an amount")
	}
	var amounts [2]float64
	for i, arg := range args[1:] {
		var err error
		if amounts[i], err = strconv.ParseFloat(arg, 64); err != nil {
			return usagef("%q is no amount in USD", arg)
		}
	}
	_, err := s.world.Spend(args[0], mockserver.Usage{USD: amounts[0], BYOK: amounts[1]})
	return err
}

// received is the command "received OPERATION [count=N] [status=N] [jq EXPR]".
func (s *session) received(args []string) error {
	if len(args) == 0 {
		return usagef("want an operation")
	}
	var (
		filter = mockserver.Filter{Operation: args[0]}
		want   = -1
		expr   string
		err    error
		rest   = args[1:]
	)
	var ids []string
	for _, op := range s.judge.Operations() {
		ids = append(ids, op.ID)
	}
	if !slices.Contains(ids, args[0]) {
		return usagef("operation %q is not known%s", args[0], didYouMean(args[0], ids))
	}
	for len(rest) > 0 {
		if rest[0] == "jq" && len(rest) == 2 {
			expr, rest = rest[1], nil
			break
		}
		name, value, _ := strings.Cut(rest[0], "=")
		to := map[string]*int{"count": &want, "status": &filter.Status}[name]
		if to == nil {
			return usagef("%q is no count=N, status=N or, at the end, jq EXPR", rest[0])
		}
		if *to, err = strconv.Atoi(value); err != nil || *to < 0 {
			return usagef("%s=%q is no number, 0 or more", name, value)
		}
		rest = rest[1:]
	}
	got, err := s.count(filter, expr)
	switch {
	case err != nil:
		return err
	case want < 0 && got == 0:
		return differs("the fake has received no such request", strings.Join(args, " "), "none")
	case want >= 0 && got != want:
		return differs("the fake has received another number of such requests", strconv.Itoa(want), strconv.Itoa(got))
	}
	return nil
}

// count is how many entries of the journal the filter picks and the expression
// is true of.
func (s *session) count(filter mockserver.Filter, expr string) (int, error) {
	entries := s.world.Journal(filter)
	if expr == "" {
		return len(entries), nil
	}
	n := 0
	for _, entry := range entries {
		data, err := json.Marshal(entry)
		if err != nil {
			return 0, fmt.Errorf("journal: %w", err)
		}
		q, err := s.question(expr, decode(data))
		if err != nil {
			return 0, err
		}
		values, err := q.run(q.query, q.input)
		if _, differs := errors.AsType[*mismatch](err); err != nil && !differs {
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
		return usagef("want none, or the kinds of what the client did wrong")
	}
	want := slices.Sorted(slices.Values(args))
	if slices.Equal(want, []string{"none"}) {
		want = nil
	}
	var got, told []string
	for _, v := range s.world.Violations() {
		if !slices.Contains(got, v.Kind) {
			got = append(got, v.Kind)
		}
		told = append(told, fmt.Sprintf("%s: %s", v.Kind, v.Message))
	}
	slices.Sort(got)
	if slices.Equal(slices.Compact(want), got) {
		return nil
	}
	return &mismatch{Failure{
		Text: "the client did not do wrong what the script says", Want: strings.Join(args, " "),
		Got: orNone(got), Detail: strings.Join(told, "\n"),
	}}
}

// orNone lists words, or says that there are none.
func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, " ")
}
