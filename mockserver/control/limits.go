package control

import (
	"errors"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// limitList is the rate limits of a world as a body.
type limitList struct {
	Limits []ratelimit.Limit `json:"limits"`
}

func getLimits(_ *request, w *mockserver.World) (response, error) {
	return ok(limitList{w.RateLimits()}), nil
}

func setLimits(r *request, w *mockserver.World) (response, error) {
	var in limitList
	if err := r.decode(&in); err != nil {
		return response{}, err
	}
	if in.Limits == nil {
		return response{}, errors.New(`limits is missing; want {"limits": ["create-keys 3/1m"]}, or [] for none`)
	}
	if err := w.SetRateLimits(in.Limits); err != nil {
		return response{}, err
	}
	return ok(limitList{w.RateLimits()}), nil
}
