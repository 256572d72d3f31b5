package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sampleLanguages are the languages of the samples in ModelGates' documents, in the
// order in which each document has them.
var sampleLanguages = []string{"python", "javascript", "go", "ruby", "java", "php", "csharp", "swift"}

// readSamples returns the code samples of one published document by language. The
// document has them at its end, one a line. The name of a language stands at the end
// of the line before.
func readSamples(document string) (map[string]string, error) {
	_, rest, ok := strings.Cut(document, "SDK Code Examples\n")
	if !ok {
		return nil, fmt.Errorf("the document has no code samples")
	}
	lines := strings.Split(strings.TrimRight(rest, "\n"), "\n")
	if len(lines) != len(sampleLanguages)+1 {
		return nil, fmt.Errorf("the document has %d lines of code samples; want %d", len(lines), len(sampleLanguages)+1)
	}
	samples := map[string]string{}
	for i, language := range sampleLanguages {
		if !strings.HasSuffix(lines[i], language) {
			return nil, fmt.Errorf("sample %d is not of %s", i, language)
		}
		code := lines[i+1]
		if i+1 < len(sampleLanguages) {
			code = strings.TrimSuffix(code, sampleLanguages[i+1])
		}
		samples[language] = code
	}
	return samples, nil
}

// sampleTokens matches a string, a word, a number or another character.
var sampleTokens = regexp.MustCompile(`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\d+|\S`)

// leadingWords are the words that may stand before an operand of the same statement.
var leadingWords = []string{"import", "package", "func", "defer", "require", "puts"}

// restoreLines restores the line breaks of a sample, which the document has lost. Two
// operands beside one another, such as "fmt" "strings", are of two statements: no
// language of the samples has such an expression.
func restoreLines(code string) string {
	var b strings.Builder
	end, afterOperand := 0, false
	for _, at := range sampleTokens.FindAllStringIndex(code, -1) {
		token := code[at[0]:at[1]]
		word := regexp.MustCompile(`^["'\w]`).MatchString(token)
		if afterOperand && word {
			b.WriteByte('\n')
		} else {
			b.WriteString(code[end:at[0]])
		}
		b.WriteString(token)
		end = at[1]
		afterOperand = (word || strings.ContainsAny(token, ")]}")) && !slices.Contains(leadingWords, token)
	}
	return b.String()
}

func TestRestoreLines(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ what, code, want string }{
		{"a statement after a bracket", `a = {"b": 1}c = d(e) print(c)`, "a = {\"b\": 1}\nc = d(e)\nprint(c)"},
		{"a list of imports", `package main import ( "fmt" "io") func main() { fmt.Println(1) }`, "package main\nimport ( \"fmt\"\n\"io\")\nfunc main() { fmt.Println(1) }"},
		{"a word that takes an operand", `require 'uri'require 'net/http' a = b`, "require 'uri'\nrequire 'net/http'\na = b"},
		{"a string with a quote in it", `a := "b \"c\" d" e()`, "a := \"b \\\"c\\\" d\"\ne()"},
		{"an assignment of two", `a, _ := b("c", d) a.e()`, "a, _ := b(\"c\", d)\na.e()"},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			if got := restoreLines(row.code); got != row.want {
				t.Errorf("restoreLines(%q) = %q; want %q", row.code, got, row.want)
			}
		})
	}
}
