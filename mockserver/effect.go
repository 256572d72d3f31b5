package mockserver

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// Effects: what becomes of an answer on its way to the client.
const (
	EffectReset     = "reset"              // the connection is reset (TCP RST)
	EffectHangup    = "hangup"             // the connection is closed without an answer
	EffectStall     = "stall"              // headers, then silence until the client leaves
	EffectTruncate  = "truncate"           // half of the body, then the connection is closed
	EffectDribble   = "dribble"            // the body comes a byte at a time
	EffectEmpty     = "empty"              // the status without a body
	EffectGarbage   = "garbage"            // a body that is no JSON
	EffectWrongType = "wrong-content-type" // the right body as text/html
	EffectViolate   = "violate"            // a body that breaks the response schema in one place
)

var effects = []string{
	EffectReset, EffectHangup, EffectStall, EffectTruncate, EffectDribble,
	EffectEmpty, EffectGarbage, EffectWrongType, EffectViolate,
}

// dribbleGap is the time between two bytes of a dribbled body.
const dribbleGap = 2 * time.Millisecond

// misbehave sends the answer as the fault's effect has it. Where the connection
// cannot be had, as over HTTP/2 or in a recorder, a reset is a hangup.
//
// It panics with http.ErrAbortHandler, which a server takes for an order to
// close the connection, where the effect leaves an answer unfinished.
func (x *exchange) misbehave(w http.ResponseWriter, r *http.Request, data []byte) {
	control := http.NewResponseController(w)
	begin := func() {
		w.WriteHeader(x.resp.status)
		_ = control.Flush()
	}
	whole := func(data []byte) {
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		w.WriteHeader(x.resp.status)
		_, _ = w.Write(data)
	}
	switch x.fault.Effect {
	case EffectReset:
		resetConn(control)
		panic(http.ErrAbortHandler)
	case EffectHangup:
		panic(http.ErrAbortHandler)
	case EffectStall:
		w.Header().Del("Content-Length") // without a body yet, it would end the answer
		w.Header().Set("Content-Type", "application/json")
		begin()
		if left := r.Context().Done(); left != nil {
			<-left
		}
		panic(http.ErrAbortHandler)
	case EffectTruncate:
		begin()
		_, _ = w.Write(data[:len(data)/2])
		_ = control.Flush()
		panic(http.ErrAbortHandler)
	case EffectDribble:
		begin()
		for i := range data {
			if pause(r.Context(), dribbleGap) != nil {
				panic(http.ErrAbortHandler)
			}
			_, _ = w.Write(data[i : i+1])
			_ = control.Flush()
		}
	case EffectEmpty:
		whole(nil)
	case EffectGarbage:
		whole([]byte("<<<not json>>>"))
	case EffectWrongType:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		whole(data)
	case EffectViolate:
		whole(data) // broken already
	}
}

// resetConn takes the connection from the server and ends it with a TCP RST, or
// does nothing where it cannot be taken.
func resetConn(control *http.ResponseController) {
	conn, _, err := control.Hijack()
	if err != nil {
		return
	}
	if layered, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = layered.NetConn() // below TLS, which would say goodbye
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// retryAfter sets the header of a status that a fault injected, in the form
// that it asks for.
func (f Fault) retryAfter(h http.Header, now time.Time) {
	d := time.Duration(f.RetryAfter)
	if d == 0 && (f.Status == 429 || f.RetryAfterForm != "") {
		d = time.Second
	}
	switch f.RetryAfterForm {
	case "":
		if d > 0 {
			h.Set("Retry-After", wholeSeconds(d))
		}
	case FormDate:
		t := now.Add(d).Add(time.Second - 1).UTC().Truncate(time.Second)
		h.Set("Retry-After", within(t).Format(http.TimeFormat))
	case FormPast:
		t := now.Add(-d).Add(-time.Second).UTC()
		h.Set("Retry-After", within(t).Format(http.TimeFormat))
	case FormZero:
		h.Set("Retry-After", "0")
	case FormHuge:
		h.Set("Retry-After", "99999999999")
	case FormFraction:
		h.Set("Retry-After", "0.5")
	case FormJunk:
		h.Set("Retry-After", "soon")
	case FormAbsent:
		h.Del("Retry-After")
	}
}
