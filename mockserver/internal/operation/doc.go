// Package operation has the operations of the API, as functions of a transaction and
// a request.
//
//	            ┌──── the lock of the world ────┐
//	Request ──► │ Prepare ──► Plan ──► Commit   │ ──► Response, or an error
//	            └── Txn: store, time, settings ─┘
//
// An operation checks, then commits: a [Prepare] changes nothing, and the [Plan] that
// it returns makes the changes. An operation that fails has changed nothing. It sees
// no connection, no lock, no clock and no fault: package mockserver does all that.
package operation
