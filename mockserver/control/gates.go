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

// getGate returns a gate. With the parameter held it waits, as long as its client
// does, until so many requests are held there; then the gate need not be known
// yet. It never makes a gate.
func getGate(r *request, w *mockserver.World) (response, error) {
	name := r.variable("name")
	if err := fault.ValidateGate(name); err != nil {
		return response{}, err
	}
	if !r.query.Has("held") {
		gate, err := findGate(w, name)
		return ok(gate), err
	}
	held, err := r.number("held")
	if err != nil {
		return response{}, err
	}
	gate, err := w.WaitForHeld(r.http.Context(), name, held)
	if err != nil {
		err = refuse(http.StatusServiceUnavailable, "the wait for %d requests at the gate %s has ended: %v", held, quote(name), err)
	}
	return ok(gate), err
}

// findGate returns the gate with a name.
func findGate(w *mockserver.World, name string) (mockserver.Gate, error) {
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
