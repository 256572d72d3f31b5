package relations

import (
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// This file judges what the response to a write says about a key.

// judgeNewKey judges a response to create-keys.
func (r *relation) judgeNewKey(data *jsonbody.Value) {
	r.judgeFresh(data)
	for _, name := range []string{"name", "limit", "limit_reset", "expires_at", "include_byok_in_limit", "workspace_id", "creator_user_id"} {
		r.judgeEcho(data, name)
	}
	hash := textOf(data.Member("hash"))
	if hash != "" && r.shared.again("hash", hash) {
		r.report(finding.KindReused, "/data/hash", "a hash of its own", "the hash of another key", finding.SourceDoc, r.lineOfAnswer("data", "hash"))
	}
	key := &storedKey{owner: digestOf(r.bearer), values: make(map[string][]byte)}
	key.write(data)
	if hash != "" {
		r.keys.put(hash, key)
	}
	r.judgeSecret(key)
}

// judgeSecret judges the secret of a new key, and remembers which key it belongs to.
func (r *relation) judgeSecret(key *storedKey) {
	secret := textOf(r.body.Member("key"))
	if secret == "" {
		return
	}
	if r.shared.again("secret", secret) || secret == r.bearer {
		r.report(finding.KindReused, "/key", "a secret of its own", "the secret of another key", finding.SourceDoc, r.lineOfAnswer("key"))
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
		r.report(finding.KindNotFresh, "/data/"+name, want, got, finding.SourceDoc, r.lineOfAnswer("data", name))
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

// judgeEcho reports a member of the request that the response shows with another value.
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
		r.reportEcho(name, "null: the request has none", jsonbody.Describe(got), finding.SourceFamily)
	}
}

// mayBeReplaced reports whether a null that was sent may come back as something else:
// the caller's own id may replace it, and an absent expiry means none.
func mayBeReplaced(name string, sent, got *jsonbody.Value) bool {
	return sent.Type() == strictjson.TypeNull && (name == "creator_user_id" || name == "expires_at" && got == nil)
}

// reportEcho adds a finding about a member of the key object.
func (r *relation) reportEcho(name, want, got string, source contract.Source) {
	r.report(finding.KindEcho, "/data/"+name, want, got, source, r.lineOfAnswer("data", name))
}

// isRequired reports whether a member of the key object is required.
func (r *relation) isRequired(name string) bool {
	return r.contract.Property(r.ID, finding.PartResponse, "/data/"+name).Required
}

// sentTwice reports whether the request has two members with the name.
func (r *relation) sentTwice(name string) bool {
	for _, m := range r.sent.Members() {
		if m.Name == name && m.Duplicate {
			return true
		}
	}
	return false
}

// judgeNewCode judges a response to create-auth-keys-code.
func (r *relation) judgeNewCode(data *jsonbody.Value) {
	if id := textOf(data.Member("id")); id != "" && r.shared.again("code", id) {
		r.report(finding.KindReused, "/data/id", "an id of its own", "the id of another code", finding.SourceDoc, r.lineOfAnswer("data", "id"))
	}
}

// judgeExchange judges a response to exchange-auth-code.
func (r *relation) judgeExchange() {
	if code := textOf(r.sent.Member("code")); code != "" && r.shared.again("used code", code) {
		r.report(finding.KindResurrected, "status", "a refusal: the code was used", "a key", finding.SourceFamily, 0)
	}
	r.judgeSecret(&storedKey{owner: digestOf(r.bearer), values: make(map[string][]byte)})
}

// judgeUpdate judges a response to update-keys.
func (r *relation) judgeUpdate(data *jsonbody.Value) {
	hash := r.parameters["hash"]
	key := r.keys.get(hash)
	if key != nil && key.deleted && key.owner == digestOf(r.bearer) {
		r.report(finding.KindResurrected, "/data", "nothing of a key that was deleted", "the key", finding.SourceFamily, 0)
		return
	}
	for _, name := range []string{"name", "disabled", "limit", "limit_reset", "include_byok_in_limit"} {
		r.judgeEcho(data, name)
	}
	if v := data.Member("updated_at"); v != nil && v.Type() == strictjson.TypeNull && len(r.sent.Members()) > 0 {
		r.report(finding.KindEcho, "/data/updated_at", "the time of the update", "null", finding.SourceFamily, r.lineOfAnswer("data", "updated_at"))
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

// write remembers the key object in the response to a write.
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
