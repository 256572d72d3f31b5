package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

var soakFlag = flag.Duration("soak", 0, "how long TestSoak sends traffic; 0 skips it")

// How long the clients of a soak wait: for a response that a fault may stall, and
// with a connection that they do not read or fill.
const (
	soakPatience = 300 * time.Millisecond
	soakIdle     = 2 * time.Second
)

// A soak is a fake under mixed traffic over sockets, whose log nobody reads. Each
// kind of traffic has a world of its own.
type soak struct {
	base, root string
	requests   map[string]int   // by kind of traffic
	statuses   map[int]int      // of all responses
	wrong      map[string]error // by kind of traffic, what must not happen; the first one
	mu         sync.Mutex       // guards the maps
}

// A soakClient is one kind of traffic.
type soakClient struct {
	*soak
	kind string // and the name of its world
	http *http.Client
	ctx  context.Context
	n    int // requests so far
}

// soakKinds is the traffic: each function is called again and again.
var soakKinds = map[string]func(*soakClient){
	"keys": (*soakClient).keys, "codes": (*soakClient).codes, "faults": (*soakClient).faults, "gates": (*soakClient).gates,
	"states": (*soakClient).states, "unread": (*soakClient).unreadStream, "slow": (*soakClient).slowBody, "journal": (*soakClient).journal,
}

// TestSoak plays mixed traffic. In the end the fake, with all worlds reset, must
// need as much memory as after a warm-up of a tenth of the time or more, give or take 20 %,
// have no goroutine more, and have sent no 5xx that no fault had ordered.
func TestSoak(t *testing.T) {
	if *soakFlag == 0 {
		t.Skip("want -soak DURATION; see make soak")
	}
	s := &soak{requests: map[string]int{}, statuses: map[int]int{}, wrong: map[string]error{}}
	stop := s.start(t)
	warmup := *soakFlag / 10
	for round := 0; round == 0 || strings.Contains(s.verbose(t), `"log_lines_dropped":0`); round++ { // until the queue of the log is full
		if round == 20 {
			t.Fatal("the queue of the log does not fill")
		}
		s.traffic(t, warmup)
	}
	before := s.quiesce(t)
	t.Logf("after the warm-up: %v", before)
	s.traffic(t, *soakFlag-warmup)
	after := s.quiesce(t)
	t.Logf("in the end: %v", after)
	t.Logf("requests: %v\nstatuses: %v\n%s", s.requests, s.statuses, s.verbose(t))
	if code := stop(); code != exit.OK {
		t.Errorf("exit code %d; want 0", code)
	}
	if ratio := float64(after.heap) / float64(before.heap); ratio > 1.2 || ratio < 0.8 {
		t.Errorf("the heap is %.2f times what it was; want 0.8 to 1.2", ratio)
	}
	if after.goroutines > before.goroutines {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines more\n%s", after.goroutines-before.goroutines, stacks[:runtime.Stack(stacks, true)])
	}
	for kind, err := range s.wrong {
		t.Errorf("%s: %v", kind, err)
	}
	for kind := range soakKinds {
		if s.requests[kind] == 0 {
			t.Errorf("%s has sent no request", kind)
		}
	}
}

// start runs mockgates serve, and returns a function that ends it.
func (s *soak) start(t *testing.T) (stop func() int) {
	t.Helper()
	unread, log, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, ended := new(buffer), make(chan int, 1)
	go func() {
		ended <- program.Run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--state", t.TempDir() + "/state.json"}, nil, strings.NewReader(""), out, log)
	}()
	text := out.await(t, "}'\n")
	s.base, _, _ = strings.Cut(strings.TrimPrefix(text, "listening on "), "\n")
	s.root = strings.TrimSuffix(s.base, "/api/v1")
	return func() int {
		cancel()
		code := <-ended
		_ = errors.Join(unread.Close(), log.Close()) // nothing is written any more
		return code
	}
}

