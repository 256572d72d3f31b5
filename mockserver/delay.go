package mockserver

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A Duration is a length of time, written as "1m30s" in text and JSON.
type Duration time.Duration

// MarshalText writes the duration as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration does.
func (d *Duration) UnmarshalText(data []byte) error {
	v, err := time.ParseDuration(string(data))
	if err != nil {
		return fmt.Errorf("%q is no duration such as 1m30s", data)
	}
	*d = Duration(v)
	return nil
}

// A Delay is a time to wait: fixed, between two bounds, or log-normal. What is
// not fixed is drawn from the world's seed. In JSON it is "150ms",
// {"min": "100ms", "max": "200ms"} or {"median": "100ms", "sigma": 0.5}; as text
// 150ms, 100ms..200ms or 100ms~0.5.
type Delay struct {
	Min, Max Duration // equal for a fixed delay
	Median   Duration // of a log-normal delay; 0 for the others
	Sigma    float64  // of the logarithm of a log-normal delay
}

type delayJSON struct {
	Min    *Duration `json:"min,omitempty"`
	Max    *Duration `json:"max,omitempty"`
	Median *Duration `json:"median,omitempty"`
	Sigma  *float64  `json:"sigma,omitempty"`
}

// maxDelay is the longest delay; a draw that would be longer is cut to it.
const maxDelay = time.Hour

func (d Delay) validate() error {
	switch {
	case d.Min < 0 || d.Max < 0 || d.Median < 0:
		return fmt.Errorf("delay %s is negative; want 0s or more", d)
	case d.Min > d.Max:
		return fmt.Errorf("delay min %v is over max %v; want at most that", time.Duration(d.Min), time.Duration(d.Max))
	case d.Median == 0 && d.Sigma != 0: // also of NaN
		return fmt.Errorf("delay sigma %v is without a median; want one over 0s", d.Sigma)
	case d.Median != 0 && d.Max != 0:
		return fmt.Errorf("delay has bounds and a median; want either")
	case !(d.Sigma >= 0 && d.Sigma <= 10): // also of NaN
		return fmt.Errorf("delay sigma is %v; want 0 to 10", d.Sigma)
	case time.Duration(max(d.Max, d.Median)) > maxDelay:
		return fmt.Errorf("delay %s is too long; want at most %v", d, maxDelay)
	}
	return nil
}

// draw is how long to wait, given two even draws from [0, 1).
func (d Delay) draw(u, v float64) time.Duration {
	if d.Median == 0 {
		return time.Duration(d.Min) + time.Duration(u*float64(d.Max-d.Min))
	}
	normal := math.Sqrt(-2*math.Log(1-u)) * math.Cos(2*math.Pi*v) // Box and Muller
	return min(maxDelay, time.Duration(float64(d.Median)*math.Exp(d.Sigma*normal)))
}

// String is the text form.
func (d Delay) String() string {
	switch {
	case d.Median != 0:
		return fmt.Sprintf("%v~%v", time.Duration(d.Median), d.Sigma)
	case d.Min == d.Max:
		return time.Duration(d.Min).String()
	}
	return fmt.Sprintf("%v..%v", time.Duration(d.Min), time.Duration(d.Max))
}

// ParseDelay reads the text form.
func ParseDelay(s string) (d Delay, err error) {
	if low, high, ok := strings.Cut(s, ".."); ok {
		if err = d.Min.UnmarshalText([]byte(low)); err == nil {
			err = d.Max.UnmarshalText([]byte(high))
		}
	} else if median, sigma, ok := strings.Cut(s, "~"); ok {
		if err = d.Median.UnmarshalText([]byte(median)); err == nil {
			d.Sigma, err = strconv.ParseFloat(sigma, 64)
		}
		if err == nil && d.Median == 0 {
			return Delay{}, fmt.Errorf("delay %q: the median is 0s; want a longer one", s)
		}
	} else {
		err = d.Min.UnmarshalText([]byte(s))
		d.Max = d.Min
	}
	if err != nil {
		return Delay{}, fmt.Errorf("delay %q: want 150ms, 100ms..200ms or 100ms~0.5", s)
	}
	if err := d.validate(); err != nil {
		return Delay{}, err
	}
	return d, nil
}

// MarshalJSON writes one of the three JSON forms.
func (d Delay) MarshalJSON() ([]byte, error) {
	switch {
	case d.Median != 0:
		return json.Marshal(delayJSON{Median: &d.Median, Sigma: &d.Sigma})
	case d.Min == d.Max:
		return json.Marshal(d.Min)
	}
	return json.Marshal(delayJSON{Min: &d.Min, Max: &d.Max})
}

// UnmarshalJSON reads one of the three JSON forms.
func (d *Delay) UnmarshalJSON(data []byte) error {
	*d = Delay{}
	var fixed string
	if json.Unmarshal(data, &fixed) == nil {
		parsed, err := ParseDelay(fixed)
		*d = parsed
		return err
	}
	var in delayJSON
	if err := strictUnmarshal(data, &in); err != nil {
		return err
	}
	switch {
	case in.Min != nil && in.Max != nil && in.Median == nil && in.Sigma == nil:
		d.Min, d.Max = *in.Min, *in.Max
	case in.Median != nil && *in.Median != 0 && in.Sigma != nil && in.Min == nil && in.Max == nil:
		d.Median, d.Sigma = *in.Median, *in.Sigma
	default:
		return fmt.Errorf(`want "150ms", {"min","max"} or {"median","sigma"} with a median over 0s`)
	}
	return d.validate()
}
