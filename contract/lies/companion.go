package lies

import "github.com/mockgates/mockgates/contract/finding"

// Companion returns the lies about the companion operations, in a fixed
// order. The findings are errors only with Options.Companions.
func Companion() []Lie {
	read := func(old, replacement string) exchange {
		return newExchange("GET", "/keys/"+hash, "", 200, `{"data":`+replace(keyObject, old, replacement)+`}`)
	}
	remove := newExchange("DELETE", "/keys/"+hash, "", 200, `{"deleted":true}`)
	update := func(request, old, replacement string) exchange {
		changed := replace(keyObject, `"updated_at":null`, `"updated_at":"2026-01-01T00:00:01Z"`)
		return newExchange("PATCH", "/keys/"+hash, request, 200, `{"data":`+replace(changed, old, replacement)+`}`)
	}
	rename := update(`{"name":"Weekly"}`, `"Nightly"`, `"Weekly"`)
	disable := update(`{"disabled":true}`, `"disabled":false`, `"disabled":true`)
	traded := newExchange("POST", "/auth/keys", `{"code":"code-0123456789abcdef"}`, 200, `{"key":"`+secret+`","user_id":null}`).withAuthorization("")
	again := traded.withResponse(200, `{"key":"`+secondSecret+`","user_id":null}`)
	current := `{"data":{"label":"l","limit":5,"limit_remaining":5,"limit_reset":"weekly","include_byok_in_limit":true,"usage":0,` +
		`"usage_daily":0,"usage_monthly":0,"usage_weekly":0,"byok_usage":0,"byok_usage_daily":0,"byok_usage_monthly":0,"byok_usage_weekly":0,` +
		`"is_free_tier":false,"is_management_key":false,"is_provisioning_key":false,"creator_user_id":null,` +
		`"rate_limit":{"requests":-1,"interval":"10s","note":"deprecated"}}}`
	asKey := func(x exchange) exchange { return x.withAuthorization("Bearer " + secret) }
	self := asKey(newExchange("GET", "/key", "", 200, replace(current, `"label":"l"`, `"label":"sk-lie-v1-111...111"`)))
	list := newExchange("GET", "/keys", "", 200, `{"data":[`+keyObject+`]}`)
	return []Lie{
		{"a key is read with another name", sequence(honestKey(), read(`"Nightly"`, `"Other"`)), finding.KindUnstored, "/data/name", true},
		{"a key is read with another limit", sequence(honestKey(), read(`"limit":5,`, `"limit":6,`)), finding.KindUnstored, "/data/limit", true},
		{"a key is read with another expiry", sequence(honestKey(), read(`"2099-01-02T03:04:05Z"`, `"2099-01-02T03:04:06Z"`)), finding.KindUnstored, "/data/expires_at", true},
		{"another key is read", sequence(honestKey(), read(`"`+hash+`"`, `"`+secondHash+`"`)), finding.KindUnstored, "/data/hash", true},
		{"a key that was made is not found", sequence(honestKey(), newExchange("GET", "/keys/"+hash, "", 404, errorBody("404"))), finding.KindUnstored, "status", true},
		{"an update is not read", sequence(honestKey(), rename, read("", "")), finding.KindUnstored, "/data/name", true},
		{"an update answers the old name", sequence(honestKey(), update(`{"name":"Weekly"}`, "", "")), finding.KindEcho, "/data/name", true},
		{"an update changes what it does not name", sequence(honestKey(), update(`{"name":"Nightly"}`, `"limit":5,`, `"limit":50,`)), finding.KindUnstored, "/data/limit", true},
		{"a deleted key is read", sequence(honestKey(), remove, read("", "")), finding.KindResurrected, "/data", true},
		{"a deleted key is listed", sequence(honestKey(), remove, list), finding.KindResurrected, "/data/*", true},
		{"a deleted key is deleted again", sequence(honestKey(), remove, remove), finding.KindResurrected, "status", true},
		{"a deleted key is updated", sequence(honestKey(), remove, rename), finding.KindResurrected, "/data", true},
		{"a deleted key is accepted", sequence(honestKey(), remove, self), finding.KindAcceptedInvalid, "status", true},
		{"a disabled key is accepted", sequence(honestKey(), disable, self), finding.KindAcceptedInvalid, "status", true},
		{"a secret is shown in a list", sequence(honestKey(), list.withResponse(200, replace(string(list.ResponseBody), "sk-lie-v1-111...111", secret))), finding.KindSecretExposed, "body", true},
		{"a secret is shown when a key is read", sequence(honestKey(), read("sk-lie-v1-111...111", secret)), finding.KindSecretExposed, "body", true},
		{"a plain key lists keys", sequence(honestKey(), asKey(list.withResponse(200, `{"data":[]}`))), finding.KindAcceptedInvalid, "status", true},
		{"a plain key is called a management key", sequence(honestKey(), self.withResponse(200, replace(string(self.ResponseBody), `"is_management_key":false`, `"is_management_key":true`))), finding.KindUnstored, "/data/is_management_key", true},
		{"a key has another limit for itself", sequence(honestKey(), self.withResponse(200, replace(string(self.ResponseBody), `"limit":5,`, `"limit":6,`))), finding.KindUnstored, "/data/limit", true},
		{"a code is exchanged twice", sequence(traded, again), finding.KindResurrected, "status", true},
		{"two exchanges give one secret", sequence(traded, traded.withRequest(`{"code":"code-fedcba9876543210"}`)), finding.KindReused, "/key", true},
		{"a list has a key twice", sequence(honestKey(), list.withResponse(200, `{"data":[`+keyObject+`,`+keyObject+`]}`)), finding.KindReused, "/data/*/hash", true},
		{"an offset that is not a number is accepted", sequence(list.withQuery("offset=ten")), finding.KindAcceptedInvalid, "status", true},
		{"an update to an empty name is accepted", sequence(honestKey(), update(`{"name":""}`, `"Nightly"`, `""`)), finding.KindAcceptedInvalid, "status", true},
		{"a valid list is refused", sequence(list.withResponse(400, errorBody("400"))), finding.KindRefusedValid, "status", true},
		{"a deletion answers false", sequence(remove.withResponse(200, `{"deleted":false}`)), finding.KindEnum, "/deleted", true},
	}
}
