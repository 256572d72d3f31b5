package account

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// Seen has the keys and the codes of the states that were validated so far. No two
// accounts may share one.
type Seen struct{ keys, codes map[Hash]struct{} }

// NewSeen returns an empty Seen.
func NewSeen() *Seen { return &Seen{map[Hash]struct{}{}, map[Hash]struct{}{}} }

// add adds a hash and reports whether it is new.
func add(seen map[Hash]struct{}, h Hash) bool {
	n := len(seen)
	seen[h] = struct{}{}
	return len(seen) > n
}

// invalid returns an error about the value at a pointer.
func invalid(pointer, format string, args ...any) *strictjson.Error {
	return &strictjson.Error{Kind: strictjson.InvalidValue, Pointer: pointer, Message: fmt.Sprintf(format, args...)}
}

// below returns err with its pointer below the item of a list, or nil for nil.
func below(list string, i int, err *strictjson.Error) *strictjson.Error {
	if err != nil {
		err.Pointer = "/" + list + "/" + strconv.Itoa(i) + err.Pointer
	}
	return err
}

// Validate returns the first problem of the state, or nil. It adds the keys and the
// codes to seen.
func (s *State) Validate(seen *Seen) *strictjson.Error {
	if len(seen.keys) == 0 {
		seen.keys = make(map[Hash]struct{}, len(s.Keys)+len(s.Deleted))
	}
	if err := s.validateCounts(); err != nil {
		return err
	}
	for i, k := range s.Keys {
		if err := k.validate(seen); err != nil {
			return below("keys", i, err)
		}
	}
	for i, hash := range s.Deleted {
		if !add(seen.keys, hash) {
			return below("deleted", i, invalid("", "%q appears twice", hash))
		}
	}
	if err := s.validateApps(); err != nil {
		return err
	}
	for i := range s.Codes {
		if err := s.Codes[i].validate(seen, s.Apps); err != nil {
			return below("codes", i, err)
		}
	}
	return nil
}

func (s *State) validateCounts() *strictjson.Error {
	switch keys := int64(len(s.Keys)); {
	case s.Draws < 0 || s.Draws > apispec.MaxCount:
		return invalid("/draws", "is %d; want 0 to %d", s.Draws, apispec.MaxCount)
	case s.Created < 0 || s.Created > apispec.MaxCount:
		return invalid("/created", "is %d; want 0 to %d", s.Created, apispec.MaxCount)
	case s.Created < keys:
		return invalid("/created", "is %d; want at least the number of keys, %d", s.Created, keys)
	}
	return nil
}

func (s *State) validateApps() *strictjson.Error {
	numbers := map[int]bool{}
	for _, origin := range slices.Sorted(maps.Keys(s.Apps)) {
		n, pointer := s.Apps[origin], "/apps/"+strictjson.EscapePointer(origin)
		if OriginOf(origin) != origin {
			return invalid(pointer, "is not a valid origin of a callback; want one such as https://app.example")
		}
		if n < 1 || n > len(s.Apps) || numbers[n] {
			return invalid(pointer, "is %d; want each of 1 to %d once", n, len(s.Apps))
		}
		numbers[n] = true
	}
	return nil
}

// validate returns the first problem of the key, which may be nil.
func (k *Key) validate(seen *Seen) *strictjson.Error {
	switch {
	case k == nil:
		return invalid("", "is null; want a key")
	case !add(seen.keys, k.Hash):
		return invalid("/hash", "%q appears twice", k.Hash)
	case k.Label == "":
		return invalid("/label", "is empty")
	case !apispec.IsUUID(k.Workspace):
		return invalid("/workspace_id", "%s is not a UUID", form.Quote(k.Workspace))
	case k.Creator != nil && *k.Creator == "":
		return invalid("/creator_user_id", "is empty; want null or a user")
	case !known(k.LimitReset, Resets):
		return unknown("/limit_reset", k.LimitReset, Resets)
	case !apispec.InYears(k.Created):
		return outOfYears("/created_at", k.Created)
	case !apispec.InYears(k.Updated):
		return outOfYears("/updated_at", k.Updated)
	case !isExpiry(k.ExpiresAt):
		return notExpiry("/expires_at", k.ExpiresAt)
	}
	return validateSpent(k.Spent)
}

// validateSpent returns the first problem of the usage of a key.
func validateSpent(spent []Spend) *strictjson.Error {
	for i, s := range spent {
		if i > 0 && spent[i-1].Day >= s.Day {
			return below("spent", i, invalid("/day", "is %d; want each day once, oldest first", s.Day))
		}
		if !IsSpending(s.USD) {
			return below("spent", i, invalid("/usd", "is %v; want an amount in USD, 0 to %v", s.USD, float64(MaxSpend)))
		}
		if !IsSpending(s.BYOK) {
			return below("spent", i, invalid("/byok", "is %v; want an amount in USD, 0 to %v", s.BYOK, float64(MaxSpend)))
		}
	}
	return nil
}

// validate returns the first problem of the code in an account with these apps.
func (c *Code) validate(seen *Seen, apps map[string]int) *strictjson.Error {
	origin := OriginOf(c.Callback)
	switch {
	case !add(seen.codes, c.Hash):
		return invalid("/hash", "%q appears twice", c.Hash)
	case origin == "":
		return invalid("/callback_url", "%s is not an https URL on port 443 or 3000", form.Quote(c.Callback))
	case c.App < 1 || apps[origin] != c.App:
		return invalid("/app_id", "is %d; want the number of %s in apps, %d", c.App, form.Quote(origin), apps[origin])
	case !known(c.Method, Methods):
		return unknown("/code_challenge_method", c.Method, Methods)
	case c.Challenge != "" && c.Method == "":
		return invalid("", "has a challenge without a method")
	case !known(c.LimitReset, Resets):
		return unknown("/usage_limit_type", c.LimitReset, Resets)
	case !isExpiry(c.ExpiresAt):
		return notExpiry("/expires_at", c.ExpiresAt)
	case !apispec.InYears(c.Created):
		return outOfYears("/created_at", c.Created)
	}
	return nil
}

// known reports whether value is one of values or "".
func known(value string, values []string) bool { return value == "" || slices.Contains(values, value) }

func unknown(pointer, value string, values []string) *strictjson.Error {
	return invalid(pointer, "%s is not known%s", form.Quote(value), suggest.Hint(value, values))
}

func outOfYears(pointer string, t time.Time) *strictjson.Error {
	return invalid(pointer, "is in the year %d; want %d to %d", t.UTC().Year(), apispec.FirstYear, apispec.LastYear)
}

// isExpiry reports whether sent is an RFC 3339 time or "".
func isExpiry(sent string) bool {
	_, err := apispec.ParseTime(sent)
	return sent == "" || err == nil
}

func notExpiry(pointer, sent string) *strictjson.Error {
	return invalid(pointer, "%s is not an RFC 3339 time such as 2029-11-30T23:59:59Z", form.Quote(sent))
}
