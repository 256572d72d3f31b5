package mockserver_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

func TestKeys_areThoseThatWereAdded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 12, 0, 0, 0, time.UTC)
	today := int(now.Unix() / (24 * 60 * 60))
	server, err := mockserver.New(mockserver.Config{Clock: mockserver.ClockSetting{Now: now, Frozen: true}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := server.World("w")
	if err != nil {
		t.Fatal(err)
	}
	limit := 5.0
	minted, err := w.AddKeys([]mockserver.Key{
		{Name: "first", Limit: &limit, LimitReset: "daily", Spent: []mockserver.Spend{{Day: today, USD: 2}}}, {Name: "second", Disabled: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	var want []mockserver.Key
	for _, m := range minted {
		want = append(want, m.Key)
	}
	got := w.Keys()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("keys (-added +got):\n%s", diff)
	}
	*got[0].Limit, got[0].Spent[0].USD = 7, 7
	if diff := cmp.Diff(want, w.Keys()); diff != "" {
		t.Errorf("a caller changed the keys of the world (-added +got):\n%s", diff)
	}
}
