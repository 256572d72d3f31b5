package mockserver

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/operation"
)

// A Key is an API key as AddKeys takes and returns it. The world does not keep the
// secret of a key, only the hash.
type Key struct {
	Hash        string   // SHA-256 of the secret in lower-case hex; "" for a new secret
	Label       string   // prefix, first three digits, "...", last three; or the label of its code
	Name        string   // not empty
	Workspace   string   // UUID; "" means the default workspace
	Creator     *string  // user id; nil for none
	Limit       *float64 // USD; nil means no limit
	LimitReset  string   // "daily", "weekly", "monthly"; "" never
	IncludeBYOK bool     // BYOK usage counts against the limit
	Disabled    bool
	Created     time.Time // zero means now
	Updated     time.Time // zero if it never was
	ExpiresAt   string    // RFC 3339 in UTC; "" never
	Spent       []Spend   // by day, oldest first
}

// A Spend is the usage of one key on one UTC day.
type Spend struct {
	Day  int     // days since 1970-01-01
	USD  float64 // credits of the account
	BYOK float64 // external usage, on the caller's own provider keys
}

// A Minted is a key with its secret.
type Minted struct {
	Secret string // "" for a key that was added with its hash
	Key    Key    // as it is stored
}

// AddKeys stores keys without a request, such as those of a fixture, after the
// keys of the world. It returns them as stored, in the same order, with their
// secrets.
//
// A key without Hash gets a new secret from the world's seed, and a label if it
// has none. A key with Hash keeps it, and must have a Label. An empty Workspace
// means the default workspace, and a zero Created the world's current time. Keys
// must be in the order of their creation.
//
// AddKeys refuses a key that the API could not have created, and then adds none:
// for example one with an empty name, a limit that is negative or NaN, an expiry
// that is not in UTC, a creation time later than now or earlier than that of the
// key before, days of spending out of order, or a hash that exists already. The
// server's Config.Rules apply.
func (w *World) AddKeys(keys []Key) ([]Minted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	tx := w.txn()
	latest, seen := tx.Newest(), map[string]bool{}
	ready := make([]Key, len(keys))
	for i, k := range keys {
		k = k.completed(tx)
		err := k.validate(tx)
		switch {
		case err != nil:
		case k.Created.Before(latest):
			err = fmt.Errorf("created %s: want no earlier than the key before it, %s", apispec.FormatTime(k.Created), apispec.FormatTime(latest))
		case k.Hash != "" && (seen[k.Hash] || w.server.keyInUse(k.Hash)):
			err = fmt.Errorf("hash %q: already in use by another key", k.Hash)
		}
		if err != nil {
			return nil, fmt.Errorf("add keys: key %d, %q: %w", i, k.Name, err)
		}
		latest, seen[k.Hash], ready[i] = k.Created, true, k
	}
	if full := tx.Room(len(ready)); full != nil {
		return nil, fmt.Errorf("add keys: %w", (*BoundError)(full))
	}
	minted := make([]Minted, len(ready))
	for i, k := range ready { // nothing below fails
		var secret string
		if k.Hash == "" {
			var fresh account.Key
			secret = tx.Mint(&fresh)
			k.Hash = fresh.Hash.String()
			if k.Label == "" {
				k.Label = fresh.Label
			}
		}
		tx.PutKey(k.stored())
		w.used = true
		minted[i] = Minted{Secret: secret, Key: k}
	}
	return minted, nil
}

// keyInUse reports whether a world has, or had, the key with a valid hash.
func (s *Server) keyInUse(hash string) bool {
	h, _ := account.ParseHash(hash)
	return s.index.Key(h) != nil
}

// stored returns a valid key in the form of the store, with no memory of its own
// in common.
func (k Key) stored() *account.Key {
	k = k.clone()
	hash, _ := account.ParseHash(k.Hash)
	out := &account.Key{
		Hash: hash, Label: k.Label, Name: k.Name, Workspace: k.Workspace, Creator: k.Creator,
		Limit: k.Limit, LimitReset: k.LimitReset, IncludeBYOK: k.IncludeBYOK, Disabled: k.Disabled,
		Created: k.Created, Updated: k.Updated, ExpiresAt: k.ExpiresAt,
	}
	for _, s := range k.Spent {
		out.Spent = append(out.Spent, account.Spend(s))
	}
	return out
}

// completed returns a copy of k with the defaults of AddKeys.
func (k Key) completed(tx operation.Txn) Key {
	k.Workspace = strings.ToLower(k.Workspace)
	if k.Workspace == "" {
		k.Workspace = tx.World.Workspace
	}
	if k.Created.IsZero() {
		k.Created = tx.Now
	}
	k.Created = k.Created.UTC()
	if !k.Updated.IsZero() {
		k.Updated = k.Updated.UTC()
	}
	return k.clone()
}

