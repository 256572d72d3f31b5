package runfiles

import (
	"fmt"
	"io"
	"os"

	"github.com/mockgates/mockgates/scenarios/drift"
)

// ReadAcceptances reads the accepted differences in the file of --accept. There are
// none if path is "".
func ReadAcceptances(path string) ([]drift.Acceptance, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--accept: %w", err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, drift.MaxAcceptFile+1))
	if err != nil {
		return nil, fmt.Errorf("--accept: %w", err)
	}
	list, err := drift.ParseAcceptances(data)
	if err != nil {
		return nil, fmt.Errorf("--accept: %s: %w", path, err)
	}
	return list, nil
}
