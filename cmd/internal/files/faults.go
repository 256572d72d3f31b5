package files

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/mockgates/mockgates/mockserver/fault"
)

// ReadFaults reads the value of --fault-file: a JSON array of faults, or the
// text form with one fault per line. In the text form, empty lines and lines
// that begin with # are ignored.
func ReadFaults(path string) ([]fault.Fault, error) {
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
