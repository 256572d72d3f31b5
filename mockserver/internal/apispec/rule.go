package apispec

import "slices"

// A Rule is one behaviour that the fake enforces.
type Rule struct {
	ID       string   // "keys.expires-at-utc"
	Source   string   // where it comes from: "doc", "family", "seen" or "choice"
	Text     string   // one or two sentences
	Settings []string // the default first; nil if the rule cannot be changed
}

// Accept and Refuse are the settings of most configurable rules.
const (
	Accept = "accept"
	Refuse = "refuse"
)

// Injected is the rule of a response that a fault decided.
const Injected = "fault.injected"

// Rules lists every rule by subject, and within a subject in the order in which
// they apply to a request.
var Rules = slices.Concat(routeRules, credentialRules, bodyRules, keyRules, codeRules, limitRules, companionRules)

var routeRules = []Rule{
	{ID: "route.unknown", Source: "family", Text: "An unknown path returns 404 in the error envelope, with the nearest path in its metadata."},
	{ID: "route.method", Source: "family", Text: "A method that the path does not support returns 405 with an Allow header."},
	{ID: "route.preflight", Source: "family", Text: "OPTIONS returns 204 and allows any origin."},
}

var credentialRules = []Rule{
	{ID: "auth.missing", Source: "doc", Text: "A request without a credential returns 401."},
	{ID: "auth.malformed", Source: "doc", Text: "A credential that is not the word Bearer, spaces and a token returns 401."},
	{ID: "auth.unknown", Source: "doc", Text: "A token that belongs to no account returns 401."},
	{ID: "auth.real-key", Source: "choice", Text: "A token that has the shape of a real key returns 401, and the log warns about it without the token."},
	{ID: "auth.disabled", Source: "family", Text: "A disabled key returns 401."},
	{ID: "auth.expired", Source: "family", Text: "An expired key returns 401."},
	{ID: "auth.deleted", Source: "family", Text: "A deleted key returns 401."},
	{ID: "auth.management", Source: "doc", Text: "A valid key that is not a management key returns 403 where a management key is required."},
	{ID: "auth.before-body", Source: "choice", Text: "The credential is checked before the body.", Settings: []string{"before", "after"}},
}

var bodyRules = []Rule{
	{ID: "body.media-type", Source: "doc", Text: "A body must be application/json; any other media type returns 400."},
	{ID: "body.size", Source: "choice", Text: "A body must be at most 1 MiB."},
	{ID: "body.empty", Source: "doc", Text: "An operation with a request body requires one."},
	{ID: "body.json", Source: "doc", Text: "A body must be a single JSON value in UTF-8, with objects and arrays nested at most 1000 deep."},
	{ID: "body.duplicate", Source: "choice", Text: "A member that appears twice returns 400."},
	{ID: "body.object", Source: "doc", Text: "A body must be a JSON object."},
	{ID: "body.required", Source: "doc", Text: "A required property must be present."},
	{ID: "body.type", Source: "doc", Text: "A property must have its documented type; null is accepted only where it is documented."},
	{ID: "body.enum", Source: "doc", Text: "A property with an enumeration must have one of its values."},
	{ID: "body.format", Source: "doc", Text: "A property with a format (date-time, uuid, uri) must match it."},
	{ID: "body.undeclared", Source: "family", Text: "A property that the schema does not name is accepted, ignored, and reported as a violation."},
}

var keyRules = []Rule{
	{ID: "keys.created", Source: "doc", Text: "Creating a key returns 201 with the secret beside the data, never inside it, and never shows it again."},
	{ID: "keys.name-empty", Source: "family", Text: "An empty name is refused."},
	{ID: "keys.creator-empty", Source: "family", Text: "An empty creator_user_id is refused."},
	{ID: "keys.negative-limit", Source: "choice", Text: "A negative limit is refused.", Settings: []string{Refuse, Accept}},
	{ID: "keys.expires-at-utc", Source: "doc", Text: "expires_at must be in UTC; other time zones are refused."},
	{ID: "keys.expires-at-offset-zero", Source: "choice", Text: "expires_at with the offset +00:00 is accepted as UTC.", Settings: []string{Accept, Refuse}},
	{ID: "keys.expires-at-past", Source: "choice", Text: "An expires_at in the past is refused.", Settings: []string{Refuse, Accept}},
	{ID: "keys.unknown-workspace", Source: "choice", Text: "An unknown workspace_id is accepted.", Settings: []string{Accept, Refuse}},
}

var codeRules = []Rule{
	{ID: "codes.created", Source: "doc", Text: "Creating an authorization code returns 200 with its id and the number of its app; each callback origin is one app."},
	{ID: "codes.callback-url", Source: "doc", Text: "callback_url must be an absolute https URL on port 443 or 3000; localhost also accepts local callbacks.", Settings: []string{"https", "localhost"}},
	{ID: "codes.method-default", Source: "choice", Text: "A challenge without a method is plain (RFC 7636, section 4.3).", Settings: []string{"plain", "S256"}},
	{ID: "codes.method-alone", Source: "choice", Text: "A method without a challenge is refused.", Settings: []string{Refuse, Accept}},
	{ID: "codes.challenge-form", Source: "choice", Text: "An S256 challenge must be 43 base64url characters (RFC 7636).", Settings: []string{Refuse, Accept}},
	{ID: "codes.label-length", Source: "family", Text: "key_label must have at most 100 characters."},
	{ID: "codes.conflict", Source: "seen", Text: "A code for a new app returns 409 while another request is creating the record of that app."},
}

