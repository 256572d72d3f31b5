package mockserver

import (
	"errors"
	"fmt"
)

// maxSpend is the most that can be spent at once, in USD, so that no sum overflows
// a double.
const maxSpend = 1e15

// A Usage is an amount to spend on a key, in USD.
type Usage struct {
	USD  float64 `json:"usd"`  // credits of the account
	BYOK float64 `json:"byok"` // external usage, on the caller's own provider keys
}

// ErrNoKey reports that no key of the world has the given hash.
var ErrNoKey = errors.New("no key has this hash")

// Spend adds to the usage of the key with a hash, on the current day of the
// world's clock, and returns the key as the API shows it. It refuses an amount that
// is negative, NaN or over 1e15. The error wraps ErrNoKey if no key has the hash.
func (w *World) Spend(hash string, u Usage) (KeyObject, error) {
	for _, x := range []float64{u.USD, u.BYOK} {
		if !(x >= 0 && x <= maxSpend) { // true for NaN too
			return KeyObject{}, fmt.Errorf("spend %v: want an amount in USD from 0 to %v", x, float64(maxSpend))
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	k, ok := w.store.keys[hash]
	if !ok {
		return KeyObject{}, fmt.Errorf("spend on %q: %w", hash, ErrNoKey)
	}
	now := w.clock.now()
	k.spend(now, u.USD, u.BYOK)
	w.store.putKey(k)
	w.used = true
	return k.object(now), nil
}
