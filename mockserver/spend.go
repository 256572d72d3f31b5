package mockserver

import (
	"errors"
	"fmt"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
	"github.com/mockgates/mockgates/mockserver/keyobject"
)

// A Usage is an amount to spend on a key, in USD.
type Usage struct {
	USD  float64 `json:"usd"`  // credits of the account
	BYOK float64 `json:"byok"` // external usage, on the caller's own provider keys
}

// ErrNoKey reports that no key of the world has the given hash.
var ErrNoKey = errors.New("no key has this hash")

// Spend adds to the usage of the key with a hash, on the current day of the
// world's clock, and returns the key as the API shows it. It refuses an amount that
// is negative or NaN, and one that takes the day over 1e15. The error wraps ErrNoKey if no key has the hash.
func (w *World) Spend(hash string, u Usage) (keyobject.Object, error) {
	for _, x := range []float64{u.USD, u.BYOK} {
		if !account.IsSpending(x) {
			return keyobject.Object{}, fmt.Errorf("spend %v: want an amount in USD from 0 to %v", x, float64(account.MaxSpend))
		}
	}
	h, valid := account.ParseHash(hash)
	w.mu.Lock()
	defer w.mu.Unlock()
	old := w.store.Key(h)
	if !valid || old == nil {
		return keyobject.Object{}, fmt.Errorf("spend on %q: %w", hash, ErrNoKey)
	}
	now, k := w.clock.now(), *old
	if !k.Spend(now, u.USD, u.BYOK) {
		return keyobject.Object{}, fmt.Errorf("spend %v and %v: want a sum of at most %v USD a day", u.USD, u.BYOK, float64(account.MaxSpend))
	}
	w.store.PutKey(&k)
	w.used = true
	return operation.KeyObject(&k, now), nil
}
