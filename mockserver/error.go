package mockserver

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// An Issue is one problem of a request, as a 400 lists it in
// error.metadata.issues.
type Issue struct {
	Path    string `json:"path"`    // JSON pointer into the body; "" for the body itself, "?name" for a query parameter
	Message string `json:"message"` // what was wanted and what was sent

	rule string // the rule that refuses it
}

// An Error is a refusal the API documents: a status and the body sent with it.
//
// It marshals to the envelope that every documented error shares:
//
//	{"error": {"code": 404, "message": "Resource not found"}}
type Error struct {
	Status   int            // HTTP status; also error.code in the body, always
	Message  string         // error.message, word for word as the API sends it
	Issues   []Issue        // error.metadata.issues of a 400; nil for none
	Metadata map[string]any // further members of error.metadata; nil for none
	UserID   string         // top-level user_id, known once the caller is; "" leaves it out

	rules      []string      // the rules that decided it, most telling first
	retryAfter time.Duration // for Retry-After; 0 leaves it out
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Message) }

// MarshalJSON returns the documented error envelope.
func (e *Error) MarshalJSON() ([]byte, error) {
	type detail struct {
		Code     int            `json:"code"`
		Message  string         `json:"message"`
		Metadata map[string]any `json:"metadata,omitempty"`
	}
	meta := e.Metadata
	if len(e.Issues) > 0 {
		meta = make(map[string]any, len(e.Metadata)+1)
		for k, v := range e.Metadata {
			meta[k] = v
		}
		meta["issues"] = e.Issues
	}
	return json.Marshal(struct {
		Error  detail `json:"error"`
		UserID string `json:"user_id,omitempty"`
	}{detail{e.Status, e.Message, meta}, e.UserID})
}

// messages are error.message by status, as the family of the API words them.
// A status is written here and in the table of operations and nowhere else.
var messages = map[int]string{
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

// refuse returns the documented refusal of a status, decided by rules.
func refuse(status int, rules ...string) *Error {
	return &Error{Status: status, Message: messages[status], rules: rules}
}

// saying replaces the message, where one status has several.
func (e *Error) saying(message string) *Error {
	e.Message = message
	return e
}

// badRequest is the 400 that lists every problem found. It is nil for none.
func badRequest(issues []Issue) error {
	if len(issues) == 0 {
		return nil
	}
	first := issues[0]
	message := "Invalid request: " + strings.TrimSpace(first.Path+" "+first.Message)
	if more := len(issues) - 1; more > 0 {
		message += " (and " + strconv.Itoa(more) + " more)"
	}
	e := refuse(400).saying(message)
	e.Issues = issues
	for _, i := range issues {
		e.rules = appendNew(e.rules, i.rule)
	}
	return e
}

// appendNew appends s unless it is there already or empty.
func appendNew(list []string, s string) []string {
	if s == "" {
		return list
	}
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
