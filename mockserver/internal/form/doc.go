// Package form reads what clients send to the fake: request bodies and query
// strings, each property by its documented type.
//
//	http.Request ─► ReadBody ─► Body.Object ─► Form  ─┐
//	                raw query ───────────────► Query ─┴─► values, issues, rules
//
// A reader gathers every problem of a request instead of stopping at the first,
// since a 400 of the fake lists them all. What a value may be beyond its type is
// for the operations to say.
package form
