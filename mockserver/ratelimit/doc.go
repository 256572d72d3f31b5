// Package ratelimit describes the rate limits of the fake as data, and counts the
// requests of each caller.
//
//	flag, scenario ─► Parse ─┐
//	JSON, Go ────────────────┼─► Limit ─► Validate ─► NewSet
//	                                                    │
//	                              request ─► Set.Take ──┴─► Refusal (or nil)
//
// A [Limit] says how many requests a caller can make in a window of time. A [Set]
// holds the limits of one world with the current window of each caller. The server
// answers the requests that a Set refuses.
package ratelimit
