package mockserver

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
)

// A form reads the properties of a request body, each by its documented type,
// and gathers every problem instead of stopping at the first.
//
// A property that is absent, null where null is allowed, or refused reads as
// its zero value.
type form struct {
	members members
	known   []string
	issues  []Issue
	decided []string // rules that let a property pass which another setting would refuse
}

// newForm begins to read the body of req, or the problem that it has as a whole.
func newForm(req *request) *form {
	m, issues := req.body.object(req.header)
	return &form{members: m, issues: issues}
}

// broken reports that the body as a whole is unusable, so that nothing is to
// be said about its properties.
func (f *form) broken() bool { return f.members == nil }

// refuse notes a problem of the property name.
func (f *form) refuse(name, rule, format string, args ...any) {
	f.issues = append(f.issues, Issue{Path: "/" + escapePointer(name), Message: fmt.Sprintf(format, args...), rule: rule})
}

// raw returns the undecoded property and whether it is there and not null.
// A null is a problem unless nullable.
func (f *form) raw(name, wanted string, nullable bool) (json.RawMessage, bool) {
	f.known = append(f.known, name)
	raw, ok := f.members[name]
	if !ok {
		return nil, false
	}
	if bytes.Equal(raw, []byte("null")) {
		if !nullable {
			f.refuse(name, "body.type", "must be %s, not null", wanted)
		}
		return nil, false
	}
	return raw, true
}

// has reports whether the property is there, null included.
func (f *form) has(name string) bool { _, ok := f.members[name]; return ok }

// require notes the absence of a required property.
func (f *form) require(name string) {
	if !f.broken() && !f.has(name) {
		f.refuse(name, "body.required", "is required")
	}
}

// text reads a string. The result says whether there is one.
func (f *form) text(name string, nullable bool) (s string, ok bool) {
	wanted := "a string"
	if nullable {
		wanted = "a string or null"
	}
	raw, ok := f.raw(name, wanted, nullable)
	if !ok {
		return "", false
	}
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		f.refuse(name, "body.type", "must be %s, not %s", wanted, kindOf(raw))
		return "", false
	}
	return s, true
}

// number reads a double: any JSON number that a 64-bit float can hold.
func (f *form) number(name string, nullable bool) (n float64, ok bool) {
	wanted := "a number"
	if nullable {
		wanted = "a number or null"
	}
	raw, ok := f.raw(name, wanted, nullable)
	if !ok {
		return 0, false
	}
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		f.refuse(name, "body.type", "must be %s, not %s", wanted, kindOf(raw))
		return 0, false
	}
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(n, 0) {
		f.refuse(name, "body.format", "must be a number that a double can hold, not %s", quote(string(raw)))
		return 0, false
	}
	return n, true
}

// boolean reads true or false.
func (f *form) boolean(name string) (b, ok bool) {
	raw, ok := f.raw(name, "a boolean", false)
	if !ok {
		return false, false
	}
	if raw[0] != 't' && raw[0] != 'f' {
		f.refuse(name, "body.type", "must be a boolean, not %s", kindOf(raw))
		return false, false
	}
	return raw[0] == 't', true
}

// oneOf reads a string of an enumeration.
func (f *form) oneOf(name string, nullable bool, values ...string) (string, bool) {
	s, ok := f.text(name, nullable)
	if ok && !slices.Contains(values, s) {
		list := strings.Join(values, ", ")
		if nullable {
			list += " or null"
		}
		f.refuse(name, "body.enum", "must be one of %s, not %s", list, quote(s))
		return "", false
	}
	return s, ok
}

// uuid reads a UUID in its 36-character form, letters in either case.
func (f *form) uuid(name string) (string, bool) {
	s, ok := f.text(name, false)
	if ok && !isUUID(s) {
		f.refuse(name, "body.format", "must be a UUID, not %s", quote(s))
		return "", false
	}
	return s, ok
}

// absoluteURL reads a URI with a scheme (RFC 3986).
func (f *form) absoluteURL(name string) (*url.URL, string, bool) {
	s, ok := f.text(name, false)
	if !ok {
		return nil, "", false
	}
	u, err := url.Parse(s)
	if err != nil || !u.IsAbs() {
		f.refuse(name, "body.format", "must be an absolute URI, not %s", quote(s))
		return nil, "", false
	}
	return u, s, true
}

// timestamp reads an RFC 3339 date-time that may be null, and returns it with
// the text as it was sent. Any offset is read; what it may be is the caller's.
func (f *form) timestamp(name string) (t time.Time, sent string, ok bool) {
	s, ok := f.text(name, true)
	if !ok {
		return time.Time{}, "", false
	}
	t, err := parseTime(s)
	if err != nil {
		f.refuse(name, "body.format", "must be an ISO 8601 timestamp in UTC such as 2029-11-30T23:59:59Z, or null, not %s", quote(s))
		return time.Time{}, "", false
	}
	return t, s, true
}

// undeclared returns the names that no call has read, sorted.
func (f *form) undeclared() []string {
	var names []string
	for name := range f.members {
		if !slices.Contains(f.known, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// rules are those that decided on a body that was accepted: the given ones,
// those that let a property pass, and the one that ignores what is undeclared.
func (f *form) rules(given ...string) []string {
	for _, rule := range f.decided {
		given = appendNew(given, rule)
	}
	if len(f.undeclared()) > 0 {
		given = appendNew(given, "body.undeclared")
	}
	return given
}

// allows reports whether an open question is set to accept what was sent, and
// notes the rule if so.
func (f *form) allows(tx txn, rule string) bool {
	if tx.world.choice(rule) == refuseIt {
		return false
	}
	f.decided = appendNew(f.decided, rule)
	return true
}

// err is the 400 with every problem noted so far, or nil.
func (f *form) err() error { return badRequest(f.issues) }

// isUUID reports whether s has the 8-4-4-4-12 form of RFC 9562.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// parseTime reads an RFC 3339 date-time: seconds and an offset are required,
// letters may be of either case, and a leap second is read as the second after.
func parseTime(s string) (t time.Time, err error) {
	s = strings.ToUpper(s)
	if err = t.UnmarshalText([]byte(s)); err == nil { // stricter than time.Parse, as the RFC is
		return t, nil
	}
	if len(s) < 20 || s[17:19] != "60" {
		return time.Time{}, err
	}
	if t.UnmarshalText([]byte(s[:17]+"59"+s[19:])) != nil || t.UTC().Format("15:04") != "23:59" {
		return time.Time{}, err
	}
	return t.Add(time.Second), nil
}

// formatTime writes a moment as the API does: UTC, with milliseconds.
func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
