package snapshot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

var bounds = Bounds{Worlds: 2, Uncounted: "default", Faults: 2, Gates: 2, Codes: 1}

// validState returns a valid state of one world with something of everything.
func validState(t *testing.T) *World {
	t.Helper()
	day := time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	st := &World{
		Name: "w", Seed: 1, Requests: 9,
		Clock: Clock{At: day, Since: day},
		State: account.State{
			Created: 2, Keys: []*account.Key{{
				Hash: account.Hash{1}, Label: "l", Workspace: "0df9e665-d932-5740-b2c7-b52af166bc11", Created: day,
			}}, Codes: []account.Code{{Hash: account.Hash{3}, App: 1, Callback: "https://a.test/cb", Created: day}},
			Apps: map[string]int{"https://a.test": 1},
		},
		Faults: Faults{LastID: 2, List: []fault.Status{
			{Fault: fault.Fault{ID: "f1", Operation: "*", Status: 500, Times: 3}, Matched: 5, Fired: 1, Remaining: 2},
			{Fault: fault.Fault{ID: "f2", Operation: "*", Status: 500}, Matched: 4, Fired: 4, Remaining: -1},
		}},
		Limits: []ratelimit.State{{
			Limit:   ratelimit.Limit{Operation: "*", Requests: 5, Per: time.Minute},
			Windows: []ratelimit.Window{{Caller: "", Ends: day, Used: 5}, {Caller: strings.Repeat("c", 64), Ends: day}},
		}},
		Gates: []Gate{{Name: "g"}, {Name: "h", Open: true}},
	}
	if err := (State{Version: Version, Worlds: []World{*st}}).Validate(bounds); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestValidateNamesTheProblem(t *testing.T) {
	t.Parallel()
	late := time.Date(10000, time.January, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		damage func(*World)
		want   string // pointer below the world
	}{
		"negative requests":             {func(w *World) { w.Requests = -1 }, "/requests"},
		"a clock after the year 9999":   {func(w *World) { w.Clock.At = late }, "/clock/at"},
		"a start after the year 9999":   {func(w *World) { w.Clock.Since = late }, "/clock/since"},
		"a frozen clock without a time": {func(w *World) { w.Clock = Clock{Frozen: true} }, "/clock"},
		"a frozen clock that runs":      {func(w *World) { w.Clock.Frozen = true }, "/clock/since"},
		"a clock without a start":       {func(w *World) { w.Clock.Since = time.Time{} }, "/clock"},
		"a start without a time":        {func(w *World) { w.Clock.At = time.Time{} }, "/clock"},
		"an invalid fault":              {func(w *World) { w.Faults.List[0].Status = 200 }, "/faults/list/0"},
		"a fault with number 0":         {func(w *World) { w.Faults.List[0].ID = "f0" }, "/faults/list/0/id"},
		"a fault after the last":        {func(w *World) { w.Faults.List[0].ID = "f3" }, "/faults/list/0/id"},
		"a fault without an id":         {func(w *World) { w.Faults.List[0].ID = "" }, "/faults/list/0/id"},
		"a fault id with a zero":        {func(w *World) { w.Faults.List[0].ID = "f01" }, "/faults/list/0/id"},
		"a fault id twice":              {func(w *World) { w.Faults.List[1].ID = "f1" }, "/faults/list/1/id"},
		"more fired than matched":       {func(w *World) { w.Faults.List[1].Matched = 3 }, "/faults/list/1/fired"},
		"negative fired":                {func(w *World) { w.Faults.List[1].Fired = -1 }, "/faults/list/1/fired"},
		"remaining that is wrong":       {func(w *World) { w.Faults.List[0].Remaining = 1 }, "/faults/list/0/remaining"},
		"remaining without times":       {func(w *World) { w.Faults.List[1].Remaining = 0 }, "/faults/list/1/remaining"},
		"an invalid rate limit":         {func(w *World) { w.Limits[0].Limit.Per = 0 }, "/limits/0/limit"},
		"an invalid caller":             {func(w *World) { w.Limits[0].Windows[1].Caller = "c" }, "/limits/0/windows/1/caller"},
		"a caller twice":                {func(w *World) { w.Limits[0].Windows[1].Caller = "" }, "/limits/0/windows/1/caller"},
		"a window that is overused":     {func(w *World) { w.Limits[0].Windows[0].Used = 6 }, "/limits/0/windows/0/used"},
		"a window of negative use":      {func(w *World) { w.Limits[0].Windows[0].Used = -1 }, "/limits/0/windows/0/used"},
		"a window after 9999":           {func(w *World) { w.Limits[0].Windows[0].Ends = late }, "/limits/0/windows/0/ends"},
		"an invalid gate":               {func(w *World) { w.Gates[0].Name = "a b" }, "/gates/0/name"},
		"too many faults":               {func(w *World) { w.Faults.List = make([]fault.Status, 3) }, "/faults/list"},
		"too many gates":                {func(w *World) { w.Gates = make([]Gate, 3) }, "/gates"},
		"too many codes":                {func(w *World) { w.Codes = make([]account.Code, 2) }, "/codes"},
		"a key without a label":         {func(w *World) { w.Keys[0].Label = "" }, "/keys/0/label"},
		"a gate twice":                  {func(w *World) { w.Gates[1].Name = "g" }, "/gates/1/name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := validState(t)
			tt.damage(st)
			err := State{Version: Version, Worlds: []World{*st}}.Validate(bounds)
			if e, ok := errors.AsType[*strictjson.Error](err); !ok || e.Pointer != "/worlds/0"+tt.want {
				t.Errorf("got %v, want a problem at /worlds/0%s", err, tt.want)
			}
		})
	}
}

func TestValidateComparesWorlds(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		second func(*World)
		want   string
	}{
		"the same name": {func(w *World) { w.Keys, w.Deleted, w.Codes = nil, nil, nil }, "/worlds/1/name"},
		"the same key":  {func(w *World) { w.Name, w.Deleted, w.Codes = "x", nil, nil }, "/worlds/1/keys/0/hash"},
		"the same code": {func(w *World) { w.Name, w.Keys, w.Deleted = "x", nil, nil }, "/worlds/1/codes/0/hash"},
		"a bad name":    {func(w *World) { w.Name, w.Keys, w.Deleted, w.Codes = "a b", nil, nil, nil }, "/worlds/1/name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one, two := validState(t), validState(t)
			tt.second(two)
			err := State{Version: Version, Worlds: []World{*one, *two}}.Validate(bounds)
			if e, ok := errors.AsType[*strictjson.Error](err); !ok || e.Pointer != tt.want {
				t.Errorf("got %v, want a problem at %s", err, tt.want)
			}
		})
	}
}
