package clientrun

import (
	"regexp"
	"slices"
	"strings"
)

// The variables in which a program finds the fake.
const (
	baseVariable = "MODELGATES_BASE_URL"
	keyVariable  = "MODELGATES_API_KEY"
)

// Environ returns an environment as NAME=VALUE, sorted, with the URL of a fake and a
// management key for it.
func Environ(env map[string]string, base, key string) []string {
	list := []string{baseVariable + "=" + base, keyVariable + "=" + key}
	for name, value := range env {
		if name != baseVariable && name != keyVariable {
			list = append(list, name+"="+value)
		}
	}
	slices.Sort(list)
	return list
}

// shellWord matches a word that needs no quotes in a shell.
var shellWord = regexp.MustCompile(`^[A-Za-z0-9_./:-]+$`)

// IsShellWord reports whether a word needs no quotes in a shell.
func IsShellWord(word string) bool { return shellWord.MatchString(word) }

// quoteCommand returns a command as one line for a shell.
func quoteCommand(args []string) string {
	var words []string
	for _, arg := range args {
		if !IsShellWord(arg) {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}
