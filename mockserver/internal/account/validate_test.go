package account

import (
	"math"
	"sync"
	"testing"
	"time"
)

// validState returns a valid state with something of everything.
func validState(t *testing.T) State {
	t.Helper()
	day := time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	user := "user_1"
	st := State{
		Draws: 3, Created: 2,
		Keys: []*Key{{
			Hash: HashOf("a"), Label: "l", Name: "n", Workspace: "0df9e665-d932-5740-b2c7-b52af166bc11", Creator: &user,
			LimitReset: "daily", Created: day, Updated: day, ExpiresAt: "2029-11-30T23:59:59Z",
			Spent: []Spend{{Day: 1}, {Day: 2, USD: 1, BYOK: 2}},
		}},
		Deleted: []Hash{HashOf("b")},
		Codes: []Code{{
			Hash: HashOf("c"), App: 1, Callback: "https://a.test/cb", Challenge: "c", Method: "plain",
			LimitReset: "weekly", ExpiresAt: "2029-11-30T23:59:59Z", Created: day,
		}},
		Apps: map[string]int{"https://a.test": 1, "https://b.test": 2},
	}
	if err := st.Validate(NewSeen()); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestValidateNamesTheProblem(t *testing.T) {
	t.Parallel()
	late := time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		damage func(*State)
		want   string // pointer
	}{
		"negative draws":                  {func(s *State) { s.Draws = -1 }, "/draws"},
		"fewer created than keys":         {func(s *State) { s.Created = 0 }, "/created"},
		"an empty label":                  {func(s *State) { s.Keys[0].Label = "" }, "/keys/0/label"},
		"an invalid workspace":            {func(s *State) { s.Keys[0].Workspace = "w" }, "/keys/0/workspace_id"},
		"an empty creator":                {func(s *State) { s.Keys[0].Creator = new(string) }, "/keys/0/creator_user_id"},
		"an unknown reset":                {func(s *State) { s.Keys[0].LimitReset = "yearly" }, "/keys/0/limit_reset"},
		"a creation after 9999":           {func(s *State) { s.Keys[0].Created = late }, "/keys/0/created_at"},
		"an update after 9999":            {func(s *State) { s.Keys[0].Updated = late }, "/keys/0/updated_at"},
		"an invalid expiry":               {func(s *State) { s.Keys[0].ExpiresAt = "soon" }, "/keys/0/expires_at"},
		"a day twice":                     {func(s *State) { s.Keys[0].Spent[1].Day = 1 }, "/keys/0/spent/1/day"},
		"a negative amount":               {func(s *State) { s.Keys[0].Spent[0].USD = -1 }, "/keys/0/spent/0/usd"},
		"an infinite amount":              {func(s *State) { s.Keys[0].Spent[1].BYOK = math.Inf(1) }, "/keys/0/spent/1/byok"},
		"a key that is deleted":           {func(s *State) { s.Deleted[0] = s.Keys[0].Hash }, "/deleted/0"},
		"an origin with a path":           {func(s *State) { s.Apps = map[string]int{"https://a.test/": 1} }, "/apps/https:~1~1a.test~1"},
		"an app number of 0":              {func(s *State) { s.Apps["https://b.test"] = 0 }, "/apps/https:~1~1b.test"},
		"an app number too high":          {func(s *State) { s.Apps["https://b.test"] = 3 }, "/apps/https:~1~1b.test"},
		"two apps with one number":        {func(s *State) { s.Apps["https://b.test"] = 1 }, "/apps/https:~1~1b.test"},
		"a code twice":                    {func(s *State) { s.Codes = append(s.Codes, s.Codes[0]) }, "/codes/1/hash"},
		"an invalid callback":             {func(s *State) { s.Codes[0].Callback = "http://a.test" }, "/codes/0/callback_url"},
		"the app of another origin":       {func(s *State) { s.Codes[0].App = 2 }, "/codes/0/app_id"},
		"a callback of no app":            {func(s *State) { s.Codes[0].Callback, s.Codes[0].App = "https://c.test", 0 }, "/codes/0/app_id"},
		"an unknown method":               {func(s *State) { s.Codes[0].Method = "s256" }, "/codes/0/code_challenge_method"},
		"a challenge without a method":    {func(s *State) { s.Codes[0].Method = "" }, "/codes/0"},
		"an unknown reset of a code":      {func(s *State) { s.Codes[0].LimitReset = "yearly" }, "/codes/0/usage_limit_type"},
		"an invalid expiry of a code":     {func(s *State) { s.Codes[0].ExpiresAt = "soon" }, "/codes/0/expires_at"},
		"a code after 9999":               {func(s *State) { s.Codes[0].Created = late }, "/codes/0/created_at"},
		"draws beyond the greatest count": {func(s *State) { s.Draws = 1 << 53 }, "/draws"},
		"keys beyond the greatest count":  {func(s *State) { s.Created = 1 << 53 }, "/created"},
		"a null key":                      {func(s *State) { s.Keys[0] = nil }, "/keys/0"},
		"a key twice":                     {func(s *State) { s.Keys = append(s.Keys, s.Keys[0]) }, "/keys/1/hash"},
		"a deleted key twice":             {func(s *State) { s.Deleted = append(s.Deleted, s.Deleted[0]) }, "/deleted/1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := validState(t)
			tt.damage(&st)
			if err := st.Validate(NewSeen()); err == nil || err.Pointer != tt.want {
				t.Errorf("got %v, want a problem at %s", err, tt.want)
			}
		})
	}
}

