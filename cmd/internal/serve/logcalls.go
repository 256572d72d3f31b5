package serve

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/mockgates/mockgates/mockserver/control"
)

// logCalls returns a handler that logs the calls of the control API at level debug.
// Of the path it logs what names the call, in which no secret can be.
func logCalls(handler http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, control.Prefix)
		if !ok || !log.Enabled(r.Context(), slog.LevelDebug) {
			handler.ServeHTTP(w, r)
			return
		}
		name, _, _ = strings.Cut(name, "/")
		began, seen := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			log.Debug("control call", "method", r.Method, "call", name[:min(len(name), 32)], "status", seen.status, "took", time.Since(began))
		}()
		handler.ServeHTTP(seen, r)
	})
}

// A statusWriter is a ResponseWriter that knows the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an [http.ResponseController] reach the writer.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
