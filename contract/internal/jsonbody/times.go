package jsonbody

import "time"

// ParseTime reads an ISO 8601 timestamp: a date and a time of day, with or
// without a fraction and an offset. Without an offset it is in UTC. It reports false
// for anything else.
func ParseTime(text string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "20060102T150405Z0700",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Offset returns the offset of a time from UTC, in seconds.
func Offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}
