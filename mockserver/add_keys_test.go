package mockserver_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

// listBody returns the body of the first page of the default world's keys.
func listBody(t testing.TB, s *mockserver.Server) string {
	t.Helper()
	return call(t, s, "GET", "/api/v1/keys?include_disabled=true", "").body
}

func TestAddedKeysBehaveLikeCreatedKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	limit, creator := 10.0, "user_1"
	today := int(noon.Unix() / 86400)
	minted, err := worldOf(t, s, "default").AddKeys([]mockserver.Key{
		{
			Name: "old", Created: noon.AddDate(0, -2, 0), Updated: noon.AddDate(0, -1, 0), Limit: &limit, LimitReset: "daily",
			Creator: &creator, ExpiresAt: "2027-01-01T00:00:00Z", IncludeBYOK: true,
			Spent: []mockserver.Spend{{Day: today - 40, USD: 7}, {Day: today, USD: 1.25, BYOK: 0.5}},
		},
		{Name: "off", Created: noon.AddDate(0, -1, 0), Disabled: true},
		{Name: "over", Created: noon.AddDate(0, -1, 0), ExpiresAt: "2026-03-01T00:00:00Z"},
		{Name: "new"},
	})
	if err != nil {
		t.Fatal(err)
	}
	limit, creator = 0, "" // what is stored must not follow
	for i, tt := range []struct {
		name   string
		status int
	}{{"old", 200}, {"off", 401}, {"over", 401}, {"new", 200}} {
		m := minted[i]
		sum := sha256.Sum256([]byte(m.Secret))
		digits := strings.TrimPrefix(m.Secret, mockserver.DefaultKeyPrefix)
		if m.Key.Name != tt.name || m.Key.Hash != hex.EncodeToString(sum[:]) || !strings.HasPrefix(digits, "fa4e") {
			t.Errorf("key %d: %+v", i, m)
		}
		if want := mockserver.DefaultKeyPrefix + digits[:3] + "..." + digits[61:]; m.Key.Label != want {
			t.Errorf("%s: label %q, want %q", tt.name, m.Key.Label, want)
		}
		if a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+m.Secret); a.status != tt.status {
			t.Errorf("%s: its secret returns %d, want %d", tt.name, a.status, tt.status)
		}
	}
	a := call(t, s, "GET", "/api/v1/keys/"+minted[0].Key.Hash, "")
	for path, want := range map[string]any{
		"data.limit": 10.0, "data.limit_remaining": 8.25, "data.usage": 8.25, "data.usage_daily": 1.25, "data.byok_usage": 0.5,
		"data.creator_user_id": "user_1", "data.created_at": "2026-01-04T12:00:00.000Z", "data.updated_at": "2026-02-04T12:00:00.000Z",
		"data.expires_at": "2027-01-01T00:00:00Z",
	} {
		if got := a.at(path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
	if got := call(t, s, "GET", "/api/v1/keys/"+minted[3].Key.Hash, "").at("data.created_at"); got != "2026-03-04T12:00:00.000Z" {
		t.Errorf("a key without a time was created at %v, want now", got)
	}
}

func TestAddKeysAcceptsAHash(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	sum := sha256.Sum256([]byte("my-own-secret"))
	minted, err := worldOf(t, s, "default").AddKeys([]mockserver.Key{{Name: "mine", Hash: hex.EncodeToString(sum[:]), Label: "mine..."}})
	if err != nil || minted[0].Secret != "" {
		t.Fatalf("got %+v, %v; want no secret and no error", minted, err)
	}
	if a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer my-own-secret"); a.at("data.label") != "mine..." {
		t.Errorf("its secret returns %d %s, want the label mine...", a.status, a.body)
	}
	if a := call(t, s, "GET", "/api/v1/keys/"+hex.EncodeToString(sum[:]), ""); a.at("data.label") != "mine..." {
		t.Errorf("got %s, want the label mine...", a.body)
	}
}

