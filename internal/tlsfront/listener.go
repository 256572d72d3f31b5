package tlsfront

import (
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// maxWaiting is how many connections wait for a server to accept them. Adding another
// one blocks.
const maxWaiting = 16

// A queue is a listener whose connections are handed to it.
type queue struct {
	addr   net.Addr
	conns  chan net.Conn
	failed chan error
	closed chan struct{}
	once   sync.Once
}

func newQueue(addr net.Addr) *queue {
	return &queue{addr: addr, conns: make(chan net.Conn, maxWaiting), failed: make(chan error, 1), closed: make(chan struct{})}
}

// add hands a connection to the server, or closes it if the listener is closed.
func (q *queue) add(conn net.Conn) {
	select {
	case q.conns <- conn:
	case <-q.closed:
		_ = conn.Close()
	}
}

// Accept returns the next connection.
func (q *queue) Accept() (net.Conn, error) {
	select {
	case <-q.closed:
		return nil, net.ErrClosed
	default:
	}
	select {
	case conn := <-q.conns:
		return conn, nil
	case err := <-q.failed:
		return nil, err
	case <-q.closed:
		return nil, net.ErrClosed
	}
}

// Close closes the connections that wait to be accepted, and those to come.
func (q *queue) Close() error {
	q.once.Do(func() { close(q.closed) })
	for {
		select {
		case conn := <-q.conns:
			_ = conn.Close()
		default:
			return nil
		}
	}
}

// Addr returns the address of the listener.
func (q *queue) Addr() net.Addr { return q.addr }

// Tunnels is the listener of a TLS server. Its connections come from a port that is
// split, and from proxies.
type Tunnels struct {
	*queue
	config *tls.Config
}

// NewTunnels returns a listener whose connections speak TLS with a configuration. It
// calls itself addr.
func NewTunnels(config *tls.Config, addr net.Addr) *Tunnels { return &Tunnels{newQueue(addr), config} }

// Accept returns the next connection. The server makes the handshake.
func (t *Tunnels) Accept() (net.Conn, error) {
	conn, err := t.queue.Accept()
	if err != nil {
		return nil, err
	}
	return tls.Server(conn, t.config), nil
}

// Split separates the connections of a port by their first byte: those that speak
// TLS go to tunnels, and all others to the listener that it returns. A connection
// that sends nothing within patience is closed. Closing the listener closes the port.
func Split(port net.Listener, tunnels *Tunnels, patience time.Duration) net.Listener {
	s := &split{queue: newQueue(port.Addr()), port: port, tunnels: tunnels, patience: patience, silent: map[net.Conn]bool{}}
	go s.acceptAll()
	return s
}

type split struct {
	*queue
	port     net.Listener
	tunnels  *Tunnels
	patience time.Duration

	mu     sync.Mutex
	silent map[net.Conn]bool // connections that have sent nothing; nil once it is closed
}

// acceptAll accepts the connections of the port. Each is looked at on its own, so
// that one which sends nothing does not hold up others.
func (s *split) acceptAll() {
	for {
		conn, err := s.port.Accept()
		if err != nil {
			s.failed <- err
			return
		}
		if s.watch(conn, true) {
			go s.direct(conn)
		}
	}
}

// direct hands a connection to the listener that it is for.
func (s *split) direct(conn net.Conn) {
	defer s.watch(conn, false)
	var first [1]byte
	_ = conn.SetReadDeadline(time.Now().Add(s.patience))
	if n, _ := conn.Read(first[:]); n == 0 || conn.SetReadDeadline(time.Time{}) != nil {
		_ = conn.Close()
		return
	}
	seen := &prefixed{Conn: conn, first: first[:]}
	if first[0] == recordHandshake {
		s.tunnels.add(seen)
	} else {
		s.add(seen)
	}
}

// watch notes whether a connection is silent. It reports false, and closes a new
// connection, if the listener is closed.
func (s *split) watch(conn net.Conn, silent bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !silent:
		delete(s.silent, conn)
	case s.silent == nil:
		_ = conn.Close()
		return false
	default:
		s.silent[conn] = true
	}
	return true
}

// Close closes the port, and the connections that no server has accepted.
func (s *split) Close() error {
	err := s.port.Close()
	_ = s.queue.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.silent {
		_ = conn.Close()
	}
	s.silent = nil
	return err
}

// prefixed is a connection of which something was read already.
type prefixed struct {
	net.Conn
	first []byte
}

// Read reads what was read already, and then from the connection.
func (c *prefixed) Read(b []byte) (int, error) {
	if len(c.first) > 0 {
		n := copy(b, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// NetConn returns the connection below, as tls.Conn does.
func (c *prefixed) NetConn() net.Conn { return c.Conn }
