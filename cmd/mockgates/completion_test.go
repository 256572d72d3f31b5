package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// completionCases say what is offered after a command line whose last word is not
// finished. Here FILES stands for the files of the working folder, and FOLDERS for the
// folders alone.
var completionCases = []struct {
	line, want, not string // words
}{
	{line: "mockgates ", want: "serve check", not: "FILES --config"},
	{line: "mockgates se", want: "serve", not: "check"},
	{line: "mockgates -", want: "--config --help", not: "serve FILES"},
	{line: "mockgates --config ", want: "FILES", not: "serve"},
	{line: "mockgates --config serve check --run", want: "--run", not: "--addr"},
	{line: "mockgates spec ", want: "print lint", not: "serve FILES"},
	{line: "mockgates spec print --fo", want: "--format", not: "--all"},
	{line: "mockgates spec print --format j", want: "json", not: "yaml --format FILES"},
	{line: "mockgates spec lint ", want: "FILES", not: "--format"},
	{line: "mockgates completion ", want: "bash zsh fish", not: "serve FILES"},
	{line: "mockgates help e", want: "exit-codes", not: "env"},
	{line: "mockgates help ", want: "faults", not: "FILES"},

	// Without a dash, a shell would insert the two with which every flag begins.
	{line: "mockgates serve ", not: "--addr FILES"},
	{line: "mockgates serve --tls ", not: "--addr FILES"},
	{line: "mockgates serve -", want: "--addr --log-level", not: "--run FILES"},
	{line: "mockgates serve --log-l", want: "--log-level", not: "--log-format"},
	{line: "mockgates healthcheck ", not: "--addr FILES"},

	// The value of a flag.
	{line: "mockgates serve --log-level ", want: "debug info warn error", not: "--seed FILES"},
	{line: "mockgates serve --log-level=", want: "debug info warn error", not: "--seed FILES"},
	{line: "mockgates serve --log-level debug ", not: "info --seed FILES"},
	{line: "mockgates serve --state ", want: "FILES", not: "--seed"},
	{line: "mockgates serve --state=", want: "FILES", not: "--seed"},
	{line: "mockgates serve --tls-dir ", want: "FOLDERS", not: "FILES --seed"},
	{line: "mockgates serve --seed ", not: "FILES --seed"},
	{line: "mockgates serve --seed=", not: "FILES --seed"},

	// Files, and the program that exec runs with its own files.
	{line: "mockgates check ", want: "FILES", not: "--run"},
	{line: "mockgates check -", want: "--run --config"},
	{line: "mockgates exec ", want: "FILES", not: "--fault"},
	{line: "mockgates exec --fault x -", want: "--fault --config"},
	{line: "mockgates exec -- ", want: "FILES", not: "--fault"},
	{line: "mockgates exec -- prog --", not: "--fault"},
	{line: "mockgates exec --keys 2 prog -", not: "--fault"},
	{line: "mockgates exec -- serve ", want: "FILES", not: "--addr"},
}

// offers are scripts that print what each shell offers for the words that are their
// arguments. Outside of their line editors bash and zsh lack the commands that offer
// words and files.
var offers = map[string]string{
	"bash": `compopt() { if [ "$2" = default ]; then echo FILES; else echo FOLDERS; fi; }
		for word in "$@"; do # the words as bash would split them
			case $word in
			--*=*) COMP_WORDS+=("${word%%=*}" =); [ -z "${word#*=}" ] || COMP_WORDS+=("${word#*=}") ;;
			*) COMP_WORDS+=("$word") ;;
			esac
		done
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _mockgates; printf '%s\n' "${COMPREPLY[@]}"`,
	"zsh": `compadd() { shift; for w in "$@"; do [[ $w == ${cur}* ]] && print -r -- "$w"; done; return 0 }
		compset() { cur=${cur#*=} }
		_files() { if [[ $1 == -/ ]]; then echo FOLDERS; else echo FILES; fi }
		words=("$@"); CURRENT=$#; _mockgates`,
	"fish": `complete -C (string join ' ' -- $argv) | string replace -r '^--[a-z-]+=' ''; true`,
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for shell, offer := range offers {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			program, err := exec.LookPath(shell)
			if err != nil {
				t.Skipf("there is no %s", shell)
			}
			code, script, stderr := mockgates(t, nil, "", "completion", shell)
			if code != 0 {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			folder := t.TempDir()
			if err := errors.Join(os.WriteFile(filepath.Join(folder, "FILES"), nil, 0o600), os.Mkdir(filepath.Join(folder, "FOLDERS"), 0o700)); err != nil {
				t.Fatal(err)
			}
			for _, c := range completionCases {
				words := strings.Split(c.line, " ")
				args := []string{"-c", "compdef() { :; }\n" + script + offer, shell}
				if shell == "fish" {
					args = []string{"--no-config", "-c", script + offer}
				}
				cmd := exec.CommandContext(t.Context(), program, append(args, words...)...)
				cmd.Dir = folder
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%q: %v\n%s", c.line, err, out)
				}
				offered := map[string]bool{}
				for line := range strings.Lines(string(out)) {
					word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
					offered[strings.TrimSuffix(word, "/")] = true
				}
				for want := range strings.FieldsSeq(c.want) {
					if !offered[want] {
						t.Errorf("%q: %s is not offered; got\n%s", c.line, want, out)
					}
				}
				for not := range strings.FieldsSeq(c.not) {
					if offered[not] {
						t.Errorf("%q: %s is offered", c.line, not)
					}
				}
			}
		})
	}
}

func TestEnv(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ args, want string }{
		{"", "MODELGATES_BASE_URL=http://127.0.0.1:8080/api/v1\nMODELGATES_API_KEY=sk-mg-mgmt-default\n"},
		{"--export --world ci", "export MODELGATES_BASE_URL=http://127.0.0.1:8080/api/v1\nexport MODELGATES_API_KEY=sk-mg-mgmt-ci\n"},
		{"--addr 0.0.0.0:99", "MODELGATES_BASE_URL=http://127.0.0.1:99/api/v1\nMODELGATES_API_KEY=sk-mg-mgmt-default\n"},
	} {
		code, stdout, stderr := mockgates(t, nil, "", append([]string{"env"}, strings.Fields(c.args)...)...)
		if code != 0 || stdout != c.want {
			t.Errorf("env %s: exit code %d, stdout %q, stderr %q; want %q", c.args, code, stdout, stderr, c.want)
		}
	}
}
