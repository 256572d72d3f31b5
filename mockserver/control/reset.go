package control

import (
	"fmt"

	"github.com/mockgates/mockgates/mockserver"
)

// reset starts a world over, or every world, and returns their names.
func reset(r *request) (response, error) {
	var in struct {
		Seed *uint64 `json:"seed"`
		All  bool    `json:"all"`
	}
	if err := r.decodeOptional(&in); err != nil {
		return response{}, err
	}
	worlds, err := r.worldsToReset(in.All)
	if err != nil {
		return response{}, err
	}
	names := worldNames{[]string{}}
	for _, w := range worlds {
		if in.Seed != nil {
			w.ResetSeed(*in.Seed)
		} else {
			w.Reset()
		}
		names.Worlds = append(names.Worlds, w.Name())
	}
	return ok(names), nil
}

func (r *request) worldsToReset(all bool) ([]*mockserver.World, error) {
	if !all {
		w, err := r.world()
		return []*mockserver.World{w}, err
	}
	if r.query.Has("world") {
		return nil, fmt.Errorf(`world %s and {"all": true}; want one of the two`, quote(r.query.Get("world")))
	}
	return r.server.Worlds(), nil
}
