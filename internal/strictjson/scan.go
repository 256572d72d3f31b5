package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how deep objects and arrays may be nested unless Limits says less.
const MaxDepth = 10_000

// Limits bounds a JSON text. Each field says what zero means.
type Limits struct {
	Depth  int // objects and arrays within one another; 0 or more than MaxDepth means MaxDepth
	Values int // values at all depths, names of members not counted; 0 means no bound
}

func (l Limits) depth() int {
	if l.Depth <= 0 || l.Depth > MaxDepth {
		return MaxDepth
	}
	return l.Depth
}

// Validate checks that data is a JSON text within the limits. The error is an
// *Error.
func Validate(data []byte, limits Limits) error {
	if err := check(data, limits, (*scanner).value); err != nil {
		return err
	}
	return nil
}

// check scans data with read and returns what is wrong with it. If there are several
// problems it returns the one that is reported first, which may need another scan.
func check(data []byte, limits Limits, read func(*scanner) *Error) *Error {
	err := checkText(data)
	if err != nil {
		return err
	}
	if err = scan(data, limits, false, read); err == nil {
		return nil
	}
	if err.Kind == Duplicate {
		if other := scan(data, limits, true, (*scanner).value); other != nil {
			err = other
		}
	}
	if err.Kind == TooDeep || err.Kind == TooManyValues {
		if other := scan(data, Limits{}, true, (*scanner).value); other != nil && other.Kind != TooDeep {
			err = other
		}
	}
	return err
}

// checkText refuses data that is empty or not UTF-8.
func checkText(data []byte) *Error {
	if !utf8.Valid(data) {
		at := 0
		for {
			r, size := utf8.DecodeRune(data[at:])
			if r == utf8.RuneError && size == 1 {
				e := &Error{Kind: InvalidUTF8, Message: "must be UTF-8"}
				return e.at(data, at)
			}
			at += size
		}
	}
	if len(bytes.TrimLeft(data, space)) == 0 {
		return &Error{Kind: Empty, Message: "is empty; want JSON"}
	}
	return nil
}

// scan reads one JSON value with read. It is an error if anything follows the value.
func scan(data []byte, limits Limits, duplicates bool, read func(*scanner) *Error) *Error {
	s := scanners.Get().(*scanner)
	defer s.release()
	s.begin(data, limits, duplicates)
	if err := read(s); err != nil {
		return err
	}
	return s.end()
}

// scanners keeps scanners between uses, because each has grown the stacks that the
// next text needs.
var scanners = sync.Pool{New: func() any { return new(scanner) }}

// A scanner reads the tokens of a text and holds them to limits.
type scanner struct {
	decoder jsontext.Decoder
	buffer  bytes.Buffer // the decoder reads from it without copying
	data    []byte
	reads   bool // the decoder reads from a reader, and data is empty
	limits  Limits
	values  int // read so far

	// Of the objects and arrays that are not complete, those of the outermost first.
	openMembers []Member
	openItems   []Value
}

// maxKept is how many members, and how many items, a scanner has room for between two
// texts.
const maxKept = 256

// begin starts to read data, which must be UTF-8.
func (s *scanner) begin(data []byte, limits Limits, duplicates bool) {
	limits.Depth = limits.depth()
	s.data, s.limits, s.values = data, limits, 0
	s.buffer = *bytes.NewBuffer(data)
	s.decoder.Reset(&s.buffer,
		jsontext.AllowDuplicateNames(duplicates),
		jsontext.AllowInvalidUTF8(true)) // lone surrogates; the bytes are known to be UTF-8
}

// release gives the scanner back, without the text that it read.
func (s *scanner) release() {
	s.data, s.buffer = nil, bytes.Buffer{}
	s.decoder.Reset(&s.buffer)
	s.openMembers, s.openItems = emptied(s.openMembers), emptied(s.openItems)
	scanners.Put(s)
}

// emptied returns an empty stack. After an error what it had is still there.
func emptied[T any](stack []T) []T {
	if cap(stack) > maxKept {
		return nil
	}
	clear(stack)
	return stack[:0]
}

// offset returns the offset of the end of the last token.
func (s *scanner) offset() int { return int(s.decoder.InputOffset()) }

// value reads one value and everything in it.
func (s *scanner) value() *Error {
	outside := s.decoder.StackDepth()
	for {
		if err := s.token(); err != nil {
			return err
		}
		if s.decoder.StackDepth() == outside {
			return nil
		}
	}
}

// token reads one token.
func (s *scanner) token() *Error {
	if s.decoder.StackDepth() == s.limits.Depth {
		if next := s.decoder.PeekKind(); next == '{' || next == '[' {
			return s.tooDeep()
		}
	}
	token, err := s.decoder.ReadToken()
	if err != nil {
		return s.malformed(err)
	}
	return s.count(token.Kind())
}

// count counts the last token if it begins a value and values are bounded.
func (s *scanner) count(kind jsontext.Kind) *Error {
	if s.limits.Values <= 0 || kind == '}' || kind == ']' {
		return nil
	}
	if in, length := s.decoder.StackIndex(s.decoder.StackDepth()); kind == '"' && in == '{' && length%2 == 1 {
		return nil // the name of a member
	}
	if s.values++; s.values > s.limits.Values {
		e := &Error{Kind: TooManyValues, Message: fmt.Sprintf("must not have more than %d values", s.limits.Values)}
		return e.at(s.data, s.offset()-1)
	}
	return nil
}

// end refuses anything after the value.
func (s *scanner) end() *Error {
	rest := bytes.TrimLeft(s.data[s.offset():], space)
	if len(rest) == 0 {
		return nil
	}
	r, _ := utf8.DecodeRune(rest)
	e := &Error{Kind: TrailingData, Message: fmt.Sprintf("malformed JSON: invalid character %q after top-level value", r)}
	return e.at(s.data, len(s.data)-len(rest))
}

func (s *scanner) tooDeep() *Error {
	e := &Error{Kind: TooDeep, Message: fmt.Sprintf("must not nest objects and arrays more than %d deep", s.limits.Depth)}
	if s.reads {
		return e
	}
	return e.at(s.data, s.nextValue())
}

// malformed says what the decoder refused.
func (s *scanner) malformed(err error) *Error {
	syntax, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok { // io.EOF, but the text is not empty
		return &Error{Kind: Syntax, Message: "malformed JSON: " + err.Error()}
	}
	e := &Error{Kind: Syntax, Message: "malformed JSON: " + syntax.Err.Error()}
	switch {
	case errors.Is(syntax.Err, jsontext.ErrDuplicateName):
		e = &Error{Kind: Duplicate, Pointer: string(syntax.JSONPointer), Message: "must not appear twice"}
	case errors.Is(syntax.Err, io.ErrUnexpectedEOF):
		e.Message = "malformed JSON: unexpected end of JSON input"
	}
	return e.at(s.data, int(syntax.ByteOffset))
}
