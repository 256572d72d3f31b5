package lyingserver

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Server answers each exchange of each lie at a path of its own, over HTTP.
type Server struct {
	Root   string       // scheme and host of its URLs
	Client *http.Client // to call it with

	lies   []Lie
	server *http.Server
}

// Base returns the base URL of a call of a lie, both counted from 0. The path of the
// call follows it.
func (s *Server) Base(lie, call int) string { return fmt.Sprintf("%s/%d/%d", s.Root, lie, call) }

// Start serves lies on a loopback port.
func Start(lies []Lie) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{lies: lies, Root: "http://" + listener.Addr().String()}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.Client = &http.Client{
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	go func() { _ = s.server.Serve(listener) }() // returns when Close is called
	return s, nil
}

// Close ends the server and its connections.
func (s *Server) Close() {
	s.Client.CloseIdleConnections()
	_ = s.server.Close()
}

// ServeHTTP answers /LIE/CALL/PATH with the response of that call of that lie.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // so that the connection can be used again
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
	number, err := strconv.Atoi(parts[0])
	step, errStep := strconv.Atoi(parts[min(1, len(parts)-1)])
	if err != nil || errStep != nil || number >= len(s.lies) || step >= len(s.lies[number].Calls) {
		http.NotFound(w, r)
		return
	}
	answer := s.lies[number].Calls[step]
	h := w.Header()
	h["Content-Type"] = nil // unless the lie says one
	for name, values := range answer.ResponseHeader {
		h[name] = values
	}
	if answer.Truncated {
		h.Set("Content-Length", strconv.Itoa(len(answer.ResponseBody)+1))
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.ResponseBody)
}
