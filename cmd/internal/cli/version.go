package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// A VersionCommand is the command version.
type VersionCommand struct{}

// Run prints the version of the program, of Go, and the platform.
func (*VersionCommand) Run(p *Process) error {
	_, err := fmt.Fprintf(p.Stdout, "%s %s %s %s/%s\n", p.Program.Name, BuildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// BuildVersion returns the version that the go command recorded in the binary: a
// tag or a pseudo-version, with "+dirty" if the checkout had changes, or
// "(devel)" if the binary was built without version control.
func BuildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
