package mockserver

import (
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/snapshot"
)

// machineTime returns the machine's time. Nothing else in this package reads the
// machine's clock.
func machineTime() time.Time { return time.Now() }

// A ClockSetting sets or describes the clock of a world. Its zero value is the
// machine's time.
type ClockSetting struct {
	Now    time.Time // the current time; the zero time means the machine's
	Frozen bool      // the clock does not advance; with a zero Now, it stops at its current time
}

type clockJSON struct {
	Now    *time.Time `json:"now,omitempty"`
	Frozen bool       `json:"frozen"`
}

// MarshalJSON writes {"now": RFC 3339 time in UTC, "frozen": boolean}, and leaves
// out a zero Now.
func (c ClockSetting) MarshalJSON() ([]byte, error) {
	out := clockJSON{Frozen: c.Frozen}
	if !c.Now.IsZero() {
		utc := c.Now.UTC()
		out.Now = &utc
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes. Both members are optional. Unknown
// members are an error.
func (c *ClockSetting) UnmarshalJSON(data []byte) error {
	var in clockJSON
	if err := strictjson.Unmarshal(data, &in); err != nil {
		return err
	}
	*c = ClockSetting{Frozen: in.Frozen}
	if in.Now != nil {
		if c.Now = in.Now.UTC(); c.Now.IsZero() {
			return fmt.Errorf("clock: now is %q; want a later time, or leave it out for the machine's time", in.Now.Format(time.RFC3339))
		}
	}
	return nil
}

// validate returns an error for a time that RFC 3339 cannot represent.
func (c ClockSetting) validate() error {
	if !apispec.InYears(c.Now) {
		return fmt.Errorf("clock: the year is %d; want %d to %d", c.Now.UTC().Year(), apispec.FirstYear, apispec.LastYear)
	}
	return nil
}

// A clock is the clock of one world, whose state is immutable. Any goroutine may read it; only one that
// holds the world's lock may set it. The zero clock shows the machine's time.
type clock struct {
	state atomic.Pointer[snapshot.Clock]
}

// load returns the state.
func (c *clock) load() snapshot.Clock {
	if s := c.state.Load(); s != nil {
		return *s
	}
	return snapshot.Clock{}
}

func (c *clock) now() time.Time {
	s := c.load()
	switch {
	case s.Frozen:
		return s.At
	case s.Since.IsZero():
		return machineTime().UTC()
	}
	return apispec.ClampTime(s.At.Add(machineTime().Sub(s.Since)))
}

// set applies a setting.
func (c *clock) set(to ClockSetting) {
	t := to.Now.UTC()
	switch {
	case to.Now.IsZero() && !to.Frozen:
		c.state.Store(nil)
		return
	case to.Now.IsZero():
		t = c.now()
	}
	c.moveTo(t, to.Frozen)
}

// moveTo sets the clock to t, frozen or running.
func (c *clock) moveTo(t time.Time, frozen bool) {
	s := snapshot.Clock{Frozen: frozen, At: t.Round(0)}
	if !frozen {
		s.Since = machineTime()
	}
	c.state.Store(&s)
}

// restore sets the clock to the state in a snapshot.
func (c *clock) restore(s snapshot.Clock) {
	s.At = s.At.UTC()
	if s == (snapshot.Clock{}) {
		c.state.Store(nil)
		return
	}
	c.state.Store(&s)
}

func (c *clock) setting() ClockSetting {
	return ClockSetting{Now: c.now().Round(0), Frozen: c.load().Frozen}
}

// advance moves the clock forward. It returns an error, and changes nothing, if
// that would move it back or beyond the years that RFC 3339 can represent.
func (c *clock) advance(by time.Duration) error {
	if by < 0 {
		return fmt.Errorf("advance by %v: time moves forward only; set the clock to go back", by)
	}
	t := c.now().Add(by)
	if t.Year() > apispec.LastYear {
		return fmt.Errorf("advance by %v from %s: want a time before the year %d", by, c.now().Format(time.RFC3339), apispec.LastYear+1)
	}
	c.moveTo(t, c.load().Frozen)
	return nil
}

// Moments to which World.AdvanceTo can advance a clock.
const (
	NextDay   = "next-day"   // the next midnight UTC
	NextWeek  = "next-week"  // midnight UTC of the next Monday
	NextMonth = "next-month" // midnight UTC of the first of the next month
)

// until returns the duration from now to one of these moments.
func (c *clock) until(moment string) (time.Duration, error) {
	t := c.now()
	switch moment {
	case NextDay:
		return account.WindowStart("daily", t).AddDate(0, 0, 1).Sub(t), nil
	case NextWeek:
		return account.WindowStart("weekly", t).AddDate(0, 0, 7).Sub(t), nil
	case NextMonth:
		return account.WindowStart("monthly", t).AddDate(0, 1, 0).Sub(t), nil
	}
	return 0, fmt.Errorf("advance to %q: not a known moment%s", moment, suggest.Hint(moment, []string{NextDay, NextWeek, NextMonth}))
}
