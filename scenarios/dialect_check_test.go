package scenarios_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// A dialectRequest is a request as a dialect reads it.
type dialectRequest struct {
	method, path string
	query        url.Values
	header       http.Header
	raw          []byte
	body         map[string]any // nil until it has been read, or if it is not an object
}

// A property is one that a request body may have.
type property struct {
	kind     string // string, number, boolean, date-time, uuid or callback
	null     bool
	required bool
	enum     []string
}

var periods = []string{"daily", "weekly", "monthly"}

// The properties of the three bodies.
var (
	keyProperties = map[string]property{
		"name": {kind: "string", required: true}, "limit": {kind: "number", null: true},
		"limit_reset": {kind: "string", null: true, enum: periods}, "include_byok_in_limit": {kind: "boolean"},
		"expires_at": {kind: "date-time", null: true}, "workspace_id": {kind: "uuid"}, "creator_user_id": {kind: "string", null: true},
	}
	codeProperties = map[string]property{
		"callback_url": {kind: "callback", required: true}, "code_challenge": {kind: "string"},
		"code_challenge_method": {kind: "string", enum: []string{"S256", "plain"}}, "expires_at": {kind: "date-time", null: true},
		"key_label": {kind: "string"}, "limit": {kind: "number"}, "usage_limit_type": {kind: "string", enum: periods},
	}
	updateProperties = map[string]property{
		"name": {kind: "string"}, "disabled": {kind: "boolean"}, "limit": {kind: "number", null: true},
		"limit_reset": {kind: "string", null: true, enum: periods}, "include_byok_in_limit": {kind: "boolean"},
	}
	exchangeProperties = map[string]property{
		"code": {kind: "string", required: true}, "code_verifier": {kind: "string"},
		"code_challenge_method": {kind: "string", null: true, enum: []string{"S256", "plain"}},
	}
)

// problems reads the body and returns what is wrong with it, except for the problem
// that a departure ignores.
func (s *dialectServer) problems(r *dialectRequest, properties map[string]property) []string {
	found := s.readBody(r)
	if r.body != nil {
		for name, p := range properties {
			value, there := r.body[name]
			if problem := s.propertyProblem(p, value, there); problem != "" {
				found = append(found, "/"+name+" "+problem)
			}
		}
		for name := range r.body {
			if _, ok := properties[name]; !ok && s.setting("body.undeclared") == "refuse" {
				found = append(found, "/"+name+" undeclared")
			}
		}
	}
	return s.noticed(found)
}

// noticed removes the problem that a departure ignores.
func (s *dialectServer) noticed(found []string) []string {
	return slices.DeleteFunc(found, func(p string) bool { return p == s.ignore })
}

// readBody parses the body, and returns what is wrong with it as a whole.
func (s *dialectServer) readBody(r *dialectRequest) []string {
	var found []string
	if media, _, err := mime.ParseMediaType(r.header.Get("Content-Type")); err != nil || media != "application/json" {
		found = append(found, "media type")
	}
	if len(bytes.TrimSpace(r.raw)) == 0 {
		return append(found, "empty")
	}
	d := json.NewDecoder(bytes.NewReader(r.raw))
	var first any
	if err := d.Decode(&first); err != nil || !utf8.Valid(r.raw) {
		return append(found, "json")
	}
	if _, err := d.Token(); err != io.EOF {
		found = append(found, "trailing")
	}
	if r.body, _ = first.(map[string]any); r.body == nil {
		return append(found, "object")
	}
	if s.setting("body.duplicate") == "refuse" && hasDuplicates(r.raw) {
		found = append(found, "duplicate")
	}
	return found
}

// hasDuplicates reports whether an object has two members of one name.
func hasDuplicates(object []byte) bool {
	d := json.NewDecoder(bytes.NewReader(object))
	_, _ = d.Token()
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		name, _ := token.(string)
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return false
		}
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// propertyProblem returns what is wrong with the value of a property, "" for
// nothing.
func (s *dialectServer) propertyProblem(p property, value any, there bool) string {
	switch {
	case !there && p.required:
		return "required"
	case !there || value == nil && p.null:
		return ""
	case value == nil:
		return "null"
	}
	ok := false
	switch value := value.(type) {
	case float64:
		ok = p.kind == "number"
	case bool:
		ok = p.kind == "boolean"
	case string:
		if p.kind != "number" && p.kind != "boolean" {
			return s.textProblem(p, value)
		}
	}
	if !ok {
		return "type"
	}
	return ""
}

// textProblem returns what is wrong with the text of a property, "" for nothing.
func (s *dialectServer) textProblem(p property, text string) string {
	switch {
	case p.enum != nil && !slices.Contains(p.enum, text):
		return "enum"
	case p.kind == "date-time":
		return s.timeProblem(text)
	case p.kind == "uuid" && !uuidForm.MatchString(text):
		return "format"
	case p.kind == "callback":
		return s.callbackProblem(text)
	}
	return ""
}

func (s *dialectServer) timeProblem(text string) string {
	at, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	if err != nil {
		return "format"
	}
	_, offset := at.Zone()
	zulu := strings.HasSuffix(strings.ToUpper(text), "Z")
	if offset != 0 || !zulu && s.setting("keys.expires-at-offset-zero") == "refuse" {
		return "utc"
	}
	return ""
}

func (s *dialectServer) callbackProblem(text string) string {
	u, err := url.Parse(text)
	if err != nil || !u.IsAbs() || u.Hostname() == "" {
		return "format"
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
	switch {
	case local && u.Scheme == "http" && s.setting("codes.callback-url") == "localhost":
		return ""
	case u.Scheme != "https":
		return "scheme"
	case !slices.Contains([]string{"", "443", "3000"}, u.Port()):
		return "port"
	}
	return ""
}

// caller returns the key of the request; the management key has no hash. The
// status is 401 if it has no valid credential.
func (s *dialectServer) caller(r *dialectRequest) (*dialectKey, int) {
	values := r.header.Values("Authorization")
	var found []string
	token := ""
	switch {
	case len(values) == 0:
		found = append(found, "credential missing")
	default:
		scheme, rest, _ := strings.Cut(values[0], " ")
		token = strings.TrimSpace(rest)
		if rest == "" {
			token = scheme
			found = append(found, "credential bare")
		} else if !strings.EqualFold(scheme, "Bearer") || len(values) > 1 {
			found = append(found, "credential scheme")
		}
	}
	if len(s.noticed(found)) > 0 {
		return nil, http.StatusUnauthorized
	}
	if token == liveKey || len(found) > 0 {
		return &dialectKey{secret: liveKey}, 0
	}
	for _, k := range s.keys {
		if k.secret == token && (!k.disabled || s.ignore == "key disabled") {
			if at, ok := k.expires.(time.Time); !ok || at.After(time.Now()) {
				return k, 0
			}
		}
	}
	if s.ignore == "credential unknown" {
		return &dialectKey{secret: liveKey}, 0
	}
	return nil, http.StatusUnauthorized
}

// authorise checks the credential and the body in the order of the dialect. The status
// is 0 if both are valid.
func (s *dialectServer) authorise(r *dialectRequest, management bool, properties map[string]property) (*dialectKey, int) {
	key, status := s.caller(r)
	if status == 0 && management && key.hash != "" && s.ignore != "management" {
		status = http.StatusForbidden
	}
	bad := properties != nil && len(s.problems(r, properties)) > 0
	if bad && (status == 0 || s.setting("auth.before-body") == "after" && status == http.StatusUnauthorized) {
		status = http.StatusBadRequest
	}
	return key, status
}
