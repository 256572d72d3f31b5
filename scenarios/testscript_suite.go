package scenarios

import (
	"context"
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
)

// Setup is a testscript Setup that gives each script a fake of its own.
func Setup(e *testscript.Env) error { return Options{}.Setup(e) }

// WorldOf returns the world of the fake that a Setup of this package has opened for
// a script, for the commands of a suite of your own. It is nil if none has, and on a
// live target.
func WorldOf(ts *testscript.TestScript) *mockserver.World {
	s, ok := ts.Value(sessionKey{}).(*session)
	if !ok {
		return nil
	}
	return s.world
}

// Condition is the testscript Condition that goes with Setup.
func Condition(name string) (bool, error) { return Options{}.Condition(name) }

// Setup is a testscript Setup. It opens the target that the options name, which
// by default is a fake for each script, and closes it when the script ends.
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
	s, err := t.newSession(ctx, "script", nil)
	if err != nil {
		cancel()
		t.close()
		return err
	}
	s.enter(e)
	e.Defer(func() {
		s.end()
		if f, ok := e.T().(interface{ Failed() bool }); !ok || !f.Failed() {
			s.checkUnfinished()
		}
		cancel()
		t.close()
		if len(s.endFailures) > 0 {
			e.T().Fatal(t.secrets.Hide(s.endFailures[0].String()))
		}
	})
	return nil
}

// Condition is a testscript Condition: [fake], [live], [companion] and
// [unbounded].
func (o Options) Condition(name string) (bool, error) {
	switch name {
	case "fake":
		return !o.live(), nil
	case "live":
		return o.live(), nil
	case "companion":
		return o.companions(), nil
	case "unbounded":
		return !o.live() || o.LiveLimit != nil && !envelope.Bounded(*o.LiveLimit, o.LiveExpiry), nil
	}
	return false, fmt.Errorf("unknown condition %q%s", name, hint(name, []string{"fake", "live", "companion", "unbounded"}))
}
