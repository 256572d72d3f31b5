package relations

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// A token is what a session knows of a bearer token.
type token struct {
	caller contract.Caller
	key    *storedKey // that it is the secret of; nil if that is not known
}

// A storedKey is what a session knows of one key.
type storedKey struct {
	values  map[string][]byte // JSON of the members that a read must show
	owner   digest            // of the caller who made it
	deleted bool
}

// lasting are the members of a key object that only a write changes.
var lasting = [...]string{
	"created_at", "creator_user_id", "disabled", "expires_at", "hash", "include_byok_in_limit",
	"label", "limit", "limit_reset", "name", "workspace_id",
}

// figures are the members of a key object that count what it has used.
var figures = [...]string{
	"usage", "usage_daily", "usage_weekly", "usage_monthly",
	"byok_usage", "byok_usage_daily", "byok_usage_weekly", "byok_usage_monthly",
}

// callerOf returns what is known of the holder of a token.
func (r *relation) callerOf(bearer string) contract.Caller {
	t := r.token(bearer)
	switch {
	case t == nil:
		return contract.CallerUnknown
	case t.key == nil:
		return t.caller
	case t.key.deleted || string(t.key.values["disabled"]) == "true":
		return contract.CallerRevoked
	}
	if expiry, ok := instant(t.key.values["expires_at"]); ok {
		switch {
		case !expiry.After(r.now.Add(-time.Minute)):
			return contract.CallerRevoked
		case !expiry.After(r.now.Add(time.Minute)):
			return contract.CallerUnknown // the clocks may differ
		}
	}
	return t.caller
}

// judgeResponse judges what a successful response shows and remembers it.
func (r *relation) judgeResponse() {
	if !r.succeeded() {
		r.judgeMissing()
		return
	}
	r.judgeTimes()
	data := r.body.Member("data")
	switch r.ID {
	case "create-keys":
		r.learnManagementKey()
		r.judgeNewKey(data)
	case "create-auth-keys-code":
		r.judgeNewCode(data)
	case "exchange-auth-code":
		r.judgeExchange()
	case "get-key":
		r.judgeStored(data, "/data", r.parameters["hash"])
	case "list-keys":
		r.judgeList(data)
	case "update-keys":
		r.judgeUpdate(data)
	case "delete-keys":
		r.judgeDelete()
	case "get-current-key":
		r.judgeCurrentKey(data)
	}
}

// learnManagementKey notes that the caller's token is a management key: a key
// was made with it.
func (r *relation) learnManagementKey() {
	if r.bearer != "" && r.token(r.bearer) == nil {
		r.tokens.put(digestOf(r.bearer), &token{caller: contract.CallerManagement})
	}
}

// judgeMissing reports that a key which was made is not found.
func (r *relation) judgeMissing() {
	if r.exchange.Status != http.StatusNotFound {
		return
	}
	key := r.keys.get(r.parameters["hash"])
	if key == nil || key.deleted || key.owner != digestOf(r.bearer) {
		return
	}
	if expiry, ok := instant(key.values["expires_at"]); ok && !expiry.After(r.now.Add(time.Minute)) {
		return
	}
	r.report(contract.KindUnstored, "status", "the key, which was made and not deleted", "404", contract.SourceFamily, 0)
}

// judgeTimes reports times that are not in UTC.
func (r *relation) judgeTimes() {
	check := func(v *jsonbody.Value, where string) {
		for _, name := range []string{"created_at", "expires_at", "updated_at"} {
			at := v.Member(name)
			if at == nil || at.Type() != strictjson.TypeString {
				continue
			}
			t, ok := jsonbody.ParseTime(at.Text())
			if ok && jsonbody.Offset(t) != 0 {
				source := contract.SourceFamily
				if name == "expires_at" {
					source = contract.SourceDoc
				}
				r.report(contract.KindNotUTC, where+"/"+name, "a time in UTC", "a time with another offset", source, r.lineOfAnswer("data", name))
			}
		}
	}
	data := r.body.Member("data")
	check(data, "/data")
	if data != nil {
		items := data.Items()
		for i := range items {
			check(&items[i], "/data/*")
		}
	}
}

