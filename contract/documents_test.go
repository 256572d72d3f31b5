package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract"
)

// The tables below were written by hand from the published documents, independently
// of modelgates.yaml. A member is written as "type,type format =enum,enum
// ->component", with the parts that apply.

const (
	limitReset   = "KeysPostRequestBodyContentApplicationJsonSchemaLimitReset"
	keyData      = "KeysPostResponsesContentApplicationJsonSchemaData"
	keyAnswer    = "API_Keys_createKeys_Response_201"
	codeMethod   = "AuthKeysCodePostRequestBodyContentApplicationJsonSchemaCodeChallengeMethod"
	codeInterval = "AuthKeysCodePostRequestBodyContentApplicationJsonSchemaUsageLimitType"
	codeData     = "AuthKeysCodePostResponsesContentApplicationJsonSchemaData"
	codeAnswer   = "OAuth_createAuthKeysCode_Response_200"
)

type object struct {
	Title    string
	Own      string // the schema itself, in the notation of members
	Members  map[string]string
	Required string // in the order of the document
}

// errorNames returns the names of the error components by status.
func errorNames() map[string]string {
	return map[string]string{
		"400": "BadRequest", "401": "Unauthorized", "403": "Forbidden", "404": "NotFound",
		"409": "Conflict", "429": "TooManyRequests", "500": "InternalServer",
	}
}

// withErrors adds the two components of each error status.
func withErrors(components map[string]object, statuses ...string) map[string]object {
	for _, status := range statuses {
		name := errorNames()[status] + "Response"
		components[name+"ErrorData"] = object{
			Title: name + "ErrorData", Own: "object", Required: "code message",
			Members: map[string]string{"code": "integer", "message": "string", "metadata": "object,null map"},
		}
		components[name] = object{
			Title: name, Own: "object", Required: "error",
			Members: map[string]string{
				"error":               "->" + name + "ErrorData",
				"modelgates_metadata": "object,null map",
				"user_id":             "string,null",
			},
		}
	}
	return components
}

// keyObject returns the component for a key in responses.
func keyObject() object {
	return object{
		Title: keyData, Own: "object",
		Members: map[string]string{
			"byok_usage": "number double", "byok_usage_daily": "number double",
			"byok_usage_monthly": "number double", "byok_usage_weekly": "number double",
			"created_at": "string", "creator_user_id": "string,null", "disabled": "boolean",
			"expires_at": "string,null date-time", "hash": "string", "include_byok_in_limit": "boolean",
			"label": "string", "limit": "number,null double", "limit_remaining": "number,null double",
			"limit_reset": "string,null", "name": "string", "updated_at": "string,null",
			"usage": "number double", "usage_daily": "number double", "usage_monthly": "number double",
			"usage_weekly": "number double", "workspace_id": "string",
		},
		Required: "byok_usage byok_usage_daily byok_usage_monthly byok_usage_weekly created_at creator_user_id " +
			"disabled hash include_byok_in_limit label limit limit_remaining limit_reset name updated_at " +
			"usage usage_daily usage_monthly usage_weekly workspace_id",
	}
}

func TestModelGatesYAML_hasThePublishedComponents(t *testing.T) {
	t.Parallel()
	want := withErrors(map[string]object{
		limitReset: {Title: limitReset, Own: "string =daily,weekly,monthly"},
		keyData:    keyObject(),
		keyAnswer: {
			Title: "API Keys_createKeys_Response_201", Own: "object", Required: "data key",
			Members: map[string]string{"data": "->" + keyData, "key": "string"},
		},
		codeMethod:   {Title: codeMethod, Own: "string =S256,plain"},
		codeInterval: {Title: codeInterval, Own: "string =daily,weekly,monthly"},
		codeData: {
			Title: codeData, Own: "object", Required: "app_id created_at id",
			Members: map[string]string{"app_id": "integer", "created_at": "string", "id": "string"},
		},
		codeAnswer: {
			Title: codeAnswer, Own: "object", Required: "data",
			Members: map[string]string{"data": "->" + codeData},
		},
	}, "400", "401", "403", "409", "429", "500")
	if diff := cmp.Diff(components(t, contract.Documented), want); diff != "" {
		t.Errorf("components of modelgates.yaml (-got +want):\n%s", diff)
	}
}

