package mockserver

// A shape is what the API promises of one value of an answer. These tables are
// all that this package knows of response schemas, and serve the effect violate
// alone.
type shape struct {
	name     string  // in the object that it is a member of
	kind     string  // its JSON type: one of those below
	nullable bool    // may be null
	optional bool    // may be absent
	format   string  // of a string; "" for any
	always   bool    // a boolean that is true
	most     int     // items of an array, at most; 0 for any number
	items    *shape  // of an array; nil for any
	members  []shape // of an object, in the order that the fake writes them; nil for any
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

// usageShapes are the eight figures that every description of a key has.
var usageShapes = []shape{
	{name: "usage", kind: aNumber},
	{name: "usage_daily", kind: aNumber},
	{name: "usage_weekly", kind: aNumber},
	{name: "usage_monthly", kind: aNumber},
	{name: "byok_usage", kind: aNumber},
	{name: "byok_usage_daily", kind: aNumber},
	{name: "byok_usage_weekly", kind: aNumber},
	{name: "byok_usage_monthly", kind: aNumber},
}

// keyShape is the key object.
var keyShape = shape{name: "data", kind: anObject, members: append([]shape{
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
}, usageShapes...)}

// currentShape is what a key is told about itself.
var currentShape = shape{name: "data", kind: anObject, members: append([]shape{
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
	{name: "rate_limit", kind: anObject, members: []shape{
		{name: "requests", kind: aInteger},
		{name: "interval", kind: aString},
		{name: "note", kind: aString},
	}},
}, usageShapes...)}

// codeShape is an authorization code.
var codeShape = shape{name: "data", kind: anObject, members: []shape{
	{name: "id", kind: aString},
	{name: "app_id", kind: aInteger},
	{name: "created_at", kind: aString},
}}

// successShapes are the bodies of success, by operationId.
var successShapes = map[string]shape{
	"create-keys":           {kind: anObject, members: []shape{keyShape, {name: "key", kind: aString}}},
	"create-auth-keys-code": {kind: anObject, members: []shape{codeShape}},
	"list-keys":             {kind: anObject, members: []shape{{name: "data", kind: anArray, most: 100, items: &keyShape}}},
	"get-key":               {kind: anObject, members: []shape{keyShape}},
	"update-keys":           {kind: anObject, members: []shape{keyShape}},
	"delete-keys":           {kind: anObject, members: []shape{{name: "deleted", kind: aBoolean, always: true}}},
	"get-current-key":       {kind: anObject, members: []shape{currentShape}},
	"exchange-auth-code":    {kind: anObject, members: []shape{{name: "key", kind: aString}, {name: "user_id", kind: aString, nullable: true}}},
}

// errorShape is the envelope of every error.
var errorShape = shape{kind: anObject, members: []shape{
	{name: "error", kind: anObject, members: []shape{
		{name: "code", kind: aInteger},
		{name: "message", kind: aString},
		{name: "metadata", kind: anObject, nullable: true, optional: true},
	}},
	{name: "user_id", kind: aString, nullable: true, optional: true},
	{name: "modelgates_metadata", kind: anObject, nullable: true, optional: true},
}}

// shapeOf is the shape of an operation's answer of a status, which need not be
// a documented one if it is an error. The result says whether there is one.
func shapeOf(id string, status int) (shape, bool) {
	for _, op := range operations {
		switch {
		case op.id != id:
		case status == op.success:
			s, ok := successShapes[id]
			return s, ok
		case 400 <= status && status <= 599:
			return errorShape, true
		}
	}
	return shape{}, false
}
