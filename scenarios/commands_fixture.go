package scenarios

import (
	"fmt"
	"hash/fnv"
	"os"

	"github.com/mockgates/mockgates/fixtures"
)

// fixture is the command "fixture FILE OPERATION". What it writes depends on
// the seed, the world and the name of the file.
func (s *session) fixture(args []string) error {
	if len(args) != 2 {
		return usagef("want the name of a file and an operation")
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s %s", s.Seed, s.name, args[0]) // a hash cannot fail
	body, err := fixtures.Body(args[1], h.Sum64())
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.ts.MkAbs(args[0]), body, 0o600); err != nil {
		return fmt.Errorf("fixture: %w", err)
	}
	return nil
}
