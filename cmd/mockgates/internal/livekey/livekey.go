// Package livekey keeps the management key of a live target away from everything but
// the target.
//
//	environment ─► Take ─► environment for run ─► Read ─► scenarios
//	--management-key-file ──────────────────────────┘
//	                              └─► Without ─► environment of a program that exec runs
//
// No flag sets the key: every user of the machine can read a command line. Nor does
// the environment of the process hold it for long: see [Take].
package livekey

import (
	"fmt"
	"maps"
	"os"
	"strings"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
)

// Read returns the key in a file or, if file is "", in the variable. It is "" if
// the variable is not set.
func Read(file string, env map[string]string) (string, error) {
	if file == "" {
		return env[envvar.ManagementKey], nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if key := strings.TrimSpace(string(data)); key != "" {
		return key, nil
	}
	return "", fmt.Errorf("--management-key-file: %s is empty", file)
}

// Without returns a copy of an environment without the key: no test command needs
// that of a live target.
func Without(env map[string]string) map[string]string {
	rest := maps.Clone(env)
	delete(rest, envvar.ManagementKey)
	delete(rest, descriptorVariable)
	return rest
}
