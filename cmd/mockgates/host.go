package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/mockgates/mockgates/mockserver"
)

const (
	headerTimeout = 10 * time.Second // for the header of a request; its body and its answer may take any time
	idleTimeout   = 2 * time.Minute  // of a connection between two requests
)

// A host puts a fake on the wire: on one port, or its control API on another.
type host struct {
	log       *slog.Logger
	server    *mockserver.Server
	grace     time.Duration // that requests under way have to end in at shutdown
	listeners []net.Listener
	sites     []*http.Server // one for each listener
	requests  atomic.Int64   // that have begun and not ended
}

// listen opens a port for a handler, and returns the address that it got. What
// comes in waits until serve is called.
func (h *host) listen(ctx context.Context, flag string, addr addrValue, handler http.Handler) (net.Addr, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", string(addr))
	if err != nil {
		return nil, &failure{exitUsage, fmt.Errorf("--%s: %w", flag, err), "--" + flag + " 127.0.0.1:0 finds a free port"}
	}
	h.listeners = append(h.listeners, listener)
	h.sites = append(h.sites, &http.Server{
		Handler:           h.count(handler),
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	})
	return listener.Addr(), nil
}

// close gives the ports back without having served.
func (h *host) close() {
	for _, listener := range h.listeners {
		_ = listener.Close()
	}
}

// serve answers requests until ctx is done, and then lets those under way come
// to their end. It calls ready when requests are welcome.
func (h *host) serve(ctx context.Context, ready func()) error {
	broken := make(chan error, len(h.sites))
	for i, site := range h.sites {
		go func() { broken <- site.Serve(h.listeners[i]) }()
	}
	ready()
	select {
	case err := <-broken:
		for _, site := range h.sites {
			_ = site.Close()
		}
		return err
	case <-ctx.Done():
	}
	return h.stop(context.WithoutCancel(ctx))
}

// stop lets requests come to their end, and cuts off those that do not.
func (h *host) stop(ctx context.Context) error {
	if waits := h.waits(); len(waits) > 0 {
		h.log.Info("stopping: waiting for requests to end", "at_most", h.grace, "for", waits)
	} else {
		h.log.Info("stopping")
	}
	ctx, cancel := context.WithTimeout(ctx, h.grace)
	defer cancel()
	for _, site := range h.sites {
		err := site.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			h.log.Warn("stopping: requests were cut off", "for", h.waits())
			err = site.Close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// count is a handler with its requests counted.
func (h *host) count(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.requests.Add(1)
		defer h.requests.Add(-1)
		handler.ServeHTTP(w, r)
	})
}

// waits names what a shutdown waits for: how many requests, and which gates
// they are parked at.
func (h *host) waits() []string {
	n := h.requests.Load()
	if n == 0 {
		return nil
	}
	list := []string{fmt.Sprintf("%d under way", n)}
	for _, world := range h.server.Worlds() {
		for _, gate := range world.Gates() {
			if gate.Parked > 0 {
				list = append(list, fmt.Sprintf("%d parked at gate %q of world %q", gate.Parked, gate.Name, world.Name()))
			}
		}
	}
	return list
}
