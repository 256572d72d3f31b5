package mockserver_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
	"pgregory.net/rapid"

	"github.com/mockgates/mockgates/mockserver"
)

var (
	amounts  = rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 40).Draw(t, "quarters")) / 4 })
	resets   = rapid.SampledFrom([]any{nil, "daily", "weekly", "monthly"})
	limits   = rapid.Custom(func(t *rapid.T) any { return orNil(t, amounts) })
	switches = rapid.Custom(func(t *rapid.T) any { return rapid.Bool().Draw(t, "on") })
	titles   = rapid.Custom(func(t *rapid.T) any { return rapid.StringMatching(`[a-zé"<]{1,8}`).Draw(t, "name") })
	soon     = rapid.Custom(func(t *rapid.T) any {
		return orNil(t, rapid.SampledFrom([]time.Duration{time.Second, 9 * time.Minute, 25 * time.Hour, 40 * 24 * time.Hour}))
	})
)

func orNil[T any](t *rapid.T, g *rapid.Generator[T]) any {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	return g.Draw(t, "some")
}

// drawn returns a body with some of the members of gens.
func drawn(t *rapid.T, gens map[string]*rapid.Generator[any]) map[string]any {
	body := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(gens)) {
		if rapid.Bool().Draw(t, "with "+name) {
			body[name] = gens[name].Draw(t, name)
		}
	}
	return body
}

// TestOperationSequencesFollowTheModel runs random sequences of the operations,
// with clock changes and spending in between, on the server and on the model.
func TestOperationSequencesFollowTheModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := newServer(t, mockserver.Config{})
		r := &modelRun{t: t, s: s, w: worldOf(t, s, "default"), m: &model{now: noon}}
		rt.Repeat(map[string]func(*rapid.T){
			"create-keys":           r.createKey,
			"create-auth-keys-code": r.createCode,
			"exchange-auth-code":    r.exchangeCode,
			"list-keys":             r.listKeys,
			"get-key":               r.getKey,
			"update-keys":           r.updateKey,
			"delete-keys":           r.deleteKey,
			"get-current-key":       r.currentKey,
			"spend":                 r.spend,
			"advance":               r.advance,
		})
	})
}

// A modelRun is one sequence of operations on a server and on the model.
type modelRun struct {
	t    *testing.T
	s    *mockserver.Server
	w    *mockserver.World
	m    *model
	home any // the default workspace; nil until a key was created
}

// send sends a request and checks its status.
func (r *modelRun) send(rt *rapid.T, method, path string, body any, auth string, status int) response {
	text := ""
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			rt.Fatal(err)
		}
		text = string(raw)
	}
	a := call(r.t, r.s, method, path, text, "Authorization", auth)
	if a.status != status {
		rt.Fatalf("%s %s %s: %d by %q, the model says %d: %s", method, path, text, a.status, a.rule(), status, a.body)
	}
	return a
}

// check compares what the model expects with what the server returned.
func (r *modelRun) check(rt *rapid.T, what string, want, got any) {
	if diff := cmp.Diff(want, got); diff != "" {
		rt.Fatalf("%s (-model +server):\n%s", what, diff)
	}
}

// someKey draws a key, deleted ones included.
func (r *modelRun) someKey(rt *rapid.T) *modelKey {
	if len(r.m.keys) == 0 {
		rt.Skip("no key yet")
	}
	return rapid.SampledFrom(r.m.keys).Draw(rt, "key")
}

// stamp returns the current time as the API writes it.
func (r *modelRun) stamp() any { return r.m.now.Format("2006-01-02T15:04:05.000Z") }

// expiry replaces the duration expires_at in a body by a time, which it returns.
func (r *modelRun) expiry(body map[string]any) (at time.Time, text any) {
	if d, ok := body["expires_at"].(time.Duration); ok {
		at = r.m.now.Add(d).Truncate(time.Second)
		text = at.Format(time.RFC3339)
		body["expires_at"] = text
	}
	return at, text
}

