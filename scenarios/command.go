package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// A mismatch says that the target did not do what the script expects. It is
// the only failure that a leading ! turns into success: a script that cannot
// reach the target fails, negated or not.
type mismatch struct{ Failure }

func (e *mismatch) Error() string { return e.Failure.String() }

// differs is the mismatch of two values.
func differs(text, want, got string) error {
	return &mismatch{Failure{Text: text, Want: want, Got: got}}
}

// A fatal failure fails the scenario, negated or not.
type fatal struct{ Failure }

func (e *fatal) Error() string { return e.Failure.String() }

// A usageError says that a command is written wrong.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// asFailure is what a report says about err.
func asFailure(err error) *Failure {
	if e, ok := errors.AsType[*mismatch](err); ok {
		return &e.Failure
	}
	if e, ok := errors.AsType[*fatal](err); ok {
		return &e.Failure
	}
	return &Failure{Text: err.Error()}
}

// String is the failure on as many lines as it has things to say.
func (f Failure) String() string {
	var b strings.Builder
	b.WriteString(f.Text)
	if f.Want != "" {
		fmt.Fprintf(&b, "\n  want: %s", f.Want)
	}
	if f.Got != "" {
		fmt.Fprintf(&b, "\n  got:  %s", f.Got)
	}
	for line := range strings.Lines(f.Detail) {
		fmt.Fprintf(&b, "\n  %s", strings.TrimSuffix(line, "\n"))
	}
	return b.String()
}

// A command is one word that scripts may use.
type command struct {
	usage    string // as doc.go writes it
	fakeOnly bool   // it asks the fake for something no live target offers
	run      func(*session, []string) error
}

// commands is every command, by name. Keep it sorted, and doc.go in step with
// it; TestDoc checks both.
func commands() map[string]command {
	return map[string]command{
		"answer":     {"answer NAME", false, (*session).answer},
		"as":         {"as management|nobody|key KEY|TOKEN", false, (*session).as},
		"call":       {"call METHOD PATH [FILE] [&NAME]", false, (*session).call},
		"capture":    {"capture NAME EXPR", false, (*session).capture},
		"cleanup":    {"cleanup call METHOD PATH [FILE]", false, (*session).cleanUp},
		"clock":      {"clock advance DURATION|next-day|next-week|next-month, clock freeze|set [TIME]", true, (*session).clock},
		"consent":    {"consent URL NAME [allow|deny|forge]", false, (*session).consent},
		"departs":    {"departs [WHERE...]", false, (*session).depart},
		"fault":      {"fault OPERATION NAME=VALUE...", true, (*session).fault},
		"fixture":    {"fixture FILE OPERATION", false, (*session).fixture},
		"gate":       {"gate open NAME, gate parked NAME [N]", true, (*session).gate},
		"header":     {"header NAME VALUE", false, (*session).header},
		"invalid":    {"invalid", false, (*session).invalid},
		"jq":         {"jq EXPR", false, (*session).jq},
		"limit":      {"limit OPERATION REQUESTS/DURATION", true, (*session).limit},
		"pkce":       {"pkce VERIFIER CHALLENGE", false, (*session).pkce},
		"received":   {"received OPERATION [count=N] [status=N] [jq EXPR]", true, (*session).received},
		"spend":      {"spend HASH USD [BYOK]", true, (*session).spend},
		"status":     {"status CODE", false, (*session).status},
		"violations": {"violations none|KIND...", true, (*session).violations},
	}
}

// commandNames are the names of the commands, sorted.
func commandNames() []string { return slices.Sorted(maps.Keys(commands())) }

// Commands returns the commands a scenario has beyond testscript's own. They
// need a Setup of this package.
func Commands() map[string]func(*testscript.TestScript, bool, []string) {
	out := map[string]func(*testscript.TestScript, bool, []string){}
	for name, c := range commands() {
		out[name] = c.adapt(name)
	}
	return out
}

// adapt makes a testscript command. It is the one place that knows how
// testscript reports usage, failure and negation.
func (c command) adapt(name string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		s, ok := ts.Value(sessionKey{}).(*session)
		if !ok {
			ts.Fatalf("%s: no Setup of package scenarios has run", name)
		}
		s.ts, s.failure = ts, nil
		s.current = s.line(name, args)
		err := c.check(s)
		if err == nil {
			err = c.run(s, args)
		}
		_, differs := errors.AsType[*mismatch](err)
		wrong, isUsage := errors.AsType[*usageError](err)
		switch {
		case isUsage:
			err = &fatal{Failure{Text: wrong.text, Want: c.usage}}
		case neg && err == nil:
			err = errors.New("unexpected success")
		case neg && differs:
			err = nil
		}
		if err != nil {
			f := asFailure(err)
			s.failure = f
			ts.Fatalf("%s", s.vault.redact(f.String()))
		}
	}
}

// check refuses a command that the target cannot follow.
func (c command) check(s *session) error {
	if c.fakeOnly && s.fake == nil {
		return errors.New("only the fake can do this; put [fake] in front")
	}
	return nil
}
