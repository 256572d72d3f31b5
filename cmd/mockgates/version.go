package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// A versionCmd is the command version.
type versionCmd struct{}

// Run prints the version, what built it, and the revision where it is known.
func (*versionCmd) Run(p *process) error {
	_, err := fmt.Fprintf(p.stdout, "mockgates %s %s %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// buildVersion is the version that the go command stamped on the program: a
// tag, or the time and revision it was built from, with "+dirty" where the
// checkout had changes. Built without version control it is "(devel)".
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
