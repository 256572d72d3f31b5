package main

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/scenarios"
)

// A seedValue is the value of --seed: a number of at least 1. The word "random"
// stands for a random one.
type seedValue uint64

// UnmarshalText parses the value of the flag.
func (s *seedValue) UnmarshalText(text []byte) error {
	if string(text) == "random" {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails
		*s = seedValue(max(1, binary.BigEndian.Uint64(b[:])))
		return nil
	}
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is not a valid seed; want a number from 1 to %d, or random", text, uint64(math.MaxUint64))
	}
	*s = seedValue(n)
	return nil
}

// A timeValue is the value of --clock; the zero time if the flag is not set.
type timeValue struct{ time.Time }

// UnmarshalText parses the value of the flag.
func (t *timeValue) UnmarshalText(text []byte) error {
	v, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a valid time; want RFC 3339, such as 2026-01-05T12:00:00Z", text)
	}
	t.Time = v.UTC()
	return nil
}

// An addrValue is a HOST:PORT to listen on. Port 0 stands for any free port.
type addrValue string

// UnmarshalText parses the value of the flag.
func (a *addrValue) UnmarshalText(text []byte) error {
	_, port, err := net.SplitHostPort(string(text))
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is not a valid address; want HOST:PORT, such as 127.0.0.1:8080", text)
	}
	*a = addrValue(text)
	return nil
}

// reachable returns the address for a client on this machine, with loopback in
// place of an unspecified host.
func (a addrValue) reachable() string {
	host, port, _ := net.SplitHostPort(string(a)) // cannot fail: UnmarshalText has split it
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// A fileValue is the name of a file. It cannot be empty if it is given, as when a
// script expands a variable that is not set.
type fileValue string

// UnmarshalText parses the value of the flag.
func (f *fileValue) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return errors.New("the value is empty; want the name of a file, or leave it out")
	}
	*f = fileValue(text)
	return nil
}

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

// A stringList holds the values of a repeatable flag. Unlike kong's own lists,
// it does not split a value at commas.
type stringList []string

// Decode appends the values that kong has read.
func (l *stringList) Decode(ctx *kong.DecodeContext) error {
	return decodeEach(ctx, func(text string) error {
		*l = append(*l, text)
		return nil
	})
}

// decodeEach calls add for each value of a repeatable flag: a single one from
// the command line, or all of those that the resolver has found.
func decodeEach(ctx *kong.DecodeContext, add func(string) error) error {
	token, err := ctx.Scan.PopValue(ctx.Value.Tag.PlaceHolder)
	if err != nil {
		return err
	}
	list, ok := token.Value.([]string)
	if !ok {
		list = []string{token.String()}
	}
	for _, text := range list {
		if err := add(text); err != nil {
			return err
		}
	}
	return nil
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
