// Package wire sends the requests of scenarios, and waits where a target asks for it.
//
//	Request ─► Build ─► http.Request ─► Do ─► Response ─► RetryAfter ─► RetryWait
//
// It does not say what may be sent, which package envelope does, and judges nothing.
package wire
