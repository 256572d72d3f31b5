package mockserver

// updateKey is PATCH /keys/{hash}. It changes what the body names and nothing
// else. The key is read again when the update commits, so that one that was
// parked in between loses no spending and revives no deleted key.
func updateKey(tx txn, req *request) (plan, error) {
	if _, err := tx.key(req, "update.missing"); err != nil {
		return plan{}, err
	}
	f := newForm(req)
	changes, decided := f.changes(tx)
	if !f.broken() && len(changes) == 0 && len(f.issues) == 0 {
		if tx.world.choice("update.nothing") == refuseIt {
			f.issues = append(f.issues, Issue{
				Message: "must name something to change: name, disabled, limit, limit_reset or include_byok_in_limit",
				rule:    "update.nothing",
			})
		}
		decided = append(decided, "update.nothing")
	}
	if err := f.err(); err != nil {
		return plan{}, err
	}
	for _, name := range []string{"expires_at", "workspace_id", "creator_user_id"} {
		if f.has(name) {
			decided = appendNew(decided, "update.fixed")
		}
	}
	decided = f.rules(append([]string{"update.changed"}, decided...)...)
	return plan{
		notes: f.undeclared(),
		commit: func(tx txn) (response, error) {
			k, err := tx.key(req, "update.missing")
			if err != nil {
				return response{}, err
			}
			for _, change := range changes {
				change(&k)
			}
			k.Updated = tx.now
			tx.putKey(k)
			return response{status: 200, body: keyShown{k.data(tx.now)}, rules: decided}, nil
		},
	}, nil
}

// changes reads what an update names, as functions that do it to a key, and
// the rules that have a say in it.
func (f *form) changes(tx txn) (changes []func(*Key), decided []string) {
	if name := f.keyName("name"); f.has("name") {
		changes = append(changes, func(k *Key) { k.Name = name })
	}
	if disabled, ok := f.boolean("disabled"); ok {
		changes = append(changes, func(k *Key) { k.Disabled = disabled })
	}
	if limit := f.limit(tx, "limit", true); f.has("limit") {
		changes = append(changes, func(k *Key) { k.Limit = limit })
		decided = append(decided, "update.limit")
	}
	if reset, _ := f.oneOf("limit_reset", true, "daily", "weekly", "monthly"); f.has("limit_reset") {
		changes = append(changes, func(k *Key) { k.LimitReset = reset })
		decided = append(decided, "update.limit-reset")
	}
	if include, ok := f.boolean("include_byok_in_limit"); ok {
		changes = append(changes, func(k *Key) { k.IncludeBYOK = include })
	}
	return changes, decided
}
