package strictjson

import (
	"io"
	"reflect"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// UnmarshalRead is like Unmarshal for a text from where a reader stands to its end. It
// decodes while it reads and holds no more of the text than one value that decodes
// itself, so the result is nearly all of the memory that it needs. A text that it
// refuses it reads a second time, as a whole, to say what is wrong and where.
func UnmarshalRead(from io.ReadSeeker, v any) error {
	to, fresh, err := destination(v)
	if err != nil {
		return err
	}
	start, err := from.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if decodeAll(from, fresh) {
		to.Set(fresh)
		return nil
	}
	if _, err := from.Seek(start, io.SeekStart); err != nil {
		return err
	}
	data, err := io.ReadAll(from)
	if err != nil {
		return err
	}
	return Unmarshal(data, v)
}

// decodeAll decodes a text while it reads it, and reports whether it could.
func decodeAll(from io.Reader, to reflect.Value) bool {
	s := new(scanner) // its buffers are large by the end, and not worth keeping
	s.limits.Depth = MaxDepth
	s.reads = true
	text := &utf8Reader{from: from}
	s.decoder.Reset(text, jsontext.AllowInvalidUTF8(true)) // lone surrogates, as in begin
	d := decoder{s: s, plans: make(map[reflect.Type]*plan)}
	if d.value(to) != nil {
		return false
	}
	_, err := s.decoder.ReadToken()
	return err == io.EOF && !text.broken
}

// A utf8Reader looks for bytes that are not UTF-8 in what is read from it.
type utf8Reader struct {
	from   io.Reader
	part   [utf8.UTFMax]byte // beginning of a character whose end is not read yet
	size   int               // of it
	broken bool              // there were bytes that are not UTF-8
}

// Read implements io.Reader.
func (r *utf8Reader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if r.broken {
		return 0, io.ErrUnexpectedEOF // nothing that comes now matters
	}
	r.look(p[:n])
	if err == io.EOF && r.size > 0 {
		r.broken = true
	}
	return n, err
}

// look looks at the next bytes.
func (r *utf8Reader) look(p []byte) {
	for r.size > 0 && len(p) > 0 { // of a character that began before
		r.part[r.size] = p[0]
		r.size++
		p = p[1:]
		if utf8.FullRune(r.part[:r.size]) {
			r.broken = r.broken || !utf8.Valid(r.part[:r.size])
			r.size = 0
		}
	}
	end := len(p)
	for i := 1; i < utf8.UTFMax && i <= len(p); i++ {
		if at := len(p) - i; utf8.RuneStart(p[at]) {
			if !utf8.FullRune(p[at:]) {
				end = at
			}
			break
		}
	}
	r.broken = r.broken || !utf8.Valid(p[:end])
	r.size += copy(r.part[r.size:], p[end:])
}