// clone returns a copy of k that shares no memory with it.
func (k Key) clone() Key {
	k.Spent = slices.Clone(k.Spent)
	if k.Creator != nil {
		creator := *k.Creator
		k.Creator = &creator
	}
	if k.Limit != nil {
		limit := *k.Limit
		k.Limit = &limit
	}
	return k
}

// validate returns an error if k cannot be a key of this world. A key may lack its
// hash, and then its label too.
func (k Key) validate(tx operation.Txn) error {
	for _, check := range []func(operation.Txn) error{k.validateIdentity, k.validateLimit, k.validateTimes} {
		if err := check(tx); err != nil {
			return err
		}
	}
	return k.validateSpent(tx.Now)
}

func (k Key) validateIdentity(tx operation.Txn) error {
	_, isHash := account.ParseHash(k.Hash)
	switch {
	case !utf8.ValidString(k.Name) || !utf8.ValidString(k.Label) || k.Creator != nil && !utf8.ValidString(*k.Creator):
		return fmt.Errorf("name, label or creator_user_id is not UTF-8")
	case k.Hash != "" && !isHash:
		return fmt.Errorf("hash %q: want 64 lower-case hex digits", k.Hash)
	case k.Hash != "" && k.Label == "":
		return fmt.Errorf("label %q: must not be empty, since it cannot be derived from a hash", k.Label)
	case k.Name == "":
		return fmt.Errorf("name %q: must not be empty", k.Name)
	case !apispec.IsUUID(k.Workspace):
		return fmt.Errorf("workspace_id %q: want a UUID", k.Workspace)
	case k.Workspace != tx.World.Workspace && !tx.World.Settings.UnknownWorkspace:
		return fmt.Errorf("workspace_id %q: want the account's workspace, %s", k.Workspace, tx.World.Workspace)
	case k.Creator != nil && *k.Creator == "":
		return fmt.Errorf("creator_user_id %q: must not be empty; leave it out", *k.Creator)
	}
	return nil
}

func (k Key) validateLimit(tx operation.Txn) error {
	switch {
	case k.Limit != nil && !isAmount(math.Abs(*k.Limit)):
		return fmt.Errorf("limit %v: want an amount in USD", *k.Limit)
	case k.Limit != nil && *k.Limit < 0 && !tx.World.Settings.NegativeLimit:
		return fmt.Errorf("limit %v: must not be negative", *k.Limit)
	case k.LimitReset != "" && !slices.Contains(account.Resets, k.LimitReset):
		return fmt.Errorf("limit_reset %q is not known%s", k.LimitReset, suggest.Hint(k.LimitReset, account.Resets))
	}
	return nil
}

func (k Key) validateTimes(tx operation.Txn) error {
	switch {
	case k.Created.After(tx.Now):
		return fmt.Errorf("created %s: want no later than now, %s", apispec.FormatTime(k.Created), apispec.FormatTime(tx.Now))
	case !k.Updated.IsZero() && (k.Updated.Before(k.Created) || k.Updated.After(tx.Now)):
		return fmt.Errorf("updated %s: want a time from its creation to now, %s", apispec.FormatTime(k.Updated), apispec.FormatTime(tx.Now))
	case k.ExpiresAt == "":
		return nil
	}
	t, err := apispec.ParseTime(k.ExpiresAt)
	if err != nil {
		return fmt.Errorf("expires_at %q: want an RFC 3339 time such as 2029-11-30T23:59:59Z", k.ExpiresAt)
	}
	if _, offset := t.Zone(); offset != 0 {
		return fmt.Errorf("expires_at %q: must be in UTC", k.ExpiresAt)
	}
	return nil
}

// validateSpent returns an error if k.Spent is not valid.
func (k *Key) validateSpent(now time.Time) error {
	first, last := account.DayOf(k.Created), account.DayOf(now)
	for i, s := range k.Spent {
		switch {
		case s.Day < first || s.Day > last:
			return fmt.Errorf("spent on day %d: want a day from its creation to now, %d to %d", s.Day, first, last)
		case i > 0 && s.Day <= k.Spent[i-1].Day:
			return fmt.Errorf("spent on day %d: want each day once, oldest first", s.Day)
		case !account.IsSpending(s.USD) || !account.IsSpending(s.BYOK):
			return fmt.Errorf("spent on day %d: %v and %v; want amounts in USD, 0 to %v", s.Day, s.USD, s.BYOK, float64(account.MaxSpend))
		}
	}
	return nil
}

// isAmount reports whether x is a finite amount of dollars, 0 or more.
func isAmount(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }
