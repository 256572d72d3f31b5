package clientrun

import "syscall"

// dieWithParent makes the system kill the command when this process dies, even if
// that is by SIGKILL. It does not reach programs that the command has started.
func dieWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
