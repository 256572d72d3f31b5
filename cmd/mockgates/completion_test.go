package main

import (
	"os/exec"
	"strings"
	"testing"
)

// completionCases say what is offered after a command line whose last word is not
// finished.
var completionCases = []struct {
	line, want, not string // words
}{
	{line: "mockgates se", want: "serve", not: "check"},
	{line: "mockgates spec ", want: "print lint", not: "serve"},
	{line: "mockgates spec print --fo", want: "--format", not: "--all"},
	{line: "mockgates spec print --format j", want: "json", not: "yaml --format"},
	{line: "mockgates serve --log-l", want: "--log-level", not: "--log-format"},
	{line: "mockgates serve --log-level ", want: "debug info warn error", not: "--seed"},
	{line: "mockgates completion ", want: "bash zsh fish", not: "serve"},
	{line: "mockgates help e", want: "exit-codes", not: "env"},
	{line: "mockgates help ", want: "faults"},
	// Where a file may stand, all flags would complete to the dashes that they begin with.
	{line: "mockgates check ", not: "--run --config"},
	{line: "mockgates check -", want: "--run --config"},
	{line: "mockgates exec ", not: "--fault --config"},
	{line: "mockgates serve --state ", not: "--seed --config"},
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	for shell, harness := range map[string]string{
		"bash": `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mockgates; printf '%s\n' "${COMPREPLY[@]}"`,
		// Out of the line editor zsh has no compadd: the words are those that it would filter.
		"zsh":  `compadd() { shift; for w in "$@"; do [[ $w == ${words[CURRENT]}* ]] && print -r -- "$w"; done; return 0 }; words=("$@"); CURRENT=$#; _mockgates`,
		"fish": `complete -C (string join ' ' -- $argv)`,
	} {
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
			for _, c := range completionCases {
				words := strings.Split(c.line, " ")
				args := []string{"-c", "compdef() { :; }\n" + script + harness, shell}
				if shell == "fish" {
					args = []string{"--no-config", "-c", script + harness}
				}
				out, err := exec.CommandContext(t.Context(), program, append(args, words...)...).CombinedOutput()
				if err != nil {
					t.Fatalf("%q: %v\n%s", c.line, err, out)
				}
				offered := map[string]bool{}
				for line := range strings.Lines(string(out)) {
					word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
					offered[word] = true
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

// TestCompletion_offersNothingAfterDashes keeps the flags of mockgates off the
// command line of the program that exec runs.
func TestCompletion_offersNothingAfterDashes(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	_, script, _ := mockgates(t, nil, "", "completion", "bash")
	out, err := exec.CommandContext(t.Context(), bash, "-c", script+`COMP_WORDS=(mockgates exec -- prog --); COMP_CWORD=4; _mockgates; echo "[${COMPREPLY[*]}]"`).CombinedOutput()
	if err != nil || string(out) != "[]\n" {
		t.Errorf("got %s, %v; want nothing", out, err)
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
