// Package failure says why a line of a scenario fails, and what that means for the lines
// after it.
//
//	error ─► Causes ─► Of ─► report.Failure
//	            │
//	            └─► Continues ─► the script goes on, or ends
//
// A leading ! turns a [Mismatch] into success, and nothing else.
package failure
