package tlsfront_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/localca"
	"github.com/mockgates/mockgates/internal/tlsfront"
)

// A front is a server on two ports, both of which are proxies.
type front struct {
	secure, plain string // addresses: of TLS and HTTP, and of HTTP alone
	roots         *x509.CertPool
	warned        chan net.Addr // clients that spoke TLS to the plain port
}

// start starts a server that says how it was reached.
func start(t *testing.T) *front {
	t.Helper()
	authority, err := localca.New([]string{"modelgates.ai", "127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Certificate(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	f := &front{roots: x509.NewCertPool(), warned: make(chan net.Addr, 1)}
	f.roots.AppendCertsFromPEM(authority.PEM())
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/reset" {
			reset(w)
			return
		}
		_, _ = fmt.Fprintf(w, "%s %s tls=%v", r.Proto, r.Host, r.TLS != nil)
	})
	config := tlsfront.NewConfig(certificate)
	port := listen(t)
	f.secure = port.Addr().String()
	tunnels := tlsfront.NewTunnels(config, port.Addr())
	serve(t, &http.Server{Handler: handler, TLSConfig: config}, tunnels)
	proxy := &tlsfront.Proxy{Next: handler, Tunnels: tunnels, Has: authority.Has, Names: authority.Names()}
	serve(t, &http.Server{Handler: proxy}, tlsfront.Split(port, tunnels, time.Minute))
	port = listen(t)
	f.plain = port.Addr().String()
	serve(t, &http.Server{Handler: proxy},
		tlsfront.Plain(port, func(client net.Addr) { f.warned <- client }))
	return f
}

// reset ends a connection with a TCP RST.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	for {
		layer, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		conn = layer.NetConn()
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serve serves until the test ends.
func serve(t *testing.T, s *http.Server, l net.Listener) {
	t.Helper()
	s.ErrorLog = log.New(io.Discard, "", 0)
	ended := make(chan error)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the server ended with %v", err)
		}
	})
}

// client returns a client that trusts the authority, through the proxy if there is
// one.
func (f *front) client(t *testing.T, proxy string, http2 bool) *http.Client {
	t.Helper()
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: f.roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: http2}
	if proxy != "" {
		tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: proxy})
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

// get returns the status and the body of a response.
func get(t *testing.T, c *http.Client, address string) (int, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

func TestServer_isReached(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, row := range []struct {
		how           string
		proxy         string
		http2         bool
		address, want string
	}{
		{"plain HTTP", "", false, "http://" + f.plain, "HTTP/1.1 " + f.plain + " tls=false"},
		{"plain HTTP on the port of TLS", "", false, "http://" + f.secure, "HTTP/1.1 " + f.secure + " tls=false"},
		{"plain HTTP through the proxy, under another name", f.plain, false, "http://modelgates.ai/x", "HTTP/1.1 modelgates.ai tls=false"},
		{"TLS and HTTP/1.1", "", false, "https://" + f.secure, "HTTP/1.1 " + f.secure + " tls=true"},
		{"TLS and HTTP/2", "", true, "https://" + f.secure, "HTTP/2.0 " + f.secure + " tls=true"},
		{"CONNECT and HTTP/1.1", f.plain, false, "https://modelgates.ai/api", "HTTP/1.1 modelgates.ai tls=true"},
		{"CONNECT and HTTP/2", f.plain, true, "https://modelgates.ai/api", "HTTP/2.0 modelgates.ai tls=true"},
		{"CONNECT on the port of TLS", f.secure, true, "https://modelgates.ai/api", "HTTP/2.0 modelgates.ai tls=true"},
	} {
		t.Run(row.how, func(t *testing.T) {
			t.Parallel()
			client := f.client(t, row.proxy, row.http2)
			for range 3 {
				status, body, err := get(t, client, row.address)
				if err != nil || status != 200 || body != row.want {
					t.Errorf("got %d %q, %v; want %q", status, body, err, row.want)
				}
			}
		})
	}
}

func TestProxy_refusesOtherHosts(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, host := range []string{"example.com:443", "modelgates.ai:22", "www.modelgates.ai:443", "127.0.0.2:443"} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", f.plain)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", host, host)
		resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		_ = conn.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s: status %d; want 403", host, resp.StatusCode)
		}
	}
}

