package mockserver

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// validState returns a valid state of one world with something of everything.
func validState(t *testing.T) *worldState {
	t.Helper()
	day := time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	user := "user_1"
	st := &worldState{
		Name: "w", Seed: 1, Requests: 9, Draws: 3, Created: 2,
		Clock: clockState{At: day, Since: day},
		Keys: []Key{{
			Hash: strings.Repeat("a", 64), Label: "l", Name: "n", Workspace: "0df9e665-d932-5740-b2c7-b52af166bc11", Creator: &user,
			LimitReset: "daily", Created: day, Updated: day, ExpiresAt: "2029-11-30T23:59:59Z",
			Spent: []Spend{{Day: 1}, {Day: 2, USD: 1, BYOK: 2}},
		}},
		Deleted: []string{strings.Repeat("b", 64)},
		Codes: []authCode{{
			ID: "auth_code_0123456789", App: 1, Callback: "https://a.test/cb", Challenge: "c", Method: "plain",
			LimitReset: "weekly", ExpiresAt: "2029-11-30T23:59:59Z", Created: day,
		}},
		Apps: map[string]int{"https://a.test": 1, "https://b.test": 2},
		Faults: faultState{LastID: 2, List: []fault.Status{
			{Fault: fault.Fault{ID: "f1", Operation: "*", Status: 500, Times: 3}, Matched: 5, Fired: 1, Remaining: 2},
			{Fault: fault.Fault{ID: "f2", Operation: "*", Status: 500}, Matched: 4, Fired: 4, Remaining: -1},
		}},
		Limits: []ratelimit.State{{
			Limit:   ratelimit.Limit{Operation: "*", Requests: 5, Per: time.Minute},
			Windows: []ratelimit.Window{{Caller: "", Ends: day, Used: 5}, {Caller: strings.Repeat("c", 64), Ends: day}},
		}},
		Gates: []gateState{{Name: "g"}, {Name: "h", Open: true}},
	}
	if err := (serverState{Version: stateVersion, Worlds: []worldState{*st}}).validate(defaultBounds()); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestStateCheckNamesTheProblem(t *testing.T) {
	t.Parallel()
	late := time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		damage func(*worldState)
		want   string // pointer below the world
	}{
		"negative requests":             {func(w *worldState) { w.Requests = -1 }, "/requests"},
		"negative draws":                {func(w *worldState) { w.Draws = -1 }, "/draws"},
		"fewer created than keys":       {func(w *worldState) { w.Created = 0 }, "/created"},
		"a clock after the year 9999":   {func(w *worldState) { w.Clock.At = late }, "/clock/at"},
		"a start after the year 9999":   {func(w *worldState) { w.Clock.Since = late }, "/clock/since"},
		"a frozen clock without a time": {func(w *worldState) { w.Clock = clockState{Frozen: true} }, "/clock"},
		"a frozen clock that runs":      {func(w *worldState) { w.Clock.Frozen = true }, "/clock/since"},
		"a clock without a start":       {func(w *worldState) { w.Clock.Since = time.Time{} }, "/clock"},
		"a start without a time":        {func(w *worldState) { w.Clock.At = time.Time{} }, "/clock"},
		"a short hash":                  {func(w *worldState) { w.Keys[0].Hash = "a" }, "/keys/0/hash"},
		"a hash in upper case":          {func(w *worldState) { w.Keys[0].Hash = strings.Repeat("A", 64) }, "/keys/0/hash"},
		"an empty label":                {func(w *worldState) { w.Keys[0].Label = "" }, "/keys/0/label"},
		"an invalid workspace":          {func(w *worldState) { w.Keys[0].Workspace = "w" }, "/keys/0/workspace_id"},
		"an empty creator":              {func(w *worldState) { w.Keys[0].Creator = new(string) }, "/keys/0/creator_user_id"},
		"an unknown reset":              {func(w *worldState) { w.Keys[0].LimitReset = "yearly" }, "/keys/0/limit_reset"},
		"a creation after 9999":         {func(w *worldState) { w.Keys[0].Created = late }, "/keys/0/created_at"},
		"an update after 9999":          {func(w *worldState) { w.Keys[0].Updated = late }, "/keys/0/updated_at"},
		"an invalid expiry":             {func(w *worldState) { w.Keys[0].ExpiresAt = "soon" }, "/keys/0/expires_at"},
		"a day twice":                   {func(w *worldState) { w.Keys[0].Spent[1].Day = 1 }, "/keys/0/spent/1/day"},
		"a negative amount":             {func(w *worldState) { w.Keys[0].Spent[0].USD = -1 }, "/keys/0/spent/0/usd"},
		"an infinite amount":            {func(w *worldState) { w.Keys[0].Spent[1].BYOK = math.Inf(1) }, "/keys/0/spent/1/byok"},
		"a key that is deleted":         {func(w *worldState) { w.Deleted[0] = w.Keys[0].Hash }, "/deleted/0"},
		"an invalid deleted hash":       {func(w *worldState) { w.Deleted[0] = "b" }, "/deleted/0"},
		"an origin with a path":         {func(w *worldState) { w.Apps = map[string]int{"https://a.test/": 1} }, "/apps/https:~1~1a.test~1"},
		"an app number of 0":            {func(w *worldState) { w.Apps["https://b.test"] = 0 }, "/apps/https:~1~1b.test"},
		"an app number too high":        {func(w *worldState) { w.Apps["https://b.test"] = 3 }, "/apps/https:~1~1b.test"},
		"two apps with one number":      {func(w *worldState) { w.Apps["https://b.test"] = 1 }, "/apps/https:~1~1b.test"},
		"an invalid code id":            {func(w *worldState) { w.Codes[0].ID = "short" }, "/codes/0/id"},
		"a code twice":                  {func(w *worldState) { w.Codes = append(w.Codes, w.Codes[0]) }, "/codes/1/id"},
		"an invalid callback":           {func(w *worldState) { w.Codes[0].Callback = "http://a.test" }, "/codes/0/callback_url"},
		"the app of another origin":     {func(w *worldState) { w.Codes[0].App = 2 }, "/codes/0/app_id"},
		"a callback of no app":          {func(w *worldState) { w.Codes[0].Callback, w.Codes[0].App = "https://c.test", 0 }, "/codes/0/app_id"},
		"an unknown method":             {func(w *worldState) { w.Codes[0].Method = "s256" }, "/codes/0/code_challenge_method"},
		"a challenge without a method":  {func(w *worldState) { w.Codes[0].Method = "" }, "/codes/0"},
		"an unknown reset of a code":    {func(w *worldState) { w.Codes[0].LimitReset = "yearly" }, "/codes/0/usage_limit_type"},
		"an invalid expiry of a code":   {func(w *worldState) { w.Codes[0].ExpiresAt = "soon" }, "/codes/0/expires_at"},
		"a code after 9999":             {func(w *worldState) { w.Codes[0].Created = late }, "/codes/0/created_at"},
		"an invalid fault":              {func(w *worldState) { w.Faults.List[0].Status = 200 }, "/faults/list/0"},
		"a fault with number 0":         {func(w *worldState) { w.Faults.List[0].ID = "f0" }, "/faults/list/0/id"},
		"a fault after the last":        {func(w *worldState) { w.Faults.List[0].ID = "f3" }, "/faults/list/0/id"},
		"a fault without an id":         {func(w *worldState) { w.Faults.List[0].ID = "" }, "/faults/list/0/id"},
		"a fault id with a zero":        {func(w *worldState) { w.Faults.List[0].ID = "f01" }, "/faults/list/0/id"},
		"a fault id twice":              {func(w *worldState) { w.Faults.List[1].ID = "f1" }, "/faults/list/1/id"},
		"more fired than matched":       {func(w *worldState) { w.Faults.List[1].Matched = 3 }, "/faults/list/1/fired"},
		"negative fired":                {func(w *worldState) { w.Faults.List[1].Fired = -1 }, "/faults/list/1/fired"},
		"remaining that is wrong":       {func(w *worldState) { w.Faults.List[0].Remaining = 1 }, "/faults/list/0/remaining"},
		"remaining without times":       {func(w *worldState) { w.Faults.List[1].Remaining = 0 }, "/faults/list/1/remaining"},
		"an invalid rate limit":         {func(w *worldState) { w.Limits[0].Limit.Per = 0 }, "/limits/0/limit"},
		"an invalid caller":             {func(w *worldState) { w.Limits[0].Windows[1].Caller = "c" }, "/limits/0/windows/1/caller"},
		"a caller twice":                {func(w *worldState) { w.Limits[0].Windows[1].Caller = "" }, "/limits/0/windows/1/caller"},
		"a window that is overused":     {func(w *worldState) { w.Limits[0].Windows[0].Used = 6 }, "/limits/0/windows/0/used"},
		"a window of negative use":      {func(w *worldState) { w.Limits[0].Windows[0].Used = -1 }, "/limits/0/windows/0/used"},
		"a window after 9999":           {func(w *worldState) { w.Limits[0].Windows[0].Ends = late }, "/limits/0/windows/0/ends"},
		"an invalid gate":               {func(w *worldState) { w.Gates[0].Name = "a b" }, "/gates/0/name"},
		"a gate twice":                  {func(w *worldState) { w.Gates[1].Name = "g" }, "/gates/1/name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := validState(t)
			tt.damage(st)
			err := serverState{Version: stateVersion, Worlds: []worldState{*st}}.validate(defaultBounds())
			if e, ok := errors.AsType[*strictjson.Error](err); !ok || e.Pointer != "/worlds/0"+tt.want {
				t.Errorf("got %v, want a problem at /worlds/0%s", err, tt.want)
			}
		})
	}
}

