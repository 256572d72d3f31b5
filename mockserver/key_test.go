package mockserver_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// spend calls Spend and fails the test if it fails.
func spend(t testing.TB, w *mockserver.World, hash string, usd, byok float64) {
	t.Helper()
	if _, err := w.Spend(hash, mockserver.Usage{USD: usd, BYOK: byok}); err != nil {
		t.Fatal(err)
	}
}

// figures are the usage of a key: in all, of the day, of the week and of the month.
type figures struct{ all, day, week, month float64 }

// usage returns the credit usage, the BYOK usage and the remaining limit of a key,
// as get-key shows them.
func usage(t testing.TB, s *mockserver.Server, hash string) (credits, byok figures, remaining any) {
	t.Helper()
	a := call(t, s, "GET", "/api/v1/keys/"+hash, "")
	if a.status != 200 {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	read := func(prefix string) figures {
		n := func(name string) float64 { return a.at("data." + prefix + name).(float64) }
		return figures{n("usage"), n("usage_daily"), n("usage_weekly"), n("usage_monthly")}
	}
	return read(""), read("byok_"), a.at("data.limit_remaining")
}

// newKey creates a key in the default world of a server whose clock is frozen at a
// moment.
func newKey(t testing.TB, moment, body string) (s *mockserver.Server, w *mockserver.World, hash string) {
	t.Helper()
	s = newServer(t, mockserver.Config{Clock: mockserver.ClockSetting{Now: parseTime(t, moment), Frozen: true}})
	_, data := createKey(t, s, body)
	return s, worldOf(t, s, mockserver.DefaultWorld), data["hash"].(string)
}

func TestUsageWindows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		spent string // when 1 USD was spent
		now   string
		want  figures
	}{
		{"the same moment", "2026-03-04T12:00:00Z", "2026-03-04T12:00:00Z", figures{1, 1, 1, 1}},
		{"the last moment of the day", "2026-03-04T00:00:00Z", "2026-03-04T23:59:59.999999999Z", figures{1, 1, 1, 1}},
		{"midnight ends the day", "2026-03-04T23:59:59.999999999Z", "2026-03-05T00:00:00Z", figures{1, 0, 1, 1}},
		{"Sunday is of the week", "2026-03-02T00:00:00Z", "2026-03-08T23:59:59Z", figures{1, 0, 1, 1}},
		{"Monday ends the week", "2026-03-08T23:59:59Z", "2026-03-09T00:00:00Z", figures{1, 0, 0, 1}},
		{"a week goes on over the end of a month", "2026-03-31T23:59:59Z", "2026-04-01T00:00:00Z", figures{1, 0, 1, 0}},
		{"a week goes on over the end of a year", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", figures{1, 0, 1, 0}},
		{"February ends on a leap day", "2028-02-28T23:59:59Z", "2028-02-29T23:59:59Z", figures{1, 0, 1, 1}},
		{"the leap day is not March", "2028-02-29T23:59:59Z", "2028-03-01T00:00:00Z", figures{1, 0, 1, 0}},
		{"the same month of another year", "2027-03-04T12:00:00Z", "2028-03-04T12:00:00Z", figures{1, 0, 0, 0}},
		{"a first of a month is of it", "2026-03-01T00:00:00Z", "2026-03-31T23:59:59Z", figures{1, 0, 0, 1}},
		{"before the clock was set back a day", "2026-03-05T00:00:00Z", "2026-03-04T23:59:59Z", figures{1, 0, 1, 1}},
		{"before the clock was set back a week", "2026-03-09T00:00:00Z", "2026-03-08T23:59:59Z", figures{1, 0, 0, 1}},
		{"before the clock was set back a month", "2026-04-01T00:00:00Z", "2026-03-31T23:59:59Z", figures{1, 0, 1, 0}},
		{"in 2096", "2096-02-29T00:00:00Z", "2096-02-29T23:59:59Z", figures{1, 1, 1, 1}},
		{"at the end of 9999", "9999-12-27T00:00:00Z", "9999-12-31T23:59:59Z", figures{1, 0, 1, 1}},
		{"around 1970", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", figures{1, 0, 1, 0}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w, hash := newKey(t, test.spent, nightly)
			spend(t, w, hash, 1, 0)
			setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, test.now), Frozen: true})
			credits, byok, remaining := usage(t, s, hash)
			if credits != test.want || byok != (figures{}) || remaining != nil {
				t.Errorf("got %+v, BYOK %+v, remaining %v; want %+v and nothing else", credits, byok, remaining, test.want)
			}
		})
	}
}

