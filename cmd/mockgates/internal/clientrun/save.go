package clientrun

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/internal/shell"
	"github.com/mockgates/mockgates/mockserver/everyfault"
)

// notInFileName matches the characters that the name of a saved scenario must not have.
var notInFileName = regexp.MustCompile(`[^a-z0-9]+`)

// maxListed is the number of keys that one call of list-keys returns.
const maxListed = 100

// Save writes a scenario for each run that did not survive to a folder.
func (r *Report) Save(dir string) error {
	r.saved = map[int]string{}
	for i, run := range r.runs {
		if run.Verdict != everyfault.NotSurvived {
			continue
		}
		text, err := r.scenarioHere(run)
		if err == nil {
			err = os.MkdirAll(dir, 0o755)
		}
		file := filepath.Join(dir, strings.Trim(notInFileName.ReplaceAllString(run.Point.String(), "_"), "_")+".txtar")
		if err == nil {
			err = os.WriteFile(file, []byte(text), 0o644)
		}
		if err != nil {
			return exit.Failf(exit.Usage, "--save: %w", err)
		}
		r.saved[i] = file
	}
	return nil
}

// scenarioHere returns a scenario that fails as the run did. It runs the command of this
// machine, in the current folder.
func (r *Report) scenarioHere(run faultRun) (string, error) {
	program, err := exec.LookPath(r.command[0])
	if err == nil {
		program, err = filepath.Abs(program)
	}
	if err != nil {
		return "", err
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return r.scenarioIn(scenarioWord(dir), append([]string{program}, r.command[1:]...), run)
}

// scenarioAnywhere returns a scenario that fails as the run did and holds no path but those
// of the command. It needs a variable, which its first line explains.
func (r *Report) scenarioAnywhere(run faultRun) (string, error) {
	text, err := r.scenarioIn("$FOLDER", r.command, run)
	return "# Play it with --set FOLDER=PATH, the folder in which the command runs.\n" + text, err
}

// scenarioIn returns a scenario that runs a command in a folder and fails as the run did.
func (r *Report) scenarioIn(folder string, args []string, run faultRun) (string, error) {
	command, err := scenarioCommand(args)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if r.hidden {
		b.WriteString("# The command had a secret in an argument. Put it back before you play this.\n")
	}
	for _, p := range run.Problems {
		fmt.Fprintf(&b, "# %s: %s\n", p.Kind, printable.Line(p.Text))
	}
	for _, f := range run.Point.Faults() {
		fmt.Fprintf(&b, "fault %s\n", f.String())
	}
	fmt.Fprintf(&b, "cd %s\n", folder)
	kept := r.clean.After
	if run.Run.Ending == everyfault.Failed && !slices.ContainsFunc(run.Problems, func(p everyfault.Problem) bool { return p.Kind == everyfault.GaveUp }) {
		b.WriteString("! ")
		kept = run.Run.Before
	}
	fmt.Fprintf(&b, "exec %s\n", command)
	for _, p := range run.Problems {
		switch p.Kind {
		case everyfault.EarlyRetry, everyfault.SecretInURL:
			b.WriteString("violations none\n")
		case everyfault.WrongRetry: // the call that failed is the last of its operation
			fmt.Fprintf(&b, "assert-requests %s count=%d\n", run.Point.Call.Operation, run.Point.Call.Number)
		case everyfault.Endless:
			fmt.Fprintf(&b, "assert-requests %s count=1 status=%d\n", run.Point.Call.Operation, run.Point.Fault().Status)
		}
	}
	if len(kept) < maxListed && len(run.Run.After) < maxListed {
		fmt.Fprintf(&b, "call GET '/keys?include_disabled=true'\njq '.data | length == %d'\n", len(kept))
	}
	return b.String(), nil
}

// scenarioCommand returns a command as words of a scenario.
func scenarioCommand(args []string) (string, error) {
	var words []string
	for _, arg := range args {
		if strings.ContainsAny(arg, "\n\r") {
			return "", fmt.Errorf("the argument %q has several lines; a scenario cannot run that, want a script", arg)
		}
		words = append(words, scenarioWord(arg))
	}
	return strings.Join(words, " "), nil
}

// scenarioWord quotes a word for a scenario, so that nothing in it is expanded.
func scenarioWord(word string) string {
	if shell.IsWord(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", "''") + "'"
}
