// Package wire writes the responses of the API, intact or altered by the effect
// of a fault. Nothing else writes them.
//
//	status, body, Effect ─► Send ─► http.ResponseWriter ─► the client
//	                                └─ over TCP, or of Transport
//
// [Send] writes to any http.ResponseWriter. [Transport] replaces a TCP connection
// for clients in the same process, to which each effect looks as it does over TCP.
package wire

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
)

// dribbleGap is the time between two bytes of EffectDribble.
const dribbleGap = 2 * time.Millisecond

// A resetter is a ResponseWriter that can reset its connection without being
// hijacked.
type resetter interface{ resetConnection() }

// Send writes a response whose headers are already set, altered by the effect
// unless it is "". If the connection cannot be hijacked, as with HTTP/2, a reset is
// a hangup. For EffectViolate the caller passes the broken body.
//
// If the effect leaves the response unfinished, Send panics with
// http.ErrAbortHandler, which makes net/http close the connection.
func Send(w http.ResponseWriter, r *http.Request, status int, body []byte, effect fault.Effect) {
	control := http.NewResponseController(w)
	whole := func(body []byte) {
		w.WriteHeader(status)
		_, _ = w.Write(body) // a client that has left is not an error of the server
	}
	replaced := func(body []byte) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		whole(body)
	}
	begin := func() {
		w.WriteHeader(status)
		_ = control.Flush()
	}
	switch effect {
	case "", fault.EffectViolate:
		whole(body)
	case fault.EffectReset:
		reset(w, control)
		panic(http.ErrAbortHandler)
	case fault.EffectHangup:
		panic(http.ErrAbortHandler)
	case fault.EffectStall:
		w.Header().Del("Content-Length") // an empty body would complete the response
		w.Header().Set("Content-Type", "application/json")
		begin()
		if left := r.Context().Done(); left != nil {
			<-left
		}
		panic(http.ErrAbortHandler)
	case fault.EffectTruncate:
		begin()
		_, _ = w.Write(body[:len(body)/2])
		_ = control.Flush()
		panic(http.ErrAbortHandler)
	case fault.EffectDribble:
		begin()
		for i := range body {
			if Sleep(r.Context(), dribbleGap) != nil {
				panic(http.ErrAbortHandler)
			}
			_, _ = w.Write(body[i : i+1])
			_ = control.Flush()
		}
	case fault.EffectEmpty:
		replaced(nil)
	case fault.EffectGarbage:
		replaced([]byte("<<<not json>>>"))
	case fault.EffectWrongContentType:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		whole(body)
	}
}

// reset hijacks the connection and ends it with a TCP RST. It does nothing if the
// connection cannot be hijacked.
func reset(w http.ResponseWriter, control *http.ResponseController) {
	if w, ok := w.(resetter); ok {
		w.resetConnection()
		return
	}
	conn, _, err := control.Hijack()
	if err != nil {
		return
	}
	for layered, ok := conn.(layer); ok; layered, ok = conn.(layer) {
		conn = layered.NetConn() // below TLS, which would send an alert first
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// A layer is a connection above another, such as a tls.Conn.
type layer interface{ NetConn() net.Conn }

// Sleep waits for d on the machine's clock. If ctx is done first, it returns the
// cause.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
