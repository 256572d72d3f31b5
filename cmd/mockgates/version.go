package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// A versionCmd is the command version.
type versionCmd struct{}

// Run prints the version of the program, of Go, and the platform.
func (*versionCmd) Run(p *process) error {
	_, err := fmt.Fprintf(p.stdout, "mockgates %s %s %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// buildVersion returns the version that the go command recorded in the binary: a
// tag or a pseudo-version, with "+dirty" if the checkout had changes, or
// "(devel)" if the binary was built without version control.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
