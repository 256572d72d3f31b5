//go:build !unix

package clientrun

import (
	"os"
	"os/exec"
)

// forwardedSignals are the signals that exec passes on.
var forwardedSignals = []os.Signal{os.Interrupt}

// sentByTerminal reports whether a terminal sends the signal to the command too.
func sentByTerminal(s os.Signal) bool { return s == os.Interrupt }

// setProcessAttributes does nothing: here a command outlives a process that is
// killed.
func setProcessAttributes(*exec.Cmd, bool) {}

// forward ends the command, because no other signal can be sent here.
func forward(pid int, _ bool, _ os.Signal) { killGroup(pid, false) }

// killGroup ends the command. Programs that it has started are not ended here.
func killGroup(pid int, _ bool) {
	if process, err := os.FindProcess(pid); err == nil {
		_ = process.Kill() // it may have ended already
	}
}
