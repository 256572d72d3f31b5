package control

import (
	"fmt"
	"io"
	"net/http"
)

// A stateful is what has a state: a world, or the server with all worlds.
type stateful interface {
	Snapshot(io.Writer) error
	Restore(io.Reader) error
}

// stateful returns what a call about state is about: one world, or all of them
// if the parameter all is true.
func (r *request) stateful() (stateful, error) {
	all, err := r.flag("all")
	switch {
	case err != nil:
		return nil, err
	case all == nil || !*all:
		return r.world()
	case r.query.Has("world"):
		return nil, fmt.Errorf("world %s and all=true; want one of the two", quote(r.query.Get("world")))
	}
	return r.server, nil
}

func getState(r *request) (response, error) {
	s, err := r.stateful()
	if err != nil {
		return response{}, err
	}
	return response{write: func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "application/json")
		if err := s.Snapshot(w); err != nil {
			return refuse(http.StatusInternalServerError, "the state cannot be written: %v", err)
		}
		return nil
	}}, nil
}

func setState(r *request) (response, error) {
	s, err := r.stateful()
	if err != nil {
		return response{}, err
	}
	return noContent(), s.Restore(r.body)
}