func TestLimitRemaining(t *testing.T) {
	t.Parallel()
	const moment = "2026-03-08T23:59:59Z" // a Sunday
	for _, test := range []struct {
		name string
		body string
		want []any // before spending, after it, the next day, which is a Monday, and the next month
	}{
		{"an unlimited key", `{"name": "n"}`, []any{nil, nil, nil, nil}},
		{"a limit without reset is of all time", `{"name": "n", "limit": 10}`, []any{10.0, 7.5, 7.5, 7.5}},
		{"a daily limit", `{"name": "n", "limit": 10, "limit_reset": "daily"}`, []any{10.0, 7.5, 10.0, 10.0}},
		{"a weekly limit", `{"name": "n", "limit": 10, "limit_reset": "weekly"}`, []any{10.0, 7.5, 10.0, 10.0}},
		{"a monthly limit", `{"name": "n", "limit": 10, "limit_reset": "monthly"}`, []any{10.0, 7.5, 7.5, 10.0}},
		{"a limit with BYOK usage", `{"name": "n", "limit": 10, "limit_reset": "monthly", "include_byok_in_limit": true}`, []any{10.0, 7.25, 7.25, 10.0}},
		{"a limit that is overspent", `{"name": "n", "limit": 1}`, []any{1.0, -1.5, -1.5, -1.5}},
		{"a key that cannot spend", `{"name": "n", "limit": 0}`, []any{0.0, -2.5, -2.5, -2.5}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w, hash := newKey(t, moment, test.body)
			var got []any
			look := func() {
				_, _, remaining := usage(t, s, hash)
				got = append(got, remaining)
			}
			look()
			spend(t, w, hash, 2.5, 0.25)
			look()
			for _, to := range []string{mockserver.NextDay, mockserver.NextMonth} {
				if _, err := w.AdvanceTo(to); err != nil {
					t.Fatal(err)
				}
				look()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("remaining (-want +got):\n%s", diff)
			}
			credits, byok, _ := usage(t, s, hash)
			if credits != (figures{all: 2.5}) || byok != (figures{all: 0.25}) {
				t.Errorf("got %+v and BYOK %+v", credits, byok)
			}
		})
	}
}

func TestUsageAfterTheClockIsSet(t *testing.T) {
	t.Parallel()
	s, w, hash := newKey(t, "2026-03-31T12:00:00Z", `{"name": "n", "limit": 10, "limit_reset": "daily"}`)
	spend(t, w, hash, 1, 0)
	setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, "2026-04-01T12:00:00Z"), Frozen: true})
	spend(t, w, hash, 2, 0)
	setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, "2026-03-30T12:00:00Z"), Frozen: true})
	spend(t, w, hash, 4, 0)
	for _, look := range []struct {
		now       string
		want      figures
		remaining float64
	}{
		{"2026-03-30T12:00:00Z", figures{7, 4, 7, 5}, 6},
		{"2026-03-31T12:00:00Z", figures{7, 1, 7, 5}, 9},
		{"2026-04-01T12:00:00Z", figures{7, 2, 7, 2}, 8},
		{"2026-04-06T00:00:00Z", figures{7, 0, 0, 2}, 10},
	} {
		setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, look.now), Frozen: true})
		if credits, _, remaining := usage(t, s, hash); credits != look.want || remaining != look.remaining {
			t.Errorf("%s: got %+v, remaining %v; want %+v, %v", look.now, credits, remaining, look.want, look.remaining)
		}
	}
}

