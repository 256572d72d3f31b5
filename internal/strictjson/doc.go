// Package strictjson reads JSON without leniency.
//
// A JSON text is one value in UTF-8 (RFC 8259) with nothing but white space
// around it, and no object in it has two members with the same name. What a
// lenient reader would pass over is refused, with the place and the reason:
//
//	line 3, column 7: /a/b must be a string, not a number
//
// [Validate] checks a text, [Object] also splits an object into its members,
// and [Unmarshal] decodes into a Go value. [Parse] is for judging what somebody
// else sent: it returns a tree that keeps duplicate members and the exact text
// of numbers.
//
// # Bounds
//
// The work of every function is linear in the length of its input, apart from that of
// the json.Unmarshalers that Unmarshal calls. [Limits] bounds the depth and the number
// of values. The caller has to bound the number of bytes.
//
// # Strings
//
// A string may hold an escaped surrogate without its other half, such as
// "\ud800". It reads as U+FFFD, as in encoding/json, so two names that differ only
// in such a surrogate are the same name. [Value.LoneSurrogate] reports it.
//
// The package knows nothing of any API.
package strictjson
