package lies

import "github.com/mockgates/mockgates/contract/finding"

// requestLies are invalid requests that are accepted, and valid ones that are refused.
func requestLies() []Lie {
	accepted := func(name, request string) Lie {
		return Lie{name + " is accepted", sequence(honestKey().withRequest(request)), finding.KindAcceptedInvalid, "status", true}
	}
	code := func(name, request string) Lie {
		return Lie{name + " is accepted", sequence(honestCode().withRequest(request)), finding.KindAcceptedInvalid, "status", true}
	}
	credential := func(name, authorization string) Lie {
		return Lie{name + " is accepted", sequence(honestKey().withAuthorization(authorization)), finding.KindAcceptedInvalid, "status", true}
	}
	refused := func(x exchange, name string, status int, code string) Lie {
		return Lie{name, sequence(x.withResponse(status, errorBody(code))), finding.KindRefusedValid, "status", true}
	}
	plainKey := honestSecondKey().withAuthorization("Bearer " + secret)
	return []Lie{
		accepted("no body", ""), accepted("a body that is not JSON", "name=x"), accepted("the body null", "null"),
		accepted("an array", "[]"), accepted("half a body", `{"name":"Nightly"`), accepted("two bodies", keyRequest+keyRequest),
		accepted("text behind a body", keyRequest+"x"), accepted("no name", `{"limit":5}`), accepted("a number for a name", `{"name":7}`),
		accepted("null for a name", `{"name":null}`), accepted("a text for a limit", `{"name":"Nightly","limit":"5"}`),
		accepted("another reset", `{"name":"Nightly","limit_reset":"yearly"}`), accepted("a reset in capitals", `{"name":"Nightly","limit_reset":"WEEKLY"}`),
		accepted("an expiry that is not a time", `{"name":"Nightly","expires_at":"tomorrow"}`),
		accepted("an expiry without seconds", `{"name":"Nightly","expires_at":"2099-01-02T03:04Z"}`),
		accepted("an expiry in another zone", `{"name":"Nightly","expires_at":"2099-01-02T05:04:05+02:00"}`),
		accepted("a workspace that is not a UUID", `{"name":"Nightly","workspace_id":"default"}`),
		accepted("null for a boolean", `{"name":"Nightly","include_byok_in_limit":null}`),
		code("a code without a callback", `{"limit":5}`), code("a callback that is not a URI", `{"callback_url":"here"}`),
		code("a callback without TLS", `{"callback_url":"http://example.com/callback"}`),
		code("a callback on another port", `{"callback_url":"https://example.com:8443/callback"}`),
		code("another challenge method", `{"callback_url":"https://example.com/","code_challenge":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM","code_challenge_method":"S512"}`),
		code("null for a limit", `{"callback_url":"https://example.com/","limit":null}`),
		credential("no credential", ""), credential("the key as Basic", "Basic "+ManagementKey), credential("the key without a scheme", ManagementKey),
		credential("another scheme", "Token "+ManagementKey), credential("a scheme without a token", "Bearer"),
		{"a plain key makes keys", sequence(honestKey(), plainKey), finding.KindAcceptedInvalid, "status", true},
		refused(honestKey(), "a valid key is refused with 400", 400, "400"), refused(honestKey(), "a valid key is refused with 401", 401, "401"),
		refused(honestKey(), "a management key is refused with 403", 403, "403"), refused(honestKey(), "a valid key meets a failure", 500, "500"),
		refused(honestCode(), "a valid code is refused with 400", 400, "400"), refused(honestCode(), "a valid code is refused with 401", 401, "401"),
		{"an invalid body meets a failure", sequence(honestKey().withRequest("{").withResponse(500, errorBody("500"))), finding.KindStatus, "status", true},
	}
}

