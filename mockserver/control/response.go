package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/mockgates/mockgates/mockserver"
)

// A response is what a call answers with.
type response struct {
	status int
	body   any                             // written as JSON; nil for no body
	write  func(http.ResponseWriter) error // writes header and body in place of the above; nil for none
}

// ok is a response with status 200 and a JSON body.
func ok(body any) response { return response{status: http.StatusOK, body: body} }

// created is a response with status 201 and a JSON body.
func created(body any) response { return response{status: http.StatusCreated, body: body} }

// noContent is a response with status 204.
func noContent() response { return response{status: http.StatusNoContent} }

// text is a response with status 200 and something else than JSON.
func text(contentType string, data []byte) response {
	return response{write: func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", contentType)
		_, err := w.Write(data)
		return err
	}}
}

// send writes the response.
func (r response) send(w http.ResponseWriter) {
	switch {
	case r.write == nil && r.body == nil:
		w.WriteHeader(r.status)
	case r.write == nil:
		writeJSON(w, r.status, r.body)
	default:
		counted := &counter{ResponseWriter: w}
		err := r.write(counted)
		switch {
		case err == nil:
		case counted.wrote:
			panic(http.ErrAbortHandler) // what was sent so far must not look whole
		default:
			writeError(w, err)
		}
	}
}

// A counter is a ResponseWriter that knows whether anything was written.
type counter struct {
	http.ResponseWriter
	wrote bool
}

func (c *counter) WriteHeader(status int) {
	c.wrote = true
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(data []byte) (int, error) {
	c.wrote = true
	return c.ResponseWriter.Write(data)
}

// Unwrap lets an [http.ResponseController] reach the writer.
func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// A refusal is an error with the HTTP status that it is answered with. It
// marshals to the error envelope of the API.
type refusal struct {
	status  int
	message string
}

// refuse returns a refusal.
func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

func (e *refusal) Error() string { return e.message }

func (e *refusal) MarshalJSON() ([]byte, error) {
	type detail struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	return json.Marshal(struct {
		Error detail `json:"error"`
	}{detail{e.status, e.message}})
}

// asRefusal returns what a client is told about err. The errors of mockserver
// are written for it: each names what was wrong and what was wanted.
func asRefusal(err error) *refusal {
	if e, ok := errors.AsType[*refusal](err); ok {
		return e
	}
	if e, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refuse(http.StatusRequestEntityTooLarge, "the body is too large; want at most %d MiB", e.Limit>>20)
	}
	if _, ok := errors.AsType[*mockserver.BoundError](err); ok {
		return refuse(http.StatusServiceUnavailable, "%v", err)
	}
	if errors.Is(err, mockserver.ErrNoFault) || errors.Is(err, mockserver.ErrNoKey) {
		return refuse(http.StatusNotFound, "%v", err)
	}
	return refuse(http.StatusBadRequest, "%v", err)
}

// writeError writes the error envelope.
func writeError(w http.ResponseWriter, err error) {
	e := asRefusal(err)
	writeJSON(w, e.status, e)
}

// writeJSON writes v and a line feed.
func writeJSON(w http.ResponseWriter, status int, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		status = http.StatusInternalServerError
		data, _ = json.Marshal(refuse(status, "the response cannot be written as JSON"))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n')) // a client that has left is not told
}

// quote quotes what a client sent, cut to 64 characters.
func quote(s string) string {
	const most = 64
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
