package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/annotations"
)

// annotate prints annotations if the program runs under GitHub Actions, which reads
// them from its output.
func annotate(p *cli.Process, r report.Report) error {
	if p.Env["GITHUB_ACTIONS"] != "true" {
		return nil
	}
	return writeAnnotations(p.Stdout, p.Env["GITHUB_WORKSPACE"], r)
}

// writeAnnotations writes the annotations of a report. GitHub takes the names of files in
// them to be relative to the root of the repository, which is the workspace, and a step may
// run in a folder below it.
func writeAnnotations(w io.Writer, workspace string, r report.Report) error {
	if workspace != "" {
		r.Problems, r.Scenarios = slices.Clone(r.Problems), slices.Clone(r.Scenarios)
		for i := range r.Problems {
			r.Problems[i].File = below(workspace, r.Problems[i].File)
		}
		for i := range r.Scenarios {
			r.Scenarios[i].File = below(workspace, r.Scenarios[i].File)
		}
	}
	return annotations.Write(w, r)
}

// below returns the name of a file relative to a folder that it is in. A name of another
// file, or of none, such as that of a built-in scenario, is returned unchanged.
func below(folder, file string) string {
	if _, err := os.Stat(file); err != nil {
		return file
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return file
	}
	path, err = filepath.Rel(folder, path)
	if err != nil || !filepath.IsLocal(path) {
		return file
	}
	return filepath.ToSlash(path)
}
