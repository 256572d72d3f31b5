package account

import (
	"math"
	"slices"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// Resets are the values of limit_reset, except for null.
var Resets = []string{"daily", "weekly", "monthly"}

// A Key is an API key as it is stored, without its secret. A key in a Store does not
// change, nor does what a key points to: an update stores a changed copy.
type Key struct {
	Hash        Hash      `json:"hash"`
	Label       string    `json:"label"`
	Name        string    `json:"name"`
	Workspace   string    `json:"workspace_id"`
	Creator     *string   `json:"creator_user_id"`
	Limit       *float64  `json:"limit"`       // USD; nil means no limit
	LimitReset  string    `json:"limit_reset"` // one of Resets; "" never
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

// MaxSpend is the most that can be spent on a key in a day, in USD, so that no sum
// overflows a double.
const MaxSpend = 1e15

// IsSpending reports whether x is an amount that can be spent on a day.
func IsSpending(x float64) bool { return x >= 0 && x <= MaxSpend }

// Expired reports whether the key has expired at now.
func (k *Key) Expired(now time.Time) bool {
	if k.ExpiresAt == "" {
		return false
	}
	t, err := apispec.ParseTime(k.ExpiresAt)
	return err == nil && !now.Before(t)
}

// Spend adds to the usage of the key on the day of now. It reports whether the key
// is valid with it, and changes nothing otherwise.
func (k *Key) Spend(now time.Time, usd, byok float64) bool {
	day := DayOf(now)
	spent := slices.Clone(k.Spent)
	i, found := slices.BinarySearchFunc(spent, day, func(s Spend, day int) int { return s.Day - day })
	if !found {
		spent = slices.Insert(spent, i, Spend{Day: day})
	}
	spent[i].USD = sum(spent[i].USD, usd)
	spent[i].BYOK = sum(spent[i].BYOK, byok)
	if !IsSpending(spent[i].USD) || !IsSpending(spent[i].BYOK) {
		return false
	}
	k.Spent = spent
	return true
}

// Usage returns the usage of the key in the window of reset that contains now, or
// of all time if reset is "".
func (k *Key) Usage(reset string, now time.Time) (usd, byok float64) {
	if len(k.Spent) == 0 {
		return 0, 0
	}
	first, last := math.MinInt, math.MaxInt
	if start := WindowStart(reset, now); !start.IsZero() {
		first = DayOf(start)
		switch reset {
		case "daily":
			last = first
		case "weekly":
			last = first + 6
		case "monthly":
			last = DayOf(start.AddDate(0, 1, -1))
		}
	}
	for _, s := range k.Spent {
		if first <= s.Day && s.Day <= last {
			usd, byok = sum(usd, s.USD), sum(byok, s.BYOK)
		}
	}
	return usd, byok
}

// Remaining returns the limit minus the usage of the current window, or nil for a
// key without a limit. BYOK usage counts only with IncludeBYOK. It may return the limit
// itself.
func (k *Key) Remaining(now time.Time) *float64 {
	if k.Limit == nil {
		return nil
	}
	usd, byok := k.Usage(k.LimitReset, now)
	left := sum(*k.Limit, -usd)
	if k.IncludeBYOK {
		left = sum(*k.Limit, -usd, -byok)
	}
	if math.Float64bits(left) == math.Float64bits(*k.Limit) {
		return k.Limit
	}
	return new(left)
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

// DayOf returns the number of days from 1970-01-01 to the UTC day of t.
func DayOf(t time.Time) int {
	const day = 24 * 60 * 60
	s := t.Unix()
	if s < 0 {
		s -= day - 1
	}
	return int(s / day)
}

// WindowStart returns the start of the limit window that contains t: midnight UTC
// of its day, of the Monday of its week, or of the first of its month. It returns
// the zero time for any other reset.
func WindowStart(reset string, t time.Time) time.Time {
	t = t.UTC()
	y, m, d := t.Date()
	switch reset {
	case "daily":
	case "weekly":
		d -= (int(t.Weekday()) + 6) % 7 // days since Monday
	case "monthly":
		d = 1
	default:
		return time.Time{}
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
