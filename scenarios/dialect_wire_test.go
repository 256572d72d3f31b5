package scenarios_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// A wireForm is how a dialect writes its answers.
type wireForm struct {
	http10, chunked, lowerCase, gzip bool
	contentType                      string // "" is application/json
}

// An answer is what a dialect is about to send.
type answer struct {
	call   string         // "POST /keys 201": method, path with {hash} for any hash, status
	token  string         // of the caller
	sent   map[string]any // the request body; nil if it is not an object
	status int
	header http.Header
	body   map[string]any
	raw    []byte // sent in place of body, if set
	cut    int    // bytes of the body that are sent before the connection breaks; 0 for all, -1 for no answer at all
}

func (a *answer) data() map[string]any        { m, _ := a.body["data"].(map[string]any); return m }
func (a *answer) errorObject() map[string]any { m, _ := a.body["error"].(map[string]any); return m }

// A departure is one way in which a dialect departs from the documents. The zero
// value does not depart.
type departure struct {
	call   string                              // the answers that change changes; "" for none
	change func(*dialectServer, *answer)       // changes an answer; it may look at the server, whose lock is held
	ignore string                              // the problem of requests that is ignored, such as "/name required"
	refuse func(map[string]any) (refused bool) // reports whether a valid body is refused

	rewrite func(*dialectRequest)     // turns an invalid request into a valid one
	fail    func(*dialectRequest) int // the status of the answer to a request; 0 for no change
}

// ServeHTTP answers one request.
func (s *dialectServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sent, _ := io.ReadAll(r.Body)
	path := strings.TrimPrefix(r.URL.Path, "/gateway/v1")
	req := &dialectRequest{method: r.Method, path: path, query: r.URL.Query(), header: r.Header, raw: sent}
	s.mu.Lock()
	if s.rewrite != nil {
		s.rewrite(req)
	}
	a := s.answer(req)
	if s.fail != nil {
		if status := s.fail(req); status != 0 {
			a = s.failure(status)
		}
	}
	s.events++
	if rest, ok := strings.CutPrefix(path, "/keys/"); ok && rest != "" {
		path = "/keys/{hash}"
	}
	a.call, a.sent = fmt.Sprintf("%s %s %d", r.Method, path, a.status), req.body
	_, a.token, _ = strings.Cut(r.Header.Get("Authorization"), " ")
	if s.extras {
		addExtras(a.body)
	}
	if s.change != nil && strings.HasPrefix(a.call, s.call) {
		a.normalise()
		s.change(s, a)
	}
	s.mu.Unlock()
	s.send(w, a)
}

// normalise gives the body the types that encoding/json decodes, so that departures can
// rely on them.
func (a *answer) normalise() {
	data, _ := json.Marshal(a.body)
	a.body = nil
	_ = json.Unmarshal(data, &a.body)
}

// addExtras adds a member to an object and every object in it.
func addExtras(object map[string]any) {
	for _, v := range object {
		switch v := v.(type) {
		case map[string]any:
			addExtras(v)
		case []any:
			for _, item := range v {
				if o, ok := item.(map[string]any); ok {
					addExtras(o)
				}
			}
		}
	}
	object["x_region"] = "eu"
}

// send writes an answer in the form of the dialect, over a connection of its
// own.
func (s *dialectServer) send(w http.ResponseWriter, a *answer) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer func() { _ = conn.Close() }()
	if a.cut < 0 {
		return
	}
	header, body := s.wire.encode(a)
	proto := "HTTP/1.1"
	if s.wire.http10 {
		proto = "HTTP/1.0"
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %d %s\r\n", proto, a.status, http.StatusText(a.status))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			if s.wire.lowerCase {
				name = strings.ToLower(name)
			}
			fmt.Fprintf(&out, "%s: %s\r\n", name, value)
		}
	}
	out.WriteString("\r\n")
	if a.cut > 0 {
		body = body[:min(a.cut, len(body))]
	}
	out.Write(body)
	_, _ = conn.Write(out.Bytes())
}

// encode returns the header and the whole body of an answer. In HTTP/1.0 the end of the
// connection ends the body, unless it is cut.
func (f wireForm) encode(a *answer) (header http.Header, body []byte) {
	body = a.raw
	if body == nil {
		body, _ = json.Marshal(a.body)
	}
	header = http.Header{"Content-Type": {"application/json"}, "Date": {"Thu, 01 Jan 2026 00:00:00 GMT"}, "Connection": {"close"}}
	if f.contentType != "" {
		header["Content-Type"] = []string{f.contentType}
	}
	maps.Copy(header, a.header)
	if f.gzip {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(body)
		_ = z.Close()
		body, header["Content-Encoding"] = b.Bytes(), []string{"gzip"}
	}
	switch {
	case f.chunked:
		header["Transfer-Encoding"] = []string{"chunked"}
		return header, chunks(body)
	case !f.http10 || a.cut > 0:
		header["Content-Length"] = []string{fmt.Sprint(len(body))}
	}
	return header, body
}

// chunks returns a body in the chunked encoding, in pieces of 100 bytes.
func chunks(body []byte) []byte {
	var b bytes.Buffer
	for piece := range slices.Chunk(body, 100) {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(piece), piece)
	}
	b.WriteString("0\r\n\r\n")
	return b.Bytes()
}
