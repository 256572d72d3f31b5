package relations

import (
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// This file judges what later responses show about a key that was written.

// judgeMissing reports that a key is not found although it was created.
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
	r.report(finding.KindUnstored, "status", "the key, which was made and not deleted", "404", finding.SourceFamily, 0)
}

// judgeStored reports a key object that differs from what was written, or whose key was
// deleted. An empty hash stands for that of the object itself.
func (r *relation) judgeStored(data *jsonbody.Value, where, hash string) {
	if data == nil || data.Type() != strictjson.TypeObject {
		return
	}
	shown := textOf(data.Member("hash"))
	if hash == "" {
		hash = shown
	} else if shown != "" && shown != hash {
		r.report(finding.KindUnstored, where+"/hash", "the hash in the path", "another hash", finding.SourceFamily, r.lineOfAnswer("data", "hash"))
		return
	}
	key := r.keys.get(hash)
	if key == nil || key.owner != digestOf(r.bearer) {
		return
	}
	if key.deleted {
		r.report(finding.KindResurrected, where, "nothing of a key that was deleted", "the key", finding.SourceFamily, 0)
		return
	}
	r.compare(key, data, where)
}

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
			r.report(finding.KindReused, "/data/*/hash", "each key once", "a hash twice", finding.SourceFamily, r.lineOfAnswer("data", "hash"))
		}
		seen[hash] = true
		r.judgeStored(&items[i], "/data/*", "")
	}
}

// judgeDelete judges a response to delete-keys.
func (r *relation) judgeDelete() {
	hash := r.parameters["hash"]
	key := r.keys.get(hash)
	if key == nil || key.owner != digestOf(r.bearer) {
		return
	}
	if key.deleted {
		r.report(finding.KindResurrected, "status", "404: the key was deleted before", "a success", finding.SourceFamily, 0)
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
		r.report(finding.KindUnstored, "/data/is_management_key", "false: the key was made as a plain one", "true", finding.SourceFamily, r.lineOfAnswer("data", "is_management_key"))
	}
	if t.key != nil && !t.key.deleted {
		r.compare(t.key, data, "/data")
	}
}

// compare reports the members of a key object that differ from what was written.
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
		r.report(finding.KindUnstored, where+"/"+name, "as it was written: "+jsonbody.Describe(&v), "another value: "+jsonbody.Describe(got), finding.SourceFamily, r.lineOfAnswer("data", name))
	}
}

// sameMember reports whether two values of a member of the key object mean the same.
// Times may differ by a fraction of a second, since no document says that it is kept,
// and numbers are compared as doubles.
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

// sameAmount reports whether two amounts are equal, up to what calculating a remainder
// loses to rounding.
func sameAmount(a, b *jsonbody.Value) bool {
	if a.Type() == strictjson.TypeNumber && b.Type() == strictjson.TypeNumber {
		f, _ := a.Number().Float64()
		g, _ := b.Number().Float64()
		return math.Abs(f-g) < 1e-9
	}
	return sameValue(a, b)
}
