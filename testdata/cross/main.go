// Command cross type-checks packages, their tests, and all that they import, for systems
// on which no test runs.
//
//	go run ./testdata/cross GOOS/GOARCH... -- PACKAGE...
//
// It reports what the compiler would refuse, and takes seconds. Go build would take minutes:
// it compiles the standard library and all dependencies anew for each system. It does not
// prove that the programs link and work there.
//
// The exit code is 1 if a package is refused, and 2 if the packages cannot be loaded.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	args := os.Args[1:]
	end := slices.Index(args, "--")
	if end < 1 || end == len(args)-1 {
		fmt.Fprintln(os.Stderr, "usage: cross GOOS/GOARCH... -- PACKAGE...")
		os.Exit(2)
	}
	refused := false
	for _, system := range args[:end] {
		checked, errors, err := check(system, args[end+1:])
		if err != nil {
			fmt.Fprintf(os.Stderr, "cross: %s: %v\n", system, err)
			os.Exit(2)
		}
		fmt.Printf("%s: %d packages, %d errors\n", system, checked, errors)
		refused = refused || errors > 0
	}
	if refused {
		os.Exit(1)
	}
}

// check type-checks packages for a system, and prints the errors.
func check(system string, patterns []string) (checked, errors int, err error) {
	goos, goarch, ok := strings.Cut(system, "/")
	if !ok {
		return 0, 0, fmt.Errorf("%q is not a system; want GOOS/GOARCH, such as windows/amd64", system)
	}
	loaded, err := packages.Load(&packages.Config{
		Mode:  packages.LoadAllSyntax,
		Env:   append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch),
		Tests: true,
	}, patterns...)
	if err != nil {
		return 0, 0, err
	}
	packages.Visit(loaded, nil, func(*packages.Package) { checked++ })
	return checked, packages.PrintErrors(loaded), nil
}
