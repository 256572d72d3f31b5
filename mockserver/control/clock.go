package control

import (
	"errors"
	"fmt"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

func getClock(_ *request, w *mockserver.World) (response, error) { return ok(w.Clock()), nil }

func setClock(r *request, w *mockserver.World) (response, error) {
	var to mockserver.ClockSetting
	if err := r.decode(&to); err != nil {
		return response{}, err
	}
	if err := w.SetClock(to); err != nil {
		return response{}, err
	}
	return ok(w.Clock()), nil
}

func advanceClock(r *request, w *mockserver.World) (response, error) {
	var in struct {
		By *duration `json:"by"`
		To *string   `json:"to"`
	}
	if err := r.decode(&in); err != nil {
		return response{}, err
	}
	if (in.By == nil) == (in.To == nil) {
		return response{}, errors.New(`want one of {"by": "24h"} and {"to": "next-day"}`)
	}
	if in.To != nil {
		now, err := w.AdvanceTo(*in.To)
		return ok(now), err
	}
	now, err := w.Advance(time.Duration(*in.By))
	return ok(now), err
}

// A duration is a time.Duration that is written as "1m30s" in JSON.
type duration time.Duration

// UnmarshalText reads what [time.ParseDuration] reads.
func (d *duration) UnmarshalText(data []byte) error {
	v, err := time.ParseDuration(string(data))
	if err != nil {
		return fmt.Errorf("%s is not a duration; want one such as 1m30s", quote(string(data)))
	}
	*d = duration(v)
	return nil
}
