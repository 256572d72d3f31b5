package apispec

import (
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
	if err = t.UnmarshalText([]byte(s)); err == nil { // as strict as the RFC, unlike time.Parse
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
