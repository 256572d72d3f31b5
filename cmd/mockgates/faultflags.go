package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// A faultList holds the values of --fault, each the text form of a fault.
type faultList []fault.Fault

// Decode appends the faults that kong has read.
func (l *faultList) Decode(ctx *kong.DecodeContext) error {
	return decodeEach(ctx, func(text string) error {
		f, err := fault.Parse(text)
		*l = append(*l, f)
		return err
	})
}

// A rateLimitList holds the values of --rate-limit, each the text form of a
// rate limit.
type rateLimitList []ratelimit.Limit

// Decode appends the rate limits that kong has read.
func (l *rateLimitList) Decode(ctx *kong.DecodeContext) error {
	return decodeEach(ctx, func(text string) error {
		r, err := ratelimit.Parse(text)
		*l = append(*l, r)
		return err
	})
}

// readFaultFile reads the value of --fault-file: a JSON array of faults, or the
// text form with one fault per line. In the text form, empty lines and lines
// that begin with # are ignored.
func readFaultFile(path string) ([]fault.Fault, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return parseFaultArray(data, path)
	}
	return parseFaultLines(string(data), path)
}

func parseFaultArray(data []byte, path string) ([]fault.Fault, error) {
	var faults []fault.Fault
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&faults); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("%s: unexpected data after the JSON array", path)
	}
	return faults, nil
}

func parseFaultLines(text, path string) ([]fault.Fault, error) {
	var faults []fault.Fault
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f, err := fault.Parse(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		faults = append(faults, f)
	}
	return faults, nil
}
