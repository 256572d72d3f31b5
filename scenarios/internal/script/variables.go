package script

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// LocalTime is the layout of a time without its offset, such as that of $SOON_LOCAL.
const LocalTime = "2006-01-02T15:04:05"

// Expand replaces $NAME and ${NAME} in the text of a body by the value of the variable.
// $$ becomes $, and a $ before anything else stays. With inJSON, values are escaped as
// part of a JSON string. An unknown variable is an error, so that a misspelt one is not
// sent.
func Expand(in string, vars map[string]any, inJSON bool) (string, error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(in, "$")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		in = after
		if rest, ok := strings.CutPrefix(after, "$"); ok {
			b.WriteByte('$')
			in = rest
			continue
		}
		name, rest := cutName(after)
		if name == "" {
			b.WriteByte('$')
			continue
		}
		in = rest
		value, ok := vars[name]
		if !ok {
			return "", unset(name, slices.Sorted(maps.Keys(vars)))
		}
		text := VariableText(value)
		if inJSON {
			text = escapeJSON(text)
		}
		b.WriteString(text)
	}
}

// cutName cuts a name, or a name in braces, off the start of s. The name is ""
// if there is none.
func cutName(s string) (name, rest string) {
	inner, braced := strings.CutPrefix(s, "{")
	if braced {
		s = inner
	}
	end := 0
	for end < len(s) && isNameByte(s[end], end == 0) {
		end++
	}
	name, rest = s[:end], s[end:]
	if !braced {
		return name, rest
	}
	rest, closed := strings.CutPrefix(rest, "}")
	if !closed {
		return "", ""
	}
	return name, rest
}

func isNameByte(c byte, first bool) bool {
	return c == '_' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || !first && '0' <= c && c <= '9'
}

// IsName reports whether s is a valid name of a variable.
func IsName(s string) bool {
	name, rest := cutName(s)
	return name != "" && rest == "" && s[0] != '{'
}

// escapeJSON escapes s for a JSON string.
func escapeJSON(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string cannot fail
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), `"`), `"`)
}

// VariableText returns a value as a variable of the script: a string as it is,
// anything else as JSON.
func VariableText(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
