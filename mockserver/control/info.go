package control

import (
	"net/http"

	"github.com/mockgates/mockgates/mockserver"
)

// health is whether the server answers, and what it holds.
type health struct {
	Status string `json:"status"`
	*usage
}

// usage is what the server holds, for its bounds.
type usage struct {
	mockserver.ServerUsage
	Streams     mockserver.Amount `json:"streams"`
	SlowStreams int64             `json:"slow_streams"`
	LogDropped  int64             `json:"log_lines_dropped"`
}

func getHealth(r *request) (response, error) {
	verbose, err := r.flag("verbose")
	if err != nil || verbose == nil || !*verbose {
		return ok(health{Status: "ok"}), err
	}
	u := usage{ServerUsage: r.server.Usage()}
	u.Streams, u.SlowStreams = r.streams.usage()
	if r.config.LogDropped != nil {
		u.LogDropped = r.config.LogDropped()
	}
	return ok(health{"ok", &u}), nil
}

func getVersion(r *request) (response, error) {
	version := r.config.Version
	if version == "" {
		version = "unknown"
	}
	return ok(map[string]string{"version": version}), nil
}

func getOpenAPI(r *request) (response, error) {
	if r.config.OpenAPI == nil {
		return response{}, refuse(http.StatusNotFound, "this server has no specification to serve")
	}
	specification, err := r.config.OpenAPI()
	if err != nil {
		return response{}, refuse(http.StatusInternalServerError, "the specification cannot be served: %v", err)
	}
	return text("application/yaml", specification), nil
}

func getControl(*request) (response, error) { return text("application/yaml", document), nil }

func getCA(r *request) (response, error) {
	if r.config.CA == nil {
		return response{}, refuse(http.StatusNotFound, "this server has no CA: it does not serve HTTPS")
	}
	return text("application/x-pem-file", r.config.CA), nil
}

func getCoverage(r *request) (response, error) {
	return ok(map[string]any{"responses": r.server.Coverage()}), nil
}

// worldNames is a list of worlds as a body.
type worldNames struct {
	Worlds []string `json:"worlds"`
}

func listWorlds(r *request) (response, error) {
	names := worldNames{[]string{}}
	for _, w := range r.server.Worlds() {
		names.Worlds = append(names.Worlds, w.Name())
	}
	return ok(names), nil
}
