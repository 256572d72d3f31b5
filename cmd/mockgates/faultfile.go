package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/mockgates/mockgates/mockserver"
)

// readFaults reads a file of faults: a JSON array, or the text form with one
// fault a line, where empty lines and those that begin with # say nothing.
func readFaults(path string) ([]mockserver.Fault, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if trimmed := bytes.TrimSpace(data); bytes.HasPrefix(trimmed, []byte("[")) {
		var faults []mockserver.Fault
		decoder := json.NewDecoder(bytes.NewReader(data))
		if err := decoder.Decode(&faults); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if decoder.More() {
			return nil, fmt.Errorf("%s: want one JSON array, and nothing behind it", path)
		}
		return faults, nil
	}
	var faults []mockserver.Fault
	for i, line := range strings.Split(string(data), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f, err := mockserver.ParseFault(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, i+1, err)
		}
		faults = append(faults, f)
	}
	return faults, nil
}
