package mockserver_test

import (
	"encoding/json"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// parseTime parses an RFC 3339 time in UTC.
func parseTime(t testing.TB, moment string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339Nano, moment)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.UTC()
}

// setClock sets the clock of a world.
func setClock(t testing.TB, w *mockserver.World, to mockserver.ClockSetting) {
	t.Helper()
	if err := w.SetClock(to); err != nil {
		t.Fatal(err)
	}
}

func TestClockRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := worldOf(t, newServer(t, mockserver.Config{}), "w")
		setClock(t, w, mockserver.ClockSetting{})
		machine := func(name string) {
			t.Helper()
			if got := w.Clock(); !got.Now.Equal(time.Now()) || got.Frozen || got.Now.Location() != time.UTC {
				t.Errorf("%s: got %+v, want the machine's time", name, got)
			}
		}
		machine("as it opens")
		time.Sleep(time.Minute)
		machine("a minute later")

		for _, start := range []string{"2096-02-29T23:59:59Z", "9990-01-01T00:00:00Z", "0001-01-02T00:00:00Z", "1969-12-31T23:59:59.5Z"} {
			setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, start)})
			time.Sleep(90 * time.Second)
			if got, want := w.Clock().Now, parseTime(t, start).Add(90*time.Second); !got.Equal(want) {
				t.Errorf("running from %s: got %v, want %v", start, got, want)
			}
			advance(t, w, 48*time.Hour)
			time.Sleep(time.Second)
			if got, want := w.Clock().Now, parseTime(t, start).Add(48*time.Hour+91*time.Second); !got.Equal(want) {
				t.Errorf("advanced from %s: got %v, want %v", start, got, want)
			}
		}

		setClock(t, w, mockserver.ClockSetting{Frozen: true})
		stands := w.Clock()
		time.Sleep(time.Hour)
		if got := w.Clock(); !stands.Frozen || got != stands || !got.Now.Equal(parseTime(t, "1970-01-03T00:01:30.5Z")) {
			t.Errorf("frozen where it was: got %+v, want %+v", got, stands)
		}
		advance(t, w, time.Second)
		if got := w.Clock(); !got.Now.Equal(stands.Now.Add(time.Second)) || !got.Frozen {
			t.Errorf("advanced while frozen: got %+v", got)
		}

		setClock(t, w, mockserver.ClockSetting{})
		machine("set to nothing")
		advance(t, w, time.Hour)
		time.Sleep(time.Second)
		if got := w.Clock(); !got.Now.Equal(time.Now().Add(time.Hour)) {
			t.Errorf("the machine's time advanced: got %v", got.Now)
		}
	})
}

func TestClockStopsAtTheEndOfTheYear9999(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := worldOf(t, newServer(t, mockserver.Config{}), "w")
		setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, "9999-12-31T23:59:59Z")})
		time.Sleep(time.Hour)
		if got := w.Clock().Now; got.Year() != 9999 || got.Second() != 59 {
			t.Errorf("got %v, want the last moment of 9999", got)
		}
	})
}

func TestClockBelongsToOneWorld(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	a, b := worldOf(t, s, "a"), worldOf(t, s, "b")
	advance(t, a, time.Hour)
	if !b.Clock().Now.Equal(noon) || !worldOf(t, s, "c").Clock().Now.Equal(noon) {
		t.Errorf("got %v and %v, want noon", b.Clock().Now, worldOf(t, s, "c").Clock().Now)
	}
	a.Reset()
	if !a.Clock().Now.Equal(noon) {
		t.Errorf("after a reset: got %v, want noon", a.Clock().Now)
	}
}

func TestClockSetsTimesInResponses(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, mockserver.DefaultWorld)
	setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, "2096-02-29T23:59:59.75Z"), Frozen: true})
	a := call(t, s, "POST", "/api/v1/keys", `{"name": "n", "expires_at": "2096-03-01T00:00:00Z"}`)
	if a.status != 201 || a.at("data.created_at") != "2096-02-29T23:59:59.750Z" || a.header.Get("Date") != "Wed, 29 Feb 2096 23:59:59 GMT" {
		t.Errorf("got %d, created at %v, Date %q", a.status, a.at("data.created_at"), a.header.Get("Date"))
	}
	bearer := "Bearer " + a.json["key"].(string)
	if got := call(t, s, "GET", "/api/v1/key", "", "Authorization", bearer).status; got != 200 {
		t.Errorf("before it expires: got %d, want 200", got)
	}
	if _, err := w.AdvanceTo(mockserver.NextMonth); err != nil {
		t.Fatal(err)
	}
	if got := call(t, s, "GET", "/api/v1/key", "", "Authorization", bearer); got.status != 401 || got.rule() != "auth.expired" {
		t.Errorf("as it expires: got %d by %q, want 401 by auth.expired", got.status, got.rule())
	}
}

