package mockserver

import "net/http"

// companionOperations are those that the two documents speak of and do not
// document. Config.DocumentedOnly turns them all off, the consent page too.
var companionOperations = []*operation{
	{
		id: "list-keys", method: http.MethodGet, path: "/keys", companion: true, access: accessManagement,
		success: 200, errors: []int{400, 401, 403, 429, 500}, prepare: listKeys,
	},
	{
		id: "get-key", method: http.MethodGet, path: "/keys/{hash}", companion: true, access: accessManagement,
		success: 200, errors: []int{401, 403, 404, 429, 500}, prepare: getKey,
	},
	{
		id: "update-keys", method: http.MethodPatch, path: "/keys/{hash}", companion: true, access: accessManagement,
		success: 200, errors: []int{400, 401, 403, 404, 429, 500}, prepare: updateKey,
	},
	{
		id: "delete-keys", method: http.MethodDelete, path: "/keys/{hash}", companion: true, access: accessManagement,
		success: 200, errors: []int{401, 403, 404, 429, 500}, prepare: deleteKey,
	},
	{
		id: "get-current-key", method: http.MethodGet, path: "/key", companion: true, access: accessKey,
		success: 200, errors: []int{401, 500}, prepare: currentKey,
	},
	{
		id: "exchange-auth-code", method: http.MethodPost, path: "/auth/keys", companion: true, access: accessNone,
		success: 200, errors: []int{400, 403, 500}, prepare: exchangeCode,
	},
}

// companionRules are those of the companion operations and the consent page.
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
	{ID: "update.nothing", Source: "choice", Text: "An update that names nothing to change is accepted, and sets updated_at alone.", Choices: []string{accept, refuseIt}},
	{ID: "update.missing", Source: "family", Text: "An update of a hash that is none of the account's keys answers 404, whatever its body is."},
	{ID: "delete.deleted", Source: "family", Text: "A deleted key is gone at once: it is listed no more, and its secret answers 401."},
	{ID: "delete.missing", Source: "family", Text: "A hash that is none of the account's keys answers 404, so a second delete does."},
	{ID: "current.shown", Source: "family", Text: "Any valid key is told its limit and usage, and neither its hash nor its name."},
	{ID: "exchange.minted", Source: "family", Text: "A code is exchanged for a new key with the label, limit, reset and expiry that the code carried; no credential is needed."},
	{ID: "exchange.unknown", Source: "family", Text: "A code that was never issued answers 400."},
	{ID: "exchange.used", Source: "family", Text: "A code works once; after that it answers 400."},
	{ID: "exchange.expired", Source: "family", Text: "A code lives for ten minutes; after that it answers 403."},
	{ID: "exchange.method", Source: "family", Text: "Where a code has a challenge, code_challenge_method must be the one the code was made with; another answers 400."},
	{ID: "exchange.method-absent", Source: "choice", Text: "code_challenge_method left out of an exchange reads as it does in a code (see codes.method-default), so it cannot be left out for another method; accept takes the code's own.", Choices: []string{refuseIt, accept}},
	{ID: "exchange.verifier", Source: "family", Text: "Where a code has a challenge, code_verifier must be there and match it; otherwise 403."},
	{ID: "exchange.verifier-unasked", Source: "choice", Text: "A code_verifier for a code without a challenge is ignored.", Choices: []string{accept, refuseIt}},
	{ID: "codes.burn-on-failure", Source: "choice", Text: "A wrong or missing code_verifier leaves the code as it was; burn uses it up.", Choices: []string{"keep", "burn"}},
	{ID: "consent.page", Source: "family", Text: "GET /auth shows who asks for a key and with what limits, and asks to allow or deny it. Parameters that it does not know are ignored."},
	{ID: "consent.allowed", Source: "family", Text: "Allowing answers 302 to callback_url with code, and state as it came, added to its query."},
	{ID: "consent.denied", Source: "family", Text: "Denying answers 302 to callback_url with error=access_denied, and state as it came, added to its query."},
	{ID: "consent.parameters", Source: "family", Text: "A parameter that is malformed or comes twice answers 400 with a page that lists every problem, and never a redirect."},
	{ID: "consent.cross-origin", Source: "choice", Text: "A decision that a page of another origin sends answers 403, and so does a Host that could be another's name for this server (DNS rebinding)."},
	{ID: "consent.token", Source: "choice", Text: "A decision carries the token of the page it was made on, for the same parameters and at most ten minutes old; otherwise 403."},
}
