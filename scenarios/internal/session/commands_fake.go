package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A scriptFault is a fault that a script has added, with the line of the command.
type scriptFault struct {
	id   string
	line int
}

// fault is the command "fault OPERATION NAME=VALUE...".
func (s *session) fault(args []string) error {
	if len(args) == 0 {
		return failure.Usagef("want an operation and an effect")
	}
	f, err := fault.ParseWords(args)
	if err != nil {
		return err
	}
	added, err := s.client.World.AddFault(f)
	if err != nil {
		return err
	}
	s.faults = append(s.faults, scriptFault{added.ID, s.line})
	return nil
}

// checkFaults fails the scenario for each fault that never fired.
func (s *session) checkFaults() {
	for _, added := range s.faults {
		for _, f := range s.client.World.Faults() {
			if f.ID == added.id && f.Fired == 0 && f.OnUnfired != fault.UnfiredIgnore {
				s.failAtEnd(added.line, &report.Failure{
					Text: "the fault never fired",
					Want: "at least one request that it acts on",
					Got:  fmt.Sprintf("%s that matched it", report.Plural(int(f.Matched), "request")),
				})
			}
		}
	}
}

// rateLimit is the command "rate-limit OPERATION REQUESTS/DURATION". It replaces
// the previous limit.
func (s *session) rateLimit(args []string) error {
	r, err := ratelimit.Parse(strings.Join(args, " "))
	if err != nil {
		return failure.Usagef("%v", err)
	}
	return s.client.World.SetRateLimits([]ratelimit.Limit{r})
}

// gate is the command "gate open NAME" and "gate held NAME [N]".
func (s *session) gate(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "open":
		return s.openGate(args[1])
	case len(args) == 2 && args[0] == "held":
		return s.waitForHeld(args[1], 1)
	case len(args) == 3 && args[0] == "held":
		n, err := strconv.Atoi(args[2])
		if err != nil || n < 1 {
			return failure.Usagef("%q is not a number of requests, 1 or more", args[2])
		}
		return s.waitForHeld(args[1], n)
	case len(args) == 2:
		return failure.Usagef("%q is neither open nor held", args[0])
	}
	return failure.Usagef("want open or held, and the name of a gate")
}

// openGate opens a gate at which a fault of this world holds requests.
func (s *session) openGate(name string) error {
	var names []string
	for _, g := range s.client.World.Gates() {
		names = append(names, g.Name)
	}
	if !slices.Contains(names, name) {
		return failure.Usagef("no fault holds requests at gate %q%s", name, hint(name, names))
	}
	_, err := s.client.World.OpenGate(name)
	return err
}

// waitForHeld waits until n requests are held at a gate.
func (s *session) waitForHeld(name string, n int) error {
	ctx, cancel := s.target.WithTimeout(s.ctx)
	defer cancel()
	g, err := s.client.World.WaitForHeld(ctx, name, n)
	if err != nil {
		return failure.Differs("too few requests are held at the gate", fmt.Sprintf("%d at %q", n, name), strconv.Itoa(g.Held))
	}
	return nil
}

// clock is the command "clock advance|freeze|set".
func (s *session) clock(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return failure.Usagef("want advance, freeze or set, and a time")
	}
	switch args[0] {
	case "advance":
		if len(args) != 2 {
			return failure.Usagef("want a duration after advance")
		}
		return s.advanceClock(args[1])
	case "freeze", "set":
		to := mockserver.ClockSetting{Frozen: args[0] == "freeze"}
		if len(args) == 2 {
			var err error
			if to.Now, err = time.Parse(time.RFC3339, args[1]); err != nil {
				return failure.Usagef("%q is not a time such as 2029-11-30T23:59:59Z", args[1])
			}
		}
		return s.client.World.SetClock(to)
	}
	return failure.Usagef("unknown clock command %q%s", args[0], hint(args[0], []string{"advance", "freeze", "set"}))
}

// advanceClock moves the clock of the world forward, by a duration or to the
// next day, week or month.
func (s *session) advanceClock(by string) error {
	if strings.HasPrefix(by, "next-") {
		_, err := s.client.World.AdvanceTo(by)
		return err
	}
	d, err := time.ParseDuration(by)
	if err != nil {
		return failure.Usagef("%q is not a duration such as 24h", by)
	}
	_, err = s.client.World.Advance(d)
	return err
}

// spend is the command "spend HASH USD [BYOK]".
func (s *session) spend(args []string) error {
	if len(args) < 2 || len(args) > 3 {
		return failure.Usagef("want the hash of a key and an amount")
	}
	var amounts [2]float64
	for i, arg := range args[1:] {
		var err error
		if amounts[i], err = strconv.ParseFloat(arg, 64); err != nil {
			return failure.Usagef("%q is not an amount in USD", arg)
		}
	}
	_, err := s.client.World.Spend(args[0], mockserver.Usage{USD: amounts[0], BYOK: amounts[1]})
	return err
}
