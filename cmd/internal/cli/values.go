package cli

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
)

// A Seed is the value of --seed: a number of at least 1. The word "random"
// stands for a random one.
type Seed uint64

// UnmarshalText parses the value of the flag.
func (s *Seed) UnmarshalText(text []byte) error {
	if string(text) == "random" {
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails
		*s = Seed(max(1, binary.BigEndian.Uint64(b[:])))
		return nil
	}
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil || n == 0 {
		return fmt.Errorf("%q is not a valid seed; want a number from 1 to %d, or random", text, uint64(math.MaxUint64))
	}
	*s = Seed(n)
	return nil
}

// A Time is the value of --clock; the zero time if the flag is not set.
type Time struct{ time.Time }

// UnmarshalText parses the value of the flag.
func (t *Time) UnmarshalText(text []byte) error {
	v, err := time.Parse(time.RFC3339, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a valid time; want RFC 3339, such as 2026-01-05T12:00:00Z", text)
	}
	t.Time = v.UTC()
	return nil
}

// An Addr is a HOST:PORT to listen on. Port 0 stands for any free port.
type Addr string

// UnmarshalText parses the value of the flag.
func (a *Addr) UnmarshalText(text []byte) error {
	_, port, err := net.SplitHostPort(string(text))
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is not a valid address; want HOST:PORT, such as 127.0.0.1:8080", text)
	}
	*a = Addr(text)
	return nil
}

// Reachable returns the address for a client on this machine, with loopback in
// place of an unspecified host.
func (a Addr) Reachable() string {
	host, port, _ := net.SplitHostPort(string(a)) // cannot fail: UnmarshalText has split it
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// A File is the name of a file. It cannot be empty if it is given, as when a
// script expands a variable that is not set.
type File string

// UnmarshalText parses the value of the flag.
func (f *File) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return errors.New("the value is empty; want the name of a file, or leave it out")
	}
	*f = File(text)
	return nil
}

// A Strings holds the values of a repeatable flag. Unlike kong's own lists,
// it does not split a value at commas.
type Strings []string

// Decode appends the values that kong has read.
func (l *Strings) Decode(ctx *kong.DecodeContext) error {
	return DecodeEach(ctx, func(text string) error {
		*l = append(*l, text)
		return nil
	})
}

// Map returns the values of a flag as a map: each is NAME=VALUE. The error for one that
// is not says that it is not what is wanted. Two values of one name are refused.
func (l Strings) Map(flag, wanted string) (map[string]string, error) {
	m := map[string]string{}
	for _, pair := range l {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("--%s: %q is not %s", flag, pair, wanted)
		}
		if other, set := m[name]; set && other != value {
			return nil, fmt.Errorf("--%s: %s is set to both %q and %q", flag, name, other, value)
		}
		m[name] = value
	}
	return m, nil
}

// DecodeEach calls add for each value of a repeatable flag: a single one from
// the command line, or all of those that the resolver has found.
func DecodeEach(ctx *kong.DecodeContext, add func(string) error) error {
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
