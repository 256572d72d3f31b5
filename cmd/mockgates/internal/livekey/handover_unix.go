//go:build unix

package livekey

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// removeKey replaces the process by itself with another environment, and with a
// pipe that holds the key. It returns only if it fails.
func removeKey(args, env []string, key string) error {
	reader, writer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("hand over %s: %w", envvar.ManagementKey, err)
	}
	_, err = writer.WriteString(key)
	if err == nil {
		err = writer.Close()
	}
	descriptor := 0
	if err == nil {
		descriptor, err = syscall.Dup(int(reader.Fd())) // the copy stays open in the new program
	}
	program := ""
	if err == nil {
		program, err = os.Executable()
	}
	if err == nil {
		err = syscall.Exec(program, args, append(env, descriptorVariable+"="+strconv.Itoa(descriptor)))
	}
	return &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("hand over %s: %w", envvar.ManagementKey, err), Hint: "use --management-key-file"}
}

// receiveKey reads the key that removeKey has written.
func receiveKey(descriptor string) (string, error) {
	n, err := strconv.Atoi(descriptor)
	if err != nil || n < 3 {
		return "", fmt.Errorf("%s: %q is not a file descriptor; mockgates sets it for itself", descriptorVariable, descriptor)
	}
	syscall.CloseOnExec(n)
	file := os.NewFile(uintptr(n), "management key")
	defer func() { _ = file.Close() }() // it has been read
	key, err := io.ReadAll(io.LimitReader(file, maxKey))
	if err != nil {
		return "", fmt.Errorf("%s: %w", descriptorVariable, err)
	}
	return string(key), nil
}
