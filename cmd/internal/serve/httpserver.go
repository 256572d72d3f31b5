package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/internal/localca"
	"github.com/mockgates/mockgates/internal/tlsfront"
)

// A Server serves the fake on one port, and its control API on the same or
// on another.
type Server struct {
	log       *slog.Logger
	grace     time.Duration   // time for requests in progress to end at shutdown
	held      func() []string // describes the requests that gates hold
	listeners []net.Listener
	servers   []*http.Server // one for each listener
	at        addresses
	requests  atomic.Int64 // in progress
	limits    httpLimits
	tunnels   *tlsfront.Tunnels  // nil without TLS
	authority *localca.Authority // nil without TLS
}

// addresses says where a server listens. Plain and admin are nil if there are no such
// ports.
type addresses struct{ api, plain, admin net.Addr }

// listen opens a port for a handler and returns its address. Connections wait
// until Serve is called. flag is the flag that addr comes from. With an authority
// the port speaks HTTPS.
func (s *Server) listen(ctx context.Context, flag string, addr cli.Addr, handler http.Handler, authority *localca.Authority) (net.Addr, error) {
	port, err := (&net.ListenConfig{}).Listen(ctx, "tcp", string(addr))
	if err != nil {
		return nil, &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("--%s: %w", flag, err), Hint: "use --" + flag + " 127.0.0.1:0 to listen on a free port"}
	}
	if authority != nil {
		return port.Addr(), s.listenTLS(port, handler, authority)
	}
	s.add(tlsfront.Plain(port, warnOfTLS(s.log, port.Addr())), s.proxy(handler), nil)
	return port.Addr(), nil
}

// add adds a server of a handler for the connections of a listener. config is that
// of their TLS, nil for none.
func (s *Server) add(listener net.Listener, handler http.Handler, config *tls.Config) {
	s.listeners = append(s.listeners, listener)
	s.servers = append(s.servers, &http.Server{
		Handler:           s.count(s.limits.apply(handler)),
		TLSConfig:         config,
		ReadHeaderTimeout: s.limits.header,
		IdleTimeout:       s.limits.idle,
		MaxHeaderBytes:    s.limits.headerBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	})
}

// Origin returns the URL of the API's port, without a path, as a client on this
// machine reaches it.
func (s *Server) Origin() string {
	return origin(s.authority != nil, cli.Addr(s.at.api.String()))
}

// origin returns the URL of a port, without a path, as a client on this machine
// reaches it.
func origin(tls bool, addr cli.Addr) string {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	return scheme + "://" + addr.Reachable()
}

// Close closes the ports of a server that has not served.
func (s *Server) Close() {
	for _, listener := range s.listeners {
		_ = listener.Close()
	}
}

// Serve answers requests until ctx is done, and then shuts down gracefully. It
// calls ready once it accepts requests.
func (s *Server) Serve(ctx context.Context, ready func()) error {
	failed := make(chan error, len(s.servers))
	for i, server := range s.servers {
		go func() { failed <- server.Serve(s.listeners[i]) }()
	}
	ready()
	select {
	case err := <-failed:
		for _, server := range s.servers {
			_ = server.Close()
		}
		return err
	case <-ctx.Done():
	}
	return s.shutdown(context.WithoutCancel(ctx))
}

// shutdown waits for the requests in progress, and aborts those that do not end
// within the grace period.
func (s *Server) shutdown(ctx context.Context) error {
	if pending := s.pending(); len(pending) > 0 {
		s.log.Info("shutting down: waiting for requests", "timeout", s.grace, "requests", strings.Join(pending, ", "))
	} else {
		s.log.Info("shutting down")
	}
	ctx, cancel := context.WithTimeout(ctx, s.grace)
	defer cancel()
	for _, server := range s.servers {
		err := server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			s.log.Warn("shutting down: requests aborted", "requests", strings.Join(s.pending(), ", "))
			err = server.Close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// count returns a handler that counts the requests in progress.
func (s *Server) count(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		defer s.requests.Add(-1)
		handler.ServeHTTP(w, r)
	})
}

// pending describes the requests that a shutdown waits for: their number, and
// the gates that hold them.
func (s *Server) pending() []string {
	n := s.requests.Load()
	if n == 0 {
		return nil
	}
	return append([]string{fmt.Sprintf("%d in progress", n)}, s.held()...)
}