func TestCompanionYAML_hasTheExpectedComponents(t *testing.T) {
	t.Parallel()
	answer := func(title, required string, members map[string]string) object {
		return object{Title: title, Own: "object", Required: required, Members: members}
	}
	want := withErrors(map[string]object{
		limitReset:          {Title: limitReset, Own: "string =daily,weekly,monthly"},
		keyData:             keyObject(),
		"ListKeysResponse":  answer("ListKeysResponse", "data", map[string]string{"data": "array of ->" + keyData}),
		"KeyResponse":       answer("KeyResponse", "data", map[string]string{"data": "->" + keyData}),
		"DeleteKeyResponse": answer("DeleteKeyResponse", "deleted", map[string]string{"deleted": "boolean const true"}),
		"CurrentKeyResponse": answer("CurrentKeyResponse", "data", map[string]string{
			"data": "->CurrentKeyData",
		}),
		"ExchangeAuthCodeResponse": answer("ExchangeAuthCodeResponse", "key user_id", map[string]string{
			"key": "string", "user_id": "string,null",
		}),
		"CurrentKeyData": {
			Title: "CurrentKeyData", Own: "object",
			Members: map[string]string{
				"byok_usage": "number double", "byok_usage_daily": "number double",
				"byok_usage_monthly": "number double", "byok_usage_weekly": "number double",
				"creator_user_id": "string,null", "expires_at": "string,null date-time",
				"include_byok_in_limit": "boolean", "is_free_tier": "boolean", "is_management_key": "boolean",
				"is_provisioning_key": "boolean", "label": "string", "limit": "number,null double",
				"limit_remaining": "number,null double", "limit_reset": "string,null", "rate_limit": "object",
				"usage": "number double", "usage_daily": "number double", "usage_monthly": "number double",
				"usage_weekly": "number double",
			},
			Required: "byok_usage byok_usage_daily byok_usage_monthly byok_usage_weekly creator_user_id " +
				"include_byok_in_limit is_free_tier is_management_key is_provisioning_key label limit " +
				"limit_remaining limit_reset rate_limit usage usage_daily usage_monthly usage_weekly",
		},
	}, "400", "401", "403", "404", "429", "500")
	if diff := cmp.Diff(components(t, contract.Companions), want); diff != "" {
		t.Errorf("components of companion.yaml (-got +want; a new component belongs in this test too):\n%s", diff)
	}
}

func TestFields_areThePublishedOnes(t *testing.T) {
	t.Parallel()
	intervals := []string{"daily", "weekly", "monthly"}
	field := func(name string, types ...string) contract.Field {
		return contract.Field{Name: name, Types: types}
	}
	want := map[string][]contract.Field{
		"create-keys": {
			{Name: "creator_user_id", Types: []string{"string"}, Nullable: true},
			{Name: "expires_at", Types: []string{"string"}, Nullable: true, Format: "date-time"},
			field("include_byok_in_limit", "boolean"),
			{Name: "limit", Types: []string{"number"}, Nullable: true, Format: "double"},
			{Name: "limit_reset", Types: []string{"string"}, Nullable: true, Enum: intervals},
			{Name: "name", Types: []string{"string"}, Required: true},
			{Name: "workspace_id", Types: []string{"string"}, Format: "uuid"},
		},
		"create-auth-keys-code": {
			{Name: "callback_url", Types: []string{"string"}, Required: true, Format: "uri"},
			field("code_challenge", "string"),
			{Name: "code_challenge_method", Types: []string{"string"}, Enum: []string{"S256", "plain"}},
			{Name: "expires_at", Types: []string{"string"}, Nullable: true, Format: "date-time"},
			field("key_label", "string"),
			{Name: "limit", Types: []string{"number"}, Format: "double"},
			{Name: "usage_limit_type", Types: []string{"string"}, Enum: intervals},
		},
		"update-keys": {
			field("disabled", "boolean"),
			field("include_byok_in_limit", "boolean"),
			{Name: "limit", Types: []string{"number"}, Nullable: true, Format: "double"},
			{Name: "limit_reset", Types: []string{"string"}, Nullable: true, Enum: intervals},
			field("name", "string"),
		},
		"exchange-auth-code": {
			{Name: "code", Types: []string{"string"}, Required: true},
			{Name: "code_challenge_method", Types: []string{"string"}, Nullable: true, Enum: []string{"S256", "plain"}},
			field("code_verifier", "string"),
		},
		"delete-keys":  nil,
		"no-operation": nil,
	}
	c := newContract(t, contract.All)
	for operation, fields := range want {
		if diff := cmp.Diff(c.Fields(operation), fields); diff != "" {
			t.Errorf("fields of %s (-got +want):\n%s", operation, diff)
		}
	}
}

