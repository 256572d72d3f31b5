package main

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/mockserver"
)

// A seedValue is the value of --seed: a number of 1 or more, or "random",
// which draws one as it is read.
type seedValue uint64

// UnmarshalText reads the value of the flag.
func (s *seedValue) UnmarshalText(text []byte) error {
	if string(text) == "random" {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails
		*s = seedValue(max(1, binary.BigEndian.Uint64(b[:])))
		return nil
	}
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is no seed; want a number from 1 to %d, or random", text, uint64(1<<64-1))
	}
	*s = seedValue(n)
	return nil
}

// A timeValue is the value of --clock. The zero time was not said.
type timeValue struct{ time.Time }

// UnmarshalText reads the value of the flag.
func (t *timeValue) UnmarshalText(text []byte) error {
	v, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q is no time; want RFC 3339, such as 2026-01-05T12:00:00Z", text)
	}
	t.Time = v.UTC()
	return nil
}

// clock is the setting that --clock and --clock-frozen make together.
func (f *apiFlags) clock() mockserver.ClockSetting {
	return mockserver.ClockSetting{Now: f.Clock.Time, Frozen: f.ClockFrozen}
}

// An addrValue is a HOST:PORT to listen on. Port 0 is any free one.
type addrValue string

// UnmarshalText reads the value of the flag.
func (a *addrValue) UnmarshalText(text []byte) error {
	_, port, err := net.SplitHostPort(string(text))
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is no address; want HOST:PORT, such as 127.0.0.1:8080", text)
	}
	*a = addrValue(text)
	return nil
}

// reachable is the address for a client on this machine: an unspecified host
// is loopback.
func (a addrValue) reachable() string {
	host, port, _ := net.SplitHostPort(string(a)) // it was split when it was read
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// A texts is the values of a flag that may be repeated, as they are.
type texts []string

// Decode adds what kong found for the flag.
func (l *texts) Decode(ctx *kong.DecodeContext) error {
	return each(ctx, func(text string) error {
		*l = append(*l, text)
		return nil
	})
}

// A faultList is the values of --fault, in the text form of a fault.
type faultList []mockserver.Fault

// Decode adds what kong found for the flag.
func (l *faultList) Decode(ctx *kong.DecodeContext) error {
	return each(ctx, func(text string) error {
		f, err := mockserver.ParseFault(text)
		*l = append(*l, f)
		return err
	})
}

// A limitList is the values of --rate-limit, in the text form of a limit.
type limitList []mockserver.RateLimit

// Decode adds what kong found for the flag.
func (l *limitList) Decode(ctx *kong.DecodeContext) error {
	return each(ctx, func(text string) error {
		r, err := mockserver.ParseRateLimit(text)
		*l = append(*l, r)
		return err
	})
}

// each calls add with what kong found for a flag that may be repeated: one
// value of the command line, or all that settings found elsewhere.
func each(ctx *kong.DecodeContext, add func(string) error) error {
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
