// Package tlsfront lets clients reach a server under host names that are not its
// own, by TLS on its port or by CONNECT through it as an HTTP proxy.
//
//	port ─► Split ─┬─ TLS ────────────────────────────► Tunnels ─► http.Server, HTTP/1.1 and 2
//	               │                                      ▲
//	               └─ HTTP ─► Proxy ─┬─ CONNECT HOST:443 ─┘
//	                                 └─ anything else ───► the next handler
//
// [Plain] says what is wrong where a client speaks TLS to a port that has none.
package tlsfront

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

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
	first, _ := buffered.Peek(buffered.Reader.Buffered()) // what the client sent without waiting
	p.Tunnels.add(&prefixed{Conn: conn, first: first})
}

// recordHandshake is the first byte of a TLS handshake. No HTTP request begins with it.
const recordHandshake = 0x16

// alert is a TLS record of a fatal alert, unexpected_message (RFC 8446, section 6.2).
var alert = []byte{0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a}

// Plain returns a listener of plain HTTP. A connection that begins with a TLS
// handshake gets a fatal TLS alert, and onTLS is called with the address of its
// client, which can then be told what is wrong.
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
