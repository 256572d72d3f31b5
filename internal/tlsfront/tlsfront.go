// Package tlsfront lets clients reach a server under host names that are not its
// own, by TLS on its port or by CONNECT through it as an HTTP proxy.
//
//	TLS on the port ──────────────────────► Tunnels ─► http.Server (HTTP/1.1 and 2)
//	CONNECT HOST:443 ─► Proxy ─► TLS inside ──┘
//	HTTP on the port ─► Proxy ─► the handler itself
//
// It also says what is wrong where a client speaks TLS to a plain port.
package tlsfront

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// maxWaiting is how many connections of a proxy wait to be served. One more waits
// in the proxy, within the limits of its server.
const maxWaiting = 16

// Tunnels is the listener of a TLS server. Its connections come from a port and
// from the tunnels of a proxy.
type Tunnels struct {
	config *tls.Config
	port   net.Listener // nil if there are tunnels only
	conns  chan net.Conn
	failed chan error
	closed chan struct{}
	once   sync.Once
}

// NewTunnels returns a listener whose connections speak TLS with a configuration.
// They come from port, which may be nil, and from proxies.
func NewTunnels(config *tls.Config, port net.Listener) *Tunnels {
	t := &Tunnels{config: config, port: port, conns: make(chan net.Conn, maxWaiting), failed: make(chan error, 1), closed: make(chan struct{})}
	if port != nil {
		go t.acceptAll()
	}
	return t
}

// acceptAll passes on the connections of the port.
func (t *Tunnels) acceptAll() {
	for {
		conn, err := t.port.Accept()
		if err != nil {
			t.failed <- err
			return
		}
		if !t.add(conn) {
			return
		}
	}
}

// add lets the server serve a connection. It reports false if the listener is
// closed.
func (t *Tunnels) add(conn net.Conn) bool {
	select {
	case t.conns <- conn:
		return true
	case <-t.closed:
		_ = conn.Close()
		return false
	}
}

// Accept returns the next connection.
func (t *Tunnels) Accept() (net.Conn, error) {
	select {
	case <-t.closed:
		return nil, net.ErrClosed
	default:
	}
	select {
	case conn := <-t.conns:
		return tls.Server(conn, t.config), nil
	case err := <-t.failed:
		return nil, err
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close closes the port. Connections that wait to be accepted are closed.
func (t *Tunnels) Close() (err error) {
	t.once.Do(func() {
		close(t.closed)
		if t.port != nil {
			err = t.port.Close()
		}
		for {
			select {
			case conn := <-t.conns:
				_ = conn.Close()
			default:
				return
			}
		}
	})
	return err
}

// Addr returns the address of the port, or one that says that there is none.
func (t *Tunnels) Addr() net.Addr {
	if t.port == nil {
		return tunnelAddr{}
	}
	return t.port.Addr()
}

type tunnelAddr struct{}

func (tunnelAddr) Network() string { return "tunnel" }
func (tunnelAddr) String() string  { return "CONNECT" }

// A Proxy answers CONNECT for the names of a server, and hands everything else to
// the handler. A request for another host gets 403.
type Proxy struct {
	Next    http.Handler
	Tunnels *Tunnels
	Has     func(host string) bool // whether a host is a name of the server
	Names   []string               // of the server, for messages
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		p.Next.ServeHTTP(w, r)
		return
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil || !p.Has(host) || port != "443" {
		// The text is for the log of a client: most show a refused CONNECT so.
		http.Error(w, fmt.Sprintf("CONNECT %q is refused: this proxy connects to port 443 of its own names only, which are %s", r.Host, strings.Join(p.Names, ", ")), http.StatusForbidden)
		return
	}
	rc := http.NewResponseController(w)
	conn, buffered, err := rc.Hijack()
	if err != nil {
		http.Error(w, "CONNECT needs HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	// The deadlines of the request end here. The TLS server sets its own.
	if err := conn.SetDeadline(time.Time{}); err != nil {
		_ = conn.Close()
		return
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		_ = conn.Close()
		return
	}
	p.Tunnels.add(&prefixed{Conn: conn, first: buffered.Reader})
}

// prefixed is a connection of which a reader may already have read something.
type prefixed struct {
	net.Conn
	first *bufio.Reader // nil once it is empty
}

// Read reads what was buffered, and then from the connection.
func (c *prefixed) Read(b []byte) (int, error) {
	if c.first != nil && c.first.Buffered() > 0 {
		return c.first.Read(b[:min(len(b), c.first.Buffered())])
	}
	c.first = nil
	return c.Conn.Read(b)
}

// alert is a TLS record of a fatal alert, unexpected_message (RFC 8446, section 6.2).
var alert = []byte{0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a}

// NetConn returns the connection below, as tls.Conn does.
func (c *prefixed) NetConn() net.Conn { return c.Conn }

// Plain returns a listener of plain HTTP. A connection that begins with a TLS
// handshake gets a fatal TLS alert, and onTLS is called with the address of its
// client, so that somebody can say what is wrong.
func Plain(port net.Listener, onTLS func(client net.Addr)) net.Listener {
	return &plain{port, onTLS}
}

type plain struct {
	net.Listener
	onTLS func(net.Addr)
}

// Accept returns the next connection. It does not read from it: a client that sends
// nothing does not hold up others.
func (l *plain) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &sniffed{Conn: conn, onTLS: l.onTLS}, nil
}

// sniffed is a connection that looks at the first byte that it reads.
type sniffed struct {
	net.Conn
	onTLS func(net.Addr)
	seen  bool
}

// recordHandshake is the first byte of a TLS handshake. No HTTP request begins with it.
const recordHandshake = 0x16

// Read implements net.Conn. net/http reads from one goroutine at a time.
func (c *sniffed) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.seen || n == 0 {
		return n, err
	}
	c.seen = true
	if b[0] != recordHandshake {
		return n, err
	}
	_, _ = c.Conn.Write(alert)
	c.onTLS(c.RemoteAddr())
	return 0, io.EOF // net/http would answer any other error with text
}

// NetConn returns the connection below, as tls.Conn does.
func (c *sniffed) NetConn() net.Conn { return c.Conn }

// NewConfig returns the TLS configuration of a server, for HTTP/1.1 and HTTP/2.
func NewConfig(certificate tls.Certificate) *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"h2", "http/1.1"},
		Certificates: []tls.Certificate{certificate},
	}
}