// TestAddKeysMintsLikeCreateKeys checks that a world with added keys mints the same
// secrets afterwards as it would have without them.
func TestAddKeysMintsLikeCreateKeys(t *testing.T) {
	t.Parallel()
	one, two := newServer(t, mockserver.Config{}), newServer(t, mockserver.Config{})
	minted, err := worldOf(t, one, "default").AddKeys([]mockserver.Key{{Name: "a"}, {Name: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range minted {
		if secret, _ := createKey(t, two, fmt.Sprintf(`{"name": %q}`, m.Key.Name)); secret != m.Secret {
			t.Errorf("%s: populated with %s, created with %s", m.Key.Name, m.Secret, secret)
		}
	}
	if got, want := listBody(t, one), listBody(t, two); got != want {
		t.Errorf("populated: %s\ncreated: %s", got, want)
	}
}

func TestAddKeysRefusesInvalidKeys(t *testing.T) {
	t.Parallel()
	ptr := func(x float64) *float64 { return &x }
	empty, known := "", strings.Repeat("0", 63)+"a"
	today := int(noon.Unix() / 86400)
	spent := func(list ...mockserver.Spend) []mockserver.Key {
		return []mockserver.Key{{Name: "k", Created: noon.AddDate(0, 0, -2), Spent: list}}
	}
	for _, tt := range []struct {
		name string
		keys []mockserver.Key
		want string
	}{
		{"no name", []mockserver.Key{{}}, `key 0, "": name "": must not be empty`},
		{"the second of two", []mockserver.Key{{Name: "a"}, {Name: "b", Limit: ptr(-1)}}, `key 1, "b": limit -1: must not be negative`},
		{"a limit that is not a number", []mockserver.Key{{Name: "k", Limit: ptr(math.NaN())}}, `limit NaN: want an amount`},
		{"a limit without end", []mockserver.Key{{Name: "k", Limit: ptr(math.Inf(1))}}, `limit +Inf: want an amount`},
		{"an unknown reset", []mockserver.Key{{Name: "k", LimitReset: "dayly"}}, `limit_reset "dayly" is not known; did you mean daily?`},
		{"a workspace that is not a UUID", []mockserver.Key{{Name: "k", Workspace: "main"}}, `workspace_id "main": want a UUID`},
		{"an empty creator", []mockserver.Key{{Name: "k", Creator: &empty}}, `creator_user_id "": must not be empty`},
		{"an expiry that is not a time", []mockserver.Key{{Name: "k", ExpiresAt: "soon"}}, `expires_at "soon": want an RFC 3339 time`},
		{"an expiry elsewhere", []mockserver.Key{{Name: "k", ExpiresAt: "2027-01-01T00:00:00+02:00"}}, `+02:00": must be in UTC`},
		{"a key of tomorrow", []mockserver.Key{{Name: "k", Created: noon.Add(1)}}, `want no later than now`},
		{"keys out of order", []mockserver.Key{{Name: "a"}, {Name: "b", Created: noon.Add(-1)}}, `want no earlier than the key before it`},
		{"a key before those that are there", []mockserver.Key{{Name: "k", Created: noon.Add(-time.Hour)}}, `want no earlier than the key before it`},
		{"an update before the creation", []mockserver.Key{{Name: "k", Updated: noon.Add(-1)}}, `want a time from its creation to now`},
		{"an update of tomorrow", []mockserver.Key{{Name: "k", Updated: noon.Add(1)}}, `want a time from its creation to now`},
		{"usage before the creation", spent(mockserver.Spend{Day: today - 3}), `want a day from its creation to now`},
		{"usage of tomorrow", spent(mockserver.Spend{Day: today + 1}), `want a day from its creation to now`},
		{"a day twice", spent(mockserver.Spend{Day: today}, mockserver.Spend{Day: today}), `want each day once, oldest first`},
		{"negative usage", spent(mockserver.Spend{Day: today, USD: -1}), `want amounts in USD, 0 to 1e+15`},
		{"BYOK usage that is not a number", spent(mockserver.Spend{Day: today, BYOK: math.NaN()}), `want amounts in USD, 0 to 1e+15`},
		{"an invalid hash", []mockserver.Key{{Name: "k", Hash: "ABC", Label: "l"}}, `hash "ABC": want 64 lower-case hex digits`},
		{"a hash without a label", []mockserver.Key{{Name: "k", Hash: strings.Repeat("b", 64)}}, `label "": must not be empty`},
		{"a hash that another key has", []mockserver.Key{{Name: "k", Hash: known, Label: "l"}}, `already in use by another key`},
		{"a hash twice", []mockserver.Key{
			{Name: "a", Hash: strings.Repeat("b", 64), Label: "l"},
			{Name: "b", Hash: strings.Repeat("b", 64), Label: "l"},
		}, `key 1, "b": hash "` + strings.Repeat("b", 64) + `": already in use by another key`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			w := worldOf(t, s, "default")
			if strings.Contains(tt.name, "before those") {
				createKey(t, s, `{"name": "there already"}`)
			}
			if _, err := worldOf(t, s, "other").AddKeys([]mockserver.Key{{Name: "k", Hash: known, Label: "l"}}); err != nil {
				t.Fatal(err)
			}
			before := listBody(t, s)
			if _, err := w.AddKeys(tt.keys); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if after := listBody(t, s); after != before {
				t.Errorf("it failed, and left %s", after)
			}
			secret, _ := createKey(t, s, `{"name": "next"}`)
			same := newServer(t, mockserver.Config{})
			if strings.Contains(tt.name, "before those") {
				createKey(t, same, `{"name": "there already"}`)
			}
			if want, _ := createKey(t, same, `{"name": "next"}`); secret != want {
				t.Errorf("it failed, and drew from the seed")
			}
		})
	}
}

func TestAddKeysFollowsTheRuleSettings(t *testing.T) {
	t.Parallel()
	limit := -1.0
	s := newServer(t, mockserver.Config{Rules: map[string]string{"keys.negative-limit": "accept", "keys.unknown-workspace": "refuse"}})
	w := worldOf(t, s, "default")
	if _, err := w.AddKeys([]mockserver.Key{{Name: "k", Limit: &limit}}); err != nil {
		t.Errorf("a negative limit, which the setting accepts: %v", err)
	}
	if _, err := w.AddKeys([]mockserver.Key{{Name: "k", Workspace: "0df9e665-d932-5740-b2c7-b52af166bc11"}}); err == nil {
		t.Error("an unknown workspace, which the setting refuses, is accepted")
	}
}

// TestAddKeysComeAfterTheNewestKey checks that the newest key is the one that was created
// last, even if the clock was set back before that.
func TestAddKeysComeAfterTheNewestKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	createKey(t, s, `{"name": "at noon"}`)
	setClock(t, w, mockserver.ClockSetting{Now: noon.Add(-time.Hour), Frozen: true})
	_, data := createKey(t, s, `{"name": "at eleven"}`)
	add := func(created time.Time) error {
		_, err := w.AddKeys([]mockserver.Key{{Name: "k", Created: created}})
		return err
	}
	if err := add(noon.Add(-2 * time.Hour)); err == nil || !strings.Contains(err.Error(), "no earlier than the key before it") {
		t.Errorf("a key of ten after one of eleven: %v", err)
	}
	if err := add(noon.Add(-time.Hour)); err != nil {
		t.Errorf("a key of eleven after one of eleven: %v", err)
	}
	for _, k := range w.State().Keys[1:] {
		call(t, s, "DELETE", "/api/v1/keys/"+k.Hash.String(), "")
	}
	setClock(t, w, mockserver.ClockSetting{Now: noon, Frozen: true})
	if err := add(noon.Add(-time.Hour)); err == nil {
		t.Errorf("a key of eleven is added after the one of noon, which is the newest since %v was deleted", data["hash"])
	}
}
