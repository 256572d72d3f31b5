package session

import (
	"errors"
	"maps"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A command is a command that this package adds to testscript.
type command struct {
	usage    string // as doc.go writes it
	fakeOnly bool   // not available on a live target
	run      func(*session, []string) error
}

// commands returns every command by name. Keep the list sorted, and doc.go in
// step with it; TestDoc_listsEveryCommand checks both.
func commands() map[string]command {
	return map[string]command{
		"as":               {"as management [FORM]|nobody|key KEY|TOKEN", false, (*session).as},
		"assert-requests":  {"assert-requests OPERATION [count=N] [status=N] [jq EXPR]", true, (*session).assertRequests},
		"await":            {"await NAME", false, (*session).await},
		"call":             {"call METHOD PATH [FILE] [&NAME]", false, (*session).call},
		"capture":          {"capture NAME EXPR, capture NAME stdout [REGEXP]", false, (*session).capture},
		"cleanup":          {"cleanup call METHOD PATH [FILE]", false, (*session).addCleanup},
		"clock":            {"clock advance DURATION|next-day|next-week|next-month, clock freeze|set [TIME]", true, (*session).clock},
		"consent":          {"consent URL NAME [allow|deny|forge]", false, (*session).consent},
		"eventually":       {"eventually DURATION jq EXPR|status CODE", false, (*session).eventually},
		"expect-violation": {"expect-violation [WHERE...]", false, (*session).expectViolation},
		"fault":            {"fault OPERATION NAME=VALUE...", true, (*session).fault},
		"fixture":          {"fixture FILE OPERATION", false, (*session).fixture},
		"gate":             {"gate open NAME, gate held NAME [N]", true, (*session).gate},
		"header":           {"header NAME VALUE", false, (*session).header},
		"invalid":          {"invalid", false, (*session).invalid},
		"jq":               {"jq EXPR", false, (*session).jq},
		"pkce":             {"pkce VERIFIER CHALLENGE", false, (*session).pkce},
		"rate-limit":       {"rate-limit OPERATION REQUESTS/DURATION", true, (*session).rateLimit},
		"requests":         {"requests unchecked", false, (*session).requests},
		"settles":          {"settles RULE SETTING=STATUS[,STATUS]...", false, (*session).settles},
		"spend":            {"spend HASH USD [BYOK]", true, (*session).spend},
		"status":           {"status CODE", false, (*session).status},
		"violations":       {"violations none|KIND...", true, (*session).violations},
	}
}

// commandNames returns the names of the commands, sorted.
func commandNames() []string { return slices.Sorted(maps.Keys(commands())) }

// FakeOnly reports whether a command is not available on a live target.
func FakeOnly(command string) bool { return commands()[command].fakeOnly }

// Commands returns the commands that a scenario has beyond testscript's own.
// They need a Setup of this package.
func Commands() map[string]func(*testscript.TestScript, bool, []string) {
	out := map[string]func(*testscript.TestScript, bool, []string){}
	for name, c := range commands() {
		out[name] = c.adapt(name)
	}
	return out
}

// adapt turns c into a testscript command. Only this function knows how testscript
// reports usage, failure and negation.
func (c command) adapt(name string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		s, ok := ts.Value(sessionKey{}).(*session)
		if !ok {
			ts.Fatalf("%s: no Setup of package scenarios has run", name)
		}
		s.ts = ts
		err := c.check(s)
		if err == nil {
			err = c.run(s, args)
		}
		_, isMismatch := errors.AsType[*failure.Mismatch](err)
		usage, isUsage := errors.AsType[*failure.Usage](err)
		switch {
		case isUsage:
			err = &failure.Fatal{Failure: report.Failure{Text: usage.Error(), Want: c.usage}}
		case neg && err == nil:
			err = &failure.Mismatch{Failure: report.Failure{Text: "unexpected success: with ! before it the command must fail"}}
		case neg && isMismatch:
			err = nil
		}
		if err != nil {
			s.fail(err)
			ts.Fatalf("%s", s.target.Secrets.Hide(failure.Of(err).String()))
		}
	}
}

// check returns an error for a command that the target does not support.
func (c command) check(s *session) error {
	if c.fakeOnly && s.target.Live() {
		return errors.New("only the fake offers this command; put [fake] in front of it")
	}
	return nil
}

// hint returns the end of a message that refuses a name: the nearest known name, or all
// of them.
func hint(name string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	return suggest.Hint(name, known)
}
