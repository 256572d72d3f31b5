package control

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// faultList is a list of faults as a body.
type faultList struct {
	Faults []fault.Status `json:"faults"`
}

func listFaults(_ *request, w *mockserver.World) (response, error) {
	return ok(faultList{w.Faults()}), nil
}

// addFaults takes one fault, or an array of them, which are added all or none.
func addFaults(r *request, w *mockserver.World) (response, error) {
	data, err := r.readBody()
	if err != nil {
		return response{}, err
	}
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("[")) {
		var one fault.Fault
		if err := unmarshal(data, &one); err != nil {
			return response{}, err
		}
		added, err := w.AddFault(one)
		return created(added), err
	}
	var list []fault.Fault
	if err := unmarshal(data, &list); err != nil {
		return response{}, err
	}
	added, err := w.AddFaults(list...)
	return created(faultList{added}), err
}

func removeFaults(_ *request, w *mockserver.World) (response, error) {
	return ok(faultList{w.RemoveFaults()}), nil
}

func getFault(r *request, w *mockserver.World) (response, error) {
	for _, f := range w.Faults() {
		if f.ID == r.variable("id") {
			return ok(f), nil
		}
	}
	return response{}, noFault(r, w)
}

func removeFault(r *request, w *mockserver.World) (response, error) {
	removed, err := w.RemoveFault(r.variable("id"))
	if errors.Is(err, mockserver.ErrNoFault) {
		err = noFault(r, w)
	}
	return ok(removed), err
}

// noFault refuses the ID in the path.
func noFault(r *request, w *mockserver.World) error {
	id, known := r.variable("id"), []string{}
	for _, f := range w.Faults() {
		known = append(known, f.ID)
	}
	if len(known) == 0 {
		return refuse(http.StatusNotFound, "no fault has the ID %s; the world %s has none", quote(id), quote(w.Name()))
	}
	return refuse(http.StatusNotFound, "no fault has the ID %s%s", quote(id), suggest.Hint(id, known))
}
