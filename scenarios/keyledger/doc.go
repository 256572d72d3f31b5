// Package keyledger keeps account of the keys that a run makes on a live target,
// so that they can be deleted, even after a run that was killed.
//
// A ledger is a text of one JSON object a line (NDJSON), to which lines are only
// appended. Before a call that may make a key or a code, its intent is written; after the
// call, its result and the hash of the key; later, that the key was deleted. The last
// line of a call gives its state:
//
//	intended ─┬─► made ────► deleted
//	          ├─► not-made
//	          └─► unknown ─► deleted or not-made
//
// If an intent has no later line, the process was killed, and the state is as good as
// unknown. A ledger contains no secret: of a key it has the hash, and of a code nothing.
//
// The package calls no target. Package scenarios does.
package keyledger
