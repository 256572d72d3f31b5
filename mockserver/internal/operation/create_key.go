package operation

import (
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/keyobject"
)

// keyCreated is the body of a 201. The secret is next to data, not inside it.
type keyCreated struct {
	Data keyobject.Object `json:"data"`
	Key  string           `json:"key"`
}

var keysCreated = []string{"keys.created"}

// createKey prepares POST /keys. Two keys may have the same name.
func createKey(tx Txn, req *Request) (Plan, error) {
	f := form.New(req.Body.Object(req.Header))
	k := &account.Key{}
	f.Require("name")
	k.Name = readKeyName(f, "name")
	k.Limit = readLimit(f, tx, "limit", true)
	k.LimitReset, _ = f.OneOf("limit_reset", true, account.Resets...)
	k.IncludeBYOK, _ = f.Boolean("include_byok_in_limit")
	k.ExpiresAt = readExpiry(f, tx, "expires_at")
	k.Workspace = readWorkspace(f, tx)
	if creator, ok := f.Text("creator_user_id", true); ok {
		if creator == "" {
			f.Refuse("creator_user_id", "keys.creator-empty", "must not be empty; leave it out or send null")
		}
		kept := creator
		k.Creator = &kept
	}
	if err := refusal.Invalid(f.Issues); err != nil {
		return Plan{}, err
	}
	decided := f.Rules(keysCreated...)
	return Plan{
		Undeclared: f.Undeclared(),
		Commit: func(tx Txn, _ *Request) (Response, error) {
			if full := tx.Room(1); full != nil {
				return Response{}, full.Refusal()
			}
			secret := tx.Mint(k)
			tx.PutKey(k)
			return Response{Status: 201, Body: &keyCreated{KeyObject(k, tx.Now), secret}, Rules: decided, Secret: secret, Redacted: k.Label}, nil
		},
	}, nil
}

func readKeyName(f *form.Form, name string) string {
	s, ok := f.Text(name, false)
	if ok && s == "" {
		f.Refuse(name, "keys.name-empty", "must not be empty")
	}
	return s
}

// readLimit reads a limit in USD. Nil means no limit; a key with the limit 0 cannot
// spend anything.
func readLimit(f *form.Form, tx Txn, name string, nullable bool) *float64 {
	n, ok := f.Number(name, nullable)
	if !ok {
		return nil
	}
	if n < 0 && !f.Allow(tx.World.Settings.NegativeLimit, "keys.negative-limit") {
		f.Refuse(name, "keys.negative-limit", "must not be negative; it is %v", n)
	}
	n += 0 // turns -0 into 0
	return &n
}

// readExpiry reads an expiry, which must be in UTC and in the future, and returns
// it as it was sent. "" means never.
func readExpiry(f *form.Form, tx Txn, name string) string {
	t, sent, ok := f.Timestamp(name)
	if !ok {
		return ""
	}
	_, offset := t.Zone()
	zulu := strings.HasSuffix(sent, "Z") || strings.HasSuffix(sent, "z")
	switch {
	case offset != 0:
		f.Refuse(name, "keys.expires-at-utc", "must be in UTC, not %s", form.Quote(sent))
	case !zulu && (strings.HasSuffix(sent, "-00:00") || !f.Allow(tx.World.Settings.ZeroOffset, "keys.expires-at-offset-zero")):
		f.Refuse(name, "keys.expires-at-offset-zero", "must be in UTC written as Z, not %s", form.Quote(sent))
	}
	if !t.After(tx.Now) && !f.Allow(tx.World.Settings.PastExpiry, "keys.expires-at-past") {
		f.Refuse(name, "keys.expires-at-past", "must be in the future, not %s; the time is %s", form.Quote(sent), tx.Now.UTC().Format(time.RFC3339))
	}
	return sent
}

// readWorkspace reads workspace_id, which defaults to the account's workspace.
func readWorkspace(f *form.Form, tx Txn) string {
	id, ok := f.UUID("workspace_id")
	if !ok {
		return tx.World.Workspace
	}
	id = strings.ToLower(id)
	if id != tx.World.Workspace && !f.Allow(tx.World.Settings.UnknownWorkspace, "keys.unknown-workspace") {
		f.Refuse("workspace_id", "keys.unknown-workspace", "must be a workspace of the account, not %s", form.Quote(id))
	}
	return id
}
