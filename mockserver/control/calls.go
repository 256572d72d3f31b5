package control

import "slices"

// The sizes of the largest bodies that calls read, in bytes.
const (
	maxBody      = 1 << 20
	maxStateBody = 64 << 20
)

// A call is one call of the control API, an operation of control.yaml.
type call struct {
	id      string // operationId
	method  string
	path    string   // below Prefix, with {variables}
	query   []string // known parameters of the query
	maxBody int64    // size of the largest body that it reads, in bytes; 0 for no body
	do      func(*request) (response, error)
}

// calls returns every call. Each is a thin layer over a method of
// mockserver.Server or mockserver.World.
func calls() []call {
	world := []string{"world"}
	worldOrAll := []string{"world", "all"}
	gate := []string{"world", "held"}
	filter := slices.Concat(world, filterParameters())
	return []call{
		{id: "get-health", method: "GET", path: "health", query: []string{"verbose"}, do: getHealth},
		{id: "get-version", method: "GET", path: "version", do: getVersion},
		{id: "get-openapi", method: "GET", path: "openapi.yaml", do: getOpenAPI},
		{id: "get-control", method: "GET", path: "control.yaml", do: getControl},
		{id: "get-ca", method: "GET", path: "ca.pem", do: getCA},
		{id: "list-rules", method: "GET", path: "rules", do: listRules},
		{id: "get-rule", method: "GET", path: "rules/{id}", do: getRule},
		{id: "get-coverage", method: "GET", path: "coverage", do: getCoverage},
		{id: "list-worlds", method: "GET", path: "worlds", do: listWorlds},
		{id: "list-faults", method: "GET", path: "faults", query: world, do: inWorld(listFaults)},
		{id: "add-faults", method: "POST", path: "faults", query: world, maxBody: maxBody, do: inWorld(addFaults)},
		{id: "remove-faults", method: "DELETE", path: "faults", query: world, do: inWorld(removeFaults)},
		{id: "get-fault", method: "GET", path: "faults/{id}", query: world, do: inWorld(getFault)},
		{id: "remove-fault", method: "DELETE", path: "faults/{id}", query: world, do: inWorld(removeFault)},
		{id: "list-gates", method: "GET", path: "gates", query: world, do: inWorld(listGates)},
		{id: "get-gate", method: "GET", path: "gates/{name}", query: gate, do: inWorld(getGate)},
		{id: "open-gate", method: "POST", path: "gates/{name}", query: world, do: inWorld(openGate)},
		{id: "get-clock", method: "GET", path: "clock", query: world, do: inWorld(getClock)},
		{id: "set-clock", method: "PUT", path: "clock", query: world, maxBody: maxBody, do: inWorld(setClock)},
		{id: "advance-clock", method: "POST", path: "clock/advance", query: world, maxBody: maxBody, do: inWorld(advanceClock)},
		{id: "spend", method: "POST", path: "keys/{hash}/usage", query: world, maxBody: maxBody, do: inWorld(spend)},
		{id: "get-limits", method: "GET", path: "limits", query: world, do: inWorld(getLimits)},
		{id: "set-limits", method: "PUT", path: "limits", query: world, maxBody: maxBody, do: inWorld(setLimits)},
		{id: "list-requests", method: "GET", path: "requests", query: filter, do: inWorld(listRequests)},
		{id: "clear-requests", method: "DELETE", path: "requests", query: world, do: inWorld(clearRequests)},
		{id: "stream-requests", method: "GET", path: "requests/stream", query: filter, do: inWorld(streamRequests)},
		{id: "count-requests", method: "POST", path: "requests/count", query: world, maxBody: maxBody, do: inWorld(countRequests)},
		{id: "list-violations", method: "GET", path: "violations", query: world, do: inWorld(listViolations)},
		{id: "clear-violations", method: "DELETE", path: "violations", query: world, do: inWorld(clearViolations)},
		{id: "get-state", method: "GET", path: "state", query: worldOrAll, do: getState},
		{id: "set-state", method: "PUT", path: "state", query: worldOrAll, maxBody: maxStateBody, do: setState},
		{id: "reset", method: "POST", path: "reset", query: world, maxBody: maxBody, do: reset},
	}
}