func (r *modelRun) createKey(rt *rapid.T) {
	body := drawn(rt, map[string]*rapid.Generator[any]{"limit": limits, "limit_reset": resets, "include_byok_in_limit": switches, "expires_at": soon})
	body["name"] = titles.Draw(rt, "name")
	at, text := r.expiry(body)
	a := r.send(rt, "POST", "/api/v1/keys", body, management, 201)
	k := &modelKey{secret: a.json["key"].(string), hash: a.at("data.hash").(string), expires: at, shown: map[string]any{
		"limit": nil, "limit_reset": nil, "include_byok_in_limit": false, "disabled": false, "created_at": r.stamp(), "updated_at": nil, "creator_user_id": nil,
		"hash": a.at("data.hash"), "label": a.at("data.label"), "workspace_id": a.at("data.workspace_id"),
	}}
	for name, v := range body {
		k.shown[name] = v
	}
	k.shown["expires_at"] = text
	r.home = k.shown["workspace_id"]
	r.m.keys = append(r.m.keys, k)
	r.check(rt, "create-keys", r.m.data(k), a.json["data"])
}

func (r *modelRun) createCode(rt *rapid.T) {
	auth, status := management, 200
	if len(r.m.keys) > 0 && rapid.Bool().Draw(rt, "by a key") {
		k := r.someKey(rt)
		auth, status = "Bearer "+k.secret, r.m.opens(k)
	}
	body := drawn(rt, map[string]*rapid.Generator[any]{"key_label": titles, "expires_at": soon})
	if limit := amounts.Draw(rt, "limit"); limit > 5 {
		body["limit"] = limit
	}
	if reset := resets.Draw(rt, "reset"); reset != nil {
		body["usage_limit_type"] = reset
	}
	body["callback_url"] = "https://app.test/cb"
	c := &modelCode{made: r.m.now, method: rapid.SampledFrom([]string{"", "plain", "S256"}).Draw(rt, "method")}
	var text any
	c.expires, text = r.expiry(body)
	if c.method != "" {
		c.verifier = rapid.StringMatching(`[A-Za-z0-9._~-]{43}`).Draw(rt, "verifier")
		body["code_challenge"], body["code_challenge_method"] = c.verifier, c.method
		if c.method == "S256" {
			body["code_challenge"] = oauth2.S256ChallengeFromVerifier(c.verifier)
		}
	}
	label := body["key_label"]
	if label == nil {
		label = "app.test"
	}
	c.key = map[string]any{
		"name": label, "label": label, "limit": body["limit"], "limit_reset": body["usage_limit_type"], "expires_at": text,
		"include_byok_in_limit": false, "disabled": false, "updated_at": nil,
	}
	a := r.send(rt, "POST", "/api/v1/auth/keys/code", body, auth, status)
	if status == 200 {
		c.id = a.at("data.id").(string)
		r.m.codes = append(r.m.codes, c)
	}
}

func (r *modelRun) exchangeCode(rt *rapid.T) {
	if len(r.m.codes) == 0 {
		rt.Skip("no code yet")
	}
	c := rapid.SampledFrom(r.m.codes).Draw(rt, "code")
	body := map[string]any{"code": c.id}
	verifier := rapid.SampledFrom([]string{c.verifier, "", "wrong"}).Draw(rt, "verifier")
	if verifier != "" {
		body["code_verifier"] = verifier
	}
	method := rapid.SampledFrom([]string{c.method, "", "plain", "S256"}).Draw(rt, "method")
	if method != "" {
		body["code_challenge_method"] = method
	}
	status := r.m.exchange(c, verifier, method)
	a := r.send(rt, "POST", "/api/v1/auth/keys", body, "", status)
	if status != 200 {
		return
	}
	c.used = true
	k := &modelKey{secret: a.json["key"].(string), expires: c.expires, shown: c.key}
	shown := r.send(rt, "GET", "/api/v1/keys?include_disabled=true", nil, management, 200)
	newest := shown.json["data"].([]any)[0].(map[string]any)
	k.hash = newest["hash"].(string)
	k.shown["hash"], k.shown["created_at"], k.shown["creator_user_id"], k.shown["workspace_id"] = k.hash, r.stamp(), a.json["user_id"], newest["workspace_id"]
	r.home = k.shown["workspace_id"]
	r.m.keys = append(r.m.keys, k)
	r.check(rt, "exchange-auth-code", r.m.data(k), any(newest))
}

