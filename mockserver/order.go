package mockserver

import (
	"fmt"
	"slices"
)

// OrderFault puts a fault in force, behind those that are, and returns it with
// its id. It acts on every request that arrives after OrderFault has returned.
// A gate that the fault holds at is shut.
func (w *World) OrderFault(f Fault) (FaultAccount, error) {
	accounts, err := w.OrderFaults(f)
	if err != nil {
		return FaultAccount{}, err
	}
	return accounts[0], nil
}

// OrderFaults is OrderFault for several faults at once. If one of them is
// refused, none is in force.
func (w *World) OrderFaults(list ...Fault) ([]FaultAccount, error) {
	for _, f := range list {
		if err := f.validate(); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	accounts := make([]FaultAccount, 0, len(list))
	for _, f := range list {
		if f.Hold != "" {
			w.gates.shut(f.Hold)
		}
		accounts = append(accounts, w.faults.add(f))
	}
	return accounts, nil
}

// Faults returns the account of every fault in force or spent, in the order
// they were given.
func (w *World) Faults() []FaultAccount {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]FaultAccount, 0, len(w.faults.list))
	for _, a := range w.faults.list {
		list = append(list, a.clone())
	}
	return list
}

// DropFault takes a fault back and returns its account. Requests that it has
// parked stay so until their gate opens.
func (w *World) DropFault(id string) (FaultAccount, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.faults.list, func(a *FaultAccount) bool { return a.ID == id })
	if i < 0 {
		return FaultAccount{}, false
	}
	a := *w.faults.list[i]
	w.faults.list = slices.Delete(w.faults.list, i, i+1)
	return a, true
}

// DropFaults takes every fault back and returns their accounts.
func (w *World) DropFaults() []FaultAccount {
	w.mu.Lock()
	defer w.mu.Unlock()
	accounts := make([]FaultAccount, 0, len(w.faults.list))
	for _, a := range w.faults.list {
		accounts = append(accounts, *a)
	}
	w.faults.list = nil
	return accounts
}

// maxSpend is the most that can be spent at once, in USD, so that no sum is
// more than a double holds.
const maxSpend = 1e15

// A Usage is an amount to spend on a key, in USD.
type Usage struct {
	USD  float64 `json:"usd"`  // credits of the account
	BYOK float64 `json:"byok"` // external usage, on the caller's own provider keys
}

// Spend spends on the key with the given hash, on the day that the world's
// clock shows, and returns the key. It refuses an unknown key and an amount
// that is negative, no number or over 1e15, and then changes nothing.
func (w *World) Spend(hash string, u Usage) (Key, error) {
	for _, x := range []float64{u.USD, u.BYOK} {
		if !(x >= 0 && x <= maxSpend) { // also of NaN
			return Key{}, fmt.Errorf("spend %v: want an amount in USD, 0 to %v", x, float64(maxSpend))
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	k, ok := w.store.keys[hash]
	if !ok {
		return Key{}, fmt.Errorf("spend on %q: no key has this hash", hash)
	}
	k.spend(w.clock.now(), u.USD, u.BYOK)
	w.store.putKey(k)
	return k, nil
}

// SetRateLimits replaces the world's rate limits, and starts to count anew.
func (w *World) SetRateLimits(limits []RateLimit) error {
	for _, r := range limits {
		if err := r.validate(); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits = newRateLimits(limits)
	return nil
}

// RateLimits returns the world's rate limits, in the order they were given. It
// is never nil.
func (w *World) RateLimits() []RateLimit {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]RateLimit, 0, len(w.limits))
	for _, l := range w.limits {
		list = append(list, l.RateLimit)
	}
	return list
}
