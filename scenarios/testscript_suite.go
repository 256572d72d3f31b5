package scenarios

import (
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/session"
)

// Commands returns the commands that a scenario has beyond testscript's own.
// They need a Setup of this package.
func Commands() map[string]func(*testscript.TestScript, bool, []string) { return session.Commands() }

// Setup is a testscript Setup that gives each script a fake of its own.
func Setup(e *testscript.Env) error { return Options{}.Setup(e) }

// WorldOf returns the world of the fake that a Setup of this package has opened for
// a script, for the commands of a suite of your own. It is nil if none has, and on a
// live target.
func WorldOf(ts *testscript.TestScript) *mockserver.World {
	return session.WorldOf(ts)
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
	r, err := o.open()
	if err != nil {
		return err
	}
	if err := r.scripts().Setup(e, r.target.Close); err != nil {
		r.target.Close()
		return err
	}
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
	return false, fmt.Errorf("unknown condition %q%s", name, suggest.Hint(name, []string{"fake", "live", "companion", "unbounded"}))
}
