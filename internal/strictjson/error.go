package strictjson

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode"
)

// A Kind says what is wrong with a JSON text.
type Kind int

// The kinds of errors. If a text has several problems, one that keeps it from being
// JSON is reported before a bound that it exceeds, and that before a duplicate.
// Otherwise the first one in the text is reported.
const (
	Empty         Kind = iota + 1 // nothing, or white space alone
	InvalidUTF8                   // bytes that are not UTF-8
	Syntax                        // not JSON
	TrailingData                  // something after the value
	TooDeep                       // objects and arrays nested too deep
	TooManyValues                 // more values than allowed
	WrongType                     // a value of another JSON type than wanted
	Duplicate                     // two members of an object with the same name
	UnknownMember                 // a member that the Go type does not have
	InvalidValue                  // a value of the right JSON type that the Go type does not accept
)

// An Error says what is wrong with a JSON text, and where. Message completes a
// sentence that begins with the pointer.
type Error struct {
	Kind    Kind
	Pointer string // JSON pointer (RFC 6901) to the value; "" for the whole text
	Line    int    // from 1; 0 if only the pointer is known
	Column  int    // in bytes, from 1
	Message string

	offset int // in the text; 0 if only the pointer is known
}

func (e *Error) Error() string {
	text := e.Message
	if e.Pointer != "" {
		text = printable(e.Pointer) + " " + text
	}
	if e.Line > 0 {
		text = fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, text)
	}
	return text
}

// printable quotes a pointer that would spoil a line of text.
func printable(pointer string) string {
	for _, r := range pointer {
		if !unicode.IsPrint(r) {
			return strconv.Quote(pointer)
		}
	}
	return pointer
}

// at sets the line and the column of a place in data.
func (e *Error) at(data []byte, offset int) *Error {
	e.offset = offset
	e.Line, e.Column = Position(data, offset)
	return e
}

// Position returns the line and the column of an offset in data. Both count from 1,
// and the column is in bytes. An offset out of range counts as the nearest in range.
func Position(data []byte, offset int) (line, column int) {
	before := data[:min(max(offset, 0), len(data))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}

// quote quotes a part of a text for a message, cut to 64 characters.
func quote[T ~string | ~[]byte](s T) string {
	const most = 64
	n := 0
	for i := range string(s) {
		if n == most {
			return strconv.Quote(string(s[:i]) + "…")
		}
		n++
	}
	return strconv.Quote(string(s))
}
