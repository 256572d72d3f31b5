//go:build unix

package clientrun

import (
	"os"
	"os/exec"
	"syscall"
)

// forwardedSignals are the signals that exec passes on.
var forwardedSignals = []os.Signal{
	syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGUSR1, syscall.SIGUSR2,
}

// sentByTerminal reports whether a terminal sends the signal to every process in
// its foreground group.
func sentByTerminal(s os.Signal) bool { return s == syscall.SIGINT || s == syscall.SIGQUIT }

// setProcessAttributes puts the command into a group of its own and, where the
// system can, ends it when this process dies.
func setProcessAttributes(cmd *exec.Cmd, ownGroup bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: ownGroup}
	dieWithParent(cmd.SysProcAttr)
}

// forward sends a signal to the command and, if it has a group of its own, to all
// processes of that.
func forward(pid int, group bool, s os.Signal) {
	number, ok := s.(syscall.Signal)
	if !ok {
		return
	}
	if group {
		pid = -pid
	}
	_ = syscall.Kill(pid, number) // it may have ended already
}

// killGroup ends the command and all processes of its group.
func killGroup(pid int, group bool) { forward(pid, group, syscall.SIGKILL) }
