package scenarios

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/relations"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/generated"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A session is the state of a scenario while it is played. It belongs to one goroutine;
// only calls in the background have their own.
type session struct {
	*target
	ts     *testscript.TestScript // for the command that runs
	ctx    context.Context        // done when the scenario has ended
	script *script.Script         // nil in the testscript suite of a caller
	line   int                    // of the command that runs; 0 if not known
	world  *mockserver.World      // nil on a live target
	name   string                 // of the world
	folder string                 // in which the script runs

	token      string         // of the calls that follow; "" for nobody
	scheme     string         // how they send it; "" is Bearer
	next       expectations   // of the next call
	vars       map[string]any // set by capture and other commands
	last       *completedCall // nil before the first
	background map[string]*backgroundCall
	cleanup    []call

	contract  *relations.Session // remembers what this scenario has seen
	bounds    *envelope.Bounds   // nil on a fake
	faults    []scriptFault
	pkcePairs int // made so far

	exchanges   []report.Exchange
	settled     []report.Settlement
	endFailures []report.Failure

	programs        bool  // a program may have run
	unchecked       bool  // requests of programs are not validated
	validated       int64 // the last entry of the journal that was looked at
	programFailures []report.Failure

	failed     map[int][]report.Failure // of commands of this package, by line
	asked      map[int]int              // the number of the exchange that a line is about, by line; 0 for none
	known      map[string]bool          // variables that are set
	uncaptured map[string]bool          // variables that failed lines would have set
	halted     bool                     // no further line is played
}

type sessionKey struct{}

// newSession opens the world of a scenario. It returns an error if the name is not valid
// for a world.
func (t *target) newSession(ctx context.Context, name string, s *script.Script) (*session, error) {
	ses := &session{
		target: t, ctx: ctx, script: s, name: name, vars: map[string]any{}, background: map[string]*backgroundCall{}, bounds: t.newBounds(),
		failed: map[int][]report.Failure{}, asked: map[int]int{}, known: map[string]bool{}, uncaptured: map[string]bool{},
	}
	now := time.Now()
	if t.fake != nil {
		var err error
		if ses.world, err = t.fake.World(name); err != nil {
			return nil, err
		}
		now = ses.world.Clock().Now
	}
	ses.token = ses.managementKey()
	ses.contract = ses.contractSession()
	t.secrets.Add(ses.token)
	ses.vars["WORLD"], ses.vars["RUN"] = name, t.run
	ses.vars["NOW"] = now.UTC().Truncate(time.Second).Format(time.RFC3339)
	ses.vars["LIMIT"] = t.keyLimit()
	ses.vars["SOON"] = now.UTC().Add(10 * time.Minute).Truncate(time.Second).Format(time.RFC3339)
	ses.vars["SOON_LOCAL"] = now.UTC().Add(10 * time.Minute).Format(generated.LocalTime)
	for name, value := range t.Set {
		ses.vars[name] = value
	}
	return ses, nil
}

// contractSession returns the session that judges the exchanges of the scenario. On a
// live target all scenarios share one memory of secrets and ids; on the fake each has a
// memory of its own, because it has a world of its own.
func (s *session) contractSession() *relations.Session {
	switch {
	case s.seen != nil:
		return s.seen.Fork()
	case s.fake == nil:
		return nil // no exchange is judged
	}
	return relations.NewSession(s.validator.Contract, relations.Options{
		Companions:     s.companions(),
		Family:         s.companions(),
		ManagementKeys: []string{s.managementKey()},
		Injected:       func(x contract.Exchange) bool { return isInjected(x.ResponseHeader) },
		Now:            func() time.Time { return s.world.Clock().Now },
	})
}

// isInjected reports whether a fault of the fake made a response.
func isInjected(h http.Header) bool {
	return h.Get(mockserver.FaultHeader) != "" || slices.Contains(splitList(h.Get(mockserver.RuleHeader)), "fault.injected")
}

// managementKey returns the token of "as management".
func (s *session) managementKey() string {
	if s.fake == nil {
		return s.ManagementKey
	}
	return s.world.ManagementKey()
}

// managementKeyPlaceholder stands for the management key of a live target in
// the environment of a script.
const managementKeyPlaceholder = "[management-key]"

// enter gives the script its environment and its session.
func (s *session) enter(e *testscript.Env) {
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		e.Setenv(name, fmt.Sprint(s.vars[name]))
	}
	e.Setenv("MODELGATES_BASE_URL", s.base)
	key := s.managementKey()
	if s.fake == nil {
		key = managementKeyPlaceholder
	}
	e.Setenv("MODELGATES_API_KEY", key)
	for _, pair := range e.Vars {
		name, _, _ := strings.Cut(pair, "=")
		s.known[name] = true
	}
	s.folder = e.WorkDir
	e.Values[sessionKey{}] = s
}

// set sets a variable, for $NAME, jq and bodies.
func (s *session) set(name string, value any) {
	s.vars[name] = value
	s.known[name] = true
	delete(s.uncaptured, name)
	s.ts.Setenv(name, script.VariableText(value))
}

// end cancels the calls in the background and runs the cleanup. It is called at the end
// of every script, failed or not.
func (s *session) end() {
	for _, name := range slices.Sorted(maps.Keys(s.background)) {
		b := s.background[name]
		b.cancel()
		<-b.done
	}
	for _, c := range slices.Backward(s.cleanup) {
		done, err := s.send(context.WithoutCancel(s.ctx), c)
		if err == nil {
			err = s.checkExchange(done)
		}
		if err != nil {
			f := asFailure(err)
			if done != nil {
				f.Exchange = done.number
			}
			s.failAtEnd(c.line, f)
		}
	}
}

// checkUnfinished adds failures to a script that otherwise passed: for calls that it
// never awaited, and for faults that never fired.
func (s *session) checkUnfinished() {
	for _, name := range slices.Sorted(maps.Keys(s.background)) {
		s.failAtEnd(s.background[name].call.line, &report.Failure{
			Text: fmt.Sprintf("the script never awaited the call %q", name), Want: "await " + name,
		})
	}
	s.checkFaults()
	if s.script == nil {
		for _, f := range s.checkPrograms() {
			s.failAtEnd(0, &f)
		}
	}
}

// failAtEnd adds a failure that is found after the script has ended.
func (s *session) failAtEnd(line int, f *report.Failure) {
	f.Line = line
	s.endFailures = append(s.endFailures, *f)
}
