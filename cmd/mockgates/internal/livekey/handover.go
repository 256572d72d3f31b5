package livekey

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
)

// descriptorVariable holds the number of the file descriptor from which the
// program reads the management key after it has replaced itself.
const descriptorVariable = envvar.ManagementKey + "_FD"

// maxKey bounds a management key in the environment, in bytes. Every pipe
// holds so much without a reader.
const maxKey = 4096

// Take returns the environment for run, with the management key in
// it. The environment of the process does not hold the key when it returns: a
// scenario can run programs, and each could read the environment with which its
// parent was started (on Linux in /proc/PPID/environ), whatever the parent has
// done to its copy.
//
// On Unix the process therefore replaces itself and hands the key to itself
// through a pipe. Its ID, arguments and ignored signals stay the same. Elsewhere
// the variable is only removed, which is enough on Windows.
func Take(args, env []string) ([]string, error) {
	var rest []string
	var key, descriptor string // of several variables with one name the last wins
	for _, pair := range env {
		if value, ok := strings.CutPrefix(pair, envvar.ManagementKey+"="); ok {
			key = value
		} else if value, ok := strings.CutPrefix(pair, descriptorVariable+"="); ok {
			descriptor = value
		} else {
			rest = append(rest, pair)
		}
	}
	if len(key) > maxKey {
		return nil, fmt.Errorf("%s has %d bytes; want at most %d", envvar.ManagementKey, len(key), maxKey)
	}
	var err error
	switch {
	case key != "" && (slices.Contains(args, "check") || slices.Contains(args, "exec")): // the commands that run programs
		err = removeKey(args, rest, key)
	case key == "" && descriptor != "":
		key, err = receiveKey(descriptor)
	}
	if err != nil {
		return nil, err
	}
	if key != "" {
		rest = append(rest, envvar.ManagementKey+"="+key)
	}
	return rest, nil
}
