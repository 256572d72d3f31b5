package source

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/scenarios/internal/jq"
	"github.com/mockgates/mockgates/scenarios/internal/script"
)

// Language returns what the parser must know about the commands, the rules of the fake,
// and the variables that a script has before its first line, all given by name.
func Language(commands, rules, variables []string) script.Language {
	return script.Language{Commands: commands, Rules: rules, Variables: variables, Sets: variablesSetBy, Check: checkLine}
}

// variablesSetBy returns the variables that a command of a scenario sets.
func variablesSetBy(words []string) []string {
	args := words[1:]
	switch {
	case words[0] == "capture" && len(args) > 0:
		return args[:1]
	case words[0] == "consent" && len(args) > 1:
		return []string{args[1], "CALLBACK"}
	case words[0] == "pkce":
		return args
	}
	return nil
}

// checkLine refuses a line that can only fail when it is played: an expression that
// does not compile, a fault that is not valid, a file that does not exist.
func checkLine(l script.Line) (word int, err error) {
	check := map[string]func(script.Line) (int, error){
		"assert-requests": checkLastExpression,
		"call":            checkBody,
		"capture":         checkCapture,
		"cleanup":         func(l script.Line) (int, error) { return checkFile(l, 4) },
		"cmp":             checkCompared,
		"eventually":      checkLastExpression,
		"fault":           checkFault,
		"jq":              func(l script.Line) (int, error) { return checkExpression(l, 1) },
	}[l.Words[0]]
	if check == nil {
		return 0, nil
	}
	return check(l)
}

// undefinedVariable matches the message of gojq about an undefined variable.
var undefinedVariable = regexp.MustCompile(`variable not defined: \$(\w+)`)

// checkExpression refuses a jq expression that does not compile.
func checkExpression(l script.Line, word int) (int, error) {
	if word >= len(l.Words) || !l.Literal(word) {
		return 0, nil
	}
	variables := map[string]any{"status": nil, "header": nil}
	for _, name := range script.VariablesIn(l.Words[word]) {
		if l.Variables[name] && script.IsName(name) {
			variables[name] = nil
		}
	}
	_, err := jq.Compile(context.Background(), l.Words[word], variables, 0)
	if err == nil {
		return word, nil
	}
	if unset := undefinedVariable.FindStringSubmatch(err.Error()); unset != nil {
		err = fmt.Errorf("%w%s", err, suggest.Hint(unset[1], append(variablesOf(l), "header", "status")))
	}
	return word, err
}

// checkLastExpression refuses an expression after the word jq that does not compile.
func checkLastExpression(l script.Line) (int, error) {
	if at := len(l.Words) - 2; at > 1 && l.Words[at] == "jq" {
		return checkExpression(l, at+1)
	}
	return 0, nil
}

// Stdout is the word after which "capture" reads stdout instead of the last body.
const Stdout = "stdout"

// checkCapture refuses what "capture" cannot evaluate.
func checkCapture(l script.Line) (int, error) {
	if len(l.Words) < 3 || l.Words[2] != Stdout {
		return checkExpression(l, 2)
	}
	if len(l.Words) < 4 || !l.Literal(3) {
		return 0, nil
	}
	if _, err := regexp.Compile(l.Words[3]); err != nil {
		return 3, fmt.Errorf("%q is not a regular expression: %w", l.Words[3], err)
	}
	return 0, nil
}

// checkFault refuses a fault that is not valid.
func checkFault(l script.Line) (int, error) {
	if len(l.Words) < 2 || !l.Literal(1) {
		return 0, nil
	}
	f, err := fault.ParseWords(l.Words[1:])
	if err == nil {
		err = f.Validate()
	}
	return 1, err
}

// checkFile refuses a file that does not exist.
func checkFile(l script.Line, word int) (int, error) {
	if word >= len(l.Words) || strings.HasPrefix(l.Words[word], "&") || !l.Literal(word) || l.HasFile(l.Words[word]) {
		return 0, nil
	}
	name := l.Words[word]
	if files := l.Files(); len(files) > 0 {
		return word, fmt.Errorf("there is no file %q%s", name, suggest.Hint(name, files))
	}
	return word, fmt.Errorf("there is no file %q; add it at the end of the scenario, after a line -- %s --", name, name)
}

// variablesOf returns the variables that may be set before a line, sorted, without those
// of testscript.
func variablesOf(l script.Line) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l.Variables)), script.SetByTestscript)
}

// checkBody refuses the body of a call that does not exist, or uses a variable that no
// line before sets.
func checkBody(l script.Line) (int, error) {
	const word = 3
	if at, err := checkFile(l, word); err != nil || word >= len(l.Words) || !l.Literal(word) {
		return at, err
	}
	text, ok := l.Text(l.Words[word])
	if !ok {
		return 0, nil
	}
	set := map[string]any{}
	for _, name := range variablesOf(l) {
		set[name] = ""
	}
	if _, err := script.Expand(text, set, false); err != nil {
		return word, fmt.Errorf("%s: %w", l.Words[word], err)
	}
	return 0, nil
}

// checkCompared refuses a file that "cmp" cannot find.
func checkCompared(l script.Line) (int, error) {
	for word := 1; word < len(l.Words); word++ {
		if at, err := checkFile(l, word); err != nil {
			return at, err
		}
	}
	return 0, nil
}
