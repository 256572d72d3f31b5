package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// A Form reads the properties of a request body. A property that is absent, null
// where null is allowed, or refused reads as its zero value.
type Form struct {
	Issues []apispec.Issue // problems so far

	members Members
	decided []string // rules that accepted what another setting would refuse

	// The names of the properties read so far: the first reads of names, then more. A
	// slice of names would keep the Form from the stack.
	names [8]string
	reads int
	more  []string
}

// New returns a Form that reads members and starts with the given issues. Nil
// members mean that the body as a whole was refused.
func New(members Members, issues []apispec.Issue) *Form {
	return &Form{members: members, Issues: issues}
}

// Unusable reports whether the body as a whole was refused, so that its
// properties are not known.
func (f *Form) Unusable() bool { return f.members == nil }

// Refuse adds a problem with a property.
func (f *Form) Refuse(name, rule, format string, args ...any) {
	f.Issues = append(f.Issues, apispec.Issue{Path: "/" + strictjson.EscapePointer(name), Message: fmt.Sprintf(format, args...), Rule: rule})
}

// Allow returns ok, and if ok records that the rule accepted the request.
func (f *Form) Allow(ok bool, rule string) bool {
	if ok {
		f.Decide(rule)
	}
	return ok
}

// Decide records that a rule contributed to the response.
func (f *Form) Decide(rule string) { f.decided = AppendNew(f.decided, rule) }

// Rules returns the rules that decided the response to an accepted body: the
// given ones, those that were recorded, and body.undeclared if it applies.
func (f *Form) Rules(given ...string) []string {
	given = slices.Clip(given) // the caller may use them again
	for _, rule := range f.decided {
		given = AppendNew(given, rule)
	}
	if len(f.Undeclared()) > 0 {
		given = AppendNew(given, "body.undeclared")
	}
	return given
}

// Has reports whether the property is present, even if it is null.
func (f *Form) Has(name string) bool { _, ok := f.members.Get(name); return ok }

// Require refuses a body without the property.
func (f *Form) Require(name string) {
	if !f.Unusable() && !f.Has(name) {
		f.Refuse(name, "body.required", "is required")
	}
}

// raw returns the property as it was sent, and whether it is present and not
// null. It refuses null unless nullable.
func (f *Form) raw(name, wanted string, nullable bool) (json.RawMessage, bool) {
	f.note(name)
	raw, ok := f.members.Get(name)
	if !ok {
		return nil, false
	}
	if bytes.Equal(raw, []byte("null")) {
		if !nullable {
			f.Refuse(name, "body.type", "must be %s, not null", wanted)
		}
		return nil, false
	}
	return raw, true
}

// note records that a property was read.
func (f *Form) note(name string) {
	if f.reads == len(f.names) {
		f.more = append(f.more, name)
		return
	}
	f.names[f.reads] = name
	f.reads++
}

// Text reads a string and reports whether there is one.
func (f *Form) Text(name string, nullable bool) (s string, ok bool) {
	raw, ok := f.quoted(name, nullable)
	if !ok {
		return "", false
	}
	return strictjson.Text(raw), true
}

// quoted reads a string as it was sent, and reports whether there is one.
func (f *Form) quoted(name string, nullable bool) (raw json.RawMessage, ok bool) {
	wanted := "a string"
	if nullable {
		wanted = "a string or null"
	}
	raw, ok = f.raw(name, wanted, nullable)
	if !ok {
		return nil, false
	}
	if raw[0] != '"' {
		f.Refuse(name, "body.type", "must be %s, not %s", wanted, strictjson.TypeOf(raw).WithArticle())
		return nil, false
	}
	return raw, true
}

// Number reads a JSON number that a 64-bit float can hold.
func (f *Form) Number(name string, nullable bool) (n float64, ok bool) {
	wanted := "a number"
	if nullable {
		wanted = "a number or null"
	}
	raw, ok := f.raw(name, wanted, nullable)
	if !ok {
		return 0, false
	}
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		f.Refuse(name, "body.type", "must be %s, not %s", wanted, strictjson.TypeOf(raw).WithArticle())
		return 0, false
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(n, 0) {
		f.Refuse(name, "body.format", "must be a number that a double can hold, not %s", Quote(string(raw)))
		return 0, false
	}
	return n, true
}

// Boolean reads true or false.
func (f *Form) Boolean(name string) (b, ok bool) {
	raw, ok := f.raw(name, "a boolean", false)
	if !ok {
		return false, false
	}
	if raw[0] != 't' && raw[0] != 'f' {
		f.Refuse(name, "body.type", "must be a boolean, not %s", strictjson.TypeOf(raw).WithArticle())
		return false, false
	}
	return raw[0] == 't', true
}

// OneOf reads a string that must be one of the values.
func (f *Form) OneOf(name string, nullable bool, values ...string) (string, bool) {
	raw, ok := f.quoted(name, nullable)
	if !ok {
		return "", false
	}
	for _, value := range values {
		if len(raw) == len(value)+2 && string(raw[1:len(raw)-1]) == value {
			return value, true
		}
	}
	s := strictjson.Text(raw) // it may have escapes
	i := slices.Index(values, s)
	if i < 0 {
		list := strings.Join(values, ", ")
		if nullable {
			list += " or null"
		}
		f.Refuse(name, "body.enum", "must be one of %s, not %s", list, Quote(s))
		return "", false
	}
	return values[i], true // what was sent is not kept
}

// UUID reads a UUID (RFC 9562), in upper or lower case.
func (f *Form) UUID(name string) (string, bool) {
	s, ok := f.Text(name, false)
	if ok && !apispec.IsUUID(s) {
		f.Refuse(name, "body.format", "must be a UUID, not %s", Quote(s))
		return "", false
	}
	return s, ok
}

// AbsoluteURL reads a URI with a scheme (RFC 3986). It also returns the text as it
// was sent.
func (f *Form) AbsoluteURL(name string) (*url.URL, string, bool) {
	s, ok := f.Text(name, false)
	if !ok {
		return nil, "", false
	}
	u, ok := ParseURI(s)
	if !ok {
		f.Refuse(name, "body.format", "must be an absolute URI, not %s", Quote(s))
		return nil, "", false
	}
	return u, s, true
}

// Timestamp reads an RFC 3339 date-time, with any offset, or null. It also returns
// the text as it was sent.
func (f *Form) Timestamp(name string) (t time.Time, sent string, ok bool) {
	s, ok := f.Text(name, true)
	if !ok {
		return time.Time{}, "", false
	}
	t, err := apispec.ParseTime(s)
	if err != nil {
		f.Refuse(name, "body.format", "must be an ISO 8601 timestamp in UTC such as 2029-11-30T23:59:59Z, or null, not %s", Quote(s))
		return time.Time{}, "", false
	}
	return t, s, true
}

// Undeclared returns the names of the properties that no call has read, sorted.
func (f *Form) Undeclared() []string {
	var names []string
	for _, m := range f.members {
		if !slices.Contains(f.names[:f.reads], m.Name) && !slices.Contains(f.more, m.Name) {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return names
}

// AppendNew appends s to list unless it is empty or already there.
func AppendNew(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