// lineOfAnswer returns the line of a property of a successful response.
func (r *relation) lineOfAnswer(path ...string) int {
	return r.contract.Property(r.ID, contract.PartResponse, "/"+strings.Join(path, "/")).Line
}

// judgeNewKey judges the answer to create-keys.
func (r *relation) judgeNewKey(data *jsonbody.Value) {
	r.judgeFresh(data)
	for _, name := range []string{"name", "limit", "limit_reset", "expires_at", "include_byok_in_limit", "workspace_id", "creator_user_id"} {
		r.judgeEcho(data, name)
	}
	hash := textOf(data.Member("hash"))
	if hash != "" && r.shared.again("hash", hash) {
		r.report(contract.KindReused, "/data/hash", "a hash of its own", "the hash of another key", contract.SourceDoc, r.lineOfAnswer("data", "hash"))
	}
	key := &storedKey{owner: digestOf(r.bearer), values: make(map[string][]byte)}
	key.write(data)
	if hash != "" {
		r.keys.put(hash, key)
	}
	r.judgeSecret(key)
}

// judgeSecret judges the secret of a new key, and remembers whose it is.
func (r *relation) judgeSecret(key *storedKey) {
	secret := textOf(r.body.Member("key"))
	if secret == "" {
		return
	}
	if r.shared.again("secret", secret) || secret == r.bearer {
		r.report(contract.KindReused, "/key", "a secret of its own", "the secret of another key", contract.SourceDoc, r.lineOfAnswer("key"))
	}
	if d := digestOf(secret); r.given[d] == nil {
		r.tokens.put(d, &token{caller: contract.CallerPlain, key: key})
	}
}

// judgeFresh reports a new key that has been used, changed or disabled.
func (r *relation) judgeFresh(data *jsonbody.Value) {
	report := func(name, want string) {
		got := "another value"
		if v := data.Member(name); v != nil {
			got = jsonbody.Describe(v)
		}
		r.report(contract.KindNotFresh, "/data/"+name, want, got, contract.SourceDoc, r.lineOfAnswer("data", name))
	}
	for _, name := range figures {
		if v := data.Member(name); v != nil && v.Type() == strictjson.TypeNumber && v.Number() != (strictjson.Number{}) {
			report(name, "0: a new key has used nothing")
		}
	}
	if v := data.Member("disabled"); v != nil && v.Bool() {
		report("disabled", "false: a new key is enabled")
	}
	if v := data.Member("updated_at"); v != nil && v.Type() != strictjson.TypeNull {
		report("updated_at", "null: a new key was never updated")
	}
	limit, remaining := data.Member("limit"), data.Member("limit_remaining")
	if limit != nil && remaining != nil && !sameAmount(limit, remaining) {
		report("limit_remaining", "the limit: a new key may spend all of it")
	}
}

// judgeEcho reports a member of the request that the response shows otherwise.
func (r *relation) judgeEcho(data *jsonbody.Value, name string) {
	if data == nil || data.Type() != strictjson.TypeObject || r.sentTwice(name) {
		return
	}
	sent, got := r.sent.Member(name), data.Member(name)
	switch {
	case sent == nil:
		r.judgeUnsent(name, got)
	case mayBeReplaced(name, sent, got):
	case got == nil && r.isRequired(name): // the schema reports it
	case got == nil:
		r.reportEcho(name, "what was sent: "+jsonbody.Describe(sent), "no such member", r.source())
	case name == "workspace_id" && strings.EqualFold(textOf(sent), textOf(got)):
	case !sameMember(name, sent, got):
		r.reportEcho(name, "what was sent: "+jsonbody.Describe(sent), "another value: "+jsonbody.Describe(got), r.source())
	}
}

// judgeUnsent reports a bound of a new key that the request did not ask for.
func (r *relation) judgeUnsent(name string, got *jsonbody.Value) {
	if r.ID != "create-keys" || name != "limit" && name != "limit_reset" && name != "expires_at" {
		return
	}
	if got != nil && got.Type() != strictjson.TypeNull {
		r.reportEcho(name, "null: the request has none", jsonbody.Describe(got), contract.SourceFamily)
	}
}

