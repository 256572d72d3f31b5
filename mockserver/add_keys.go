package mockserver

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Minted is a key with the secret that opens it.
type Minted struct {
	Secret string // "" for a key that came with its own hash
	Key    Key    // a copy of what is stored
}

// AddKeys stores keys that were not made by a request, such as those of a
// fixture, behind the keys that are there. It returns them as they are stored,
// in the same order, with their secrets.
//
// A key without Hash gets a secret from the world's seed, as a new key does,
// and the secret's label if it has none. A key with Hash keeps it, and needs a
// Label. The default workspace and the world's time stand in for a Workspace
// and a Created that are empty. Keys must come in the order of their creation.
//
// AddKeys refuses a key that the API could not have made, and then changes
// nothing: an empty name, a limit that is negative or no number, an expiry that
// is not in UTC, a creation later than now or earlier than that of the key
// before, a list of spending out of order, a hash that is known already. The rule settings of
// the server hold here too.
func (w *World) AddKeys(keys []Key) ([]Minted, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	tx := w.txn()
	latest, seen := tx.latest(), map[string]bool{}
	ready := make([]Key, len(keys))
	for i, k := range keys {
		k = tx.completed(k)
		err := tx.validate(k)
		switch {
		case err != nil:
		case k.Created.Before(latest):
			err = fmt.Errorf("created %s: want no earlier than the key before it, %s", apispec.FormatTime(k.Created), apispec.FormatTime(latest))
		case k.Hash != "" && (seen[k.Hash] || w.server.index.key(k.Hash) != nil):
			err = fmt.Errorf("hash %q: another key has it", k.Hash)
		}
		if err != nil {
			return nil, fmt.Errorf("add keys: key %d, %q: %w", i, k.Name, err)
		}
		latest, seen[k.Hash], ready[i] = k.Created, true, k
	}
	minted := make([]Minted, len(ready))
	for i, k := range ready { // nothing below fails
		var secret string
		if k.Hash == "" {
			var fresh Key
			secret, fresh = tx.mint()
			k.Hash = fresh.Hash
			if k.Label == "" {
				k.Label = fresh.Label
			}
		}
		tx.putKey(k)
		w.used = true
		minted[i] = Minted{Secret: secret, Key: k.clone()}
	}
	return minted, nil
}

// latest is when the newest key was created; the zero time if there is none.
func (s *store) latest() time.Time {
	var t time.Time
	for _, k := range s.keys {
		if k.Created.After(t) {
			t = k.Created
		}
	}
	return t
}

// completed is a copy of k with what AddKeys fills in.
func (tx txn) completed(k Key) Key {
	k.Workspace = strings.ToLower(k.Workspace)
	if k.Workspace == "" {
		k.Workspace = tx.world.workspace
	}
	if k.Created.IsZero() {
		k.Created = tx.now
	}
	k.Created = k.Created.UTC()
	if !k.Updated.IsZero() {
		k.Updated = k.Updated.UTC()
	}
	return k.clone()
}

// clone is a copy of k that shares no memory with it.
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

// validate returns what keeps k from being a key of this world, nil if nothing
// does. A key may lack its hash, and then its label too.
func (tx txn) validate(k Key) error {
	switch {
	case k.Hash != "" && !isHash(k.Hash):
		return fmt.Errorf("hash %q: want 64 lower-case hex digits", k.Hash)
	case k.Hash != "" && k.Label == "":
		return fmt.Errorf("label %q: want one, since the secret that it shows is not known", k.Label)
	case k.Name == "":
		return fmt.Errorf("name %q: must not be empty", k.Name)
	case !apispec.IsUUID(k.Workspace):
		return fmt.Errorf("workspace_id %q: want a UUID", k.Workspace)
	case k.Workspace != tx.world.workspace && !tx.settings().unknownWorkspace:
		return fmt.Errorf("workspace_id %q: want that of the account, %s", k.Workspace, tx.world.workspace)
	case k.Creator != nil && *k.Creator == "":
		return fmt.Errorf("creator_user_id %q: must not be empty; leave it out", *k.Creator)
	case k.Limit != nil && !isAmount(math.Abs(*k.Limit)):
		return fmt.Errorf("limit %v: want an amount in USD", *k.Limit)
	case k.Limit != nil && *k.Limit < 0 && !tx.settings().negativeLimit:
		return fmt.Errorf("limit %v: must not be negative", *k.Limit)
	case k.LimitReset != "" && windowStart(k.LimitReset, tx.now).IsZero():
		return fmt.Errorf("limit_reset %q: no such interval%s", k.LimitReset, suggest.Hint(k.LimitReset, []string{"daily", "weekly", "monthly"}))
	case k.Created.After(tx.now):
		return fmt.Errorf("created %s: want no later than now, %s", apispec.FormatTime(k.Created), apispec.FormatTime(tx.now))
	case !k.Updated.IsZero() && (k.Updated.Before(k.Created) || k.Updated.After(tx.now)):
		return fmt.Errorf("updated %s: want a time between its creation and now, %s", apispec.FormatTime(k.Updated), apispec.FormatTime(tx.now))
	}
	if k.ExpiresAt != "" {
		t, err := apispec.ParseTime(k.ExpiresAt)
		if err != nil {
			return fmt.Errorf("expires_at %q: want an RFC 3339 time such as 2029-11-30T23:59:59Z", k.ExpiresAt)
		}
		if _, offset := t.Zone(); offset != 0 {
			return fmt.Errorf("expires_at %q: want it in UTC", k.ExpiresAt)
		}
	}
	return k.validateSpent(tx.now)
}

// validateSpent returns what is wrong with the list of spending.
func (k *Key) validateSpent(now time.Time) error {
	first, last := dayOf(k.Created), dayOf(now)
	for i, s := range k.Spent {
		switch {
		case s.Day < first || s.Day > last:
			return fmt.Errorf("spent on day %d: want a day from its creation to now, %d to %d", s.Day, first, last)
		case i > 0 && s.Day <= k.Spent[i-1].Day:
			return fmt.Errorf("spent on day %d: want each day once, oldest first", s.Day)
		case !isAmount(s.USD) || !isAmount(s.BYOK):
			return fmt.Errorf("spent on day %d: want amounts in USD, 0 or more, not %v and %v", s.Day, s.USD, s.BYOK)
		}
	}
	return nil
}

// isAmount reports whether x can be an amount of dollars.
func isAmount(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }

// isHash reports whether s has the form of a key's hash.
func isHash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