// TestProxy_takesTLSThatDoesNotWait sends CONNECT and the first bytes of TLS at
// once.
func TestProxy_takesTLSThatDoesNotWait(t *testing.T) {
	t.Parallel()
	f := start(t)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", f.plain)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	early := &earlyConn{Conn: conn, first: []byte("CONNECT modelgates.ai:443 HTTP/1.1\r\nHost: modelgates.ai:443\r\n\r\n")}
	secure := tls.Client(early, &tls.Config{RootCAs: f.roots, ServerName: "modelgates.ai", MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// earlyConn writes something before what it is first told to write, and leaves out
// the response to CONNECT.
type earlyConn struct {
	net.Conn
	first []byte
	in    *bufio.Reader
}

func (c *earlyConn) Write(b []byte) (int, error) {
	_, err := c.Conn.Write(append(c.first, b...))
	c.first = nil
	return len(b), err
}

func (c *earlyConn) Read(b []byte) (int, error) {
	if c.in == nil {
		c.in = bufio.NewReader(c.Conn)
		for {
			line, err := c.in.ReadString('\n')
			if err != nil {
				return 0, err
			}
			if line == "\r\n" {
				break
			}
		}
	}
	return c.in.Read(b)
}

func TestPlain_tellsWhoSpeaksTLS(t *testing.T) {
	t.Parallel()
	f := start(t)
	_, _, err := get(t, f.client(t, "", false), "https://"+f.plain)
	if err == nil || !strings.Contains(err.Error(), "remote error: tls: unexpected message") {
		t.Errorf("error = %v; want the alert of the server", err)
	}
	if client := <-f.warned; client == nil {
		t.Error("no address")
	}
	if status, _, err := get(t, f.client(t, "", false), "http://"+f.plain); err != nil || status != 200 {
		t.Errorf("after it: %d, %v", status, err)
	}
}

// TestSplit_aSilentClientHoldsUpNobody lets a client send nothing, and others be
// served. The silent one is disconnected when the server closes, or after patience.
func TestSplit_aSilentClientHoldsUpNobody(t *testing.T) {
	t.Parallel()
	f := start(t)
	silent, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", f.secure)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	if status, _, err := get(t, f.client(t, "", false), "https://"+f.secure); err != nil || status != 200 {
		t.Errorf("got %d, %v", status, err)
	}
}

func TestSplit_silentClientsAreDisconnected(t *testing.T) {
	t.Parallel()
	for what, end := range map[string]struct {
		patience time.Duration
		end      func(net.Listener)
	}{
		"after patience":         {time.Millisecond, func(net.Listener) {}},
		"when the server closes": {time.Hour, func(l net.Listener) { _ = l.Close() }},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			port := listen(t)
			tunnels := tlsfront.NewTunnels(tlsfront.NewConfig(tls.Certificate{}), port.Addr())
			plain := tlsfront.Split(port, tunnels, end.patience)
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", port.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			end.end(plain)
			if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
				t.Errorf("read %d bytes, %v; want the end of the connection", n, err)
			}
			_ = plain.Close()
			if _, err := plain.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("accept: %v; want net.ErrClosed", err)
			}
		})
	}
}

// TestReset_reachesTheClient resets connections of each kind below all that wraps
// them.
func TestReset_reachesTheClient(t *testing.T) {
	t.Parallel()
	f := start(t)
	for _, row := range []struct {
		proxy, address string
	}{{"", "http://" + f.plain}, {"", "https://" + f.secure}, {f.plain, "https://modelgates.ai"}, {f.secure, "https://modelgates.ai"}} {
		if _, _, err := get(t, f.client(t, row.proxy, false), row.address+"/reset"); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: error = %v; want a reset", row.address, err)
		}
	}
}

func TestTunnels_close(t *testing.T) {
	t.Parallel()
	tunnels := tlsfront.NewTunnels(tlsfront.NewConfig(tls.Certificate{}), &net.TCPAddr{Port: 8080})
	if got := tunnels.Addr().String(); got != ":8080" {
		t.Errorf("address = %q", got)
	}
	if err := tunnels.Close(); err != nil {
		t.Error(err)
	}
	if err := tunnels.Close(); err != nil {
		t.Errorf("the second time: %v", err)
	}
	if _, err := tunnels.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error = %v; want net.ErrClosed", err)
	}
}
