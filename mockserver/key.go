package mockserver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Key is an API key as it is stored. Its secret is not stored, only Hash: the
// SHA-256 of the secret in lower-case hex.
type Key struct {
	Hash        string    `json:"hash"`
	Label       string    `json:"label"` // prefix, first three digits, "...", last three; or the label of its code
	Name        string    `json:"name"`
	Workspace   string    `json:"workspace_id"`
	Creator     *string   `json:"creator_user_id"`
	Limit       *float64  `json:"limit"`       // USD; nil means no limit
	LimitReset  string    `json:"limit_reset"` // "daily", "weekly", "monthly"; "" never
	IncludeBYOK bool      `json:"include_byok_in_limit"`
	Disabled    bool      `json:"disabled"`
	Created     time.Time `json:"created_at"`
	Updated     time.Time `json:"updated_at,omitzero"`  // zero if it never was
	ExpiresAt   string    `json:"expires_at,omitempty"` // as it was sent; "" never
	Spent       []Spend   `json:"spent,omitempty"`      // by day, oldest first

	seq int64 // number in the order of creation
}

// A Spend is the usage of one key on one UTC day.
type Spend struct {
	Day  int     `json:"day"`  // days since 1970-01-01
	USD  float64 `json:"usd"`  // credits of the account
	BYOK float64 `json:"byok"` // external usage, on the caller's own provider keys
}

// expired reports whether the key has expired at now.
func (k *Key) expired(now time.Time) bool {
	if k.ExpiresAt == "" {
		return false
	}
	t, err := apispec.ParseTime(k.ExpiresAt)
	return err == nil && !now.Before(t)
}

// spend adds to the usage of the key on the day of now.
func (k *Key) spend(now time.Time, usd, byok float64) {
	day := dayOf(now)
	i, found := slices.BinarySearchFunc(k.Spent, day, func(s Spend, day int) int { return s.Day - day })
	k.Spent = slices.Clone(k.Spent)
	if !found {
		k.Spent = slices.Insert(k.Spent, i, Spend{Day: day})
	}
	k.Spent[i].USD = sum(k.Spent[i].USD, usd)
	k.Spent[i].BYOK = sum(k.Spent[i].BYOK, byok)
}

// maxSpend is the most that can be spent on a key in a day, in USD, so that no sum
// overflows a double.
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
// is negative or NaN, and one that takes the day over 1e15. The error wraps ErrNoKey if no key has the hash.
func (w *World) Spend(hash string, u Usage) (KeyObject, error) {
	for _, x := range []float64{u.USD, u.BYOK} {
		if !isSpending(x) {
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
	if slices.ContainsFunc(k.Spent, func(day Spend) bool { return !isSpending(day.USD) || !isSpending(day.BYOK) }) {
		return KeyObject{}, fmt.Errorf("spend %v and %v: want a sum of at most %v USD a day", u.USD, u.BYOK, float64(maxSpend))
	}
	w.store.putKey(k)
	w.used = true
	return k.object(now), nil
}

// usage returns the usage of the key in the window of reset that contains now, or
// of all time if reset is "".
func (k *Key) usage(reset string, now time.Time) (usd, byok float64) {
	first, last := math.MinInt, math.MaxInt
	if start := windowStart(reset, now); !start.IsZero() {
		first = dayOf(start)
		switch reset {
		case "daily":
			last = first
		case "weekly":
			last = first + 6
		case "monthly":
			last = dayOf(start.AddDate(0, 1, -1))
		}
	}
	for _, s := range k.Spent {
		if first <= s.Day && s.Day <= last {
			usd, byok = sum(usd, s.USD), sum(byok, s.BYOK)
		}
	}
	return usd, byok
}

// remaining returns the limit minus the usage of the current window, or nil for a
// key without a limit. BYOK usage counts only with IncludeBYOK.
func (k *Key) remaining(now time.Time) *float64 {
	if k.Limit == nil {
		return nil
	}
	usd, byok := k.usage(k.LimitReset, now)
	left := sum(*k.Limit, -usd)
	if k.IncludeBYOK {
		left = sum(*k.Limit, -usd, -byok)
	}
	return &left
}

// sum adds amounts in USD without the noise of binary fractions: 0.1 and 0.2 are
// 0.3. It rounds to a trillionth of a dollar or, for larger amounts, to 15
// significant digits of the largest, which is what a double can represent.
func sum(amounts ...float64) float64 {
	const whole = 1 << 50 // a double can represent fractions up to this many units
	var total, largest float64
	for _, x := range amounts {
		total += x
		largest = max(largest, math.Abs(x), math.Abs(total))
	}
	unit := 1e12
	for unit > 1 && largest*unit > whole {
		unit /= 10
	}
	if largest*unit > whole {
		return total
	}
	return math.Round(total*unit)/unit + 0 // + 0 turns -0 into 0
}

// dayOf returns the number of days from 1970-01-01 to the UTC day of t.
func dayOf(t time.Time) int {
	const day = 24 * 60 * 60
	s := t.Unix()
	if s < 0 {
		s -= day - 1
	}
	return int(s / day)
}

// hashOf returns the hash of a secret: its SHA-256 in lower-case hex.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
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

// object returns the key object at now.
func (k *Key) object(now time.Time) KeyObject {
	d := KeyObject{
		Hash: k.Hash, Name: k.Name, Label: k.Label, Disabled: k.Disabled, KeyUsage: k.usageAt(now),
		CreatedAt: apispec.FormatTime(k.Created), ExpiresAt: orNull(k.ExpiresAt), CreatorUserID: k.Creator, WorkspaceID: k.Workspace,
	}
	if !k.Updated.IsZero() {
		d.UpdatedAt = orNull(apispec.FormatTime(k.Updated))
	}
	return d
}

// usageAt returns the limit and usage of the key object at now.
func (k *Key) usageAt(now time.Time) KeyUsage {
	d := KeyUsage{Limit: k.Limit, LimitRemaining: k.remaining(now), LimitReset: orNull(k.LimitReset), IncludeBYOK: k.IncludeBYOK}
	d.Usage, d.BYOK = k.usage("", now)
	d.UsageDaily, d.BYOKDaily = k.usage("daily", now)
	d.UsageWeekly, d.BYOKWeekly = k.usage("weekly", now)
	d.UsageMonthly, d.BYOKMonthly = k.usage("monthly", now)
	return d
}

// orNull returns a pointer to s, or nil for "".
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
