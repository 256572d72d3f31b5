package lyingserver

import (
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/lies"
)

// The correct responses that the lies of this file change. They are written by hand and
// not derived from the specification, so that a mistake in it is not on both sides.
const (
	honestRequest = `{"name":"Nightly","limit":5}`
	honestAnswer  = `{"data":{"byok_usage":0,"byok_usage_daily":0,"byok_usage_monthly":0,"byok_usage_weekly":0,` +
		`"created_at":"2026-01-01T00:00:00Z","creator_user_id":null,"disabled":false,"expires_at":null,` +
		`"hash":"cccccccccccccccccccccccccccccccc","include_byok_in_limit":false,"label":"sk-lie-v1-333...333","limit":5,` +
		`"limit_remaining":5,"limit_reset":null,"name":"Nightly","updated_at":null,"usage":0,"usage_daily":0,"usage_monthly":0,` +
		`"usage_weekly":0,"workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"},"key":"sk-lie-v1-3333333333333333333333333333333333333333"}`
	refusalAnswer = `{"error":{"code":400,"message":"no"}}`
)

// newKey returns a call of create-keys and its answer.
func newKey(request string, status int, answer string) Call {
	return Call{Exchange: contract.Exchange{
		Method: http.MethodPost, Path: "/keys", RequestBody: []byte(request),
		RequestHeader: http.Header{"Authorization": {"Bearer " + lies.ManagementKey}, "Content-Type": {"application/json"}},
		Status:        status, ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(answer),
	}}
}

// Own returns departures that cannot be derived from a specification, such as those
// about the connection. The last ones are mistakes of the caller: scripts whose request
// or expectation is wrong.
func Own() []Lie {
	one := func(name, kind, where string, c Call) Lie {
		return Lie{Name: name, Calls: []Call{c}, Kind: kind, Where: where}
	}
	answer := func(name, kind, where, old, replacement string) Lie {
		return one(name, kind, where, newKey(honestRequest, 201, strings.Replace(honestAnswer, old, replacement, 1)))
	}
	status := func(name string, status int, body string) Lie {
		return one(name, finding.KindStatus, "status", newKey(honestRequest, status, body))
	}
	typed := func(name, media string) Lie {
		c := newKey(honestRequest, 201, honestAnswer)
		c.ResponseHeader = http.Header{"Content-Type": {media}}
		return one(name, finding.KindContentType, "header Content-Type", c)
	}
	accepted := newKey(`{"name":7}`, 201, honestAnswer)
	accepted.Invalid = true
	truncated := newKey(honestRequest, 201, honestAnswer)
	truncated.Truncated = true
	refused := newKey(`{}`, 400, refusalAnswer)
	refused.Invalid = true
	announced, expected := newKey(honestRequest, 201, honestAnswer), newKey(honestRequest, 201, honestAnswer)
	announced.Invalid = true
	expected.Violation = []string{"body"}
	return []Lie{
		{Name: "no lie", Calls: []Call{newKey(honestRequest, 201, honestAnswer)}, Silent: true},
		{Name: "no lie about a refusal", Calls: []Call{refused}, Silent: true},
		answer("a member twice, three levels down", finding.KindDuplicate, "/data/usage", `"usage":0`, `"usage":0,"usage":9`),
		answer("a name with bytes that are not UTF-8", finding.KindJSON, "body", "Nightly", "Ni\xc3\x28ly"),
		answer("a text for a number", finding.KindType, "/data/usage_daily", `"usage_daily":0`, `"usage_daily":"0"`),
		answer("a required member missing", finding.KindRequired, "/data/disabled", `"disabled":false,`, ""),
		answer("another name", finding.KindEcho, "/data/name", "Nightly", "Daily"),
		answer("the secret shown twice", finding.KindSecretExposed, "body", `"sk-lie-v1-333...333"`, `"sk-lie-v1-3333333333333333333333333333333333333333"`),
		status("a success of another kind", 204, ""),
		status("a redirect", 302, ""),
		status("an undocumented refusal", 418, strings.Replace(refusalAnswer, "400", "418", 1)),
		status("a gateway that failed", 502, "<html>bad gateway</html>"),
		typed("JSON sent as text/plain", "text/plain; charset=utf-8"),
		typed("JSON sent as text/html", "text/html"),
		one("an invalid request that is accepted", finding.KindAcceptedInvalid, "status", accepted),
		one("an answer that is truncated", "", "", truncated),
		one("an invalid request that the script does not announce", "", "", newKey(`{}`, 400, refusalAnswer)),
		one("a valid request that the script calls invalid", "", "", announced),
		one("a violation that the script expects and that does not happen", "", "", expected),
	}
}
