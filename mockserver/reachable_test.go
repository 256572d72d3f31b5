package mockserver_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// The values that a hostile caller sends.
var (
	hostileTexts = rapid.OneOf(rapid.SampledFrom([]string{
		"", "a", "\x00", "\u2028\ufffd", "\xff\xfe", `\ud800`, "<script>", strings.Repeat("é", 101), "f9007199254740991", "İK",
	}), rapid.String())
	hostileNumbers = rapid.OneOf(rapid.SampledFrom([]float64{
		0, math.Copysign(0, -1), 1e-320, 0.1, 1e15, 1 << 53, 1.7e308, -1.7e308, math.MaxFloat64, math.Inf(1), math.NaN(),
	}), rapid.Float64())
	hostileCounts = rapid.SampledFrom([]int{-1, 0, 1, 2, 1<<53 - 1, 1 << 53, math.MaxInt})
	hostileTimes  = rapid.SampledFrom([]time.Time{
		{},
		time.Time{}.Add(1), time.Time{}.Add(time.Hour), noon, noon.In(time.FixedZone("", 14*3600)),
		time.Date(9999, 12, 31, 23, 30, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	hostileHosts = rapid.SampledFrom([]string{
		"app.example", "[fe80::1%25eth0]", "[::1]:3000", "[fe80::1]", "a%E2%82%ACb.example", "%ff.example", "xn--a", "A.EXAMPLE:443",
		"app.example:3000", "user:pw@app.example", `a"b<c>`, "app.example:", "İ.example", "1.2.3.4", "localhost:8080", "..", "a b",
	})
	worldNames = rapid.SampledFrom([]string{"default", "b", "A/._~+-", "c"})
)

// hostileBody returns a JSON body that the API may accept.
func hostileBody(t *rapid.T) string {
	members := map[string]any{}
	values := map[string]*rapid.Generator[any]{
		"name": hostileTexts.AsAny(), "key_label": hostileTexts.AsAny(), "creator_user_id": hostileTexts.AsAny(),
		"limit": rapid.SampledFrom([]any{0, -1, 1e-320, 1.7e308, -1.7e308, nil, "1"}), "disabled": rapid.Bool().AsAny(),
		"include_byok_in_limit": rapid.Bool().AsAny(),
		"limit_reset":           rapid.SampledFrom([]any{"daily", "monthly", nil, "yearly"}), "usage_limit_type": rapid.SampledFrom([]any{"weekly", ""}),
		"expires_at":     rapid.SampledFrom([]any{"9999-12-31T23:59:60Z", "9999-12-31T23:59:59.999999999z", "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", ""}),
		"code_challenge": rapid.SampledFrom([]any{"", "x", strings.Repeat("A", 43), "\u0000"}), "code_challenge_method": rapid.SampledFrom([]any{"S256", "plain"}),
		"workspace_id": rapid.SampledFrom([]any{"6B9F3A51-0C5F-4D0A-8F35-0123456789AB", ""}),
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if rapid.IntRange(0, 2).Draw(t, "with "+name) == 0 {
			members[name] = values[name].Draw(t, name)
		}
	}
	members["callback_url"] = "https://" + hostileHosts.Draw(t, "host") + "/cb?x=%00#f"
	data, err := json.Marshal(members)
	if err != nil {
		return "{"
	}
	return strings.ReplaceAll(string(data), `\\ud800`, `\ud800`)
}

// deep returns arrays nested to a depth.
func deep(n int) any {
	var v any = 1.0
	for range n {
		v = []any{v}
	}
	return v
}

// hostileFault returns a fault that may be valid.
func hostileFault(t *rapid.T) fault.Fault {
	f := fault.Fault{
		Operation: rapid.SampledFrom([]string{"*", "create-keys", "list-keys"}).Draw(t, "operation"),
		Skip:      hostileCounts.Draw(t, "skip"), Times: hostileCounts.Draw(t, "times"),
		Status: rapid.SampledFrom([]int{0, 429, 500}).Draw(t, "status"), Probability: hostileNumbers.Draw(t, "probability"),
		Hold:       rapid.SampledFrom([]string{"", "", "", "gate", "\x00", "é", "a/b", strings.Repeat("g", 64), strings.Repeat("g", 65)}).Draw(t, "hold"),
		RetryAfter: time.Duration(hostileCounts.Draw(t, "retry after")), Effect: rapid.SampledFrom([]fault.Effect{"", fault.EffectGarbage}).Draw(t, "effect"),
	}
	if f.Hold != "" {
		f.Skip = 1 << 53 // otherwise the test waits at the gate; refused, unless Draw changes it
		if rapid.Bool().Draw(t, "skip them all") {
			f.Skip--
		}
	}
	if rapid.Bool().Draw(t, "sane") {
		f.Times, f.Probability = 1, 0.5
		f.Skip, f.RetryAfter = max(f.Skip, 0), max(f.RetryAfter, 0)
	}
	if rapid.Bool().Draw(t, "when") {
		f.When = map[string]any{hostileTexts.Draw(t, "member"): rapid.OneOf(
			hostileTexts.AsAny(), hostileNumbers.AsAny(), rapid.SampledFrom([]any{nil, deep(32), deep(33), strings.Repeat("x", 1<<16)}),
		).Draw(t, "value")}
	}
	return f
}

// A hostileRun makes calls of the Go API, the API and the control API.
type hostileRun struct {
	t      *testing.T
	server *mockserver.Server
	http   http.Handler
}

func newHostileRun(t *testing.T, cfg mockserver.Config) *hostileRun {
	t.Helper()
	s := newServer(t, cfg)
	c, err := control.New(s, control.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return &hostileRun{t, s, c.Mount(s)}
}

func (r *hostileRun) world(t *rapid.T) *mockserver.World {
	return worldOf(r.t, r.server, worldNames.Draw(t, "world"))
}

// send sends a request and returns its response. No response may be a 5xx that no
// fault or bound decided.
func (r *hostileRun) send(t *rapid.T, method, target, body string) string {
	req := httptest.NewRequest(method, "http://localhost/", strings.NewReader(body))
	req.URL.Path, req.URL.RawQuery, _ = strings.Cut(target, "?")
	req.Header.Set("Authorization", "Bearer sk-mg-mgmt-"+worldNames.Draw(t, "caller"))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	r.http.ServeHTTP(w, req)
	if rule := w.Header().Get(mockserver.RuleHeader); w.Code >= 500 && rule != "fault.injected" && w.Code != 503 {
		t.Fatalf("%s %s %s: %d, rule %q: %s", method, target, body, w.Code, rule, w.Body)
	}
	return w.Body.String()
}

func (r *hostileRun) api(t *rapid.T) {
	path := rapid.SampledFrom([]string{"POST /keys", "POST /keys", "POST /auth/keys/code", "POST /auth/keys/code", "GET /keys", "GET /key"}).Draw(t, "call")
	method, path, _ := strings.Cut(path, " ")
	body := ""
	if method == "POST" {
		body = hostileBody(t)
	}
	r.send(t, method, mockserver.BasePath+path, body)
}

func (r *hostileRun) exchange(t *rapid.T) {
	var made struct {
		Data struct{ ID string }
	}
	_ = json.Unmarshal([]byte(r.send(t, "POST", mockserver.BasePath+"/auth/keys/code", hostileBody(t))), &made)
	if made.Data.ID == "" {
		return
	}
	if rapid.Bool().Draw(t, "expired") {
		_, _ = r.world(t).Advance(time.Hour)
	}
	r.send(t, "POST", mockserver.BasePath+"/auth/keys", `{"code": "`+made.Data.ID+`", "code_verifier": "x"}`)
}

func (r *hostileRun) deleteOrUpdate(t *rapid.T) {
	var list struct{ Data []struct{ Hash string } }
	_ = json.Unmarshal([]byte(r.send(t, "GET", mockserver.BasePath+"/keys?include_disabled=true", "")), &list)
	for _, k := range list.Data {
		r.send(t, "PATCH", mockserver.BasePath+"/keys/"+k.Hash, hostileBody(t))
		if rapid.Bool().Draw(t, "delete") {
			r.send(t, "DELETE", mockserver.BasePath+"/keys/"+k.Hash, "")
		}
	}
}

func (r *hostileRun) clock(t *rapid.T) {
	w := r.world(t)
	_ = w.SetClock(mockserver.ClockSetting{Now: hostileTimes.Draw(t, "now"), Frozen: rapid.Bool().Draw(t, "frozen")})
	_, _ = w.Advance(time.Duration(hostileCounts.Draw(t, "by")))
	_, _ = w.AdvanceTo(rapid.SampledFrom([]string{mockserver.NextDay, mockserver.NextMonth}).Draw(t, "moment"))
}

func (r *hostileRun) faults(t *rapid.T) {
	w, f := r.world(t), hostileFault(t)
	if data, err := json.Marshal(f); err == nil && rapid.Bool().Draw(t, "over HTTP") {
		r.send(t, "POST", "/_mockgates/faults", string(data))
		return
	}
	_, _ = w.AddFault(f)
}

func (r *hostileRun) gates(t *rapid.T) {
	name := rapid.OneOf(hostileTexts, rapid.SampledFrom([]string{"gate", "a/b", "a%2Fb"})).Draw(t, "gate")
	_, _ = r.world(t).OpenGate(name)
	r.send(t, "POST", "/_mockgates/gates/"+name, "")
}

func (r *hostileRun) limits(t *rapid.T) {
	_ = r.world(t).SetRateLimits([]ratelimit.Limit{{
		Operation: rapid.SampledFrom([]string{"*", "create-keys", "get-key"}).Draw(t, "operation"), Requests: hostileCounts.Draw(t, "requests"),
		Per: rapid.SampledFrom([]time.Duration{0, time.Millisecond, time.Hour, 366 * 24 * time.Hour, math.MaxInt64}).Draw(t, "per"),
	}})
}

func (r *hostileRun) addKeys(t *rapid.T) {
	w := r.world(t)
	k := mockserver.Key{
		Name: hostileTexts.Draw(t, "name"), Label: hostileTexts.Draw(t, "label"), Created: hostileTimes.Draw(t, "created"), Updated: hostileTimes.Draw(t, "updated"),
		ExpiresAt: rapid.SampledFrom([]string{"", "9999-12-31T23:59:60Z", "2026-01-01t00:00:00z", "\xff"}).Draw(t, "expires"),
	}
	if rapid.Bool().Draw(t, "limited") {
		limit := hostileNumbers.Draw(t, "limit")
		k.Limit = &limit
	}
	if rapid.Bool().Draw(t, "spent") {
		k.Spent = []mockserver.Spend{{Day: 20516, USD: hostileNumbers.Draw(t, "usd"), BYOK: hostileNumbers.Draw(t, "byok")}}
	}
	if rapid.Bool().Draw(t, "plain") {
		k.Created, k.Updated = time.Time{}, time.Time{}
	}
	minted, err := w.AddKeys([]mockserver.Key{k})
	if err != nil {
		return
	}
	_, _ = w.Spend(minted[0].Key.Hash, mockserver.Usage{USD: hostileNumbers.Draw(t, "usd"), BYOK: hostileNumbers.Draw(t, "byok")})
}

func (r *hostileRun) reset(t *rapid.T) {
	w := r.world(t)
	if rapid.IntRange(0, 4).Draw(t, "chance") == 0 {
		w.ResetSeed(rapid.Uint64().Draw(t, "seed"))
	}
	r.send(t, "PUT", "/_mockgates/state", snapshotOf(t, w))
}

func (r *hostileRun) consent(t *rapid.T) {
	r.send(t, "GET", "/auth?auto=allow&world=b&callback_url=https://"+hostileHosts.Draw(t, "host")+"/&key_label=%ff&limit=1.7e308", "")
}

// snapshotOf returns the snapshot of a world.
func snapshotOf(t *rapid.T, w *mockserver.World) string {
	var b bytes.Buffer
	if err := w.Snapshot(&b); err != nil {
		t.Fatalf("the world %s has no snapshot: %v", w.Name(), err)
	}
	return b.String()
}

// restores checks that the state of the server, and of each world alone, restores
// into a fresh server byte for byte.
func (r *hostileRun) restores(t *rapid.T) {
	var want, got bytes.Buffer
	if err := r.server.Snapshot(&want); err != nil {
		t.Fatalf("no snapshot: %v", err)
	}
	fresh := newServer(r.t, mockserver.Config{})
	if err := fresh.Restore(bytes.NewReader(want.Bytes())); err != nil {
		t.Fatalf("does not restore: %v\n%s", err, want.Bytes())
	}
	if err := fresh.Snapshot(&got); err != nil || got.String() != want.String() {
		t.Fatalf("restores to another state, %v:\n%s\nwant:\n%s", err, got.String(), want.String())
	}
	for _, w := range r.server.Worlds() {
		state := snapshotOf(t, w)
		alone := worldOf(r.t, newServer(r.t, mockserver.Config{}), w.Name())
		if err := alone.Restore(strings.NewReader(state)); err != nil {
			t.Fatalf("the world %s does not restore: %v\n%s", w.Name(), err, state)
		}
		if again := snapshotOf(t, alone); again != state {
			t.Fatalf("the world %s restores to another state:\n%s\nwant:\n%s", w.Name(), again, state)
		}
	}
}

// TestEveryReachableStateRestores makes random calls with hostile values and checks that
// the state restores byte for byte, at the end and after about one call in five, because a
// check costs more than a call.
func TestEveryReachableStateRestores(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		r := newHostileRun(t, mockserver.Config{Rules: map[string]string{
			"keys.negative-limit":  rapid.SampledFrom([]string{"accept", "refuse"}).Draw(rt, "negative"),
			"keys.expires-at-past": "accept", "codes.callback-url": rapid.SampledFrom([]string{"https", "localhost"}).Draw(rt, "callbacks"),
		}})
		rt.Repeat(map[string]func(*rapid.T){
			"api": r.api, "exchange": r.exchange, "delete or update": r.deleteOrUpdate, "clock": r.clock, "faults": r.faults, "gates": r.gates,
			"limits": r.limits, "add keys": r.addKeys, "reset": r.reset, "consent": r.consent,
			"": func(rt *rapid.T) {
				if rapid.IntRange(0, 4).Draw(rt, "check now") == 0 {
					r.restores(rt)
				}
			},
		})
		r.restores(rt)
	})
}
