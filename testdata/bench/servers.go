package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A server is a process that serves HTTP.
type server struct {
	name string
	addr string // host and port
	cmd  *exec.Cmd
	sent int // requests so far
}

// startServer starts a program that prints a line with "http://HOST:PORT" once it
// listens.
func startServer(name, program string, args ...string) (*server, error) {
	s := &server{name: name, cmd: exec.Command(program, args...)}
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	_, url, ok := strings.Cut(strings.TrimSpace(line), "http://")
	if err != nil || !ok {
		s.stop()
		return nil, fmt.Errorf("%s printed %q, want its address: %w", name, line, err)
	}
	s.addr, _, _ = strings.Cut(url, "/")
	return s, nil
}

func (b *bench) startOurs() (*server, error) {
	return startServer("mockgates", b.program, "serve", "--addr", "127.0.0.1:0")
}

func (b *bench) startHandler(name string, size int) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return startServer(name, self, "-serve", name, "-bytes", strconv.Itoa(size))
}

// stop ends the process and returns the CPU time that it took for a request.
func (s *server) stop() time.Duration {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	used := s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
	return used / time.Duration(max(s.sent, 1))
}

// stopAll stops the servers that were started.
func stopAll(servers []*server) {
	for _, s := range servers {
		s.stop()
	}
}

// serveHandler serves a handler for comparison until the process is killed.
func serveHandler(name string, size int) error {
	body := []byte(strings.Repeat("x", size))
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write(body)
	})
	web := &http.Server{Handler: bare} //nolint:gosec // without limits on purpose
	if name == "duties" {
		web = &http.Server{Handler: withDuties(bare), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", listener.Addr())
	return web.Serve(listener)
}

// withDuties adds to a handler what every server like mockgates does, in the plainest
// way.
func withDuties(handler http.Handler) http.Handler {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		control := http.NewResponseController(w)
		if r.ContentLength != 0 {
			_ = control.SetReadDeadline(start.Add(30 * time.Second))
		}
		_ = control.SetWriteDeadline(start.Add(30 * time.Second))
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Mockgates-Rule, Mockgates-Fault, Mockgates-Place, Mockgates-World")
		h.Set("Content-Type", "application/json")
		h.Set("Mockgates-World", "default")
		h.Set("Mockgates-Rule", "keys.created")
		handler.ServeHTTP(w, r)
		log.Info("request", "world", "default", "method", r.Method, "path", r.URL.Path, "operation", "create-keys",
			"status", 201, "rule", "keys.created", "took", time.Since(start))
	})
}
