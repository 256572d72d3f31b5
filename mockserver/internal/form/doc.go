// Package form parses the request bodies and query strings that clients send to
// the fake, each property by its documented type.
//
//	http.Request ─► ReadBody ─► Body.Object ─► Form  ─┐
//	                raw query ───────────────► Query ─┴─► values, issues, rules
//
// It collects every problem of a request instead of stopping at the first, since
// a 400 of the fake lists them all. Rules beyond the type of a value are left to
// the operations.
package form
