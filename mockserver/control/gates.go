package control

import (
	"net/http"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func listGates(_ *request, w *mockserver.World) (response, error) {
	return ok(map[string][]mockserver.Gate{"gates": w.Gates()}), nil
}

// getGate returns a gate, at once or when enough requests are held at it. It
// waits as long as its client does. It never makes a gate.
func getGate(r *request, w *mockserver.World) (response, error) {
	gate, err := findGate(w, r.variable("name"))
	if err != nil {
		return response{}, err
	}
	held, err := r.number("held")
	if err != nil {
		return response{}, err
	}
	if held > 0 {
		if gate, err = w.WaitForHeld(r.http.Context(), gate.Name, held); err != nil {
			return response{}, refuse(http.StatusServiceUnavailable, "the wait for %d requests at the gate %s has ended: %v", held, quote(gate.Name), err)
		}
	}
	return ok(gate), nil
}

// findGate returns the gate with a name.
func findGate(w *mockserver.World, name string) (mockserver.Gate, error) {
	if err := fault.ValidateGate(name); err != nil {
		return mockserver.Gate{}, err
	}
	known := []string{}
	for _, g := range w.Gates() {
		if g.Name == name {
			return g, nil
		}
		known = append(known, g.Name)
	}
	if len(known) == 0 {
		return mockserver.Gate{}, refuse(http.StatusNotFound, "no gate is called %s; the world %s has none", quote(name), quote(w.Name()))
	}
	return mockserver.Gate{}, refuse(http.StatusNotFound, "no gate is called %s%s", quote(name), suggest.Hint(name, known))
}

func openGate(r *request, w *mockserver.World) (response, error) {
	gate, err := w.OpenGate(r.variable("name"))
	return ok(gate), err
}
