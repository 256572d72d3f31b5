package relations

import (
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// A token is what a session knows of a bearer token.
type token struct {
	caller contract.Caller
	key    *storedKey // the key whose secret it is; nil if that is not known
}

// A storedKey is what a session knows of one key.
type storedKey struct {
	values  map[string][]byte // JSON of the members that a read must show
	owner   digest            // of the bearer token that it was made with
	deleted bool
}

// lasting lists the members of a key object that only a write changes.
var lasting = [...]string{
	"created_at", "creator_user_id", "disabled", "expires_at", "hash", "include_byok_in_limit",
	"label", "limit", "limit_reset", "name", "workspace_id",
}

// figures lists the members of a key object that count what it has used.
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

// learnManagementKey notes that the caller's token is a management key, since a key
// was made with it.
func (r *relation) learnManagementKey() {
	if r.bearer != "" && r.token(r.bearer) == nil {
		r.tokens.put(digestOf(r.bearer), &token{caller: contract.CallerManagement})
	}
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
				source := finding.SourceFamily
				if name == "expires_at" {
					source = finding.SourceDoc
				}
				r.report(finding.KindNotUTC, where+"/"+name, "a time in UTC", "a time with another offset", source, r.lineOfAnswer("data", name))
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
	return r.contract.Property(r.ID, finding.PartResponse, "/"+strings.Join(path, "/")).Line
}

// textOf returns the text of a string, and "" for anything else or nil.
func textOf(v *jsonbody.Value) string {
	if v == nil {
		return ""
	}
	return v.Text()
}

// instant returns the time in a JSON string. It reports false for anything else.
func instant(raw []byte) (time.Time, bool) {
	v, err := jsonbody.Parse(raw)
	if err != nil {
		return time.Time{}, false
	}
	return jsonbody.ParseTime(v.Text())
}
