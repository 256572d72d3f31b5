package strictjson

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// EscapePointer writes a name as one token of a JSON pointer (RFC 6901).
func EscapePointer(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// UnescapePointer reads one token of a JSON pointer. It is the inverse of
// EscapePointer.
func UnescapePointer(token string) string {
	if !strings.Contains(token, "~") {
		return token
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// Lookup returns the value that a JSON pointer leads to in data, and whether
// there is one. The pointer "" leads to the whole value. Data must be a valid JSON
// text. The first of members with the same name counts.
func Lookup(data []byte, pointer string) (json.RawMessage, bool) {
	start, end, found := find(data, pointer)
	if !found {
		return nil, false
	}
	return json.RawMessage(data[start:end:end]), true
}

// Lookup returns the value of a member, or a value within it, and whether there is
// one. Path is the name of a member, or a JSON pointer if it begins with a slash.
func (m Members) Lookup(path string) (json.RawMessage, bool) {
	rest, isPointer := strings.CutPrefix(path, "/")
	if !isPointer {
		return m.Get(path)
	}
	name, rest, deeper := strings.Cut(rest, "/")
	value, ok := m.Get(UnescapePointer(name))
	if !ok || !deeper {
		return value, ok
	}
	return Lookup(value, "/"+rest)
}

// Locate returns the position of the value that a JSON pointer leads to, as Position
// does. If there is no such value, it is that of the nearest value around it. Data
// must be a valid JSON text.
func Locate(data []byte, pointer string) (line, column int) {
	start, _, _ := find(data, pointer)
	return Position(data, start)
}

// find returns where the value that a JSON pointer leads to begins and ends.
// If there is none it returns where the nearest value around it begins.
func find(data []byte, pointer string) (start, end int, found bool) {
	s := scanners.Get().(*scanner)
	defer s.release()
	s.begin(data, Limits{}, true)
	start = s.nextValue()
	for rest := pointer; rest != ""; {
		if rest[0] != '/' {
			return start, 0, false
		}
		token, after, deeper := strings.Cut(rest[1:], "/")
		if rest = ""; deeper {
			rest = "/" + after
		}
		if !s.descend(UnescapePointer(token)) {
			return start, 0, false
		}
		start = s.nextValue()
	}
	if s.value() != nil {
		return start, 0, false
	}
	return start, s.offset(), true
}

// nextValue returns the offset of the next value.
func (s *scanner) nextValue() int {
	return len(s.data) - len(bytes.TrimLeft(s.data[s.offset():], space+",:"))
}

// descend steps into the next object or array, to the member or the item that a token
// of a pointer names. It reports whether there is one.
func (s *scanner) descend(token string) bool {
	switch s.decoder.PeekKind() {
	case '{':
		return s.token() == nil && s.toMember(token)
	case '[':
		return s.token() == nil && s.toItem(token)
	}
	return false
}

func (s *scanner) toMember(name string) bool {
	for s.decoder.PeekKind() == '"' {
		raw, err := s.decoder.ReadValue()
		if err != nil {
			return false
		}
		if n, _ := unquote(raw); n == name {
			return true
		}
		if s.value() != nil {
			return false
		}
	}
	return false
}

func (s *scanner) toItem(token string) bool {
	index, err := strconv.ParseUint(token, 10, 31)
	if err != nil || len(token) > 1 && token[0] == '0' {
		return false
	}
	for range index {
		if next := s.decoder.PeekKind(); next == ']' || next == 0 || s.value() != nil {
			return false
		}
	}
	next := s.decoder.PeekKind()
	return next != ']' && next != 0
}
