package form

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Query reads the parameters of a query string or a URL-encoded form. Each may
// appear at most once.
type Query struct {
	Values url.Values
	Rule   string          // for problems with the query as a whole
	Used   []string        // rules of the parameters that were present
	Issues []apispec.Issue // problems so far

	known []string // names of the parameters read so far
}

// NewQuery returns a Query that reads a raw query string. It refuses malformed
// escapes and repeated parameters.
func NewQuery(raw, rule string) *Query {
	values, err := url.ParseQuery(raw)
	q := &Query{Values: values, Rule: rule}
	if err != nil {
		q.Refuse("", rule, "must be escaped names and values, joined by &")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(values[name]) > 1 {
			q.Refuse(name, rule, "must not appear twice")
		}
	}
	return q
}

// Refuse adds a problem with a parameter.
func (q *Query) Refuse(name, rule, message string) {
	q.Issues = append(q.Issues, apispec.Issue{Path: "?" + name, Message: message, Rule: rule})
}

// Text reads a parameter. A repeated one, which NewQuery has refused, reads as
// absent.
func (q *Query) Text(name, rule string) (string, bool) {
	q.known = append(q.known, name)
	sent := q.Values[name]
	if len(sent) != 1 {
		return "", false
	}
	q.Used = AppendNew(q.Used, rule)
	return sent[0], true
}

// Count reads an integer, 0 or more, in decimal digits. A number that overflows
// an int reads as the largest int.
func (q *Query) Count(name, rule string) (int, bool) {
	s, ok := q.Text(name, rule)
	if !ok {
		return 0, false
	}
	if s == "" || strings.Trim(s, "0123456789") != "" {
		q.Refuse(name, rule, "must be an integer, 0 or more, not "+Quote(s))
		return 0, false
	}
	n, _ := strconv.Atoi(s) // out of range, it returns the largest int
	return n, true
}

// Flag reads true or false.
func (q *Query) Flag(name, rule string) (b, ok bool) {
	s, ok := q.Text(name, rule)
	if ok && s != "true" && s != "false" {
		q.Refuse(name, rule, "must be true or false, not "+Quote(s))
		return false, false
	}
	return s == "true", ok
}

// UUID reads a UUID and returns it in lower case.
func (q *Query) UUID(name, rule string) (string, bool) {
	s, ok := q.Text(name, rule)
	if ok && !apispec.IsUUID(s) {
		q.Refuse(name, rule, "must be a UUID, not "+Quote(s))
		return "", false
	}
	return strings.ToLower(s), ok
}

// A Parameter is a parameter of a query that is also a property of a request body.
type Parameter struct {
	Name   string
	Number bool // the property is a number, so that a number in the text is one
}

// Form returns a Form that reads parameters as if they were the properties of a
// body. Adopt takes over its problems.
func (q *Query) Form(parameters ...Parameter) *Form {
	members := Members{} // nil would mean that the body was refused
	for _, p := range parameters {
		s, ok := q.Text(p.Name, "")
		switch {
		case !ok:
		case !utf8.ValidString(s):
			q.Refuse(p.Name, q.Rule, "must be UTF-8")
		default:
			members = append(members, strictjson.RawMember{Name: p.Name, Value: p.json(s)})
		}
	}
	return New(members, nil)
}

// json returns a value of the parameter as JSON.
func (p Parameter) json(text string) json.RawMessage {
	if p.Number && text != "" && strings.Contains("-0123456789", text[:1]) && json.Valid([]byte(text)) {
		return json.RawMessage(strings.TrimSpace(text))
	}
	raw, _ := json.Marshal(text) // every string marshals
	return raw
}

// Adopt adds the problems of a Form that Form has returned.
func (q *Query) Adopt(f *Form) {
	for _, issue := range f.Issues {
		name := strings.TrimPrefix(issue.Path, "/")
		if len(q.Values[name]) > 1 && !f.Has(name) {
			continue // NewQuery has refused it as repeated
		}
		issue.Path = "?" + name
		q.Issues = append(q.Issues, issue)
	}
}

// RefuseUnknown refuses the parameters that no call has read. The messages name
// the operation.
func (q *Query) RefuseUnknown(operation string) {
	for _, name := range slices.Sorted(maps.Keys(q.Values)) {
		if !slices.Contains(q.known, name) {
			q.Refuse(name, q.Rule, "is not a parameter of "+operation+suggest.Hint(name, q.known))
		}
	}
}
