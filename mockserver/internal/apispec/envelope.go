package apispec

// Messages maps each status to its error.message, worded as in the family's API.
// Where one status has several messages, the code that returns it sets them.
var Messages = map[int]string{
	400: "Bad Request",
	401: "User not found.",
	403: "Only management keys can perform this operation",
	404: "Resource not found",
	405: "Method not allowed",
	409: "Failed to create or update app while creating auth code. Please try again later.",
	429: "Rate limit exceeded",
	500: "Internal Server Error",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Timeout",
}

// An Envelope is the body that every error of the API has.
type Envelope struct {
	Error  ErrorData `json:"error"`
	UserID string    `json:"user_id,omitempty"` // of the account, if the caller is known
}

// ErrorData is the member error of an Envelope.
type ErrorData struct {
	Code     int       `json:"code"` // always the HTTP status
	Message  string    `json:"message"`
	Metadata *Metadata `json:"metadata,omitempty"`
}

// Metadata is error.metadata, an object whose members the specification does not
// define. Members with their zero value are left out.
type Metadata struct {
	Allow   []string          `json:"allow,omitempty"`   // 405: the methods of the path
	Headers map[string]string `json:"headers,omitempty"` // 429: the X-RateLimit headers
	Issues  []Issue           `json:"issues,omitempty"`  // 400: every problem of the request
	Nearest string            `json:"nearest,omitempty"` // 404: the nearest route
}

// An Issue is one problem with a request.
type Issue struct {
	Path    string `json:"path"`    // JSON pointer into the body; "" for the body itself, "?name" for a query parameter
	Message string `json:"message"` // what was wanted and what was sent
	Rule    string `json:"-"`       // id of the rule that was broken
}
