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
	Frozen bool      // it does not pass; with a zero Now it stands where the world's clock is
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
		if c.Now = in.Now.UTC(); c.Now.IsZero() {
			return fmt.Errorf("clock: now is %q; want a later moment, or none for the machine's time", in.Now.Format(time.RFC3339))
		}
	}
	return nil
}

// validate refuses a time that a clock cannot show.
func (c ClockSetting) validate() error {
	if y := c.Now.UTC().Year(); y < firstYear || y > lastYear {
		return fmt.Errorf("clock: the year is %d; want %d to %d", y, firstYear, lastYear)
	}
	return nil
}

// The years that a clock can show, which are those that RFC 3339 can write.
const firstYear, lastYear = 1, 9999

// lastMoment is the latest time that a clock shows; a running one stops there.
func lastMoment() time.Time {
	return time.Date(lastYear, time.December, 31, 23, 59, 59, 999_999_999, time.UTC)
}

// within returns t, or the nearest moment of the years that can be written.
func within(t time.Time) time.Time {
	switch first, last := time.Date(firstYear, time.January, 1, 0, 0, 0, 0, time.UTC), lastMoment(); {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}

// A clock is the time of one world: the machine's, one that runs from a moment
// that it was set to, or one that stands still. It does no locking. Its zero
// value is the machine's time.
type clock struct {
	frozen bool
	at     time.Time // the time it stands at, or ran from; in UTC
	since  time.Time // the machine's time when it began to run from at; zero: it shows the machine's time, or is frozen
}

func (c *clock) now() time.Time {
	switch {
	case c.frozen:
		return c.at
	case c.since.IsZero():
		return machineTime().UTC()
	}
	return within(c.at.Add(machineTime().Sub(c.since)))
}

// set does what the setting says. The zero setting is the machine's time again.
func (c *clock) set(to ClockSetting) {
	t := to.Now.UTC()
	switch {
	case to.Now.IsZero() && !to.Frozen:
		*c = clock{}
		return
	case to.Now.IsZero():
		t = c.now()
	}
	c.moveTo(t, to.Frozen)
}

// moveTo sets the clock to t, to stand there or to run on from there.
func (c *clock) moveTo(t time.Time, frozen bool) {
	*c = clock{frozen: frozen, at: t.Round(0)}
	if !frozen {
		c.since = machineTime()
	}
}

func (c *clock) setting() ClockSetting { return ClockSetting{Now: c.now().Round(0), Frozen: c.frozen} }

// advance moves the clock forward. It refuses to go back, and to leave the
// years that RFC 3339 can write; then the clock is as it was.
func (c *clock) advance(by time.Duration) error {
	if by < 0 {
		return fmt.Errorf("advance by %v: time moves forward only; set the clock to go back", by)
	}
	t := c.now().Add(by)
	if t.Year() > lastYear {
		return fmt.Errorf("advance by %v: it is %s; want to stay before the year %d", by, c.now().Format(time.RFC3339), lastYear+1)
	}
	c.moveTo(t, c.frozen)
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
