//go:build unix && !linux

package clientrun

import "syscall"

// dieWithParent does nothing: here the command outlives a process that is killed by
// SIGKILL.
func dieWithParent(*syscall.SysProcAttr) {}
