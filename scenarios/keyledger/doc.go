// Package keyledger keeps account of the keys that a run makes on a live target,
// so that they can be deleted, also after a run that was killed.
//
// A ledger is a text of one JSON object a line (NDJSON), to which lines are only
// appended. Before a call that may make a key or a code, its intent is written; after the
// call, how it ended and the hash of the key; later, that the key was deleted. The last line of a
// call says its state:
//
//	intended ─┬─► made ────► deleted
//	          ├─► not-made
//	          └─► unknown ─► deleted or not-made
//
// An intent without a later line is that of a process that was killed, and says as
// little as unknown. A ledger holds no secret: the hash of a key and not the key,
// and of a code nothing.
//
// The package calls no target. Package scenarios does.
package keyledger
