package mockserver

import "net/http"

// AdminHeader carries Config.AdminToken on calls of the control API, whose
// bearer token chooses the world.
const AdminHeader = "Mockgates-Admin-Token"

// newControl returns the control API.
func newControl(s *Server) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_mockgates/health", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"status":"ok"}` + "\n"))
	})
	return mux
}
