package lies

import (
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
)

// A Lie is a sequence of exchanges, the last of which departs from the contract.
type Lie struct {
	Name      string
	Exchanges []contract.Exchange // all but the last conform
	Kind      string              // of the finding that names the lie
	Where     string              // of the finding
	Wire      bool                // net/http can send the exchanges as they are
}

// ManagementKey is the credential in the exchanges of all lies. A Session that
// checks them must be given it in Options.ManagementKeys.
const ManagementKey = "sk-lie-management-0123456789abcdef"

// The first secret and hash of the lying target, and the second ones.
const (
	secret       = "sk-lie-v1-1111111111111111111111111111111111111111"
	hash         = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	secondSecret = "sk-lie-v1-2222222222222222222222222222222222222222"
	secondHash   = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

// The bodies of the honest exchanges.
const (
	keyRequest = `{"name":"Nightly","limit":5,"limit_reset":"weekly","include_byok_in_limit":true,"expires_at":"2099-01-02T03:04:05Z"}`
	keyObject  = `{"byok_usage":0,"byok_usage_daily":0,"byok_usage_monthly":0,"byok_usage_weekly":0,` +
		`"created_at":"2026-01-01T00:00:00Z","creator_user_id":null,"disabled":false,"expires_at":"2099-01-02T03:04:05Z",` +
		`"hash":"` + hash + `","include_byok_in_limit":true,"label":"sk-lie-v1-111...111","limit":5,"limit_remaining":5,` +
		`"limit_reset":"weekly","name":"Nightly","updated_at":null,"usage":0,"usage_daily":0,"usage_monthly":0,` +
		`"usage_weekly":0,"workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"}`
	keyResponse  = `{"data":` + keyObject + `,"key":"` + secret + `"}`
	codeRequest  = `{"callback_url":"https://example.com/callback","limit":5}`
	codeResponse = `{"data":{"app_id":1,"created_at":"2026-01-01T00:00:00Z","id":"code-0123456789abcdef"}}`
)

// An exchange has methods that return a changed copy.
type exchange contract.Exchange

// sequence returns the exchanges of a Lie.
func sequence(list ...exchange) []contract.Exchange {
	exchanges := make([]contract.Exchange, len(list))
	for i, x := range list {
		exchanges[i] = contract.Exchange(x)
	}
	return exchanges
}

// newExchange returns an exchange with JSON bodies. An empty body is left out.
func newExchange(method, path, request string, status int, response string) exchange {
	x := exchange{
		Method: method, Path: path,
		RequestHeader: http.Header{"Authorization": {"Bearer " + ManagementKey}}, RequestBody: []byte(request),
		Status: status, ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte(response),
	}
	if request != "" {
		x.RequestHeader.Set("Content-Type", "application/json")
	}
	return x
}

// replace returns text with the first occurrence of old replaced.
func replace(text, old, replacement string) string {
	return strings.Replace(text, old, replacement, 1)
}

// errorBody returns an error body.
func errorBody(code string) string { return `{"error":{"code":` + code + `,"message":"no"}}` }

func honestKey() exchange { return newExchange("POST", "/keys", keyRequest, 201, keyResponse) }

func honestCode() exchange {
	return newExchange("POST", "/auth/keys/code", codeRequest, 200, codeResponse)
}

// honestSecondKey creates another key than honestKey.
func honestSecondKey() exchange {
	body := replace(replace(keyResponse, secret, secondSecret), hash, secondHash)
	return newExchange("POST", "/keys", keyRequest, 201, body)
}

// withResponse returns x with another status and response body.
func (x exchange) withResponse(status int, body string) exchange {
	x.Status, x.ResponseBody = status, []byte(body)
	return x
}

// withRequest returns x with another request body.
func (x exchange) withRequest(body string) exchange {
	x.RequestBody = []byte(body)
	return x
}

// withHeader returns x with another response header.
func (x exchange) withHeader(name string, values ...string) exchange {
	h := x.ResponseHeader.Clone()
	h.Del(name)
	if len(values) > 0 {
		h[http.CanonicalHeaderKey(name)] = values
	}
	x.ResponseHeader = h
	return x
}

// withAuthorization returns x with another credential, or none if it is empty.
func (x exchange) withAuthorization(credential string) exchange {
	h := x.RequestHeader.Clone()
	h.Set("Authorization", credential)
	if credential == "" {
		h.Del("Authorization")
	}
	x.RequestHeader = h
	return x
}

// withQuery returns x with a query.
func (x exchange) withQuery(query string) exchange {
	x.Query = query
	return x
}

// Documented returns the lies about the documented operations, in a fixed order.
func Documented() []Lie {
	return slices.Concat(bodyLies(), valueLies(), headerLies(), requestLies(), relationLies())
}
