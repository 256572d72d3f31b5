package operation

import (
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
)

// updateKey prepares PATCH /keys/{hash}, which changes only the properties that
// the body names. The commit reads the key again, so that an update that was held
// in between does not undo spending or restore a deleted key.
func updateKey(tx Txn, req *Request) (Plan, error) {
	if _, err := tx.key(req, "update.missing"); err != nil {
		return Plan{}, err
	}
	f := form.New(req.Body.Object(req.Header))
	changes, decided := readChanges(f, tx)
	if !f.Unusable() && len(changes) == 0 && len(f.Issues) == 0 {
		if !tx.World.Settings.EmptyUpdate {
			f.Issues = append(f.Issues, apispec.Issue{
				Message: "must name at least one property to change: name, disabled, limit, limit_reset or include_byok_in_limit",
				Rule:    "update.nothing",
			})
		}
		decided = append(decided, "update.nothing")
	}
	if err := refusal.Invalid(f.Issues); err != nil {
		return Plan{}, err
	}
	for _, name := range []string{"expires_at", "workspace_id", "creator_user_id"} {
		if f.Has(name) {
			decided = form.AppendNew(decided, "update.fixed")
		}
	}
	decided = f.Rules(append([]string{"update.changed"}, decided...)...)
	return Plan{
		Undeclared: f.Undeclared(),
		Commit: func(tx Txn, req *Request) (Response, error) {
			old, err := tx.key(req, "update.missing")
			if err != nil {
				return Response{}, err
			}
			k := new(*old)
			for _, change := range changes {
				change(k)
			}
			k.Updated = tx.Now
			tx.PutKey(k)
			return Response{Status: 200, Body: showKey(k, tx.Now), Rules: decided}, nil
		},
	}, nil
}

// readChanges returns the changes that the body asks for, as functions that modify
// a key, and the rules that apply.
func readChanges(f *form.Form, tx Txn) (changes []func(*account.Key), decided []string) {
	if name := readKeyName(f, "name"); f.Has("name") {
		changes = append(changes, func(k *account.Key) { k.Name = name })
	}
	if disabled, ok := f.Boolean("disabled"); ok {
		changes = append(changes, func(k *account.Key) { k.Disabled = disabled })
	}
	if limit := readLimit(f, tx, "limit", true); f.Has("limit") {
		changes = append(changes, func(k *account.Key) { k.Limit = limit })
		decided = append(decided, "update.limit")
	}
	if reset, _ := f.OneOf("limit_reset", true, account.Resets...); f.Has("limit_reset") {
		changes = append(changes, func(k *account.Key) { k.LimitReset = reset })
		decided = append(decided, "update.limit-reset")
	}
	if include, ok := f.Boolean("include_byok_in_limit"); ok {
		changes = append(changes, func(k *account.Key) { k.IncludeBYOK = include })
	}
	return changes, decided
}
