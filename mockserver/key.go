package mockserver

import (
	"errors"
	"fmt"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
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
func (w *World) Spend(hash string, u Usage) (KeyObject, error) {
	for _, x := range []float64{u.USD, u.BYOK} {
		if !account.IsSpending(x) {
			return KeyObject{}, fmt.Errorf("spend %v: want an amount in USD from 0 to %v", x, float64(account.MaxSpend))
		}
	}
	h, valid := account.ParseHash(hash)
	w.mu.Lock()
	defer w.mu.Unlock()
	k, ok := w.store.Key(h)
	if !valid || !ok {
		return KeyObject{}, fmt.Errorf("spend on %q: %w", hash, ErrNoKey)
	}
	now := w.clock.now()
	if !k.Spend(now, u.USD, u.BYOK) {
		return KeyObject{}, fmt.Errorf("spend %v and %v: want a sum of at most %v USD a day", u.USD, u.BYOK, float64(account.MaxSpend))
	}
	w.store.PutKey(k)
	w.used = true
	return objectOf(&k, now), nil
}

// A KeyObject is the key object of the API.
type KeyObject struct {
	Hash     string `json:"hash"`
	Name     string `json:"name"`
	Label    string `json:"label"`
	Disabled bool   `json:"disabled"`
	KeyUsage
	CreatedAt     string  `json:"created_at"`
	UpdatedAt     *string `json:"updated_at"`
	ExpiresAt     *string `json:"expires_at"`
	CreatorUserID *string `json:"creator_user_id"`
	WorkspaceID   string  `json:"workspace_id"`
}

// A KeyUsage is the part of the key object about limit and usage, in USD.
type KeyUsage struct {
	Limit          *float64 `json:"limit"`
	LimitRemaining *float64 `json:"limit_remaining"`
	LimitReset     *string  `json:"limit_reset"`
	IncludeBYOK    bool     `json:"include_byok_in_limit"`
	Usage          float64  `json:"usage"`
	UsageDaily     float64  `json:"usage_daily"`
	UsageWeekly    float64  `json:"usage_weekly"`
	UsageMonthly   float64  `json:"usage_monthly"`
	BYOK           float64  `json:"byok_usage"`
	BYOKDaily      float64  `json:"byok_usage_daily"`
	BYOKWeekly     float64  `json:"byok_usage_weekly"`
	BYOKMonthly    float64  `json:"byok_usage_monthly"`
}

// objectOf returns the key object at now. It refers to k, which must not change.
func objectOf(k *account.Key, now time.Time) KeyObject {
	d := KeyObject{
		Hash: k.Hash.String(), Name: k.Name, Label: k.Label, Disabled: k.Disabled, KeyUsage: usageOf(k, now),
		CreatedAt: apispec.FormatTime(k.Created), ExpiresAt: orNull(&k.ExpiresAt), CreatorUserID: k.Creator, WorkspaceID: k.Workspace,
	}
	if !k.Updated.IsZero() {
		updated := apispec.FormatTime(k.Updated)
		d.UpdatedAt = &updated
	}
	return d
}

// usageOf returns the limit and usage of the key object at now. It refers to k, which
// must not change.
func usageOf(k *account.Key, now time.Time) KeyUsage {
	d := KeyUsage{Limit: k.Limit, LimitRemaining: k.Remaining(now), LimitReset: orNull(&k.LimitReset), IncludeBYOK: k.IncludeBYOK}
	if len(k.Spent) == 0 {
		return d
	}
	d.Usage, d.BYOK = k.Usage("", now)
	d.UsageDaily, d.BYOKDaily = k.Usage("daily", now)
	d.UsageWeekly, d.BYOKWeekly = k.Usage("weekly", now)
	d.UsageMonthly, d.BYOKMonthly = k.Usage("monthly", now)
	return d
}

// orNull returns s, or nil if it points to "".
func orNull(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
}
