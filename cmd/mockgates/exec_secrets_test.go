package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/internal/secretform"
	"github.com/mockgates/mockgates/scenarios/report/reproduce"
)

// reportFilesIn returns the flags for every output, each a file in a folder.
func reportFilesIn(dir string) []string {
	var flags []string
	for _, name := range []string{"json", "html", "junit", "markdown", "sarif", "codequality"} {
		flags = append(flags, "--report-"+name, filepath.Join(dir, name))
	}
	return flags
}

// TestExec_noOutputShowsASecretArgument gives the command a secret in an argument: a key,
// which has the form of one, a live key, a management key of the fake, and a credential in
// a header. No output may show it, in any encoding.
func TestExec_noOutputShowsASecretArgument(t *testing.T) {
	t.Parallel()
	const key, live, management = "sk-mg-v1-0123456789abcdef0123456789abcdef", "planted-live-0123456789", "planted-management-0123456789"
	const header = "planted-header-0123456789"
	program := []string{"sh", "-c", `"$0" && exit 1`, client(t, "Go", "naive")[0]}
	program = append(program, "Authorization: Bearer "+header, "again/"+header)
	var inLines []string // which a scenario cannot hold
	for name, encode := range secretform.Encodings {
		args := []string{encode(key), encode(live), name + "=" + encode(management)}
		if strings.Contains(args[0], "\n") {
			inLines = append(inLines, args...)
			continue
		}
		program = append(program, args...)
	}
	env := append(childVariables(), envvar.ManagementKey+"="+live)
	for _, test := range []struct {
		name  string
		flags []string
		code  int
	}{
		{"a command that fails", nil, 1},
		{"a command that does not survive a fault", []string{"--every-fault", "-v", "--effects", "lost-500", "--must-survive", "5xx"}, exit.Failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir, command := t.TempDir(), slices.Concat(program, inLines)
			if test.code == exit.Failed {
				command = slices.Clone(program)
				command[2] = `"$0"`
				test.flags = append(test.flags, "--save", filepath.Join(dir, "saved"))
			}
			args := slices.Concat([]string{"exec", "--management-key", management}, test.flags, reportFilesIn(dir), []string{"--"}, command)
			code, stdout, stderr := mockgates(t, env, "", args...)
			if code != test.code {
				t.Fatalf("exit code = %d; want %d\n%s%s", code, test.code, stdout, stderr)
			}
			outputs := outputsIn(t, dir)
			outputs["stdout"], outputs["stderr"] = stdout, stderr
			if _, saved := outputs["saved"]; saved != (test.code == exit.Failed) {
				t.Errorf("saved scenarios: %t", saved)
			}
			for output, text := range outputs {
				for _, secret := range []string{key, live, management, header} {
					if form := secretform.In(text, secret); form != "" {
						t.Errorf("%s shows %s: %s", output, secret, form)
					}
				}
			}
			if !strings.Contains(outputs["json"], "[secret]") {
				t.Errorf("the record does not say where a secret was:\n%s", outputs["json"])
			}
		})
	}
}

// outputsIn returns the text of each file in a folder, that of all saved scenarios together
// as saved, and what reproduces each failure of its record in each form.
func outputsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	outputs := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name := filepath.Base(path)
		if filepath.Dir(path) != dir {
			name = filepath.Base(filepath.Dir(path))
		}
		outputs[name] += string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range readReport(t, filepath.Join(dir, "json")).Scenarios {
		for _, f := range s.Failures {
			for _, form := range reproduce.Forms {
				_, out, errors := mockgates(t, nil, "", "reproduce", filepath.Join(dir, "json"), f.ID, "--as", form)
				outputs["reproduce "+f.ID+" as "+form] = out + errors
			}
		}
	}
	return outputs
}
