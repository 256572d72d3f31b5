// Package shell quotes words for a POSIX shell.
package shell

import "strings"

// marks are the characters, besides letters and digits, that have no special meaning
// anywhere in a command.
const marks = "-_./:@%+,"

// IsWord reports whether a word needs no quotes.
func IsWord(word string) bool {
	special := func(r rune) bool {
		isLetter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		return !isLetter && (r < '0' || r > '9') && !strings.ContainsRune(marks, r)
	}
	return word != "" && !strings.ContainsFunc(word, special)
}

// Quote returns text as a word that a shell reads as that text.
func Quote(text string) string {
	if IsWord(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// Join returns the words of a command as one line.
func Join(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = Quote(word)
	}
	return strings.Join(quoted, " ")
}
