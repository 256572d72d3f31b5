// Package jsonbody reads bodies: their content codings, the JSON in them, and the
// times in the JSON.
//
//	body as sent ─► Decode ─► JSON text ─► Parse ─► Value ─► Describe, ParseTime
//
// It knows nothing of the API. Everything that it reads is bounded, and neither
// its errors nor its descriptions quote a body.
package jsonbody
