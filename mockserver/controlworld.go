package mockserver

import (
	"fmt"
	"strconv"
	"time"
)

// The calls about the time, the usage, the limits and the state of a world.

func showClock(a *inquiry) (any, error) { return a.world.Clock(), nil }

func setClock(a *inquiry) (any, error) {
	var to ClockSetting
	if err := a.decode(&to); err != nil {
		return nil, err
	}
	if err := a.world.SetClock(to); err != nil {
		return nil, err
	}
	return a.world.Clock(), nil
}

func advanceClock(a *inquiry) (any, error) {
	var in struct {
		By *Duration `json:"by"`
		To *string   `json:"to"`
	}
	if err := a.decode(&in); err != nil {
		return nil, err
	}
	var now ClockSetting
	var err error
	switch {
	case in.By != nil && in.To == nil:
		now, err = a.world.Advance(time.Duration(*in.By))
	case in.To != nil && in.By == nil:
		now, err = a.world.AdvanceTo(*in.To)
	default:
		return nil, fmt.Errorf(`want {"by": "24h"} or {"to": %q}, one of the two`, NextDay)
	}
	if err != nil {
		return nil, err
	}
	return now, nil
}

func spendOnKey(a *inquiry) (any, error) {
	var u Usage
	if err := a.decode(&u); err != nil {
		return nil, err
	}
	hash := a.http.PathValue("hash")
	if !a.world.hasKey(hash) {
		return nil, missing("no key of the world %s has the hash %s", quote(a.world.Name()), quote(hash))
	}
	k, err := a.world.Spend(hash, u)
	if err != nil {
		return nil, err
	}
	return map[string]keyData{"data": k.data(a.world.Clock().Now)}, nil
}

// hasKey reports whether a key of the world has the hash.
func (w *World) hasKey(hash string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, ok := w.store.keys[hash]
	return ok
}

// limitsBody is the rate limits of a world on the wire.
type limitsBody struct {
	Limits []RateLimit `json:"limits"`
}

func listLimits(a *inquiry) (any, error) { return limitsBody{a.world.RateLimits()}, nil }

func setLimits(a *inquiry) (any, error) {
	var in limitsBody
	if err := a.decode(&in); err != nil {
		return nil, err
	}
	if in.Limits == nil {
		return nil, fmt.Errorf(`want {"limits": ["create-keys 3/1m"]}, or [] for none`)
	}
	if err := a.world.SetRateLimits(in.Limits); err != nil {
		return nil, err
	}
	return limitsBody{a.world.RateLimits()}, nil
}

func listViolations(a *inquiry) (any, error) {
	return map[string][]ClientFinding{"violations": a.world.Violations()}, nil
}

func clearViolations(a *inquiry) (any, error) {
	a.world.ClearViolations()
	return nil, nil
}

func reset(a *inquiry) (any, error) {
	var in struct {
		Seed *uint64 `json:"seed"`
		All  bool    `json:"all"`
	}
	if len(a.body) > 0 {
		if err := a.decode(&in); err != nil {
			return nil, err
		}
	}
	worlds := []*World{a.world}
	if in.All {
		worlds = a.server.Worlds()
	}
	names := []string{}
	for _, w := range worlds {
		w.Reset(in.Seed)
		names = append(names, w.Name())
	}
	return map[string][]string{"worlds": names}, nil
}

// wholeNumber reads a parameter that is a number, 0 or more.
func wholeNumber(name, value string) (int64, error) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s %s is no whole number; want 0 or more", name, quote(value))
	}
	return n, nil
}

// stateQuery reads whether a call is about all worlds.
func stateQuery(a *inquiry) (all bool, err error) {
	switch v := a.query.Get("all"); v {
	case "", "false":
		return false, nil
	case "true":
		if a.query.Get("world") != "" {
			return false, fmt.Errorf("world %s and all=true: want one of the two", quote(a.query.Get("world")))
		}
		return true, nil
	default:
		return false, fmt.Errorf("all %s: want true or false", quote(v))
	}
}

func showState(a *inquiry) (any, error) {
	all, err := stateQuery(a)
	switch {
	case err != nil:
		return nil, err
	case all:
		return a.server.Snapshot(), nil
	}
	return State{Version: StateVersion, Worlds: []WorldState{a.world.Snapshot()}}, nil
}

func setState(a *inquiry) (any, error) {
	all, err := stateQuery(a)
	if err != nil {
		return nil, err
	}
	state, err := DecodeState(a.body)
	switch {
	case err != nil:
		return nil, err
	case all:
		err = a.server.Restore(state)
	case len(state.Worlds) != 1:
		err = fmt.Errorf("the state has %d worlds; want 1, or all=true in the query", len(state.Worlds))
	default:
		err = a.world.Restore(state.Worlds[0])
	}
	return nil, err
}
