//go:build !unix

package livekey

import (
	"errors"
	"os"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
)

// removeKey removes the variable from the environment of the process. What
// another program can read of the environment with which the process was started
// is up to the system.
func removeKey([]string, []string, string) error { return os.Unsetenv(envvar.ManagementKey) }

// receiveKey refuses the descriptor: removeKey hands over none.
func receiveKey(string) (string, error) {
	return "", errors.New(descriptorVariable + " is set; want it only on Unix, where mockgates sets it for itself")
}
