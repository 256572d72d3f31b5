package control

import (
	"errors"
	"net/http"

	"github.com/mockgates/mockgates/mockserver"
)

func spend(r *request, w *mockserver.World) (response, error) {
	var usage mockserver.Usage
	if err := r.decode(&usage); err != nil {
		return response{}, err
	}
	hash := r.variable("hash")
	key, err := w.Spend(hash, usage)
	if errors.Is(err, mockserver.ErrNoKey) {
		err = refuse(http.StatusNotFound, "no key of the world %s has the hash %s", quote(w.Name()), quote(hash))
	}
	return ok(map[string]any{"data": key}), err
}
