package mockserver

// Keys returns the keys of the world without their secrets, oldest first. The
// result is never nil.
func (w *World) Keys() []Key {
	w.mu.Lock()
	state := w.store.Freeze()
	w.mu.Unlock()
	stored := state().Keys // values of their own: the store replaces a key and never changes it
	keys := make([]Key, 0, len(stored))
	for _, k := range stored {
		out := Key{
			Hash: k.Hash.String(), Label: k.Label, Name: k.Name, Workspace: k.Workspace, Creator: k.Creator,
			Limit: k.Limit, LimitReset: k.LimitReset, IncludeBYOK: k.IncludeBYOK, Disabled: k.Disabled,
			Created: k.Created, Updated: k.Updated, ExpiresAt: k.ExpiresAt,
		}
		for _, s := range k.Spent {
			out.Spent = append(out.Spent, Spend(s))
		}
		keys = append(keys, out.clone())
	}
	return keys
}
