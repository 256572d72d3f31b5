package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mockgates/mockgates/scenarios"
)

// A limitValue is the value of --live-limit in USD; +Inf for none.
type limitValue float64

// UnmarshalText parses the value of the flag.
func (l *limitValue) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*l = limitValue(math.Inf(1))
		return nil
	}
	usd, err := strconv.ParseFloat(string(text), 64)
	if err != nil || usd < 0 || math.IsInf(usd, 0) || math.IsNaN(usd) {
		return fmt.Errorf("%q is not a valid limit; want an amount in USD, 0 or more, or none", text)
	}
	*l = limitValue(usd)
	return nil
}

// An expiryValue is the value of --live-expiry; negative for none.
type expiryValue time.Duration

// UnmarshalText parses the value of the flag.
func (e *expiryValue) UnmarshalText(text []byte) error {
	if string(text) == "none" {
		*e = -1
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err == nil && d <= 0 {
		err = errors.New("not positive")
	}
	if err != nil {
		return fmt.Errorf("%q is not a valid lifetime; want a positive duration such as 15m, or none", text)
	}
	*e = expiryValue(d)
	return nil
}

// A rateValue is the value of --rate.
type rateValue scenarios.Rate

// UnmarshalText parses the value of the flag.
func (r *rateValue) UnmarshalText(text []byte) error {
	rate, err := scenarios.ParseRate(string(text))
	*r = rateValue(rate)
	return err
}

// A percentValue is the value of --min-coverage.
type percentValue float64

// UnmarshalText parses the value of the flag.
func (v *percentValue) UnmarshalText(text []byte) error {
	percent, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(percent >= 0 && percent <= 100) {
		return fmt.Errorf("%q is not a valid percentage; want a number from 0 to 100", text)
	}
	*v = percentValue(percent)
	return nil
}

// An ageValue is the value of --max-age; 0 if the flag is not set.
type ageValue time.Duration

// maxAgeDays is the largest number of days that an age may have.
const maxAgeDays = 100_000

// UnmarshalText parses the value of the flag: a duration, or days such as 30d.
func (a *ageValue) UnmarshalText(text []byte) error {
	age, err := time.ParseDuration(string(text))
	if digits, ok := strings.CutSuffix(string(text), "d"); ok {
		var days int
		days, err = strconv.Atoi(digits)
		if days > maxAgeDays {
			err = strconv.ErrRange
		}
		age = time.Duration(days) * 24 * time.Hour
	}
	if err != nil || age <= 0 {
		return fmt.Errorf("%q is not a valid age; want a positive duration such as 30d or 12h, at most %dd", text, maxAgeDays)
	}
	*a = ageValue(age)
	return nil
}