func TestValidateComparesAccounts(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keep func(*State)
		want string // pointer
	}{
		"the same key":         {func(s *State) { s.Deleted, s.Codes = nil, nil }, "/keys/0/hash"},
		"the same deleted key": {func(s *State) { s.Keys, s.Codes = nil, nil }, "/deleted/0"},
		"the same code":        {func(s *State) { s.Keys, s.Deleted = nil, nil }, "/codes/0/hash"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two, seen := validState(t), validState(t), NewSeen()
			tt.keep(&two)
			if err := one.Validate(seen); err != nil {
				t.Fatal(err)
			}
			if err := two.Validate(seen); err == nil || err.Pointer != tt.want {
				t.Errorf("got %v, want a problem at %s", err, tt.want)
			}
		})
	}
}

// TestIndexRefusesWhatAnotherAccountHas checks that an account cannot have the key, the
// deleted key or the code of another account, and that it can have its own again.
func TestIndexRefusesWhatAnotherAccountHas(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keep func(*State)
		want string // pointer
	}{
		"a key":         {func(s *State) { s.Deleted, s.Codes = nil, nil }, "/keys/0/hash"},
		"a deleted key": {func(s *State) { s.Keys, s.Codes = nil, nil }, "/deleted/0"},
		"a code":        {func(s *State) { s.Keys, s.Deleted = nil, nil }, "/codes/0/hash"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, st, lock := NewIndex[string](), validState(t), &sync.Mutex{}
			tt.keep(&st)
			first, second, store, empty := "first", "second", NewStore(), NewStore()
			if _, other := x.Claim(&first, &st); other != nil {
				t.Fatalf("the empty index has it already, for %s", *other)
			}
			store = Restore(st)
			if pointer, other := x.Claim(&second, &st); other != &first || pointer != tt.want {
				t.Errorf("got %v at %q, want the first account at %s", other, pointer, tt.want)
			}
			x.Release(&second, &st, lock, &empty)
			if _, other := x.Claim(&first, &st); other != nil {
				t.Errorf("its own account: %s has it", *other)
			}
			x.Release(&first, &st, lock, &store)
			if _, other := x.Claim(&second, &st); other != &first {
				t.Error("its account has lost it while it is in the store")
			}
			x.Release(&first, &st, lock, &empty)
			if _, other := x.Claim(&second, &st); other != nil {
				t.Errorf("after it is gone from the store: %s has it", *other)
			}
			x.Release(&second, &st, lock, &empty)
			if len(x.keys)+len(x.codes) > 0 {
				t.Errorf("%d keys and %d codes are left of none", len(x.keys), len(x.codes))
			}
			_, _ = x.Claim(&first, &st)
			fresh := NewIndex[string]()
			_, _ = fresh.Claim(&second, &st)
			x.Adopt(fresh)
			if _, other := x.Claim(&first, &st); other != &second {
				t.Error("the index has not adopted what another has")
			}
		})
	}
}

// TestInParts checks that the lock is free between two parts, and that nothing is called
// after the first call that returns false.
func TestInParts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ n, until, want, locks int }{
		{0, 9, 0, 0}, {1, 9, 1, 1}, {part, part, part, 1}, {part + 1, part + 1, part + 1, 2}, {3 * part, part + 5, part + 5, 2}, {3 * part, 0, 0, 1},
	} {
		lock := &countedLock{}
		calls := 0
		got := inParts(lock, tt.n, func(i int) bool {
			if i != calls || !lock.held {
				t.Errorf("call %d is for %d, with the lock %v", calls, i, lock.held)
			}
			calls++
			return i < tt.until
		})
		if got != tt.want || lock.times != tt.locks || lock.held {
			t.Errorf("%+v: got %d with the lock %d times", tt, got, lock.times)
		}
	}
}

type countedLock struct {
	times int
	held  bool
}

func (l *countedLock) Lock()   { l.times, l.held = l.times+1, true }
func (l *countedLock) Unlock() { l.held = false }
