package apispec

import "slices"

// A Rule is one behaviour that the fake enforces.
type Rule struct {
	ID       string   // "keys.expires-at-utc"
	Source   string   // who says so: "doc", "family", "seen" or "choice"
	Text     string   // what it says, in one sentence
	Settings []string // of an open question, the default first; nil if the rule is settled
}

// Accept and Refuse are the two settings that most open questions have.
const (
	Accept = "accept"
	Refuse = "refuse"
)

// Injected is the rule that answers name when a fault decided them.
const Injected = "fault.injected"

// Rules are all rules, by subject, and within a subject in the order in which a
// request meets them.
var Rules = slices.Concat(routeRules, credentialRules, bodyRules, keyRules, codeRules, limitRules, companionRules)

var routeRules = []Rule{
	{ID: "route.unknown", Source: "family", Text: "A path that the API does not have answers 404 in the error envelope, with the nearest path in its metadata."},
	{ID: "route.method", Source: "family", Text: "A method that a path does not have answers 405 with Allow."},
	{ID: "route.preflight", Source: "family", Text: "OPTIONS answers 204 and allows any origin."},
}

var credentialRules = []Rule{
	{ID: "auth.missing", Source: "doc", Text: "A request without a credential answers 401."},
	{ID: "auth.malformed", Source: "doc", Text: "A credential that is not Bearer, spaces and a token answers 401."},
	{ID: "auth.unknown", Source: "doc", Text: "A token that opens no account answers 401."},
	{ID: "auth.real-key", Source: "choice", Text: "A token that has the shape of a real key answers 401, and the log says so without the token."},
	{ID: "auth.disabled", Source: "family", Text: "A disabled key answers 401."},
	{ID: "auth.expired", Source: "family", Text: "An expired key answers 401."},
	{ID: "auth.deleted", Source: "family", Text: "A deleted key answers 401."},
	{ID: "auth.management", Source: "doc", Text: "A valid key that is no management key answers 403 where one is required."},
	{ID: "auth.before-body", Source: "choice", Text: "The credential is judged before the body.", Settings: []string{"before", "after"}},
}

var bodyRules = []Rule{
	{ID: "body.media-type", Source: "doc", Text: "A body is application/json; anything else answers 400."},
	{ID: "body.size", Source: "choice", Text: "A body has at most 1 MiB."},
	{ID: "body.empty", Source: "doc", Text: "An operation with a request body needs one."},
	{ID: "body.json", Source: "doc", Text: "A body is one JSON value in UTF-8 and nothing after it, with objects and arrays at most 1000 deep."},
	{ID: "body.duplicate", Source: "choice", Text: "A member that comes twice answers 400."},
	{ID: "body.object", Source: "doc", Text: "A body is a JSON object."},
	{ID: "body.required", Source: "doc", Text: "A required property must be there."},
	{ID: "body.type", Source: "doc", Text: "A property has the documented type; null only where it is documented."},
	{ID: "body.enum", Source: "doc", Text: "A property with an enumeration takes its values and no others."},
	{ID: "body.format", Source: "doc", Text: "A property with a format (date-time, uuid, uri) has it."},
	{ID: "body.undeclared", Source: "family", Text: "A property the schema does not name is accepted, ignored, and noted as a client finding."},
}

var keyRules = []Rule{
	{ID: "keys.created", Source: "doc", Text: "A new key answers 201 with its secret beside the data, never inside it and never again."},
	{ID: "keys.name-empty", Source: "family", Text: "An empty name is refused."},
	{ID: "keys.creator-empty", Source: "family", Text: "An empty creator_user_id is refused."},
	{ID: "keys.negative-limit", Source: "choice", Text: "A negative limit is refused.", Settings: []string{Refuse, Accept}},
	{ID: "keys.expires-at-utc", Source: "doc", Text: "expires_at must be UTC; other timezones are refused."},
	{ID: "keys.expires-at-offset-zero", Source: "choice", Text: "expires_at with the offset +00:00 is UTC.", Settings: []string{Accept, Refuse}},
	{ID: "keys.expires-at-past", Source: "choice", Text: "expires_at in the past is refused.", Settings: []string{Refuse, Accept}},
	{ID: "keys.unknown-workspace", Source: "choice", Text: "A workspace_id that nobody has seen is accepted.", Settings: []string{Accept, Refuse}},
}

var codeRules = []Rule{
	{ID: "codes.created", Source: "doc", Text: "A new authorization code answers 200 with its id and the number of the app, which is the number of the callback's origin."},
	{ID: "codes.callback-url", Source: "doc", Text: "callback_url is an absolute https URL on port 443 or 3000.", Settings: []string{"https", "localhost"}},
	{ID: "codes.method-default", Source: "choice", Text: "A challenge without a method is plain (RFC 7636, section 4.3).", Settings: []string{"plain", "S256"}},
	{ID: "codes.method-alone", Source: "choice", Text: "A method without a challenge is refused.", Settings: []string{Refuse, Accept}},
	{ID: "codes.challenge-form", Source: "choice", Text: "An S256 challenge is 43 characters of base64url (RFC 7636).", Settings: []string{Refuse, Accept}},
	{ID: "codes.label-length", Source: "family", Text: "key_label has at most 100 characters."},
	{ID: "codes.conflict", Source: "seen", Text: "A code for a new app answers 409 while another request is creating the record of that app."},
}

