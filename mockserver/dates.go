package mockserver

import (
	"net/http"
	"sync/atomic"
	"time"
)

// Dates formats times for the header Date. It remembers the last, since most responses
// are sent within the second of another. The zero value is ready to use, from any
// goroutine.
type dates struct{ last atomic.Pointer[date] }

// A date is a second, and its text.
type date struct {
	second int64 // since 1970
	text   string
}

// format returns t as an HTTP date (RFC 9110, section 5.6.7).
func (d *dates) format(t time.Time) string {
	second := t.Unix()
	if last := d.last.Load(); last != nil && last.second == second {
		return last.text
	}
	text := t.UTC().Format(http.TimeFormat)
	d.last.Store(&date{second, text})
	return text
}