func TestStateCheckComparesWorlds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		second func(*worldState)
		want   string
	}{
		"the same name": {func(w *worldState) { w.Keys, w.Deleted, w.Codes = nil, nil, nil }, "/worlds/1/name"},
		"the same key":  {func(w *worldState) { w.Name, w.Deleted, w.Codes = "x", nil, nil }, "/worlds/1/keys/0/hash"},
		"the same code": {func(w *worldState) { w.Name, w.Keys, w.Deleted = "x", nil, nil }, "/worlds/1/codes/0/id"},
		"a bad name":    {func(w *worldState) { w.Name, w.Keys, w.Deleted, w.Codes = "a b", nil, nil, nil }, "/worlds/1/name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two := validState(t), validState(t)
			tt.second(two)
			err := serverState{Version: stateVersion, Worlds: []worldState{*one, *two}}.validate(defaultBounds())
			if e, ok := errors.AsType[*strictjson.Error](err); !ok || e.Pointer != tt.want {
				t.Errorf("got %v, want a problem at %s", err, tt.want)
			}
		})
	}
}

// TestClaimRefusesWhatAnotherWorldHas checks that no world can take the key, the
// deleted key or the code of another by a restore.
func TestClaimRefusesWhatAnotherWorldHas(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		keep func(*worldState)
		want string
	}{
		"a key":         {func(w *worldState) { w.Deleted, w.Codes = nil, nil }, "/worlds/0/keys/0/hash"},
		"a deleted key": {func(w *worldState) { w.Keys, w.Codes = nil, nil }, "/worlds/0/deleted/0"},
		"a code":        {func(w *worldState) { w.Keys, w.Deleted = nil, nil }, "/worlds/0/codes/0/id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := New(Config{})
			if err != nil {
				t.Fatal(err)
			}
			st := validState(t)
			tt.keep(st)
			first, second := mustWorld(t, s, "w"), mustWorld(t, s, "x")
			if err := s.index.claim(first, st); err != nil {
				t.Fatal(err)
			}
			err = s.index.claim(second, st)
			if e, ok := errors.AsType[*strictjson.Error](err); !ok || e.Pointer != tt.want {
				t.Errorf("got %v, want a problem at %s", err, tt.want)
			}
			if err := s.index.claim(first, st); err != nil {
				t.Errorf("its own world: %v", err)
			}
		})
	}
}
