package fault

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// MaxDelay is the longest delay. A random delay that would be longer is capped.
const MaxDelay = time.Hour

// A Delay is a time to wait: fixed, between two bounds, or log-normal. A random
// delay is derived from the seed of the world. In JSON a Delay is "150ms",
// {"min": "100ms", "max": "200ms"} or {"median": "100ms", "sigma": 0.5}; as text
// it is 150ms, 100ms..200ms or 100ms~0.5.
type Delay struct {
	Min, Max time.Duration // equal for a fixed delay
	Median   time.Duration // of a log-normal delay; 0 for the other kinds
	Sigma    float64       // standard deviation of the logarithm of a log-normal delay, 0 to 10
}

// Fixed returns a delay that is always d.
func Fixed(d time.Duration) *Delay { return &Delay{Min: d, Max: d} }

// Validate returns an error if the delay is negative, longer than MaxDelay, or
// both bounded and log-normal.
func (d Delay) Validate() error {
	switch {
	case d.Min < 0 || d.Max < 0 || d.Median < 0:
		return fmt.Errorf("delay %s is negative; want 0s or more", d)
	case d.Min > d.Max:
		return fmt.Errorf("delay min %v is greater than max %v", d.Min, d.Max)
	case d.Median == 0 && d.Sigma != 0: // true for NaN too
		return fmt.Errorf("delay has sigma %v without a median; want a median over 0s", d.Sigma)
	case d.Median != 0 && d.Max != 0:
		return fmt.Errorf("delay has bounds and a median; want one or the other")
	case !(d.Sigma >= 0 && d.Sigma <= 10): // true for NaN too
		return fmt.Errorf("delay sigma is %v; want 0 to 10", d.Sigma)
	case max(d.Max, d.Median) > MaxDelay:
		return fmt.Errorf("delay %s is too long; want at most %v", d, MaxDelay)
	}
	return nil
}

// Draw returns how long to wait, given two random numbers that are uniformly
// distributed in [0, 1).
func (d Delay) Draw(u, v float64) time.Duration {
	if d.Median == 0 {
		return d.Min + time.Duration(u*float64(d.Max-d.Min))
	}
	normal := math.Sqrt(-2*math.Log(1-u)) * math.Cos(2*math.Pi*v) // Box-Muller transform
	// The bound is applied to the float: converting a greater one overflows.
	return time.Duration(min(float64(MaxDelay), float64(d.Median)*math.Exp(d.Sigma*normal)))
}

// String returns the text form.
func (d Delay) String() string {
	switch {
	case d.Median != 0:
		return fmt.Sprintf("%v~%v", d.Median, d.Sigma)
	case d.Min == d.Max:
		return d.Min.String()
	}
	return fmt.Sprintf("%v..%v", d.Min, d.Max)
}

// ParseDelay parses the text form.
func ParseDelay(s string) (Delay, error) {
	d, err := parseDelay(s)
	if err != nil {
		return Delay{}, fmt.Errorf("delay %q: want 150ms, 100ms..200ms or 100ms~0.5", s)
	}
	if strings.Contains(s, "~") && d.Median == 0 {
		return Delay{}, fmt.Errorf("delay %q: the median is 0s; want a longer one", s)
	}
	if err := d.Validate(); err != nil {
		return Delay{}, err
	}
	return d, nil
}

func parseDelay(s string) (d Delay, err error) {
	if low, high, ok := strings.Cut(s, ".."); ok {
		if d.Min, err = time.ParseDuration(low); err == nil {
			d.Max, err = time.ParseDuration(high)
		}
		return d, err
	}
	if median, sigma, ok := strings.Cut(s, "~"); ok {
		if d.Median, err = time.ParseDuration(median); err == nil {
			d.Sigma, err = strconv.ParseFloat(sigma, 64)
		}
		return d, err
	}
	d.Min, err = time.ParseDuration(s)
	d.Max = d.Min
	return d, err
}

// delayJSON holds the two JSON forms of a delay that are objects.
type delayJSON struct {
	Min    *textDuration `json:"min,omitempty"`
	Max    *textDuration `json:"max,omitempty"`
	Median *textDuration `json:"median,omitempty"`
	Sigma  *float64      `json:"sigma,omitempty"`
}

// MarshalJSON writes one of the three JSON forms.
func (d Delay) MarshalJSON() ([]byte, error) {
	lowest, highest, median := textDuration(d.Min), textDuration(d.Max), textDuration(d.Median)
	switch {
	case d.Median != 0:
		return json.Marshal(delayJSON{Median: &median, Sigma: &d.Sigma})
	case d.Min == d.Max:
		return json.Marshal(lowest)
	}
	return json.Marshal(delayJSON{Min: &lowest, Max: &highest})
}

// UnmarshalJSON reads one of the three JSON forms. Unknown members are an error.
func (d *Delay) UnmarshalJSON(data []byte) error {
	*d = Delay{}
	var fixed string
	if json.Unmarshal(data, &fixed) == nil {
		parsed, err := ParseDelay(fixed)
		*d = parsed
		return err
	}
	var in delayJSON
	if err := strictjson.Unmarshal(data, &in); err != nil {
		return err
	}
	switch {
	case in.Min != nil && in.Max != nil && in.Median == nil && in.Sigma == nil:
		d.Min, d.Max = time.Duration(*in.Min), time.Duration(*in.Max)
	case in.Median != nil && *in.Median != 0 && in.Sigma != nil && in.Min == nil && in.Max == nil:
		d.Median, d.Sigma = time.Duration(*in.Median), *in.Sigma
	default:
		return fmt.Errorf(`want "150ms", {"min","max"} or {"median","sigma"} with a median over 0s`)
	}
	return d.Validate()
}

// A textDuration is a duration that JSON represents as text such as "1m30s".
type textDuration time.Duration

func (d textDuration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *textDuration) UnmarshalText(data []byte) error {
	v, err := time.ParseDuration(string(data))
	if err != nil {
		return fmt.Errorf("%q is not a duration such as 1m30s", data)
	}
	*d = textDuration(v)
	return nil
}
