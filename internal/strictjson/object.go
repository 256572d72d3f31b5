package strictjson

import (
	"bytes"
	"encoding/json"

	"github.com/go-json-experiment/json/jsontext"
)

// A RawMember is a member of an object with its value undecoded.
type RawMember struct {
	Name  string
	Value json.RawMessage // without white space around it; shares memory with the text
}

// Members are the members of an object, in the order of the text.
type Members []RawMember

// Get returns the value of the member called name, and whether there is one.
func (m Members) Get(name string) (json.RawMessage, bool) {
	for i := range m {
		if m[i].Name == name {
			return m[i].Value, true
		}
	}
	return nil, false
}

// Object checks data as Validate does, and that it is an object, and returns its
// members. The error is an *Error. For an object without members the slice is empty
// and not nil.
func Object(data []byte, limits Limits) (Members, error) {
	var members Members
	err := check(data, limits, func(s *scanner) (err *Error) {
		members, err = s.members()
		return err
	})
	isObject := TypeOf(data) == TypeObject
	switch {
	case err == nil && isObject:
		return members, nil
	case err == nil, err.Kind == Duplicate && !isObject:
		err = &Error{Kind: WrongType, Message: "must be a JSON object, not " + TypeOf(data).WithArticle()}
		return nil, err.at(data, len(data)-len(bytes.TrimLeft(data, space)))
	case err.Kind == Empty:
		err.Message = "is empty; want a JSON object"
	}
	return nil, err
}

// members reads a value and returns its members if it is an object.
func (s *scanner) members() (Members, *Error) {
	if s.decoder.PeekKind() != '{' {
		return nil, s.value()
	}
	if err := s.token(); err != nil {
		return nil, err
	}
	members := make(Members, 0, 8)
	text := string(s.data) // one copy for all names
	for s.decoder.PeekKind() != '}' {
		name, err := s.decoder.ReadValue()
		if err != nil {
			return nil, s.malformed(err)
		}
		m := RawMember{}
		behind := s.offset()
		if bytes.IndexByte(name, '\\') < 0 {
			m.Name = text[behind-len(name)+1 : behind-1]
		} else {
			m.Name, _ = unquote(name)
		}
		if err := s.value(); err != nil {
			return nil, err
		}
		m.Value = json.RawMessage(bytes.TrimLeft(s.data[behind:s.offset():s.offset()], space+":"))
		members = append(members, m)
	}
	return members, s.token()
}

// Text returns what a JSON string stands for. The string must be valid.
func Text(raw []byte) string {
	s, _ := unquote(raw)
	return s
}

// unquote returns the string that a JSON string stands for, and whether it has
// a lone surrogate.
func unquote(raw []byte) (s string, lone bool) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), false
	}
	text, err := jsontext.AppendUnquote(nil, raw) // in a valid string a lone surrogate is the only error
	return string(text), err != nil
}

func hasLoneSurrogate(raw []byte) bool {
	_, lone := unquote(raw)
	return lone
}
