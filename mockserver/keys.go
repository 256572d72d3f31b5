package mockserver

import (
	"strings"
	"time"
)

// keyCreated is the body of a 201: the secret is beside the data, never in it.
type keyCreated struct {
	Data keyData `json:"data"`
	Key  string  `json:"key"`
}

// createKey is POST /keys. Two keys may have the same name.
func createKey(tx txn, req *request) (plan, error) {
	f := newForm(req)
	var k Key
	f.require("name")
	k.Name = f.keyName("name")
	k.Limit = f.limit(tx, "limit", true)
	k.LimitReset, _ = f.oneOf("limit_reset", true, "daily", "weekly", "monthly")
	k.IncludeBYOK, _ = f.boolean("include_byok_in_limit")
	k.ExpiresAt = f.expiry(tx, "expires_at")
	k.Workspace = f.workspace(tx)
	if creator, ok := f.text("creator_user_id", true); ok {
		if creator == "" {
			f.refuse("creator_user_id", "keys.creator-empty", "must not be empty; leave it out or send null")
		}
		k.Creator = &creator
	}
	if err := f.err(); err != nil {
		return plan{}, err
	}
	decided := f.rules("keys.created")
	return plan{
		notes: f.undeclared(),
		commit: func(tx txn) (response, error) {
			secret, minted := tx.mint()
			k.Hash, k.Label, k.Created = minted.Hash, minted.Label, minted.Created
			tx.putKey(k)
			return response{status: 201, body: keyCreated{k.data(tx.now), secret}, rules: decided}, nil
		},
	}, nil
}

// keyName reads a name, which must not be empty.
func (f *form) keyName(name string) string {
	s, ok := f.text(name, false)
	if ok && s == "" {
		f.refuse(name, "keys.name-empty", "must not be empty")
	}
	return s
}

// limit reads an amount in USD. Nil is no limit; 0 is a key that cannot spend.
func (f *form) limit(tx txn, name string, nullable bool) *float64 {
	n, ok := f.number(name, nullable)
	if !ok {
		return nil
	}
	if n < 0 && !f.allows(tx, "keys.negative-limit") {
		f.refuse(name, "keys.negative-limit", "must not be negative, not %v", n)
	}
	n += 0 // makes -0 plain
	return &n
}

// expiry reads a moment in the future, in UTC, and returns it as it was sent.
// "" is never.
func (f *form) expiry(tx txn, name string) string {
	t, sent, ok := f.timestamp(name)
	if !ok {
		return ""
	}
	_, offset := t.Zone()
	zulu := strings.HasSuffix(sent, "Z") || strings.HasSuffix(sent, "z")
	switch {
	case offset != 0:
		f.refuse(name, "keys.expires-at-utc", "must be in UTC, not %s", quote(sent))
	case !zulu && (strings.HasSuffix(sent, "-00:00") || !f.allows(tx, "keys.expires-at-offset-zero")):
		f.refuse(name, "keys.expires-at-offset-zero", "must be in UTC written as Z, not %s", quote(sent))
	}
	if !t.After(tx.now) && !f.allows(tx, "keys.expires-at-past") {
		f.refuse(name, "keys.expires-at-past", "must be in the future, not %s: it is %s", quote(sent), tx.now.UTC().Format(time.RFC3339))
	}
	return sent
}

// workspace reads workspace_id; left out, it is the account's default.
func (f *form) workspace(tx txn) string {
	id, ok := f.uuid("workspace_id")
	if !ok {
		return tx.world.workspace
	}
	id = strings.ToLower(id)
	if id != tx.world.workspace && !f.allows(tx, "keys.unknown-workspace") {
		f.refuse("workspace_id", "keys.unknown-workspace", "must be a workspace of the account, not %s", quote(id))
	}
	return id
}