func (r *modelRun) listKeys(rt *rapid.T) {
	all, offset := rapid.Bool().Draw(rt, "disabled too"), rapid.IntRange(0, 5).Draw(rt, "offset")
	want := []any{}
	for _, k := range slices.Backward(r.m.keys) {
		if !k.gone && (all || k.shown["disabled"] == false) {
			want = append(want, r.m.data(k))
		}
	}
	path := fmt.Sprintf("/api/v1/keys?offset=%d&include_disabled=%t", offset, all)
	if r.home != nil && rapid.Bool().Draw(rt, "by workspace") {
		path += fmt.Sprintf("&workspace_id=%s", r.home)
	}
	r.check(rt, "list-keys", any(want[min(offset, len(want)):]), r.send(rt, "GET", path, nil, management, 200).json["data"])
}

func (r *modelRun) getKey(rt *rapid.T) {
	k := r.someKey(rt)
	if k.gone {
		r.send(rt, "GET", "/api/v1/keys/"+k.hash, nil, management, 404)
		return
	}
	r.check(rt, "get-key", any(r.m.data(k)), r.send(rt, "GET", "/api/v1/keys/"+k.hash, nil, management, 200).json["data"])
}

func (r *modelRun) updateKey(rt *rapid.T) {
	k := r.someKey(rt)
	body := drawn(rt, map[string]*rapid.Generator[any]{
		"name": titles, "limit": limits, "limit_reset": resets, "include_byok_in_limit": switches, "disabled": switches,
	})
	if k.gone {
		r.send(rt, "PATCH", "/api/v1/keys/"+k.hash, body, management, 404)
		return
	}
	for name, v := range body {
		k.shown[name] = v
	}
	k.shown["updated_at"] = r.stamp()
	r.check(rt, "update-keys", any(r.m.data(k)), r.send(rt, "PATCH", "/api/v1/keys/"+k.hash, body, management, 200).json["data"])
}

func (r *modelRun) deleteKey(rt *rapid.T) {
	k := r.someKey(rt)
	status := map[bool]int{true: 404, false: 200}[k.gone]
	r.send(rt, "DELETE", "/api/v1/keys/"+k.hash, nil, management, status)
	k.gone = true
}

func (r *modelRun) currentKey(rt *rapid.T) {
	k := r.someKey(rt)
	status := r.m.opens(k)
	a := r.send(rt, "GET", "/api/v1/key", nil, "Bearer "+k.secret, status)
	if status != 200 {
		return
	}
	want, got := r.m.data(k), a.json["data"].(map[string]any)
	for _, name := range []string{"label", "limit", "limit_remaining", "limit_reset", "usage", "usage_daily", "byok_usage_weekly", "usage_monthly", "creator_user_id", "expires_at"} {
		r.check(rt, "get-current-key "+name, want[name], got[name])
	}
}

func (r *modelRun) spend(rt *rapid.T) {
	k := r.someKey(rt)
	if k.gone {
		rt.Skip("it is deleted")
	}
	u := mockserver.Usage{USD: amounts.Draw(rt, "usd"), BYOK: amounts.Draw(rt, "byok")}
	if _, err := r.w.Spend(k.hash, u); err != nil {
		rt.Fatal(err)
	}
	k.spent = append(k.spent, modelSpend{r.m.now, u.USD, u.BYOK})
}

func (r *modelRun) advance(rt *rapid.T) {
	by := rapid.SampledFrom([]time.Duration{time.Second, 5 * time.Minute, 13 * time.Hour, 24 * time.Hour, 6 * 24 * time.Hour, 33 * 24 * time.Hour}).Draw(rt, "by")
	if _, err := r.w.Advance(by); err != nil {
		rt.Fatal(err)
	}
	r.m.now = r.m.now.Add(by)
}