var limitRules = []Rule{
	{ID: "limits.rate", Source: "family", Text: "A caller over its rate limit gets 429 with Retry-After and X-RateLimit headers."},
	{ID: "fault.injected", Source: "choice", Text: "A fault, not the API, decided the response."},
	{ID: "fake.bounds", Source: "choice", Text: "A request that would exceed a bound of the fake, such as its number of worlds, returns 503 with the name of the bound."},
	{ID: "server.error", Source: "doc", Text: "An internal error returns 500."},
}

// companionRules are the rules of the companion operations and the consent page.
var companionRules = []Rule{
	{ID: "list.page", Source: "family", Text: "Keys are listed newest first, 100 to a page; a page past the end is an empty list, and no response gives the total."},
	{ID: "list.offset", Source: "family", Text: "offset is the number of keys to skip: an integer, 0 or more."},
	{ID: "list.include-disabled", Source: "family", Text: "include_disabled is true or false; by default disabled keys are left out. Expired keys are always listed."},
	{ID: "list.workspace", Source: "family", Text: "workspace_id is a UUID and selects the keys of that workspace; without it, those of the default workspace are listed."},
	{ID: "list.parameters", Source: "family", Text: "A list takes offset, include_disabled and workspace_id, each at most once; any other parameter returns 400."},
	{ID: "get.found", Source: "family", Text: "A key of the account is returned without its secret; query parameters are ignored."},
	{ID: "get.missing", Source: "family", Text: "A hash that matches no key of the account returns 404, whether it is unknown, deleted, malformed or another account's."},
	{ID: "update.changed", Source: "family", Text: "An update changes only the properties that it names, and sets updated_at even if no value differs."},
	{ID: "update.limit", Source: "family", Text: "A new limit replaces the old one, and null removes it; usage is unchanged."},
	{ID: "update.limit-reset", Source: "family", Text: "A new limit_reset replaces the old one, and null stops the resets."},
	{ID: "update.fixed", Source: "family", Text: "expires_at, workspace_id and creator_user_id cannot be changed: an update ignores them, like any undeclared property."},
	{ID: "update.nothing", Source: "choice", Text: "An update that names nothing to change is accepted and only sets updated_at.", Settings: []string{Accept, Refuse}},
	{ID: "update.missing", Source: "family", Text: "An update of a hash that matches no key of the account returns 404, even if the body is invalid."},
	{ID: "delete.deleted", Source: "family", Text: "A deleted key is gone at once: it is no longer listed, and its secret returns 401."},
	{ID: "delete.missing", Source: "family", Text: "Deleting a hash that matches no key of the account returns 404, and so does deleting a key twice."},
	{ID: "current.shown", Source: "family", Text: "Any valid key can read its own limit and usage, but neither its hash nor its name."},
	{ID: "exchange.minted", Source: "family", Text: "A code is exchanged for a new key with the label, limit, reset and expiry of the code; no credential is needed."},
	{ID: "exchange.unknown", Source: "family", Text: "A code that was never issued returns 400."},
	{ID: "exchange.used", Source: "family", Text: "A code works once; using it again returns 400."},
	{ID: "exchange.expired", Source: "family", Text: "A code expires after ten minutes; after that it returns 403."},
	{ID: "exchange.method", Source: "family", Text: "For a code with a challenge, code_challenge_method must be the one that the code was created with; any other returns 400."},
	{ID: "exchange.method-absent", Source: "choice", Text: "An exchange without code_challenge_method uses the default of codes.method-default, and so fails for a code with another method; accept uses the code's own method.", Settings: []string{Refuse, Accept}},
	{ID: "exchange.verifier", Source: "family", Text: "For a code with a challenge, code_verifier must be present and match it; otherwise the exchange returns 403."},
	{ID: "exchange.verifier-unasked", Source: "choice", Text: "A code_verifier for a code without a challenge is ignored.", Settings: []string{Accept, Refuse}},
	{ID: "codes.burn-on-failure", Source: "choice", Text: "A wrong or missing code_verifier leaves the code valid; burn uses it up.", Settings: []string{"keep", "burn"}},
	{ID: "consent.page", Source: "family", Text: "GET /auth shows which app asks for a key and with what limits, and asks the user to allow or deny it. Unknown parameters are ignored."},
	{ID: "consent.allowed", Source: "family", Text: "Allowing redirects (302) to callback_url with code added to its query."},
	{ID: "consent.denied", Source: "family", Text: "Denying redirects (302) to callback_url with error=access_denied added to its query."},
	{ID: "consent.state", Source: "choice", Text: "The state of the consent URL is not passed on: a client puts its state into callback_url; echo adds it to the query of callback_url, as it was sent.", Settings: []string{"drop", "echo"}},
	{ID: "consent.parameters", Source: "family", Text: "A malformed or repeated parameter returns 400 with a page that lists every problem, and never a redirect."},
	{ID: "consent.cross-origin", Source: "choice", Text: "A decision sent from a page of another origin returns 403, as does a Host header that the server is not known by (DNS rebinding)."},
	{ID: "consent.token", Source: "choice", Text: "A decision must carry the token of the page that it was made on, issued for the same parameters at most ten minutes earlier; otherwise it returns 403."},
}