func TestUsageSumsAreExact(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		limit  string
		amount float64
		times  int
		want   float64
		left   float64
	}{
		{"a tenth and two tenths", "0.3", 0.1, 3, 0.3, 0},
		{"a hundred cents", "1", 0.01, 100, 1, 0},
		{"a price of a token", "1", 0.00000015, 1000, 0.00015, 0.99985},
		{"a trillionth of a dollar", "1", 1e-12, 3, 3e-12, 0.999999999997},
		{"cents of millions", "10000000.3", 5000000.1, 2, 10000000.2, 0.1},
		{"billions", "4000000000.3", 2000000000.1, 2, 4000000000.2, 0.1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, w, hash := newKey(t, "2026-03-04T12:00:00Z", `{"name": "n", "limit": `+test.limit+`}`)
			for range test.times {
				spend(t, w, hash, test.amount, 0)
			}
			credits, _, remaining := usage(t, s, hash)
			if credits.all != test.want || credits.day != test.want || remaining != test.left {
				t.Errorf("got %v, today %v, remaining %v; want %v, remaining %v", credits.all, credits.day, remaining, test.want, test.left)
			}
		})
	}
	t.Run("credits and BYOK over days", func(t *testing.T) {
		t.Parallel()
		s, w, hash := newKey(t, "2026-03-01T12:00:00Z", `{"name": "n", "limit": 9.3, "include_byok_in_limit": true}`)
		for range 31 {
			spend(t, w, hash, 0.1, 0.2)
			if _, err := w.AdvanceTo(mockserver.NextDay); err != nil {
				t.Fatal(err)
			}
		}
		setClock(t, w, mockserver.ClockSetting{Now: parseTime(t, "2026-03-31T12:00:00Z"), Frozen: true})
		credits, byok, remaining := usage(t, s, hash)
		if credits != (figures{3.1, 0.1, 0.2, 3.1}) || byok != (figures{6.2, 0.2, 0.4, 6.2}) || remaining != 0.0 {
			t.Errorf("got %+v, %+v, remaining %v", credits, byok, remaining)
		}
	})
}

func TestSpendRefuses(t *testing.T) {
	t.Parallel()
	s, w, hash := newKey(t, "2026-03-04T12:00:00Z", `{"name": "n"}`)
	for _, test := range []struct {
		name string
		hash string
		u    mockserver.Usage
		want string
	}{
		{"a negative amount", hash, mockserver.Usage{USD: -1}, "spend -1: want an amount in USD from 0 to 1e+15"},
		{"a negative BYOK amount", hash, mockserver.Usage{USD: 1, BYOK: -0.5}, "spend -0.5"},
		{"NaN", hash, mockserver.Usage{BYOK: math.NaN()}, "spend NaN"},
		{"infinity", hash, mockserver.Usage{USD: math.Inf(1)}, "spend +Inf"},
		{"an amount that would overflow", hash, mockserver.Usage{USD: math.MaxFloat64}, "want an amount in USD from 0 to 1e+15"},
		{"an unknown key", strings.Repeat("0", 64), mockserver.Usage{USD: 1}, "no key has this hash"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := w.Spend(test.hash, test.u); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if credits, byok, _ := usage(t, s, hash); credits != (figures{}) || byok != (figures{}) {
				t.Errorf("a refused amount was spent: %+v, %+v", credits, byok)
			}
		})
	}
}

func TestSpendOnDisabledAndExpiredKeys(t *testing.T) {
	t.Parallel()
	s, w, hash := newKey(t, "2026-03-04T12:00:00Z", `{"name": "n", "expires_at": "2026-03-05T00:00:00Z"}`)
	if _, err := w.AdvanceTo(mockserver.NextWeek); err != nil {
		t.Fatal(err)
	}
	spend(t, w, hash, 1, 2)
	if credits, byok, _ := usage(t, s, hash); credits.day != 1 || byok.day != 2 {
		t.Errorf("got %+v, %+v: what an expired key has used still comes in", credits, byok)
	}
}
