package serve

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/internal/localca"
	"github.com/mockgates/mockgates/internal/tlsfront"
)

// tlsNames are the names of every certificate. The first is the host of the API in
// the documents of ModelGates.
var tlsNames = []string{"modelgates.ai", "localhost", "127.0.0.1", "::1"}

// A caFlags holds the flags of the certificate authority that serve, exec and ca
// share.
type caFlags struct {
	TLSHost cli.Strings `name:"tls-host" placeholder:"NAME" help:"Add this name to the certificate, beside modelgates.ai, localhost, 127.0.0.1 and ::1. Repeatable."`
	TLSDir  string      `name:"tls-dir" placeholder:"DIR" help:"Keep the CA in this folder, so that clients can go on trusting it. Default: a new CA for each run, in memory."`
}

// names returns the names of the certificate.
func (c *caFlags) names() []string {
	return slices.Concat(tlsNames, c.TLSHost)
}

// authority returns the CA that the flags describe.
func (c *caFlags) authority() (a *localca.Authority, err error) {
	if c.TLSDir == "" {
		a, err = localca.New(c.names(), time.Now())
	} else {
		a, err = localca.Open(c.TLSDir, c.names(), time.Now())
	}
	if err != nil {
		return nil, exit.Failf(exit.Usage, "--tls-dir: %w", err)
	}
	return a, nil
}

// A tlsFlags holds the flags of TLS that serve and exec share.
type tlsFlags struct {
	TLS bool `name:"tls" help:"Serve HTTPS and HTTP/2 on --addr, with a certificate of a CA of its own. The port is also an HTTP proxy for the names of the certificate."`
	caFlags
}

// secured returns the CA that the flags describe, nil without --tls.
func (c *tlsFlags) secured() (*localca.Authority, error) {
	switch {
	case c.TLS:
		return c.authority()
	case len(c.TLSHost) > 0 || c.TLSDir != "":
		return nil, &exit.Failure{Code: exit.Usage, Err: errors.New("--tls-host and --tls-dir say how to serve HTTPS, which is not served"), Hint: "add --tls"}
	}
	return nil, nil
}

// caVariables name the file of the CA to the TLS libraries of the common languages:
// OpenSSL and Go, Node.js, Python's requests, and curl.
var caVariables = []string{"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}

// Trust returns an environment with the CA of the server in it, written to a file that
// remove removes. Without TLS it returns the environment itself.
func (s *Server) Trust(env map[string]string) (with map[string]string, remove func() error, err error) {
	if s.authority == nil {
		return env, func() error { return nil }, nil
	}
	f, err := os.CreateTemp("", "mockgates-ca-*.pem")
	if err != nil {
		return nil, nil, err
	}
	remove = func() error { return os.Remove(f.Name()) }
	_, err = f.Write(s.authority.PEM())
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	with = maps.Clone(env)
	for _, name := range caVariables {
		with[name] = f.Name()
	}
	return with, remove, nil
}

// A CACommand is the command ca.
type CACommand struct{ caFlags }

// Run prints the certificate of the CA. If there is none yet in the folder, it makes
// one.
func (c *CACommand) Run(p *cli.Process) error {
	if c.TLSDir == "" {
		return &exit.Failure{
			Code: exit.Usage, Err: errors.New("without a folder the CA is in the memory of the server that made it"),
			Hint: "add --tls-dir DIR, here and to mockgates serve --tls, or get /_mockgates/ca.pem from the server",
		}
	}
	authority, err := c.authority()
	if err != nil {
		return err
	}
	_, err = p.Stdout.Write(authority.PEM())
	return err
}

// listenTLS opens a port for HTTPS, as listen does for HTTP. On the same port it
// answers CONNECT for the names of the certificate, and tells other clients of plain
// HTTP what is wrong.
func (s *Server) listenTLS(port net.Listener, handler http.Handler, authority *localca.Authority) error {
	certificate, err := authority.Certificate(time.Now())
	if err != nil {
		return err
	}
	config := tlsfront.NewConfig(certificate)
	s.tunnels, s.authority = tlsfront.NewTunnels(config, port.Addr()), authority
	s.add(s.tunnels, handler, config)
	s.add(tlsfront.Split(port, s.tunnels, s.limits.header), s.proxy(wantsTLS(port.Addr())), nil)
	return nil
}

// proxy returns a handler that answers CONNECT if the server has a certificate.
func (s *Server) proxy(next http.Handler) http.Handler {
	if s.tunnels == nil {
		return next
	}
	return &tlsfront.Proxy{Next: next, Tunnels: s.tunnels, Has: s.authority.Has, Names: s.authority.Names()}
}

// wantsTLS returns a handler that tells a client of plain HTTP to use HTTPS.
func wantsTLS(addr net.Addr) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, fmt.Sprintf("This port speaks HTTPS. Use https://%s, or start with --plain-addr for a port of plain HTTP.", cli.Addr(addr.String()).Reachable()), http.StatusBadRequest)
	})
}

// warnOfTLS returns a function that logs that a client has spoken TLS to a port of
// plain HTTP.
func warnOfTLS(log *slog.Logger, addr net.Addr) func(net.Addr) {
	return func(client net.Addr) {
		log.Warn("a client spoke TLS to a port of plain HTTP; use http://, or start with --tls", "port", addr.String(), "client", client.String())
	}
}
