package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// expand replaces $NAME and ${NAME} in the text of a body by the variable's
// value; $$ is one $, and a $ before anything else stays. With quoted, values are
// escaped as the inside of a JSON string. A variable that is not set is an
// error, so that a slip of the pen does not travel.
func expand(in string, vars map[string]any, quoted bool) (string, error) {
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
		name, rest := variable(after)
		if name == "" {
			b.WriteByte('$')
			continue
		}
		in = rest
		value, ok := vars[name]
		if !ok {
			return "", fmt.Errorf("$%s is not set%s", name, didYouMean(name, slices.Sorted(maps.Keys(vars))))
		}
		b.WriteString(inside(text(value), quoted))
	}
}

// variable reads a name, or a name in braces, at the start of s. The name is ""
// if there is none.
func variable(s string) (name, rest string) {
	braced, isBraced := strings.CutPrefix(s, "{")
	if isBraced {
		s = braced
	}
	end := 0
	for end < len(s) && isNameByte(s[end], end == 0) {
		end++
	}
	name, rest = s[:end], s[end:]
	if isBraced {
		closed, ok := strings.CutPrefix(rest, "}")
		if !ok {
			return "", ""
		}
		rest = closed
	}
	return name, rest
}

func isNameByte(c byte, first bool) bool {
	return c == '_' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || !first && '0' <= c && c <= '9'
}

// isName reports whether s can be the name of a variable.
func isName(s string) bool {
	name, rest := variable(s)
	return name != "" && rest == "" && s[0] != '{'
}

// inside is s, escaped as the inside of a JSON string if quoted.
func inside(s string, quoted bool) string {
	if !quoted {
		return s
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can always be encoded
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), `"`), `"`)
}

// text is a value as a variable holds it: a string as it is, anything else as
// JSON.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
