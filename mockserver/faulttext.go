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

// maxDelay is the longest delay, so that no request is parked for ever.
const maxDelay = time.Hour

func (d Delay) validate() error {
	switch {
	case d.Min < 0 || d.Max < 0 || d.Median < 0:
		return fmt.Errorf("delay %s is negative; want 0s or more", d)
	case d.Min > d.Max:
		return fmt.Errorf("delay min %v is over max %v", time.Duration(d.Min), time.Duration(d.Max))
	case d.Sigma < 0 || d.Sigma > 10 || math.IsNaN(d.Sigma):
		return fmt.Errorf("delay sigma %v is not between 0 and 10", d.Sigma)
	case time.Duration(max(d.Max, d.Median)) > maxDelay:
		return fmt.Errorf("delay %s is over %v", d, maxDelay)
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
	} else {
		err = d.Min.UnmarshalText([]byte(s))
		d.Max = d.Min
	}
	if err != nil {
		return Delay{}, fmt.Errorf("delay %q: want 150ms, 100ms..200ms or 100ms~0.5", s)
	}
	return d, d.validate()
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
		return fmt.Errorf("delay: %w", err)
	}
	switch {
	case in.Min != nil && in.Max != nil && in.Median == nil && in.Sigma == nil:
		d.Min, d.Max = *in.Min, *in.Max
	case in.Median != nil && in.Sigma != nil && in.Min == nil && in.Max == nil:
		d.Median, d.Sigma = *in.Median, *in.Sigma
	default:
		return fmt.Errorf(`delay: want "150ms", {"min","max"} or {"median","sigma"}`)
	}
	return d.validate()
}

// ParseFault reads the text form of a fault: an operationId or *, then members
// of its JSON form as name=value. The members of when are when.NAME=VALUE, with
// a JSON value or, where it is none, a string.
//
//	create-keys status=429 times=2 retry_after=1s when.name=nightly
func ParseFault(text string) (Fault, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return Fault{}, fmt.Errorf("fault %q: want OPERATION NAME=VALUE…, such as create-keys status=429", text)
	}
	return ParseFaultWords(words)
}

// ParseFaultWords is ParseFault for text that is split into words already, so
// that a value may hold spaces.
func ParseFaultWords(words []string) (Fault, error) {
	f := Fault{Operation: words[0]}
	seen := map[string]bool{}
	for _, word := range words[1:] {
		name, value, ok := strings.Cut(word, "=")
		if !ok && word == "force" {
			value, ok = "true", true
		}
		if !ok {
			return Fault{}, fmt.Errorf("fault %q: %q is no NAME=VALUE", f.Operation, word)
		}
		if seen[name] {
			return Fault{}, fmt.Errorf("fault %q: %s comes twice", f.Operation, name)
		}
		seen[name] = true
		if err := f.set(name, value); err != nil {
			return Fault{}, fmt.Errorf("fault %q: %w", f.Operation, err)
		}
	}
	return f, f.validate()
}

// set sets the member of the JSON form from text.
func (f *Fault) set(name, value string) (err error) {
	whole := func(to *int) error {
		n, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("%s=%q is no whole number", name, value)
		}
		*to = n
		return nil
	}
	if member, ok := strings.CutPrefix(name, "when."); ok {
		var v any
		if json.Unmarshal([]byte(value), &v) != nil {
			v = value
		}
		if f.When == nil {
			f.When = map[string]any{}
		}
		f.When[member] = v
		return nil
	}
	switch name {
	case "status":
		return whole(&f.Status)
	case "skip":
		return whole(&f.Skip)
	case "times":
		return whole(&f.Times)
	case "probability":
		if f.Chance, err = strconv.ParseFloat(value, 64); err != nil {
			return fmt.Errorf("probability=%q is no number", value)
		}
	case "phase":
		f.Phase = Phase(value)
	case "retry_after":
		return f.RetryAfter.UnmarshalText([]byte(value))
	case "retry_after_form":
		f.RetryAfterForm = value
	case "delay":
		d, err := ParseDelay(value)
		f.Delay = &d
		return err
	case "effect":
		f.Effect = value
	case "at":
		f.At = value
	case "hold":
		f.Hold = value
	case "on_unfired":
		f.OnUnfired = value
	case "force":
		if f.Force, err = strconv.ParseBool(value); err != nil {
			return fmt.Errorf("force=%q is neither true nor false", value)
		}
	default:
		return fmt.Errorf("%q is no member of a fault%s", name, didYouMean(name, faultMembers))
	}
	return nil
}

// faultMembers are the members of a fault that can be set in text.
var faultMembers = []string{
	"status", "skip", "times", "probability", "phase", "retry_after", "retry_after_form", "delay",
	"effect", "at", "hold", "on_unfired", "force", "when.NAME",
}
