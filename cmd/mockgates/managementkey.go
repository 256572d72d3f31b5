package main

import (
	"fmt"
	"os"
	"strings"
)

// managementKeyVariable holds the credential for a live target. No flag sets it:
// every user of the machine can read a command line.
const managementKeyVariable = "MODELGATES_MANAGEMENT_KEY"

// A managementKeyFlag is the flag that the commands for a live target share.
type managementKeyFlag struct {
	ManagementKeyFile fileValue `placeholder:"FILE" help:"File that holds the management key of the target. Default: the variable MODELGATES_MANAGEMENT_KEY."`
}

// managementKey returns the credential for a target, from the file or else the
// variable. It is "" for the fake, which has keys of its own.
func (f managementKeyFlag) managementKey(target string, env environ) (string, error) {
	if target == "" {
		return "", nil
	}
	if f.ManagementKeyFile == "" {
		return env[managementKeyVariable], nil
	}
	data, err := os.ReadFile(string(f.ManagementKeyFile))
	if err != nil {
		return "", err
	}
	if key := strings.TrimSpace(string(data)); key != "" {
		return key, nil
	}
	return "", fmt.Errorf("--management-key-file: %s is empty", f.ManagementKeyFile)
}
