package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// How long a peer may take to start, and how long it is loaded before it is measured:
// a virtual machine compiles what is called often.
const (
	startLimit = time.Minute
	warmUp     = 3 * time.Second
)

// peerPrograms are the programs of other mock servers. One that is not there is left
// out.
type peerPrograms struct{ prism, mockoon, wiremock, stripeMock string }

// A peer is another mock server. It gets the calls of the OpenAPI document as it
// serves them; stripe-mock, which serves the API of Stripe alone, gets similar ones.
type peer struct {
	name    string
	program string // that is looked up in PATH, or a file
	args    func(port string) []string
	path    string // of the keys
	form    bool   // takes a form and not JSON
}

// peers returns the peers. dir has the OpenAPI document in spec.yaml, and the stubs of
// WireMock.
func (p peerPrograms) peers(dir string) []peer {
	spec := filepath.Join(dir, "spec.yaml")
	return []peer{
		{"Prism", p.prism, func(port string) []string { return []string{"mock", "--port", port, spec} }, "/keys", false},
		{"Mockoon", p.mockoon, func(port string) []string {
			return []string{"start", "--data", spec, "--port", port, "--disable-log-to-file"}
		}, "/api/v1/keys", false},
		{"WireMock", p.wiremock, func(port string) []string {
			return []string{"-jar", p.wiremock, "--port", port, "--root-dir", dir, "--use-chunked-encoding", "never"}
		}, "/api/v1/keys", false},
		{"stripe-mock", p.stripeMock, func(port string) []string { return []string{"-http-port", port} }, "/v1/customers", true},
	}
}

// comparePeers loads mockgates and each peer that is there with equal requests.
func (b *bench) comparePeers(programs peerPrograms) error {
	dir, err := os.MkdirTemp("", "mockgates-peers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours, err := b.startOurs()
	if err != nil {
		return err
	}
	servers := []*server{ours}
	defer func() { stopAll(servers) }()
	get, err := getWork(ours)
	if err != nil {
		return err
	}
	post := keyRequest("default")
	if err := b.writePeerFiles(dir, ours, post, get); err != nil {
		return err
	}
	posts, gets := [][]byte{post}, [][]byte{get}
	for _, p := range programs.peers(dir) {
		s, err := p.start()
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			fmt.Fprintf(b.out, "%s is left out: %v\n", p.name, err)
			continue
		}
		if err != nil {
			return err
		}
		servers, posts, gets = append(servers, s), append(posts, p.post()), append(gets, p.get())
	}
	for _, work := range []struct {
		title    string
		requests [][]byte
	}{{"POST /keys", posts}, {"GET /keys/{hash}", gets}} {
		if err := b.loadPeers(work.title, servers, work.requests); err != nil {
			return err
		}
	}
	fmt.Fprintln(b.out, "\nBoth")
	b.printCPU(servers)
	servers = nil
	return nil
}

// loadPeers loads the servers in turn, each with its request.
func (b *bench) loadPeers(title string, servers []*server, requests [][]byte) error {
	fmt.Fprintf(b.out, "\n%s, %d rounds of %v each\n", title, b.rounds, b.slice)
	request := func(n int) func(int) []byte { return func(int) []byte { return requests[n] } }
	for n, s := range servers {
		if _, err := s.load(request(n), connections, warmUp); err != nil {
			return err
		}
	}
	rates, err := b.alternate(servers, request, connections)
	if err != nil {
		return err
	}
	b.printRates(servers, rates)
	for _, s := range servers {
		fmt.Fprintf(b.out, "  %-11s memory then: %s\n", s.name, s.memory())
	}
	return nil
}

// writePeerFiles writes the OpenAPI document, and stubs with the responses of
// mockgates for WireMock.
func (b *bench) writePeerFiles(dir string, ours *server, post, get []byte) error {
	spec, err := exec.Command(b.program, "spec", "print", "--all").Output()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "spec.yaml"), spec, 0o600); err != nil {
		return err
	}
	stubs := filepath.Join(dir, "mappings")
	if err := os.Mkdir(stubs, 0o700); err != nil {
		return err
	}
	for _, stub := range []struct {
		method, pattern string
		status          int
		request         []byte
	}{{"POST", "/api/v1/keys", 201, post}, {"GET", "/api/v1/keys/[0-9a-f]+", 200, get}} {
		body, err := ours.first(stub.request)
		if err != nil {
			return err
		}
		text := fmt.Sprintf(`{"request": {"method": %q, "urlPathPattern": %q}, "response": {"status": %d, "headers": {"Content-Type": "application/json"}, "jsonBody": %s}}`,
			stub.method, stub.pattern, stub.status, body)
		if err := os.WriteFile(filepath.Join(stubs, stub.method+".json"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// start starts the peer and waits until it answers.
func (p peer) start() (*server, error) {
	program := p.program
	if strings.HasSuffix(program, ".jar") {
		if _, err := os.Stat(program); err != nil {
			return nil, err
		}
		program = "java"
	}
	program, err := exec.LookPath(program)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &server{name: p.name, addr: net.JoinHostPort("127.0.0.1", port), cmd: exec.Command(program, p.args(port)...)}
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	for {
		if _, err = s.first(p.get()); err == nil {
			fmt.Printf("%-11s started in %.1f s\n", p.name, time.Since(begin).Seconds())
			return s, nil
		}
		select {
		case <-ctx.Done():
			s.stop()
			return nil, fmt.Errorf("%s did not answer within %v: %w", p.name, startLimit, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// freePort returns a port that was free a moment ago: the peers take none to choose.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}

func (p peer) post() []byte {
	media, body := "application/json", keyBody
	if p.form {
		media, body = "application/x-www-form-urlencoded", "name=Analytics+Service+Key&description=nightly"
	}
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_123\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		p.path, media, len(body), body)
}

func (p peer) get() []byte {
	return fmt.Appendf(nil, "GET %s/16763e5af27f66a69c16b61bfdd1f43d HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_123\r\n\r\n", p.path)
}
