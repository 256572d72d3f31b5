package mockserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// stateText returns the state of a server as indented JSON.
func stateText(t testing.TB, s *mockserver.Server) string {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, snapshot(t, s), "", "  "); err != nil {
		t.Fatal(err)
	}
	return indented.String()
}

// snapshot returns the snapshot of a server or a world.
func snapshot(t testing.TB, of interface{ Snapshot(io.Writer) error }) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := of.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// populate uses two worlds so that their state has something of everything that a
// state can have.
func populate(t testing.TB, s *mockserver.Server) {
	t.Helper()
	for _, name := range []string{"busy", "other"} {
		credential := []string{"Authorization", "Bearer sk-mg-mgmt-" + name}
		world := worldOf(t, s, name)
		for i := range 5 {
			_, data := createKey(t, s, fmt.Sprintf(`{"name": "k%d", "limit": %d, "limit_reset": "weekly", "creator_user_id": "u", "expires_at": "2029-11-30T23:59:59Z"}`, i, i), credential...)
			hash := data["hash"].(string)
			if _, err := world.Spend(hash, mockserver.Usage{USD: 0.1, BYOK: float64(i)}); err != nil {
				t.Fatal(err)
			}
			if i == 1 {
				call(t, s, "DELETE", "/api/v1/keys/"+hash, "", credential...)
			}
			if i == 2 {
				call(t, s, "PATCH", "/api/v1/keys/"+hash, `{"disabled": true}`, credential...)
			}
			if _, err := world.Advance(30 * time.Hour); err != nil {
				t.Fatal(err)
			}
		}
		for _, callback := range []string{"https://a.test/cb", "https://b.test:3000/", "https://a.test/other?x=1"} {
			a := call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "`+callback+`", "limit": 3, "key_label": "l", "usage_limit_type": "daily"}`, credential...)
			if a.status != 200 {
				t.Fatalf("code: %d %s", a.status, a.body)
			}
			if callback == "https://a.test/cb" {
				id, _ := a.at("data.id").(string)
				if a := call(t, s, "POST", "/api/v1/auth/keys", `{"code": "`+id+`"}`); a.status != 200 {
					t.Fatalf("exchange: %d %s", a.status, a.body)
				}
			}
		}
		for _, text := range []string{
			"create-keys status=429 times=3 retry_after=2s when.name=x", "create-keys delay=1ms..2ms skip=100",
			"create-auth-keys-code hold=door phase=during times=1", "* status=500 probability=0.0001",
		} {
			addFault(t, world, text)
		}
		world.RemoveFault("f2")
		world.OpenGate("door")
		if err := world.SetRateLimits([]ratelimit.Limit{{Operation: "create-keys", Requests: 100, Per: time.Minute}}); err != nil {
			t.Fatal(err)
		}
		call(t, s, "POST", "/api/v1/keys", `{"name": "x"}`, credential...)
		createKey(t, s, `{"name": "last"}`, credential...)
	}
	if err := worldOf(t, s, "other").SetClock(mockserver.ClockSetting{Now: time.Date(2096, 1, 1, 0, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreReproducesTheSnapshot(t *testing.T) {
	t.Parallel()
	a, b := newServer(t, mockserver.Config{}), newServer(t, mockserver.Config{Seed: 99, Faults: []fault.Fault{{Operation: "*", Status: 500, Hold: "gone"}}})
	populate(t, a)
	text := stateText(t, a)
	leftover := createLeftover(t, b)
	if err := b.Restore(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, stateText(t, b)); diff != "" {
		t.Fatalf("the restored state differs (-want +got):\n%s", diff)
	}
	if a := call(t, b, "GET", "/api/v1/key", "", "Authorization", "Bearer "+leftover); a.status != 401 {
		t.Errorf("a key of before the restore: %d; want 401", a.status)
	}
	if diff := cmp.Diff(transcript(t, a, "busy"), transcript(t, b, "busy")); diff != "" { // frozen, so its bytes are the same
		t.Errorf("the world goes on differently (-want +got):\n%s", diff)
	}
	page := func(s *mockserver.Server) string {
		return call(t, s, "GET", "/api/v1/keys?include_disabled=true", "", "Authorization", "Bearer sk-mg-mgmt-busy").body
	}
	if diff := cmp.Diff(page(a), page(b)); diff != "" {
		t.Errorf("the list of keys differs:\n%s", diff)
	}
}

// TestRestoreCanMoveKeysToAnotherWorld restores a snapshot in which the worlds have
// exchanged their names. Each key must open the world that has it now.
func TestRestoreCanMoveKeysToAnotherWorld(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	secrets, next := map[string]string{}, map[string]string{}
	for i, name := range names {
		secrets[name], _ = createKey(t, s, nightly, "Authorization", "Bearer sk-mg-mgmt-"+name)
		next[name] = names[(i+1)%len(names)]
	}
	state := regexp.MustCompile(`"name":"([a-h])"`).ReplaceAllStringFunc(string(snapshot(t, s)), func(member string) string {
		return `"name":"` + next[member[8:9]] + `"`
	})
	if err := s.Restore(strings.NewReader(state)); err != nil {
		t.Fatal(err)
	}
	for name, secret := range secrets {
		a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret)
		if got := a.header.Get(mockserver.WorldHeader); a.status != 200 || got != next[name] {
			t.Errorf("the key of %s opens %s with %d, want %s with 200", name, got, a.status, next[name])
		}
	}
}

// TestMintPassesOverWhatAnotherWorldHas restores a state in which a world was renamed, and
// creates keys and codes in a world of the old name. They must get new secrets, or the next
// snapshot would have each of them twice.
func TestMintPassesOverWhatAnotherWorldHas(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	old := []string{"Authorization", "Bearer sk-mg-mgmt-old"}
	const newCode = `{"callback_url": "https://app.test/cb"}`
	create := func() (secret, code string) {
		t.Helper()
		secret, _ = createKey(t, s, nightly, old...)
		return secret, call(t, s, "POST", "/api/v1/auth/keys/code", newCode, old...).at("data.id").(string)
	}
	secret, code := create()
	state := strings.Replace(string(snapshot(t, s)), `"name":"old"`, `"name":"new"`, 1)
	if err := s.Restore(strings.NewReader(state)); err != nil {
		t.Fatal(err)
	}
	if secretNow, codeNow := create(); secretNow == secret || codeNow == code {
		t.Errorf("both worlds have the secret or the code: %v, %v", secretNow == secret, codeNow == code)
	}
	if err := s.Restore(bytes.NewReader(snapshot(t, s))); err != nil {
		t.Errorf("the snapshot does not restore: %v", err)
	}
}

// TestSnapshotHasNoCodes checks that a snapshot does not contain what is needed to exchange
// its codes, and that they can be exchanged once it is restored.
func TestSnapshotHasNoCodes(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	made := newCode(t, s, "")
	to, err := url.Parse(getConsentPage(t, s, consentURL("callback_url", "https://app.test/cb", "auto", "allow")).header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	ids, state := []string{made, to.Query().Get("code")}, string(snapshot(t, s))
	for _, id := range ids {
		if secret := strings.TrimPrefix(id, "auth_code_"); len(secret) != 32 || strings.Contains(state, secret) {
			t.Errorf("the code %q is in the snapshot: %s", id, state)
		}
	}
	if err := s.Restore(strings.NewReader(state)); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if a := exchange(t, s, id, ""); a.status != 200 {
			t.Errorf("exchange after the restore: %d %s", a.status, a.body)
		}
	}
}

// createLeftover creates a key that a restore should remove.
func createLeftover(t *testing.T, s *mockserver.Server) (secret string) {
	t.Helper()
	world := worldOf(t, s, "leftover")
	world.RemoveFaults()
	secret, _ = createKey(t, s, `{"name": "leftover"}`, "Authorization", "Bearer sk-mg-mgmt-leftover")
	return secret
}

func TestRestoreOfOneWorld(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	populate(t, s)
	world := worldOf(t, s, "busy")
	before := snapshot(t, world)
	text := stateText(t, s)
	secret, _ := createKey(t, s, `{"name": "later"}`, "Authorization", "Bearer sk-mg-mgmt-busy")
	if err := world.Restore(bytes.NewReader(before)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, stateText(t, s)); diff != "" {
		t.Errorf("after the restore (-want +got):\n%s", diff)
	}
	if a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret); a.status != 401 {
		t.Errorf("a key made after the snapshot: %d; want 401", a.status)
	}
	if again, _ := createKey(t, s, `{"name": "later"}`, "Authorization", "Bearer sk-mg-mgmt-busy"); again != secret {
		t.Error("the count of draws was not restored")
	}
	if err := worldOf(t, s, "third").Restore(bytes.NewReader(before)); err == nil || !strings.Contains(err.Error(), `"third"`) {
		t.Errorf("the state of another world: %v", err)
	}
	stolen := strings.Replace(string(snapshot(t, worldOf(t, s, "other"))), `"name":"other"`, `"name":"third"`, 1)
	if err := worldOf(t, s, "third").Restore(strings.NewReader(stolen)); err == nil || !strings.Contains(err.Error(), `belongs to the world "other"`) {
		t.Errorf("keys of another world: %v", err)
	}
	if n := len(worldOf(t, s, "third").State().Keys); n != 0 {
		t.Errorf("a refused restore stored %d keys", n)
	}
}

// TestRestoreRefusesInvalidState damages one place of a valid state at a time and
// checks that the error names it.
func TestRestoreRefusesInvalidState(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	populate(t, s)
	good := stateText(t, s)
	hash := worldOf(t, s, "busy").State().Keys[1].Hash.String()
	for _, tt := range []struct {
		name     string
		old, new string // the first is replaced
		want     string // in the message
	}{
		{"an extra comma", `"frozen": true,`, `"frozen": true,,`, "malformed JSON"},
		{"an unknown member", `"draws"`, `"drawn"`, `/worlds/0/drawn is not a known member; did you mean draws?`},
		{"another version", `"version": 1`, `"version": 2`, "/version is 2; want 1"},
		{"a version as text", `"version": 1`, `"version": "1"`, "/version must be a number, not a string"},
		{"an invalid name", `"name": "busy"`, `"name": "b usy"`, `/worlds/0/name "b usy" is not a valid world name`},
		{"the same world twice", `"name": "other"`, `"name": "busy"`, `/worlds/1/name "busy" appears twice`},
		{"fewer created than there are", `"created": 7`, `"created": 1`, "/worlds/0/created is 1; want at least the number of keys, 6"},
		{"a negative number of draws", `"draws": `, `"draws": -`, "/worlds/0/draws is -"},
		{"an invalid hash", hash, "x" + hash[1:], "/worlds/0/keys/1/hash"},
		{"a key that is deleted too", `"deleted": [`, `"deleted": ["` + hash + `",`, "/worlds/0/deleted/0"},
		{"an unknown reset", `"limit_reset": "weekly"`, `"limit_reset": "weakly"`, "did you mean weekly?"},
		{"an invalid time", `"expires_at": "2029`, `"expires_at": "never 2029`, "/worlds/0/keys/0/expires_at"},
		{"an invalid creation time", `"created_at": "2026`, `"created_at": "x2026`, "/worlds/0/keys/0/created_at must be an RFC 3339 time"},
		{"a negative amount", `"usd": 0.1`, `"usd": -0.1`, "/spent/0/usd is -0.1"},
		{"an unknown app", `"app_id": 1`, `"app_id": 3`, "/app_id is 3; want the number of"},
		{"an invalid origin", `"https://b.test:3000": 2`, `"b.test": 2`, "/apps/b.test is not a valid origin"},
		{"two apps with one number", `"https://b.test:3000": 2`, `"https://b.test:3000": 1`, "/apps/https:~1~1b.test:3000 is 1"},
		{"an invalid fault", `"status": 429`, `"status": 418`, "/faults/list/0 is not a valid fault"},
		{"an unknown member of a fault", `"matched"`, `"matchd"`, "/faults/list/0/matchd is not a known member; did you mean matched?"},
		{"a fault with an id of the future", `"id": "f1"`, `"id": "f9"`, `/faults/list/0/id is "f9"; want f1 to f4`},
		{"counters that do not add up", `"remaining": 2`, `"remaining": 3`, "/remaining is 3; want 2"},
		{"an invalid rate limit", `"limit": "create-keys `, `"limit": "create-kees `, "/limits/0/limit"},
		{"a window over its limit", `"used": 1`, `"used": 101`, "/limits/0/windows/0/used"},
		{"an invalid gate name", `"name": "door"`, `"name": "do or"`, "/gates/0/name"},
		{"a frozen clock without a time", `"at":`, `"since":`, "/clock is frozen without a time"},
		{"a null", `"codes": [`, `"codes": null, "x": [`, "/worlds/0/codes must be an array, not null"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			at := strings.Index(good, tt.old)
			if at < 0 {
				t.Fatalf("%q is not in the state", tt.old)
			}
			bad := good[:at] + tt.new + good[at+len(tt.old):]
			_, err := mockserver.ReadState([]byte(bad))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v; want %q in it", err, tt.want)
			}
			var line, column int
			if n, _ := fmt.Sscanf(err.Error(), "state: line %d, column %d:", &line, &column); n != 2 {
				t.Fatalf("error %v; want a line and a column", err)
			}
			if wanted := strings.Count(bad[:at], "\n") + 1; line > wanted+1 || tt.want[0] == '/' && strings.Contains(tt.want, " is ") && line < wanted-12 {
				t.Errorf("line %d; the damage is on line %d", line, wanted)
			}
		})
	}
}

func TestRestoreErrorNamesTheLine(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	createKey(t, s, `{"name": "k"}`)
	lines := strings.Split(stateText(t, s), "\n")
	for i, line := range lines {
		if strings.Contains(line, `"hash":`) {
			lines[i] = `          "hash": "nope",`
			_, err := mockserver.ReadState([]byte(strings.Join(lines, "\n")))
			want := fmt.Sprintf(`state: line %d, column 19: /worlds/0/keys/0/hash "nope" is not a hash`, i+1)
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v; want %s", err, want)
			}
			return
		}
	}
	t.Fatal("no hash in the state")
}

// FuzzReadState checks that a state that is accepted can be restored, and that a
// snapshot then reproduces it.
func FuzzReadState(f *testing.F) {
	s := newServer(f, mockserver.Config{})
	populate(f, s)
	f.Add([]byte(stateText(f, s)))
	f.Add([]byte(`{"version": 1, "worlds": []}`))
	f.Add([]byte(`{"version": 1, "worlds": [{"name": "a", "apps": null}]}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := mockserver.ReadState(data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "state: ") {
				t.Errorf("error %q; want it to say state", err)
			}
			return
		}
		s := newServer(t, mockserver.Config{})
		if err := s.Restore(bytes.NewReader(data)); err != nil {
			t.Fatalf("restore of an accepted state: %v", err)
		}
		text := stateText(t, s)
		if err := s.Restore(strings.NewReader(text)); err != nil || stateText(t, s) != text {
			t.Errorf("a snapshot restored is another: %v", err)
		}
	})
}