var limitRules = []Rule{
	{ID: "limits.rate", Source: "family", Text: "A caller over its rate limit answers 429 with Retry-After and X-RateLimit headers."},
	{ID: "fault.injected", Source: "choice", Text: "A fault that was ordered decided the answer, not the API."},
	{ID: "server.error", Source: "doc", Text: "Anything the API could not do answers 500."},
}

// companionRules belong to the companion operations and the consent page.
var companionRules = []Rule{
	{ID: "list.page", Source: "family", Text: "Keys come newest first, 100 a page; past the end is an empty list, and no answer tells the total."},
	{ID: "list.offset", Source: "family", Text: "offset skips so many keys; it is an integer, 0 or more."},
	{ID: "list.include-disabled", Source: "family", Text: "include_disabled is true or false; disabled keys are left out by default, expired ones never."},
	{ID: "list.workspace", Source: "family", Text: "workspace_id is a UUID and shows the keys of that workspace; those of the default workspace are shown otherwise."},
	{ID: "list.parameters", Source: "family", Text: "A list takes offset, include_disabled and workspace_id, each at most once; anything else answers 400."},
	{ID: "get.found", Source: "family", Text: "A key of the account answers 200 without its secret; query parameters are ignored."},
	{ID: "get.missing", Source: "family", Text: "A hash that is none of the account's keys answers 404: unknown, deleted, malformed or another account's."},
	{ID: "update.changed", Source: "family", Text: "An update changes what it names, leaves the rest, and sets updated_at, also where the values are the old ones."},
	{ID: "update.limit", Source: "family", Text: "A new limit replaces the old one, and null lifts it; usage stays as it is."},
	{ID: "update.limit-reset", Source: "family", Text: "A new limit_reset replaces the old one, and null stops the resets."},
	{ID: "update.fixed", Source: "family", Text: "expires_at, workspace_id and creator_user_id cannot be changed: an update ignores them, as any undeclared property."},
	{ID: "update.nothing", Source: "choice", Text: "An update that names nothing to change is accepted, and sets updated_at alone.", Settings: []string{Accept, Refuse}},
	{ID: "update.missing", Source: "family", Text: "An update of a hash that is none of the account's keys answers 404, whatever its body is."},
	{ID: "delete.deleted", Source: "family", Text: "A deleted key is gone at once: it is listed no more, and its secret answers 401."},
	{ID: "delete.missing", Source: "family", Text: "A hash that is none of the account's keys answers 404, so a second delete does."},
	{ID: "current.shown", Source: "family", Text: "Any valid key is told its limit and usage, and neither its hash nor its name."},
	{ID: "exchange.minted", Source: "family", Text: "A code is exchanged for a new key with the label, limit, reset and expiry that the code carried; no credential is needed."},
	{ID: "exchange.unknown", Source: "family", Text: "A code that was never issued answers 400."},
	{ID: "exchange.used", Source: "family", Text: "A code works once; after that it answers 400."},
	{ID: "exchange.expired", Source: "family", Text: "A code lives for ten minutes; after that it answers 403."},
	{ID: "exchange.method", Source: "family", Text: "Where a code has a challenge, code_challenge_method must be the one the code was made with; another answers 400."},
	{ID: "exchange.method-absent", Source: "choice", Text: "code_challenge_method left out of an exchange reads as it does in a code (see codes.method-default), so it cannot be left out for another method; accept takes the code's own.", Settings: []string{Refuse, Accept}},
	{ID: "exchange.verifier", Source: "family", Text: "Where a code has a challenge, code_verifier must be there and match it; otherwise 403."},
	{ID: "exchange.verifier-unasked", Source: "choice", Text: "A code_verifier for a code without a challenge is ignored.", Settings: []string{Accept, Refuse}},
	{ID: "codes.burn-on-failure", Source: "choice", Text: "A wrong or missing code_verifier leaves the code as it was; burn uses it up.", Settings: []string{"keep", "burn"}},
	{ID: "consent.page", Source: "family", Text: "GET /auth shows who asks for a key and with what limits, and asks to allow or deny it. Parameters that it does not know are ignored."},
	{ID: "consent.allowed", Source: "family", Text: "Allowing answers 302 to callback_url with code, and state as it came, added to its query."},
	{ID: "consent.denied", Source: "family", Text: "Denying answers 302 to callback_url with error=access_denied, and state as it came, added to its query."},
	{ID: "consent.parameters", Source: "family", Text: "A parameter that is malformed or comes twice answers 400 with a page that lists every problem, and never a redirect."},
	{ID: "consent.cross-origin", Source: "choice", Text: "A decision that a page of another origin sends answers 403, and so does a Host that could be another's name for this server (DNS rebinding)."},
	{ID: "consent.token", Source: "choice", Text: "A decision carries the token of the page it was made on, for the same parameters and at most ten minutes old; otherwise 403."},
}
