package mockserver

import (
	"bytes"
	"encoding/json"
	"sync"
)

// An encoder encodes the bodies of responses, one after the other, in the same memory.
type encoder struct {
	buffer bytes.Buffer
	json   *json.Encoder
}

// encoders holds the encoders that no response uses.
var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.json = json.NewEncoder(&e.buffer)
	return e
}}

// An appender is a body that does without encoding/json.
type appender interface{ AppendJSON([]byte) []byte }

// encode returns what json.Marshal returns. It is valid until the next call.
func (e *encoder) encode(body any) ([]byte, error) {
	e.buffer.Reset()
	if a, ok := body.(appender); ok {
		e.buffer.Write(a.AppendJSON(e.buffer.AvailableBuffer()))
		return e.buffer.Bytes(), nil
	}
	if err := e.json.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(e.buffer.Bytes(), []byte("\n")), nil
}

// maxKept is how many bytes an encoder may keep between two responses.
const maxKept = 64 << 10

// release gives the encoder back. What it has encoded is not valid any more.
func (e *encoder) release() {
	if e.buffer.Cap() <= maxKept {
		encoders.Put(e)
	}
}