func TestAdvanceTo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, from, to, want string }{
		{"the next day", "2026-03-04T12:00:00Z", mockserver.NextDay, "2026-03-05T00:00:00Z"},
		{"the next day at midnight", "2026-03-04T00:00:00Z", mockserver.NextDay, "2026-03-05T00:00:00Z"},
		{"the next day at the last moment", "2026-03-04T23:59:59.999999999Z", mockserver.NextDay, "2026-03-05T00:00:00Z"},
		{"the next week on a Sunday", "2026-03-08T23:59:59Z", mockserver.NextWeek, "2026-03-09T00:00:00Z"},
		{"the next week on a Monday", "2026-03-09T00:00:00Z", mockserver.NextWeek, "2026-03-16T00:00:00Z"},
		{"the next week over the end of a year", "2026-12-31T08:00:00Z", mockserver.NextWeek, "2027-01-04T00:00:00Z"},
		{"the next month on the 31st", "2026-01-31T10:00:00Z", mockserver.NextMonth, "2026-02-01T00:00:00Z"},
		{"the next month on a leap day", "2028-02-29T23:59:59Z", mockserver.NextMonth, "2028-03-01T00:00:00Z"},
		{"the next day before a leap day", "2028-02-28T23:59:59Z", mockserver.NextDay, "2028-02-29T00:00:00Z"},
		{"the next day where there is no leap day", "2026-02-28T12:00:00Z", mockserver.NextDay, "2026-03-01T00:00:00Z"},
		{"the next day where a century has none", "2100-02-28T12:00:00Z", mockserver.NextDay, "2100-03-01T00:00:00Z"},
		{"the next month at the end of a year", "2026-12-31T23:59:59Z", mockserver.NextMonth, "2027-01-01T00:00:00Z"},
		{"the next week before 1970", "1969-12-31T00:00:00Z", mockserver.NextWeek, "1970-01-05T00:00:00Z"},
		{"the next day in the first year", "0001-01-01T00:00:01Z", mockserver.NextDay, "0001-01-02T00:00:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := worldOf(t, newServer(t, mockserver.Config{}), "w")
			setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, test.from), Frozen: true})
			got, err := w.AdvanceTo(test.to)
			if diff := cmp.Diff(mockserver.ClockSetting{Now: parseTime(t, test.want), Frozen: true}, got); err != nil || diff != "" {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
			if w.Clock() != got {
				t.Errorf("the clock shows %+v", w.Clock())
			}
		})
	}
}

func TestClockRefuses(t *testing.T) {
	t.Parallel()
	last := parseTime(t, "9999-12-31T23:00:00Z")
	for _, test := range []struct {
		name string
		do   func(*mockserver.World) error
		want string
	}{
		{"to go back", func(w *mockserver.World) error { _, err := w.Advance(-time.Second); return err }, "advance by -1s: time moves forward only"},
		{"to leave the year 9999", func(w *mockserver.World) error { _, err := w.Advance(time.Hour); return err }, "advance by 1h0m0s from 9999-12-31T23:00:00Z: want a time before the year 10000"},
		{"the longest duration", func(w *mockserver.World) error { _, err := w.Advance(math.MaxInt64); return err }, "want a time before the year 10000"},
		{"the day after the last", func(w *mockserver.World) error { _, err := w.AdvanceTo(mockserver.NextDay); return err }, "want a time before the year 10000"},
		{"an unknown moment", func(w *mockserver.World) error { _, err := w.AdvanceTo("next-weak"); return err }, `advance to "next-weak": not a known moment; did you mean next-week?`},
		{"a year of five digits", func(w *mockserver.World) error {
			return w.SetClock(mockserver.ClockSetting{Now: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)})
		}, "the year is 10000; want 1 to 9999"},
		{"a year before the first", func(w *mockserver.World) error {
			return w.SetClock(mockserver.ClockSetting{Now: time.Date(0, 12, 31, 23, 0, 0, 0, time.UTC)})
		}, "the year is 0; want 1 to 9999"},
		{"a year that is too late in UTC", func(w *mockserver.World) error {
			return w.SetClock(mockserver.ClockSetting{Now: time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200))})
		}, "the year is 10000; want 1 to 9999"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := worldOf(t, newServer(t, mockserver.Config{}), "w")
			setClock(t, w, mockserver.ClockSetting{Now: last, Frozen: true})
			if err := test.do(w); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if got := w.Clock(); !got.Now.Equal(last) {
				t.Errorf("the clock shows %v, want what it showed", got.Now)
			}
		})
	}
	t.Run("an invalid configuration", func(t *testing.T) {
		t.Parallel()
		_, err := mockserver.New(mockserver.Config{Clock: mockserver.ClockSetting{Now: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}})
		if err == nil || !strings.Contains(err.Error(), "the year is 12026") {
			t.Errorf("got %v", err)
		}
	})
}

func TestClockJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, json string
		want       mockserver.ClockSetting
	}{
		{"a frozen time", `{"now":"2026-03-04T12:00:00Z","frozen":true}`, mockserver.ClockSetting{Now: noon, Frozen: true}},
		{"a running time with parts of a second", `{"now":"2026-03-04T12:00:00.25Z","frozen":false}`, mockserver.ClockSetting{Now: noon.Add(250 * time.Millisecond)}},
		{"the machine's time", `{"frozen":false}`, mockserver.ClockSetting{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got mockserver.ClockSetting
			if err := json.Unmarshal([]byte(test.json), &got); err != nil || got != test.want {
				t.Errorf("got %+v, %v, want %+v", got, err, test.want)
			}
			if data, err := json.Marshal(test.want); err != nil || string(data) != test.json {
				t.Errorf("got %s, %v, want %s", data, err, test.json)
			}
		})
	}
	t.Run("another offset is read as UTC", func(t *testing.T) {
		t.Parallel()
		var got mockserver.ClockSetting
		if err := json.Unmarshal([]byte(`{"now":"2026-03-04T14:00:00+02:00"}`), &got); err != nil || got.Now != noon {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	for _, test := range []struct{ name, json, want string }{
		{"an unknown member", `{"nwo": "2026-03-04T12:00:00Z"}`, "/nwo is not a known member"},
		{"an invalid time", `{"now": "noon"}`, "noon"},
		{"a frozen that is not a boolean", `{"frozen": "yes"}`, "/frozen must be a boolean"},
		{"the zero time, which would mean the machine's", `{"now": "0001-01-01T00:00:00Z"}`, `now is "0001-01-01T00:00:00Z"; want a later time`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got mockserver.ClockSetting
			if err := json.Unmarshal([]byte(test.json), &got); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestDateHeaderOfRefusals(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	for _, a := range []response{
		call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", ""),
		call(t, s, "GET", "/api/v1/nowhere", ""),
		call(t, s, "OPTIONS", "/api/v1/keys", ""),
	} {
		if got := a.header.Get("Date"); got != noon.Format(http.TimeFormat) {
			t.Errorf("%d: got %q, want noon", a.status, got)
		}
	}
}

// TestGoingBackIsNotUndoing sets the clock back. A key that has expired is valid again; a
// code that has expired and was dropped is not.
func TestGoingBackIsNotUndoing(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	create := func() string {
		t.Helper()
		id, _ := call(t, s, "POST", codesPath, newApp).at("data.id").(string)
		return id
	}
	exchange := func(name, id string, status int, rule string) {
		t.Helper()
		if a := call(t, s, "POST", "/api/v1/auth/keys", `{"code": "`+id+`"}`); a.status != status || a.rule() != rule {
			t.Errorf("%s: got %d by %q, want %d by %q", name, a.status, a.rule(), status, rule)
		}
	}
	secret, _ := createKey(t, s, `{"name": "short", "expires_at": "2026-03-04T12:05:00Z"}`)
	first := create()
	advance(t, w, 10*time.Minute)
	exchange("expired", first, 403, "exchange.expired")
	setClock(t, w, mockserver.ClockSetting{Now: noon, Frozen: true})
	exchange("back, and not dropped", first, 200, "exchange.minted")
	first = create()
	advance(t, w, 10*time.Minute)
	second := create()
	setClock(t, w, mockserver.ClockSetting{Now: noon, Frozen: true})
	exchange("back, and dropped when a newer one was created", first, 403, "exchange.expired")
	exchange("created at a later time", second, 200, "exchange.minted")
	if a := call(t, s, "GET", "/api/v1/key", "", "Authorization", "Bearer "+secret); a.status != 200 {
		t.Errorf("the key is not valid again: %d %s", a.status, a.body)
	}
}