// relationLies are responses that contradict the request or earlier exchanges.
func relationLies() []Lie {
	key := func(name, old, replacement, kind, where string) Lie {
		return Lie{name, sequence(honestKey().withResponse(201, replace(keyResponse, old, replacement))), kind, where, true}
	}
	second := honestSecondKey()
	edit := func(old, replacement string) exchange {
		return second.withResponse(201, replace(string(second.ResponseBody), old, replacement))
	}
	failure := honestKey().withRequest("{}").withResponse(400, replace(errorBody("400"), "no", "the key "+secret+" is not allowed"))
	encoded := honestKey().withRequest("{}").withResponse(400, replace(errorBody("400"), "no", "c2stbGllLXYxLTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="))
	credential := honestKey().withRequest("{}").withResponse(400, replace(errorBody("400"), "no", "sent with "+ManagementKey))
	return []Lie{
		key("another name comes back", "Nightly", "nightly", finding.KindEcho, "/data/name"),
		key("another limit comes back", `"limit":5,"limit_remaining":5`, `"limit":50,"limit_remaining":50`, finding.KindEcho, "/data/limit"),
		key("no limit comes back", `"limit":5,"limit_remaining":5`, `"limit":null,"limit_remaining":null`, finding.KindEcho, "/data/limit"),
		key("another reset comes back", `"weekly"`, `"daily"`, finding.KindEcho, "/data/limit_reset"),
		key("another expiry comes back", `"2099-01-02T03:04:05Z"`, `"2099-01-02T03:04:06Z"`, finding.KindEcho, "/data/expires_at"),
		key("no expiry comes back", `"2099-01-02T03:04:05Z"`, "null", finding.KindEcho, "/data/expires_at"),
		key("the expiry is left out", `"expires_at":"2099-01-02T03:04:05Z",`, "", finding.KindEcho, "/data/expires_at"),
		key("another boolean comes back", `"include_byok_in_limit":true`, `"include_byok_in_limit":false`, finding.KindEcho, "/data/include_byok_in_limit"),
		key("a new key has been used", `"usage":0`, `"usage":0.01`, finding.KindNotFresh, "/data/usage"),
		key("a new key has been used today", `"byok_usage_daily":0`, `"byok_usage_daily":1`, finding.KindNotFresh, "/data/byok_usage_daily"),
		key("a new key is disabled", `"disabled":false`, `"disabled":true`, finding.KindNotFresh, "/data/disabled"),
		key("a new key was updated", `"updated_at":null`, `"updated_at":"2026-01-01T00:00:00Z"`, finding.KindNotFresh, "/data/updated_at"),
		key("a new key may spend less than its limit", `"limit_remaining":5`, `"limit_remaining":4`, finding.KindNotFresh, "/data/limit_remaining"),
		key("a new key may spend without a limit", `"limit_remaining":5`, `"limit_remaining":null`, finding.KindNotFresh, "/data/limit_remaining"),
		key("the secret is in the label", "sk-lie-v1-111...111", secret, finding.KindSecretExposed, "body"),
		key("the secret is in an undocumented member", `"usage":0`, `"usage":0,"raw":"`+secret+`"`, finding.KindSecretExposed, "body"),
		{"the secret is in a header", sequence(honestKey().withHeader("Location", "/keys/"+secret)), finding.KindSecretExposed, "header Location", true},
		{"the secret is in a later error", sequence(honestKey(), failure), finding.KindSecretExposed, "body", true},
		{"the secret is in a later error, in base64", sequence(honestKey(), encoded), finding.KindSecretExposed, "body", true},
		{"the credential is in an error", sequence(credential), finding.KindSecretExposed, "body", true},
		{"a hash is used again", sequence(honestKey(), edit(secondHash, hash)), finding.KindReused, "/data/hash", true},
		{"a secret is used again", sequence(honestKey(), edit(secondSecret, secret)), finding.KindReused, "/key", true},
		{"an id is used again", sequence(honestCode(), honestCode()), finding.KindReused, "/data/id", true},
	}
}