// mayBeReplaced reports whether a null that was sent may come back otherwise: the
// caller's own id may stand in for none, and an absent expiry is none.
func mayBeReplaced(name string, sent, got *jsonbody.Value) bool {
	return sent.Type() == strictjson.TypeNull && (name == "creator_user_id" || name == "expires_at" && got == nil)
}

// reportEcho adds a finding about a member of the key object.
func (r *relation) reportEcho(name, want, got string, source contract.Source) {
	r.report(contract.KindEcho, "/data/"+name, want, got, source, r.lineOfAnswer("data", name))
}

// isRequired reports whether a member of the key object is required.
func (r *relation) isRequired(name string) bool {
	return r.contract.Property(r.ID, contract.PartResponse, "/data/"+name).Required
}

// sentTwice reports whether the request has two members of one name.
func (r *relation) sentTwice(name string) bool {
	for _, m := range r.sent.Members() {
		if m.Name == name && m.Duplicate {
			return true
		}
	}
	return false
}

// judgeNewCode judges the answer to create-auth-keys-code.
func (r *relation) judgeNewCode(data *jsonbody.Value) {
	if id := textOf(data.Member("id")); id != "" && r.shared.again("code", id) {
		r.report(contract.KindReused, "/data/id", "an id of its own", "the id of another code", contract.SourceDoc, r.lineOfAnswer("data", "id"))
	}
}

// judgeExchange judges the answer to exchange-auth-code.
func (r *relation) judgeExchange() {
	if code := textOf(r.sent.Member("code")); code != "" && r.shared.again("used code", code) {
		r.report(contract.KindResurrected, "status", "a refusal: the code was used", "a key", contract.SourceFamily, 0)
	}
	r.judgeSecret(&storedKey{owner: digestOf(r.bearer), values: make(map[string][]byte)})
}

// judgeStored reports a key object that is not as it was written, or is of a key
// that was deleted. An empty hash is that of the object itself.
func (r *relation) judgeStored(data *jsonbody.Value, where, hash string) {
	if data == nil || data.Type() != strictjson.TypeObject {
		return
	}
	shown := textOf(data.Member("hash"))
	if hash == "" {
		hash = shown
	} else if shown != "" && shown != hash {
		r.report(contract.KindUnstored, where+"/hash", "the hash in the path", "another hash", contract.SourceFamily, r.lineOfAnswer("data", "hash"))
		return
	}
	key := r.keys.get(hash)
	if key == nil || key.owner != digestOf(r.bearer) {
		return
	}
	if key.deleted {
		r.report(contract.KindResurrected, where, "nothing of a key that was deleted", "the key", contract.SourceFamily, 0)
		return
	}
	r.compare(key, data, where)
}

// compare reports the members of a key object that are not as they were written.
func (r *relation) compare(key *storedKey, data *jsonbody.Value, where string) {
	for _, name := range lasting {
		written, known := key.values[name]
		got := data.Member(name)
		if !known || got == nil {
			continue
		}
		v, err := jsonbody.Parse(written)
		if err != nil || sameMember(name, &v, got) {
			continue
		}
		r.report(contract.KindUnstored, where+"/"+name, "as it was written: "+jsonbody.Describe(&v), "another value: "+jsonbody.Describe(got), contract.SourceFamily, r.lineOfAnswer("data", name))
	}
}

// write remembers what a write answered.
func (k *storedKey) write(data *jsonbody.Value) {
	for _, name := range lasting {
		v := data.Member(name)
		switch {
		case v != nil && len(v.Raw()) <= maxStored:
			k.values[name] = slices.Clone(v.Raw())
		case v != nil:
			delete(k.values, name)
		}
	}
}

// maxStored is the size of the longest member that is remembered, in bytes.
const maxStored = 1024

// judgeList judges each key of a list.
func (r *relation) judgeList(data *jsonbody.Value) {
	if data == nil {
		return
	}
	seen := make(map[string]bool)
	items := data.Items()
	for i := range items {
		hash := textOf(items[i].Member("hash"))
		if hash != "" && seen[hash] {
			r.report(contract.KindReused, "/data/*/hash", "each key once", "a hash twice", contract.SourceFamily, r.lineOfAnswer("data", "hash"))
		}
		seen[hash] = true
		r.judgeStored(&items[i], "/data/*", "")
	}
}

