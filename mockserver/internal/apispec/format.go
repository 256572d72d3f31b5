package apispec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The years that RFC 3339 and an HTTP date can represent.
const (
	FirstYear = 1
	LastYear  = 9999
)

// MaxCount is the greatest count that the fake keeps or accepts. Every JSON parser
// reads integers up to this one exactly (RFC 8259, section 6).
const MaxCount = 1<<53 - 1

// InYears reports whether t is in UTC in the years from FirstYear to LastYear.
func InYears(t time.Time) bool {
	y := t.UTC().Year()
	return y >= FirstYear && y <= LastYear
}

// LastTime returns the last moment of LastYear, in UTC.
func LastTime() time.Time {
	return time.Date(LastYear, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)
}

// ClampTime returns t, or the nearest time from FirstYear to LastYear.
func ClampTime(t time.Time) time.Time {
	first, last := time.Date(FirstYear, time.January, 1, 0, 0, 0, 0, time.UTC), LastTime()
	switch {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}

// ParseTime parses an RFC 3339 date-time. Seconds and an offset are required,
// letters may be upper or lower case, and a leap second is read as the second
// after it.
func ParseTime(s string) (t time.Time, err error) {
	s = strings.ToUpper(s)
	if !dateTime.MatchString(s) { // time.Parse takes an hour of one digit, a comma and an offset of 99 hours too
		return time.Time{}, fmt.Errorf("%.40q is not a date-time of RFC 3339", s)
	}
	if s[17:19] != "60" {
		return time.Parse(time.RFC3339, s)
	}
	if t, err = time.Parse(time.RFC3339, s[:17]+"59"+s[19:]); err == nil && t.UTC().Format("15:04") != "23:59" {
		err = fmt.Errorf("%.40q has a leap second at %s UTC; want 23:59", s, t.UTC().Format("15:04"))
	}
	if err != nil {
		return time.Time{}, err
	}
	return t.Add(time.Second), nil
}

// dateTime matches a date-time (RFC 3339, section 5.6) in upper case, and some with
// numbers that are too large.
var dateTime = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)

// FormatTime formats a time as the API does: in UTC, with milliseconds.
func FormatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// WholeSeconds formats a duration for Retry-After (RFC 9110, section 10.2.3):
// whole seconds, rounded up, at least 1.
func WholeSeconds(d time.Duration) string {
	n := int64(d / time.Second)
	if d%time.Second > 0 {
		n++
	}
	return strconv.FormatInt(max(1, n), 10)
}

// IsUUID reports whether s has the 8-4-4-4-12 form of RFC 9562, in upper or lower
// case.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
		} else if !IsHex(s[i]) {
			return false
		}
	}
	return true
}

// IsHex reports whether c is a hexadecimal digit, in either case.
func IsHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
