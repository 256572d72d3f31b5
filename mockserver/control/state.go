package control

import (
	"bytes"
	"errors"
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
		b := stateBuffer{limit: maxStateBody}
		err := s.Snapshot(&b)
		if large, ok := errors.AsType[*refusal](err); ok {
			return large
		}
		if err != nil {
			return refuse(http.StatusInternalServerError, "the state cannot be written: %v", err)
		}
		_, err = w.Write(b.Bytes())
		return err
	}}, nil
}

// A stateBuffer holds a state until it is known that setState would take it.
type stateBuffer struct {
	bytes.Buffer
	limit int // in bytes
}

func (b *stateBuffer) Write(data []byte) (int, error) {
	if b.Len()+len(data) > b.limit {
		return 0, refuse(http.StatusServiceUnavailable, "the state has more than the %d bytes that PUT state takes; ask for one world at a time, or reset some", b.limit)
	}
	return b.Buffer.Write(data)
}

func setState(r *request) (response, error) {
	s, err := r.stateful()
	if err != nil {
		return response{}, err
	}
	return noContent(), s.Restore(r.body)
}