// judgeUpdate judges the answer to update-keys.
func (r *relation) judgeUpdate(data *jsonbody.Value) {
	hash := r.parameters["hash"]
	key := r.keys.get(hash)
	if key != nil && key.deleted && key.owner == digestOf(r.bearer) {
		r.report(contract.KindResurrected, "/data", "nothing of a key that was deleted", "the key", contract.SourceFamily, 0)
		return
	}
	for _, name := range []string{"name", "disabled", "limit", "limit_reset", "include_byok_in_limit"} {
		r.judgeEcho(data, name)
	}
	if v := data.Member("updated_at"); v != nil && v.Type() == strictjson.TypeNull && len(r.sent.Members()) > 0 {
		r.report(contract.KindEcho, "/data/updated_at", "the time of the update", "null", contract.SourceFamily, r.lineOfAnswer("data", "updated_at"))
	}
	if key == nil || data == nil || key.owner != digestOf(r.bearer) {
		return
	}
	// What the request does not name stays as it was.
	rest := &storedKey{values: make(map[string][]byte)}
	for name, written := range key.values {
		if r.sent.Member(name) == nil {
			rest.values[name] = written
		}
	}
	r.compare(rest, data, "/data")
	key.write(data)
}

// judgeDelete judges the answer to delete-keys.
func (r *relation) judgeDelete() {
	hash := r.parameters["hash"]
	key := r.keys.get(hash)
	if key == nil || key.owner != digestOf(r.bearer) {
		return
	}
	if key.deleted {
		r.report(contract.KindResurrected, "status", "404: the key was deleted before", "a success", contract.SourceFamily, 0)
	}
	key.deleted = true
}

// judgeCurrentKey judges what a key is told about itself.
func (r *relation) judgeCurrentKey(data *jsonbody.Value) {
	t := r.token(r.bearer)
	if t == nil || data == nil {
		return
	}
	if management := data.Member("is_management_key"); management != nil && t.caller == contract.CallerPlain && management.Bool() {
		r.report(contract.KindUnstored, "/data/is_management_key", "false: the key was made as a plain one", "true", contract.SourceFamily, r.lineOfAnswer("data", "is_management_key"))
	}
	if t.key != nil && !t.key.deleted {
		r.compare(t.key, data, "/data")
	}
}

// textOf returns the text of a string, and "" for anything else or nil.
func textOf(v *jsonbody.Value) string {
	if v == nil {
		return ""
	}
	return v.Text()
}

// sameMember reports whether two values of a member of the key object mean the
// same: times the same instant up to the fraction of a second, which no document
// says is kept, and numbers the same double.
func sameMember(name string, a, b *jsonbody.Value) bool {
	if strings.HasSuffix(name, "_at") {
		t, ok := instant(a.Raw())
		u, also := instant(b.Raw())
		if ok && also {
			return math.Abs(t.Sub(u).Seconds()) < 1
		}
	}
	return sameValue(a, b)
}

// sameValue reports whether two values are equal, numbers as doubles.
func sameValue(a, b *jsonbody.Value) bool {
	if a.Type() == strictjson.TypeNumber && b.Type() == strictjson.TypeNumber {
		f, _ := a.Number().Float64()
		g, _ := b.Number().Float64()
		return f == g
	}
	return a.Equal(b)
}

// sameAmount reports whether two amounts are equal, or differ by less than what
// is lost when a remainder is calculated in decimals.
func sameAmount(a, b *jsonbody.Value) bool {
	if a.Type() == strictjson.TypeNumber && b.Type() == strictjson.TypeNumber {
		f, _ := a.Number().Float64()
		g, _ := b.Number().Float64()
		return math.Abs(f-g) < 1e-9
	}
	return sameValue(a, b)
}

// instant returns the time that a JSON text is.
func instant(raw []byte) (time.Time, bool) {
	v, err := jsonbody.Parse(raw)
	if err != nil {
		return time.Time{}, false
	}
	return jsonbody.ParseTime(v.Text())
}
