package mockserver

import (
	"encoding/json"
	"fmt"
	"time"
)

// machineTime is the only reading of the machine's clock in this package.
func machineTime() time.Time { return time.Now() }

// A ClockSetting says what time it is in a world. Its zero value is the
// machine's own time, running.
type ClockSetting struct {
	Now    time.Time // the time at this moment; the zero time is the machine's
	Frozen bool      // it does not pass; with a zero Now it stands where it is
}

type clockJSON struct {
	Now    *time.Time `json:"now,omitempty"`
	Frozen bool       `json:"frozen"`
}

// MarshalJSON writes {"now": RFC 3339 in UTC, "frozen": boolean}.
func (c ClockSetting) MarshalJSON() ([]byte, error) {
	out := clockJSON{Frozen: c.Frozen}
	if !c.Now.IsZero() {
		utc := c.Now.UTC()
		out.Now = &utc
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes; both members may be left out.
func (c *ClockSetting) UnmarshalJSON(data []byte) error {
	var in clockJSON
	if err := strictUnmarshal(data, &in); err != nil {
		return err
	}
	*c = ClockSetting{Frozen: in.Frozen}
	if in.Now != nil {
		c.Now = in.Now.UTC()
	}
	return nil
}

// A clock is the time of one world: the machine's, moved by an offset, or
// standing still. It does no locking. Its zero value is the machine's time.
type clock struct {
	frozen bool
	at     time.Time     // the time it stands at, if frozen
	offset time.Duration // what is added to the machine's time, if not
}

func (c *clock) now() time.Time {
	if c.frozen {
		return c.at
	}
	return machineTime().UTC().Add(c.offset)
}

func (c *clock) set(to ClockSetting) {
	t := to.Now.UTC()
	if to.Now.IsZero() {
		t = c.now()
	}
	*c = clock{frozen: to.Frozen, at: t}
	if !to.Frozen {
		c.offset = t.Sub(machineTime().UTC())
	}
}

func (c *clock) setting() ClockSetting { return ClockSetting{Now: c.now(), Frozen: c.frozen} }

// advance moves the clock forward. It refuses to go back, and to leave the
// years that RFC 3339 can write.
func (c *clock) advance(by time.Duration) error {
	if by < 0 {
		return fmt.Errorf("advance by %v: time moves forward only; set the clock to go back", by)
	}
	if t := c.now().Add(by); t.Year() > 9999 {
		return fmt.Errorf("advance by %v: the year %d cannot be written", by, t.Year())
	}
	c.at = c.at.Add(by)
	c.offset += by
	return nil
}

// Moments that a clock can be advanced to.
const (
	NextDay   = "next-day"   // the next midnight UTC
	NextWeek  = "next-week"  // midnight UTC of the next Monday
	NextMonth = "next-month" // midnight UTC of the first of the next month
)

// until is the time from now to one of the moments above.
func (c *clock) until(moment string) (time.Duration, error) {
	t := c.now()
	switch moment {
	case NextDay:
		return startOf("daily", t).AddDate(0, 0, 1).Sub(t), nil
	case NextWeek:
		return startOf("weekly", t).AddDate(0, 0, 7).Sub(t), nil
	case NextMonth:
		return startOf("monthly", t).AddDate(0, 1, 0).Sub(t), nil
	}
	return 0, fmt.Errorf("advance to %q: no such moment%s", moment, didYouMean(moment, []string{NextDay, NextWeek, NextMonth}))
}

// startOf is the start of the window that t is in: midnight UTC of its day, of
// the Monday of its week, or of the first of its month. For any other reset it
// is the zero time.
func startOf(reset string, t time.Time) time.Time {
	t = t.UTC()
	y, m, d := t.Date()
	switch reset {
	case "daily":
	case "weekly":
		d -= (int(t.Weekday()) + 6) % 7 // days since Monday
	case "monthly":
		d = 1
	default:
		return time.Time{}
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// stopwatch starts to measure how long a request takes on the machine's clock.
func stopwatch() (elapsed func() time.Duration) {
	start := machineTime()
	return func() time.Duration { return machineTime().Sub(start) }
}