func TestOperations_areThePublishedOnesThenTheCompanions(t *testing.T) {
	t.Parallel()
	want := []string{
		"create-keys POST /keys [201 400 401 403 429 500] subpackage_apiKeys",
		"create-auth-keys-code POST /auth/keys/code [200 400 401 409 500] subpackage_oAuth",
		"list-keys GET /keys [200 400 401 403 429 500] companion subpackage_apiKeys",
		"get-key GET /keys/{hash} [200 401 403 404 429 500] companion subpackage_apiKeys",
		"update-keys PATCH /keys/{hash} [200 400 401 403 404 429 500] companion subpackage_apiKeys",
		"delete-keys DELETE /keys/{hash} [200 401 403 404 429 500] companion subpackage_apiKeys",
		"get-current-key GET /key [200 401 500] companion subpackage_apiKeys",
		"exchange-auth-code POST /auth/keys [200 400 403 500] companion subpackage_oAuth",
	}
	whole := specification(t, contract.All)
	var got []string
	for _, op := range newContract(t, contract.All).Operations() {
		line := fmt.Sprintf("%s %s %s %v", op.ID, op.Method, op.Path, op.Statuses)
		if op.Companion {
			line += " companion"
		}
		raw := dig(whole, "paths", op.Path, strings.ToLower(op.Method)).(map[string]any)
		got = append(got, line+" "+raw["tags"].([]any)[0].(string))
		if summary := raw["summary"]; summary != op.Summary || summary == "" {
			t.Errorf("summary of %s is %q, want %q", op.ID, op.Summary, summary)
		}
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("operations (-got +want; a new operation belongs in this test too):\n%s", diff)
	}
}

func TestResponses_referToTheComponentOfTheirStatus(t *testing.T) {
	t.Parallel()
	success := map[string]string{
		"create-keys": keyAnswer, "create-auth-keys-code": codeAnswer, "list-keys": "ListKeysResponse",
		"get-key": "KeyResponse", "update-keys": "KeyResponse", "delete-keys": "DeleteKeyResponse",
		"get-current-key": "CurrentKeyResponse", "exchange-auth-code": "ExchangeAuthCodeResponse",
	}
	whole := specification(t, contract.All)
	for _, op := range newContract(t, contract.All).Operations() {
		for _, status := range op.Statuses {
			want := success[op.ID]
			if status < 400 && want == "" {
				t.Errorf("this test does not know the success component of %s; add it to success", op.ID)
				continue
			}
			if status >= 400 {
				want = errorNames()[fmt.Sprint(status)] + "Response"
			}
			got := dig(whole, "paths", op.Path, strings.ToLower(op.Method), "responses", fmt.Sprint(status),
				"content", "application/json", "schema", "$ref")
			if got != "#/components/schemas/"+want {
				t.Errorf("%s %d refers to %v, want %s", op.ID, status, got, want)
			}
		}
		params, _ := dig(whole, "paths", op.Path, strings.ToLower(op.Method), "parameters").([]any)
		requires := len(params) > 0 && params[0].(map[string]any)["name"] == "Authorization"
		if requires != (op.ID != "exchange-auth-code") {
			t.Errorf("%s requires a credential: %v", op.ID, requires)
		}
	}
	if scheme := dig(whole, "components", "securitySchemes", "apiKey", "scheme"); scheme != "bearer" {
		t.Errorf("security scheme %v, want bearer", scheme)
	}
}

func TestModelGatesYAML_beginsWithItsErrata(t *testing.T) {
	t.Parallel()
	text, err := contract.Print(contract.Documented, "yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(text), "openapi:")
	if !strings.Contains(head, `"API Keys_createKeys_Response_201"`) {
		t.Errorf("the first comment does not name the renamed component:\n%s", head)
	}
}
