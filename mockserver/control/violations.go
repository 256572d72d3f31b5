package control

import "github.com/mockgates/mockgates/mockserver"

func listViolations(_ *request, w *mockserver.World) (response, error) {
	list, evicted := w.Violations(), w.ViolationsEvicted()
	return ok(violationList{list, evicted}), nil
}

// violationList is the violations of a world as a body.
type violationList struct {
	Violations []mockserver.Violation `json:"violations"`
	Evicted    int64                  `json:"evicted"` // violations that count and are no longer listed
}

func clearViolations(_ *request, w *mockserver.World) (response, error) {
	w.ClearViolations()
	return noContent(), nil
}
