package session

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Config says what scripts are played against.
type Config struct {
	Target *target.Target
	Offer  script.Target     // what scripts must know about it
	Set    map[string]string // variables of every script, by name
}

// A session is the state of a script while it is played. It belongs to one goroutine;
// only calls in the background have their own.
type session struct {
	target *target.Target
	client *target.Client
	ctx    context.Context // done when the script has ended
	ts     *testscript.TestScript
	folder string // in which the script runs

	// For the next call.
	token  string              // "" for nobody
	scheme string              // how the token is sent; "" is Bearer
	next   target.Expectations // of the next call alone

	// What the script has done and seen.
	last       *target.Completed          // nil before the first
	vars       map[string]any             // set by capture and other commands
	background map[string]*backgroundCall // that is not awaited yet
	cleanup    []target.Call
	faults     []scriptFault
	pkcePairs  int // made so far
	settled    []report.Settlement
	programs   programs

	progress
}

// A progress is how far a script is, and what has failed.
type progress struct {
	script      *script.Script           // nil in the testscript suite of a caller
	line        int                      // of the command that runs; 0 if not known
	failed      map[int][]report.Failure // of commands of this package, by line
	endFailures []report.Failure         // found after the script has ended
	asked       map[int]int              // the number of the exchange that a line is about, by line; 0 for none
	known       map[string]bool          // variables that are set
	uncaptured  map[string]bool          // variables that failed lines would have set
	halted      bool                     // no further line is played
}

type sessionKey struct{}

// Soon is how long after the beginning of a script the time $SOON is.
const Soon = 10 * time.Minute

// OwnVariables are the variables that a script has before its first line.
var OwnVariables = []string{"LIMIT", "MODELGATES_API_KEY", "MODELGATES_BASE_URL", "NOW", "RUN", "SOON", "SOON_LOCAL", "WORLD"}

// open opens the world of a script. It returns an error if the name is not valid for a
// world.
func (c Config) open(ctx context.Context, name string, s *script.Script) (*session, error) {
	client, err := c.Target.NewClient(name)
	if err != nil {
		return nil, err
	}
	now := client.Now().UTC()
	ses := &session{
		target: c.Target, client: client, ctx: ctx, token: client.ManagementKey(),
		background: map[string]*backgroundCall{},
		vars: map[string]any{
			"WORLD": name, "RUN": c.Target.Run, "LIMIT": c.Target.LimitOfKeys(),
			"NOW":        now.Truncate(time.Second).Format(time.RFC3339),
			"SOON":       now.Add(Soon).Truncate(time.Second).Format(time.RFC3339),
			"SOON_LOCAL": now.Add(Soon).Format(script.LocalTime),
		},
		progress: progress{
			script: s, failed: map[int][]report.Failure{}, asked: map[int]int{}, known: map[string]bool{}, uncaptured: map[string]bool{},
		},
	}
	for name, value := range c.Set {
		ses.vars[name] = value
	}
	return ses, nil
}

// WorldOf returns the world of the fake on which a script is played. It is nil if no
// session has been set up, and on a live target.
func WorldOf(ts *testscript.TestScript) *mockserver.World {
	s, ok := ts.Value(sessionKey{}).(*session)
	if !ok {
		return nil
	}
	return s.client.World
}

// Setup prepares a script of the testscript suite of a caller. When the script has
// ended, it calls end.
func (c Config) Setup(e *testscript.Env, end func()) error {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := c.open(ctx, "script", nil)
	if err != nil {
		cancel()
		return err
	}
	s.enter(e)
	e.Defer(func() {
		s.end()
		if f, ok := e.T().(interface{ Failed() bool }); !ok || !f.Failed() {
			s.checkUnfinished()
		}
		cancel()
		end()
		if len(s.endFailures) > 0 {
			e.T().Fatal(c.Target.Secrets.Hide(s.endFailures[0].String()))
		}
	})
	return nil
}

// managementKeyPlaceholder stands for the management key of a live target in
// the environment of a script.
const managementKeyPlaceholder = "[management-key]"

// enter gives the script its environment and its session.
func (s *session) enter(e *testscript.Env) {
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		e.Setenv(name, fmt.Sprint(s.vars[name]))
	}
	e.Setenv("MODELGATES_BASE_URL", s.target.Base)
	key := s.client.ManagementKey()
	if s.target.Live() {
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
		done, err := s.client.Send(context.WithoutCancel(s.ctx), c)
		if err == nil {
			err = s.client.Check(s.ctx, done)
		}
		if err != nil {
			f := failure.Of(err)
			if done != nil {
				f.Exchange = done.Number
			}
			s.failAtEnd(c.Line, f)
		}
	}
}

// checkUnfinished adds failures to a script that otherwise passed: for calls that it
// never awaited, and for faults that never fired.
func (s *session) checkUnfinished() {
	for _, name := range slices.Sorted(maps.Keys(s.background)) {
		s.failAtEnd(s.background[name].call.Line, &report.Failure{
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
