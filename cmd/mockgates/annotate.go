package main

import (
	"cmp"
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
	return inRepository(p.Env, annotations.Write)(p.Stdout, r)
}

// inRepository returns an output with the names of files relative to the root of the
// repository, which the CI system knows. GitHub and GitLab look for the files there, and a job
// may run in a folder below it.
func inRepository(env map[string]string, write func(io.Writer, report.Report) error) func(io.Writer, report.Report) error {
	root := cmp.Or(env["GITHUB_WORKSPACE"], env["CI_PROJECT_DIR"])
	if root == "" {
		return write
	}
	return func(w io.Writer, r report.Report) error {
		r.Problems, r.Scenarios = slices.Clone(r.Problems), slices.Clone(r.Scenarios)
		for i := range r.Problems {
			r.Problems[i].File = below(root, r.Problems[i].File)
		}
		for i := range r.Scenarios {
			r.Scenarios[i].File = below(root, r.Scenarios[i].File)
		}
		return write(w, r)
	}
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
