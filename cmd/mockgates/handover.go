package main

import (
	"fmt"
	"slices"
	"strings"
)

// keyDescriptorVariable holds the number of the file descriptor from which the
// program reads the management key after it has replaced itself.
const keyDescriptorVariable = managementKeyVariable + "_FD"

// maxHandedKey bounds a management key in the environment, in bytes. Every pipe
// holds so much without a reader.
const maxHandedKey = 4096

// takeManagementKey returns the environment for run, with the management key in
// it. The environment of the process does not hold the key when it returns: a
// scenario can run programs, and each could read the environment with which its
// parent was started (on Linux in /proc/PPID/environ), whatever the parent has
// done to its copy.
//
// On Unix the process therefore replaces itself and hands the key to itself
// through a pipe. Its ID, arguments and ignored signals stay the same. Elsewhere
// the variable is only removed, which is enough on Windows.
func takeManagementKey(args, env []string) ([]string, error) {
	vars := newEnviron(env)
	rest := slices.DeleteFunc(slices.Clone(env), func(pair string) bool {
		return strings.HasPrefix(pair, managementKeyVariable+"=") || strings.HasPrefix(pair, keyDescriptorVariable+"=")
	})
	key, descriptor := vars[managementKeyVariable], vars[keyDescriptorVariable]
	if len(key) > maxHandedKey {
		return nil, fmt.Errorf("%s has %d bytes; want at most %d", managementKeyVariable, len(key), maxHandedKey)
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
		rest = append(rest, managementKeyVariable+"="+key)
	}
	return rest, nil
}
