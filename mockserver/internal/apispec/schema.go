package apispec

// A schema describes one value of a response.
type schema struct {
	name     string   // of the object member that it describes; "" for the body and for items
	kind     string   // JSON type: one of those below
	nullable bool     // may be null
	optional bool     // may be absent
	format   string   // of a string; "" for any
	always   bool     // the boolean is always true
	maxItems int      // of an array; 0 for any number
	items    *schema  // of an array; nil for any
	members  []schema // of an object, in the order in which the fake writes them; nil for any
}

// JSON types, as JSON Schema names them.
const (
	aString  = "string"
	aNumber  = "number"
	aInteger = "integer"
	aBoolean = "boolean"
	anArray  = "array"
	anObject = "object"
)

// usageSchemas are the eight usage members that every key object has.
var usageSchemas = []schema{
	{name: "usage", kind: aNumber},
	{name: "usage_daily", kind: aNumber},
	{name: "usage_weekly", kind: aNumber},
	{name: "usage_monthly", kind: aNumber},
	{name: "byok_usage", kind: aNumber},
	{name: "byok_usage_daily", kind: aNumber},
	{name: "byok_usage_weekly", kind: aNumber},
	{name: "byok_usage_monthly", kind: aNumber},
}

// keySchema is the key object of the documents.
var keySchema = schema{name: "data", kind: anObject, members: append([]schema{
	{name: "hash", kind: aString},
	{name: "name", kind: aString},
	{name: "label", kind: aString},
	{name: "disabled", kind: aBoolean},
	{name: "limit", kind: aNumber, nullable: true},
	{name: "limit_remaining", kind: aNumber, nullable: true},
	{name: "limit_reset", kind: aString, nullable: true},
	{name: "include_byok_in_limit", kind: aBoolean},
	{name: "created_at", kind: aString},
	{name: "updated_at", kind: aString, nullable: true},
	{name: "expires_at", kind: aString, nullable: true, optional: true, format: "date-time"},
	{name: "creator_user_id", kind: aString, nullable: true},
	{name: "workspace_id", kind: aString},
}, usageSchemas...)}

// currentKeySchema is the key object of get-current-key.
var currentKeySchema = schema{name: "data", kind: anObject, members: append([]schema{
	{name: "label", kind: aString},
	{name: "limit", kind: aNumber, nullable: true},
	{name: "limit_remaining", kind: aNumber, nullable: true},
	{name: "limit_reset", kind: aString, nullable: true},
	{name: "include_byok_in_limit", kind: aBoolean},
	{name: "is_free_tier", kind: aBoolean},
	{name: "is_management_key", kind: aBoolean},
	{name: "is_provisioning_key", kind: aBoolean},
	{name: "creator_user_id", kind: aString, nullable: true},
	{name: "expires_at", kind: aString, nullable: true, optional: true, format: "date-time"},
	{name: "rate_limit", kind: anObject, members: []schema{
		{name: "requests", kind: aInteger},
		{name: "interval", kind: aString},
		{name: "note", kind: aString},
	}},
}, usageSchemas...)}

// codeSchema is an authorization code.
var codeSchema = schema{name: "data", kind: anObject, members: []schema{
	{name: "id", kind: aString},
	{name: "app_id", kind: aInteger},
	{name: "created_at", kind: aString},
}}

// successSchemas describe the success responses, by operationId.
var successSchemas = map[string]schema{
	"create-keys":           {kind: anObject, members: []schema{keySchema, {name: "key", kind: aString}}},
	"create-auth-keys-code": {kind: anObject, members: []schema{codeSchema}},
	"list-keys":             {kind: anObject, members: []schema{{name: "data", kind: anArray, maxItems: 100, items: &keySchema}}},
	"get-key":               {kind: anObject, members: []schema{keySchema}},
	"update-keys":           {kind: anObject, members: []schema{keySchema}},
	"delete-keys":           {kind: anObject, members: []schema{{name: "deleted", kind: aBoolean, always: true}}},
	"get-current-key":       {kind: anObject, members: []schema{currentKeySchema}},
	"exchange-auth-code":    {kind: anObject, members: []schema{{name: "key", kind: aString}, {name: "user_id", kind: aString, nullable: true}}},
}

// errorSchema is the envelope of every error.
var errorSchema = schema{kind: anObject, members: []schema{
	{name: "error", kind: anObject, members: []schema{
		{name: "code", kind: aInteger},
		{name: "message", kind: aString},
		{name: "metadata", kind: anObject, nullable: true, optional: true},
	}},
	{name: "user_id", kind: aString, nullable: true, optional: true},
	{name: "modelgates_metadata", kind: anObject, nullable: true, optional: true},
}}

// responseSchema returns the schema of an operation's response with a status. Any
// status from 400 to 599, documented or not, has the error schema. It returns
// false for an unknown operation and for any other status.
func responseSchema(operation string, status int) (schema, bool) {
	op := OperationByID(operation)
	switch {
	case op == nil:
		return schema{}, false
	case status == op.Success:
		s, ok := successSchemas[operation]
		return s, ok
	case 400 <= status && status <= 599:
		return errorSchema, true
	}
	return schema{}, false
}
