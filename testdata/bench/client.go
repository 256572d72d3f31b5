package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// A client sends requests over one connection. It does as little as it can: a client
// of net/http would take more time than the server.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
}

// dial opens n connections. Each sends the request that its number gives.
func dial(addr string, n int, request func(i int) []byte) ([]*client, error) {
	clients := make([]*client, 0, n)
	for i := range n {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			hangUp(clients)
			return nil, err
		}
		clients = append(clients, &client{conn, bufio.NewReader(conn), request(i)})
	}
	return clients, nil
}

func hangUp(clients []*client) {
	for _, c := range clients {
		_ = c.conn.Close()
	}
}

var (
	lengthHeader = []byte("Content-Length: ")
	success      = []byte("HTTP/1.1 2")
)

// do sends the request and reads the response. It returns the size of the body.
func (c *client) do() (int, error) {
	if _, err := c.conn.Write(c.request); err != nil {
		return 0, err
	}
	size := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if first && !bytes.HasPrefix(line, success) {
			return 0, fmt.Errorf("the server answered %q", line)
		}
		if value, ok := bytes.CutPrefix(line, lengthHeader); ok {
			if size, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
		if len(line) == len("\r\n") {
			break
		}
	}
	if size < 0 {
		return 0, fmt.Errorf("the server sent no Content-Length")
	}
	_, err := c.in.Discard(size)
	return size, err
}

// read sends the request and returns the body of the response.
func (c *client) read() ([]byte, error) {
	recorded := &bytes.Buffer{}
	c.in = bufio.NewReader(io.TeeReader(c.conn, recorded))
	_, err := c.do()
	_, body, _ := bytes.Cut(recorded.Bytes(), []byte("\r\n\r\n"))
	return body, err
}

// load sends requests over all connections, one after the other on each, for a time.
// It returns how many were answered a second.
func (s *server) load(request func(i int) []byte, conns int, d time.Duration) (perSecond float64, err error) {
	clients, err := dial(s.addr, conns, request)
	if err != nil {
		return 0, err
	}
	defer hangUp(clients)
	counts, errs := make([]int, conns), make([]error, conns)
	start := time.Now()
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() {
			for time.Since(start) < d && errs[i] == nil {
				_, errs[i] = c.do()
				counts[i]++
			}
		})
	}
	all.Wait()
	elapsed := time.Since(start)
	total := 0
	for i := range counts {
		if errs[i] != nil {
			return 0, fmt.Errorf("%s: %w", s.name, errs[i])
		}
		total += counts[i]
	}
	s.sent += total
	return float64(total) / elapsed.Seconds(), nil
}

// pace sends requests at a rate over all connections, whether earlier ones were
// answered or not, and returns how long each took from the time at which it was due.
func (s *server) pace(request func(i int) []byte, conns int, perSecond float64, d time.Duration) ([]time.Duration, error) {
	clients, err := dial(s.addr, conns, request)
	if err != nil {
		return nil, err
	}
	defer hangUp(clients)
	gap := time.Duration(float64(conns) / perSecond * float64(time.Second)) // between two requests of one connection
	took, errs := make([][]time.Duration, conns), make([]error, conns)
	start := time.Now()
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() {
			for due := start.Add(gap * time.Duration(i) / time.Duration(conns)); due.Sub(start) < d && errs[i] == nil; due = due.Add(gap) {
				time.Sleep(time.Until(due))
				_, errs[i] = c.do()
				took[i] = append(took[i], time.Since(due))
			}
		})
	}
	all.Wait()
	var list []time.Duration
	for i := range took {
		if errs[i] != nil {
			return nil, fmt.Errorf("%s: %w", s.name, errs[i])
		}
		list = append(list, took[i]...)
	}
	s.sent += len(list)
	return list, nil
}
