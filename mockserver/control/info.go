package control

import "net/http"

func getHealth(*request) (response, error) { return ok(map[string]string{"status": "ok"}), nil }

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
	return yaml(specification), nil
}

func getControl(*request) (response, error) { return yaml(document), nil }

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
