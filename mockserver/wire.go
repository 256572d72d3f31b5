package mockserver

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Headers that the fake adds to every answer; Config.Plain leaves them out.
const (
	RuleHeader  = "Mockgates-Rule"  // the rules that decided the answer, separated by ", "
	FaultHeader = "Mockgates-Fault" // the id of the fault that touched it
	PlaceHeader = "Mockgates-Place" // the place of the answer that the fault violated
	WorldHeader = "Mockgates-World" // the world that answered; in a request without a credential, the world to ask
)

// exposed are the headers that a page of another origin may read.
var exposed = strings.Join([]string{
	"Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", RuleHeader, FaultHeader, PlaceHeader, WorldHeader,
}, ", ")

// readBody reads a request body, at most maxBody bytes of it.
func readBody(r *http.Request) body {
	if r.Body == nil || r.Body == http.NoBody {
		return body{}
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if len(data) > maxBody {
		return body{data: data[:maxBody], tooLong: true}
	}
	return body{data: data, err: err}
}

// encode marshals the body of a response. What cannot be marshalled is a
// mistake of this program, told as the documented 500.
func (r *response) encode() []byte {
	switch b := r.body.(type) {
	case nil:
		return nil
	case []byte:
		return b
	}
	data, err := json.Marshal(r.body)
	if err != nil {
		r.status = http.StatusInternalServerError
		data, _ = json.Marshal(refuse(500, "server.error"))
	}
	return data
}

// head sets the headers of the answer of an exchange.
func (x *exchange) head(h http.Header, size int) {
	for name, values := range x.resp.header {
		h[name] = values
	}
	h.Set("Date", x.answered.UTC().Format(http.TimeFormat))
	if x.route.page == nil { // no other origin may read the token of a page
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", exposed)
	}
	if x.resp.body != nil && h.Get("Content-Type") == "" {
		h.Set("Content-Type", "application/json")
	}
	if x.resp.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(size))
	}
	if x.prefer != "" {
		h.Set("Preference-Applied", x.prefer)
	}
	if x.world.server.plain {
		return
	}
	h.Set(WorldHeader, x.world.name)
	if len(x.resp.rules) > 0 {
		h.Set(RuleHeader, strings.Join(x.resp.rules, ", "))
	}
	if x.fault.ID != "" {
		h.Set(FaultHeader, x.fault.ID)
	}
	if x.broken != "" {
		h.Set(PlaceHeader, x.broken)
	}
}

// send is the one place where an answer of the API meets the wire.
func (x *exchange) send(w http.ResponseWriter, r *http.Request) {
	if x.left {
		panic(http.ErrAbortHandler) // nobody is there to read an answer
	}
	maps.Copy(w.Header(), x.header)
	if x.fault.Effect != "" {
		x.misbehave(w, r, x.data)
		return
	}
	w.WriteHeader(x.resp.status)
	_, _ = w.Write(x.data) // a client that has left is no error of the server
}

// log writes the request's line.
func (x *exchange) log(took time.Duration) {
	id := "-"
	if x.route.op != nil {
		id = x.route.op.id
	}
	attrs := []slog.Attr{
		slog.String("world", x.world.name), slog.String("method", x.method),
		slog.String("path", x.shownPath()),
		slog.String("operation", id), slog.Int("status", x.resp.status),
		slog.String("rule", strings.Join(x.resp.rules, ",")),
	}
	if x.fault.ID != "" {
		attrs = append(attrs, slog.String("fault", x.fault.ID))
	}
	if x.left {
		attrs = append(attrs, slog.Bool("client_left", true))
	}
	attrs = append(attrs, slog.Duration("took", took))
	x.world.server.log.LogAttrs(context.Background(), slog.LevelInfo, "request", attrs...)
}
