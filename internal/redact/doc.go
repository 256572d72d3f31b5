// Package redact removes secrets from text before it is kept or shown.
//
// A [Redactor] finds secrets in four ways:
//
//   - by value: what [Redactor.Add] and [Redactor.With] were given;
//   - by shape: a [Shape] that the caller describes, such as a prefix of keys;
//   - by field: the value of a JSON member, query parameter or form field with
//     one of the names in [Config.Fields];
//   - by header: the values of credential headers ([Redactor.Header]).
//
// It knows nothing of any API: prefixes and names come from the caller.
//
// # Encodings
//
// The first three ways work in the text as it stands and in what it decodes to.
// Three decoders are applied in every order, up to [MaxDepth] times in a row:
//
//   - percent-encoding, wherever a % and two hexadecimal digits of either case
//     stand; in secrets with a space or a plus sign, the two bytes are equal;
//   - JSON and Go string escapes: \uXXXX with surrogate pairs, \", \\, \/ and
//     the other single-character ones, \xXX, \UXXXXXXXX;
//   - base64, standard or URL alphabet, padded or not, wherever in a run of its
//     digits the encoding begins.
//
// Base64 is decoded in runs of at least 11 digits, which hold 8 bytes, and not
// across line breaks. Only what decodes to at least 8 printable bytes in a row
// is looked into, unless a known secret has bytes that are not printable.
//
// # Bounds
//
// The work is linear in the length of the text: no more than 64 times its
// length plus 64 KiB are examined, decoded forms included. If a secret was found
// in a decoded form, the outcome is examined again, up to three times, since
// what is left can decode to something else. A text that needs more, or that can
// still be decoded after MaxDepth steps, is replaced as a whole by
// [Unexamined]: what was not examined is not passed on.
//
// A text is matched against all known secrets in one pass, or, if they were
// added one by one, in a number of passes logarithmic in their number.
//
// # Short secrets
//
// A known secret shorter than [MinLength] bytes, such as "<token>", could be an
// ordinary word. It is hidden only where it is a whole value:
//
//   - the whole text;
//   - a whole quoted string, unless that is the name of a JSON member;
//   - the value of a query parameter or of a form field;
//   - what follows a colon or an authentication scheme such as Bearer, up to
//     the next space or delimiter;
//   - a path segment, unless the secret has only lower-case letters.
//
// It is not looked for in base64. In credential headers and named fields every
// value is hidden, however short.
//
// # Output
//
// A secret is replaced by [Hidden], or by a label if it has a configured shape:
// its kind, and its first and last three characters if at least 16 others stay
// hidden (sk-x-v1-abc...def). Overlapping matches become one. Redacting a
// redacted text changes nothing.
//
// Cut a text after it has been redacted, never before: half a secret is not
// recognised. [Redactor.Truncate] does both.
package redact
