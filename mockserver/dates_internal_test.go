package mockserver

import (
	"net/http"
	"testing"
	"time"
)

func TestDates_areThoseOfTheirTimes(t *testing.T) {
	t.Parallel()
	var d dates
	start := time.Date(2026, time.March, 4, 12, 0, 0, 0, time.FixedZone("", 3600))
	for _, after := range []time.Duration{0, time.Second - 1, time.Second, time.Second, 0, -1, 365 * 24 * time.Hour, -3000 * 365 * time.Hour} {
		at := start.Add(after)
		if got, want := d.format(at), at.UTC().Format(http.TimeFormat); got != want {
			t.Errorf("%v: got %s, want %s", at, got, want)
		}
	}
}