// traffic plays every kind of traffic for a time.
func (s *soak) traffic(t *testing.T, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	var wait sync.WaitGroup
	for kind, play := range soakKinds {
		wait.Go(func() {
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			c := &soakClient{soak: s, kind: kind, ctx: ctx, http: &http.Client{Transport: transport}}
			for ctx.Err() == nil {
				play(c)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.requests[kind] += c.n
		})
	}
	wait.Wait()
}

// A soakState is what the process holds when there is no traffic.
type soakState struct {
	heap       uint64 // in bytes
	goroutines int
}

func (s soakState) String() string {
	return fmt.Sprintf("%.1f MiB on the heap, %d goroutines", float64(s.heap)/(1<<20), s.goroutines)
}

// quiesce resets all worlds and waits until the connections have ended.
func (s *soak) quiesce(t *testing.T) soakState {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	c := &soakClient{soak: s, kind: mockserver.DefaultWorld, ctx: t.Context(), http: &http.Client{Transport: transport}}
	c.call("POST", "/_mockgates/reset", `{"all": true}`)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	least := soakState{}
	for same := 0; same < 20; same++ { // two seconds without a change
		<-tick.C
		if now := runtime.NumGoroutine(); now != least.goroutines {
			least.goroutines, same = now, 0
		}
	}
	runtime.GC()
	runtime.GC() // what finalizers have freed
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	least.heap = m.HeapAlloc
	return least
}

// verbose returns what the fake says of its bounds.
func (s *soak) verbose(t *testing.T) string {
	t.Helper()
	return call(t, s.root+"/_mockgates/health?verbose=true", "", "").body
}

// call sends a request and returns the response, with status 0 if there is none.
func (c *soakClient) call(method, path, body string) (status int, text string) {
	ctx, cancel := context.WithTimeout(c.ctx, soakPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, c.root+path, strings.NewReader(body))
	if err != nil {
		c.fail(err)
		return 0, ""
	}
	req.Header.Set("Authorization", "Bearer "+serve.ManagementKeyPrefix+c.kind)
	req.Header.Set("Content-Type", "application/json")
	c.n++
	res, err := c.http.Do(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	data, _ := io.ReadAll(res.Body) // a fault may cut it
	c.mu.Lock()
	c.statuses[res.StatusCode]++
	c.mu.Unlock()
	if res.StatusCode >= 500 && res.Header.Get(mockserver.FaultHeader) == "" {
		c.fail(fmt.Errorf("%s %s: %d %.300s", method, path, res.StatusCode, data))
	}
	return res.StatusCode, string(data)
}

// fail records what must not happen.
func (c *soakClient) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wrong[c.kind] == nil {
		c.wrong[c.kind] = err
	}
}

// member returns the text of a member of a JSON body.
func member(body, name string) string {
	_, rest, _ := strings.Cut(body, `"`+name+`":"`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func (c *soakClient) keys() {
	for range 200 {
		_, made := c.call("POST", "/api/v1/keys", `{"name": "k", "limit": 5, "colour": "red"}`)
		hash := member(made, "hash")
		c.call("PATCH", "/api/v1/keys/"+hash, `{"disabled": true}`)
		c.call("POST", "/_mockgates/keys/"+hash+"/usage", `{"usd": 1}`)
		c.call("GET", "/api/v1/keys", "")
		c.call("DELETE", "/api/v1/keys/"+hash, "")
		c.call("POST", "/v1/keys", strings.Repeat("[", 3000))
	}
	c.call("POST", "/_mockgates/reset", "")
}

func (c *soakClient) codes() {
	_, made := c.call("POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.example/cb", "limit": 1}`)
	body := `{"code": "` + member(made, "id") + `"}`
	c.call("POST", "/api/v1/auth/keys", body)
	c.call("POST", "/api/v1/auth/keys", body)
	c.call("GET", "/auth?callback_url=https://app.example/cb&world="+c.kind, "")
	if c.n%1000 == 0 {
		c.call("POST", "/_mockgates/reset", "")
	}
}

// faults orders each effect, phase and status once.
func (c *soakClient) faults() {
	orders := []string{`"status": 429, "retry_after": "1s"`, `"status": 500, "phase": "after"`, `"delay": "5ms"`, `"delay": "1ms", "phase": "during"`}
	for _, effect := range fault.Effects() {
		orders = append(orders, fmt.Sprintf(`"effect": %q`, effect))
	}
	for _, order := range orders {
		c.call("POST", "/_mockgates/faults", `{"operation": "create-keys", "times": 1, `+order+`}`)
		c.call("POST", "/api/v1/keys", `{"name": "k"}`)
	}
	c.call("GET", "/_mockgates/faults", "")
	c.call("DELETE", "/_mockgates/faults", "")
}

// gates holds a request until its client has left, and one until the gate opens.
func (c *soakClient) gates() {
	for _, opens := range []bool{false, true} {
		c.call("POST", "/_mockgates/faults", `{"operation": "create-keys", "times": 1, "hold": "door"}`)
		var wait sync.WaitGroup
		wait.Go(func() {
			(&soakClient{soak: c.soak, kind: c.kind, ctx: c.ctx, http: c.http}).call("POST", "/api/v1/keys", `{"name": "held"}`)
		})
		if opens {
			c.call("GET", "/_mockgates/gates/door?held=1", "")
			c.call("POST", "/_mockgates/gates/door", "")
		}
		wait.Wait()
		c.call("DELETE", "/_mockgates/faults", "")
	}
}

func (c *soakClient) states() {
	for range 20 {
		c.call("POST", "/api/v1/keys", `{"name": "kept"}`)
	}
	_, state := c.call("GET", "/_mockgates/state", "")
	c.call("GET", "/_mockgates/state?all=true", "")
	c.call("POST", "/_mockgates/reset", `{"seed": 7}`)
	if state != "" {
		c.call("PUT", "/_mockgates/state", state)
	}
	c.call("POST", "/_mockgates/clock/advance", `{"by": "1h"}`)
	c.call("POST", "/_mockgates/reset", `{"seed": 1}`)
}

// journal reads the journal and the violations.
func (c *soakClient) journal() {
	c.call("GET", "/v1/keys?key=sk-mg-v1-fa4e", "")
	c.call("GET", "/_mockgates/requests?world="+c.kind, "")
	c.call("POST", "/_mockgates/requests/count", `{"operation": "list-keys"}`)
	c.call("GET", "/_mockgates/violations", "")
	c.call("GET", "/_mockgates/health?verbose=true", "")
	c.call("DELETE", "/_mockgates/violations", "")
}

// unreadStream opens a stream, does not read it, and makes events for it.
func (c *soakClient) unreadStream() {
	conn, err := c.dial("GET /_mockgates/requests/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + serve.ManagementKeyPrefix + c.kind + "\r\n\r\n")
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	large := `{"name": "` + strings.Repeat("x", 50_000) + `"}`
	for range 200 {
		c.call("POST", "/api/v1/keys", large)
	}
	c.call("POST", "/_mockgates/reset", "") // the state of all worlds must be one that PUT state takes
}

// slowBody sends the header of a request, a part of its body, and then nothing.
func (c *soakClient) slowBody() {
	conn, err := c.dial("POST /api/v1/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\nAuthorization: Bearer " +
		serve.ManagementKeyPrefix + c.kind + "\r\n\r\n{\"name\": ")
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	c.n++
	c.call("POST", "/api/v1/keys", `{"name": "k"}`)
	_ = conn.SetReadDeadline(time.Now().Add(soakIdle))
	_, _ = conn.Read(make([]byte, 1)) // until the deadline
}

// dial opens a connection and sends a text.
func (c *soakClient) dial(text string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(c.ctx, "tcp", strings.TrimPrefix(c.root, "http://"))
	if err == nil {
		_, err = io.Copy(conn, bytes.NewBufferString(text))
	}
	return conn, err
}
