package scenarios

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/mockserver"
)

// A session is one scenario while it is played. It belongs to one goroutine;
// only the calls in its background have their own.
type session struct {
	*target
	ts      *testscript.TestScript // for the command that runs
	ctx     context.Context        // done when the scenario has ended
	script  *script                // nil in a suite of someone else
	at      int                    // index of the next step of script that may run
	current int                    // line of the command that runs; 0 if not known
	world   *mockserver.World      // nil on a live target
	name    string                 // of the world

	token   string         // of the calls that follow; "" for nobody
	next    expectations   // of the next call
	vars    map[string]any // what capture and its like have set
	last    *exchange      // nil before the first
	waiting map[string]*flight
	cleanup []call
	faults  []orderedFault
	pairs   int // made by pkce

	exchanges []Exchange
	failure   *Failure // why the command that runs fails; nil if it does not say
	late      []Failure
}

// expectations are what a script has said about its next call.
type expectations struct {
	header  http.Header // nil values leave a header out
	invalid bool        // the request breaks the contract
	departs []string    // where the answer does; nil if it does not
}

// An orderedFault is a fault and the line that ordered it.
type orderedFault struct {
	id   string
	line int
}

type sessionKey struct{}

// newSession opens the world of a scenario.
func (t *target) newSession(ctx context.Context, name string, s *script) *session {
	ses := &session{target: t, ctx: ctx, script: s, name: name, vars: map[string]any{}, waiting: map[string]*flight{}}
	now := time.Now()
	if t.fake != nil {
		ses.world = t.fake.World(name)
		now = ses.world.Clock().Now
	}
	ses.token = ses.managementKey()
	t.vault.add(ses.token)
	ses.vars["WORLD"], ses.vars["RUN"] = name, t.run
	ses.vars["SOON"] = now.UTC().Add(10 * time.Minute).Truncate(time.Second).Format(time.RFC3339)
	return ses
}

// managementKey is the token of "as management".
func (s *session) managementKey() string {
	if s.fake == nil {
		return s.ManagementKey
	}
	return "sk-mg-mgmt-" + s.name
}

// placeholder stands for the management key of a live target in a script's
// environment.
const placeholder = "[management-key]"

// enter gives the script its environment and its session.
func (s *session) enter(e *testscript.Env) {
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		e.Setenv(name, fmt.Sprint(s.vars[name]))
	}
	e.Setenv("MODELGATES_BASE_URL", s.base)
	key := s.managementKey()
	if s.fake == nil {
		key = placeholder
	}
	e.Setenv("MODELGATES_API_KEY", key)
	e.Values[sessionKey{}] = s
}

// set sets a variable, for $NAME, jq and bodies.
func (s *session) set(name string, value any) {
	s.vars[name] = value
	s.ts.Setenv(name, text(value))
}

// line finds the line of the command that runs: the next one of the script
// that can be it. It is 0 in a suite of someone else, where testscript tells.
func (s *session) line(command string, args []string) int {
	if s.script == nil {
		return 0
	}
	for i := s.at; i < len(s.script.steps); i++ {
		st := s.script.steps[i]
		if st.could(command, args) && s.target.allows(st) {
			s.at = i + 1
			return st.line
		}
	}
	return 0
}

// allows reports whether the conditions of a step that are ours hold.
func (t *target) allows(st step) bool {
	for _, cond := range st.conds {
		name, unwanted := strings.CutPrefix(cond, "!")
		if holds, err := t.Condition(strings.TrimSpace(name)); err == nil && holds == unwanted {
			return false
		}
	}
	return true
}

// Condition is a testscript Condition: [fake], [live] and [companion].
func (o Options) Condition(name string) (bool, error) {
	switch name {
	case "fake":
		return !o.live(), nil
	case "live":
		return o.live(), nil
	case "companion":
		return o.companions(), nil
	}
	known := []string{"fake", "live", "companion"}
	return false, fmt.Errorf("unknown condition %q; want one of %s", name, strings.Join(known, ", "))
}

// Setup is a testscript Setup: it opens the target that the options name, a
// fake of its own for each script by default, and ends it with the script.
func (o Options) Setup(e *testscript.Env) error {
	o, _, err := o.complete()
	if err != nil {
		return err
	}
	t, err := o.open()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := t.newSession(ctx, "script", nil)
	s.enter(e)
	e.Defer(func() {
		s.end()
		if f, ok := e.T().(interface{ Failed() bool }); !ok || !f.Failed() {
			s.settle()
		}
		cancel()
		t.close()
		if len(s.late) > 0 {
			e.T().Fatal(t.vault.redact(s.late[0].String()))
		}
	})
	return nil
}

// Setup is a testscript Setup that gives each script a fake of its own.
func Setup(e *testscript.Env) error { return Options{}.Setup(e) }

// Condition is the testscript Condition that goes with Setup.
func Condition(name string) (bool, error) { return Options{}.Condition(name) }

// end does what is due when the script is over, however it went: it takes back
// the calls in the background, and cleans up. What is wrong then is in late.
func (s *session) end() {
	for _, name := range slices.Sorted(maps.Keys(s.waiting)) {
		f := s.waiting[name]
		f.cancel()
		<-f.done
	}
	for _, c := range slices.Backward(s.cleanup) {
		x, err := s.send(context.WithoutCancel(s.ctx), c)
		if err == nil {
			err = s.judgeExchange(x)
		}
		if err != nil {
			s.fail(c.line, asFailure(err))
		}
	}
}

// settle finds what a script that went well has left open: calls in the
// background without an answer, and faults that never fired.
func (s *session) settle() {
	for _, name := range slices.Sorted(maps.Keys(s.waiting)) {
		s.fail(s.waiting[name].call.line, &Failure{
			Text: fmt.Sprintf("the call in the background %q was never answered for", name), Want: "answer " + name,
		})
	}
	for _, ordered := range s.faults {
		for _, a := range s.world.Faults() {
			if a.ID == ordered.id && a.Fired == 0 && a.OnUnfired != "ignore" {
				s.fail(ordered.line, &Failure{
					Text: "the fault never fired",
					Want: "a request it acts on",
					Got:  fmt.Sprintf("%d requests that match it", a.Seen),
				})
			}
		}
	}
}

// fail adds a failure that belongs to the end of the scenario.
func (s *session) fail(line int, f *Failure) {
	f.Line = line
	s.late = append(s.late, *f)
}

// worldName makes the name of a world of the name of a scenario.
func worldName(name string) string {
	name = notInWorld.ReplaceAllString(strings.ToLower(name), "-")
	return name[:min(len(name), 60)]
}

var notInWorld = regexp.MustCompile(`[^a-z0-9]+`)
