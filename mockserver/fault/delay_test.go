package fault_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestParseDelayRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"no duration", "150", "want 150ms, 100ms..200ms or 100ms~0.5"},
		{"bounds without one", "..1s", "want 150ms, 100ms..200ms or 100ms~0.5"},
		{"bounds in the wrong order", "2s..1s", "delay min 2s is greater than max 1s"},
		{"a negative one", "-1s", "delay -1s is negative; want 0s or more"},
		{"one that is too long", "61m", "delay 1h1m0s is too long; want at most 1h0m0s"},
		{"an invalid sigma", "1s~wide", "want 150ms, 100ms..200ms or 100ms~0.5"},
		{"a negative sigma", "1s~-1", "delay sigma is -1; want 0 to 10"},
		{"a sigma that is NaN", "1s~NaN", "delay sigma is NaN; want 0 to 10"},
		{"a median of zero", "0s~1", "the median is 0s; want a longer one"},
		{"a negative median", "-1s~1", "is negative; want 0s or more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if d, err := fault.ParseDelay(test.text); err == nil || !strings.Contains(err.Error(), test.want) || d != (fault.Delay{}) {
				t.Errorf("got %v, %v, want %q", d, err, test.want)
			}
		})
	}
	t.Run("a sigma without a median", func(t *testing.T) {
		t.Parallel()
		err := fault.Delay{Sigma: 1}.Validate()
		if err == nil || !strings.Contains(err.Error(), "delay has sigma 1 without a median") {
			t.Errorf("got %v", err)
		}
	})
}

func FuzzParseDelay(f *testing.F) {
	for _, text := range []string{"150ms", "100ms..200ms", "100ms~0.5", "0s", "1h~10", "1ns..1ns", "1µs~0x1p-2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := fault.ParseDelay(text)
		if err != nil {
			return
		}
		if again, err := fault.ParseDelay(first.String()); err != nil || again != first {
			t.Errorf("%q is written as %q, which reads as %+v, %v", text, first, again, err)
		}
		data, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		var again fault.Delay
		if err := json.Unmarshal(data, &again); err != nil || again != first {
			t.Errorf("%q is %s in JSON, which reads as %+v, %v", text, data, again, err)
		}
		if got := fmt.Sprint(first); strings.ContainsAny(got, " \t\n") {
			t.Errorf("%q is written as %q, which is not one word", text, got)
		}
	})
}

func TestFixed(t *testing.T) {
	t.Parallel()
	d := fault.Fixed(time.Second)
	for _, u := range []float64{0, 0.5, 0.999} {
		if got := d.Draw(u, u); got != time.Second {
			t.Errorf("got %v, want 1s", got)
		}
	}
	if got := d.String(); got != "1s" {
		t.Errorf("got %q, want 1s", got)
	}
}

func TestDelayDraw(t *testing.T) {
	t.Parallel()
	bounded, logNormal := fault.Delay{Min: 100, Max: 200}, fault.Delay{Median: time.Second, Sigma: 1}
	for _, tt := range []struct {
		name string
		got  time.Duration
		want time.Duration
	}{
		{"the lowest draw is the lower bound", bounded.Draw(0, 0), 100},
		{"half is in the middle", bounded.Draw(0.5, 0), 150},
		{"a log-normal draw of 0 is the median", logNormal.Draw(0, 0), time.Second},
		{"a quarter turn is the median", logNormal.Draw(0.5, 0.25).Round(time.Microsecond), time.Second},
		{"a long draw is capped", fault.Delay{Median: time.Hour, Sigma: 10}.Draw(0.999, 0), fault.MaxDelay},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestDelayValidateBounds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		delay fault.Delay
		want  string // "" for a valid delay
	}{
		{fault.Delay{}, ""},
		{fault.Delay{Min: fault.MaxDelay, Max: fault.MaxDelay}, ""},
		{fault.Delay{Median: fault.MaxDelay, Sigma: 10}, ""},
		{fault.Delay{Max: fault.MaxDelay + 1}, "too long"},
		{fault.Delay{Median: fault.MaxDelay + 1}, "too long"},
		{fault.Delay{Median: 1, Sigma: 10.1}, "want 0 to 10"},
		{fault.Delay{Median: 1, Max: 1}, "bounds and a median"},
		{fault.Delay{Min: 2, Max: 1}, "greater than max"},
		{fault.Delay{Max: -1, Min: -1}, "negative"},
	} {
		err := tt.delay.Validate()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%+v: got %v, want %q", tt.delay, err, tt.want)
		}
	}
}
