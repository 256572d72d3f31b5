package control

import "github.com/mockgates/mockgates/mockserver"

func listViolations(_ *request, w *mockserver.World) (response, error) {
	return ok(map[string][]mockserver.Violation{"violations": w.Violations()}), nil
}

func clearViolations(_ *request, w *mockserver.World) (response, error) {
	w.ClearViolations()
	return noContent(), nil
}
