package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/internal/account"
)

// TestWrite_writesTheBytesOfEncodingJSON compares the two in a state with something of
// everything, in the zero state, and with what one of them could write differently.
func TestWrite_writesTheBytesOfEncodingJSON(t *testing.T) {
	t.Parallel()
	full, odd := validState(t), validState(t)
	limit, creator := 1e21, "<&>\u2028\u2029\x7f\ufffd"
	odd.Keys = append(odd.Keys, nil, &account.Key{
		Name: creator, Creator: &creator, Limit: &limit, ExpiresAt: "2029-11-30t23:59:60z", Spent: []account.Spend{{Day: -1, USD: 1e-7, BYOK: 0.1}},
		Updated: time.Date(2026, time.March, 4, 12, 0, 0, 1, time.FixedZone("", 3600)),
	})
	odd.Codes[0].Limit, odd.Deleted, odd.Apps = &limit, []account.Hash{{2}}, map[string]int{"https://b.test": 2, "https://a.test": 1}
	odd.Faults.List[0].When = map[string]any{"name": "<b>", "limit": 1e21, "deep": []any{nil, map[string]any{"b": true, "a": 1.5}}}
	odd.Faults.List[0].Delay = &fault.Delay{Min: time.Second, Max: 2 * time.Second}
	for name, st := range map[string]State{
		"full": {Version: Version, Worlds: []World{*full}}, "odd": {Version: Version, Worlds: []World{*odd, *full}}, "zero": {}, "no worlds": {Worlds: []World{}},
		"empty world": {Worlds: []World{{}}},
	} {
		for _, indent := range []string{"", "  ", "\t"} {
			want, err := json.Marshal(st)
			if indent != "" {
				want, err = json.MarshalIndent(st, "", indent)
			}
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := st.Write(&got, indent); err != nil || got.String() != string(want)+"\n" {
				t.Errorf("%s with the indent %q: %v\n got %s\nwant %s", name, indent, err, got.String(), want)
			}
		}
	}
}

// A parts is a Writer that counts its calls and fails in the third.
type parts struct{ calls, largest int }

var errFull = errors.New("full")

func (p *parts) Write(text []byte) (int, error) {
	p.calls++
	p.largest = max(p.largest, len(text))
	if p.calls == 3 {
		return 0, errFull
	}
	return len(text), nil
}

func TestWrite_writesInParts(t *testing.T) {
	t.Parallel()
	w := validState(t)
	for range 1000 {
		w.Keys = append(w.Keys, &account.Key{Name: strings.Repeat("n", 1000)})
	}
	var to parts
	err := State{Worlds: []World{*w}}.Write(&to, "")
	if !errors.Is(err, errFull) || to.calls != 3 || to.largest > 256<<10 {
		t.Errorf("%v after %d writes of up to %d bytes; want the error of the third, and no large ones", err, to.calls, to.largest)
	}
}
