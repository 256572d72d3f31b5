package mockserver

import (
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

//go:embed control.yaml
var controlDocument []byte

// ControlDocument returns the OpenAPI document of the control API.
func ControlDocument() []byte { return slices.Clone(controlDocument) }

// filterNames are the parameters of a Filter in a query.
var filterNames = []string{"operation", "method", "status", "rule", "fault", "injected", "finding", "since"}

// calls is every call of the control API. Each is a thin layer over one method
// of Server or World.
func calls() []call {
	return []call{
		{method: "GET", path: "health", global: true, do: health},
		{method: "GET", path: "version", global: true, do: version},
		{method: "GET", path: "openapi.yaml", global: true, do: openAPI},
		{method: "GET", path: "control.yaml", global: true, do: controlYAML},
		{method: "GET", path: "rules", global: true, do: listRules},
		{method: "GET", path: "rules/{id}", global: true, do: showRule},
		{method: "GET", path: "coverage", global: true, do: showCoverage},
		{method: "GET", path: "worlds", global: true, do: listWorlds},
		{method: "GET", path: "faults", do: listFaults},
		{method: "POST", path: "faults", body: maxControlBody, do: orderFaults},
		{method: "DELETE", path: "faults", do: dropFaults},
		{method: "GET", path: "faults/{id}", do: showFault},
		{method: "DELETE", path: "faults/{id}", do: dropFault},
		{method: "GET", path: "gates", do: listGates},
		{method: "GET", path: "gates/{name}", query: []string{"parked"}, do: showGate},
		{method: "POST", path: "gates/{name}", do: openGate},
		{method: "GET", path: "clock", do: showClock},
		{method: "PUT", path: "clock", body: maxControlBody, do: setClock},
		{method: "POST", path: "clock/advance", body: maxControlBody, do: advanceClock},
		{method: "POST", path: "keys/{hash}/usage", body: maxControlBody, do: spendOnKey},
		{method: "GET", path: "limits", do: listLimits},
		{method: "PUT", path: "limits", body: maxControlBody, do: setLimits},
		{method: "GET", path: "requests", query: filterNames, do: listRequests},
		{method: "DELETE", path: "requests", do: clearRequests},
		{method: "GET", path: "requests/stream", query: filterNames, do: streamRequests},
		{method: "POST", path: "requests/count", body: maxControlBody, do: countRequests},
		{method: "GET", path: "violations", do: listViolations},
		{method: "DELETE", path: "violations", do: clearViolations},
		{method: "GET", path: "state", query: []string{"world", "all"}, do: showState},
		{method: "PUT", path: "state", query: []string{"world", "all"}, body: maxStateBody, do: setState},
		{method: "POST", path: "reset", body: maxControlBody, do: reset},
	}
}

func health(*inquiry) (any, error) { return map[string]string{"status": "ok"}, nil }

func version(a *inquiry) (any, error) {
	v := a.server.version
	if v == "" {
		v = "unknown"
	}
	return map[string]string{"version": v}, nil
}

func openAPI(a *inquiry) (any, error) {
	if a.server.openAPI == nil {
		return nil, missing("this server was given no specification to serve")
	}
	return document{"application/yaml", a.server.openAPI}, nil
}

func controlYAML(*inquiry) (any, error) { return document{"application/yaml", controlDocument}, nil }

func listRules(a *inquiry) (any, error) { return map[string][]Rule{"rules": a.server.Rules()}, nil }

func showRule(a *inquiry) (any, error) {
	id, ids := a.http.PathValue("id"), []string{}
	for _, r := range a.server.Rules() {
		if r.ID == id {
			return r, nil
		}
		ids = append(ids, r.ID)
	}
	return nil, missing("no rule %s%s", quote(id), didYouMean(id, ids))
}

func showCoverage(a *inquiry) (any, error) {
	return map[string][]CoverageRow{"rows": a.server.Coverage()}, nil
}

func listWorlds(a *inquiry) (any, error) {
	names := []string{}
	for _, w := range a.server.Worlds() {
		names = append(names, w.Name())
	}
	return map[string][]string{"worlds": names}, nil
}

func listFaults(a *inquiry) (any, error) {
	return map[string][]FaultAccount{"faults": a.world.Faults()}, nil
}

// orderFaults takes one fault, or an array of them that is ordered whole or
// not at all.
func orderFaults(a *inquiry) (any, error) {
	if kindOf(a.body) == "an array" {
		var list []Fault
		if err := a.decode(&list); err != nil {
			return nil, err
		}
		accounts, err := a.world.OrderFaults(list...)
		return created{map[string][]FaultAccount{"faults": accounts}}, err
	}
	var f Fault
	if err := a.decode(&f); err != nil {
		return nil, err
	}
	account, err := a.world.OrderFault(f)
	return created{account}, err
}

func dropFaults(a *inquiry) (any, error) {
	return map[string][]FaultAccount{"faults": a.world.DropFaults()}, nil
}

// noFault is the refusal of a fault's id.
func noFault(a *inquiry) error {
	id, ids := a.http.PathValue("id"), []string{}
	for _, f := range a.world.Faults() {
		ids = append(ids, f.ID)
	}
	if len(ids) == 0 {
		return missing("no fault %s: none is ordered in the world %s", quote(id), quote(a.world.Name()))
	}
	return missing("no fault %s%s", quote(id), didYouMean(id, ids))
}

func showFault(a *inquiry) (any, error) {
	for _, f := range a.world.Faults() {
		if f.ID == a.http.PathValue("id") {
			return f, nil
		}
	}
	return nil, noFault(a)
}

func dropFault(a *inquiry) (any, error) {
	if f, ok := a.world.DropFault(a.http.PathValue("id")); ok {
		return f, nil
	}
	return nil, noFault(a)
}

func listGates(a *inquiry) (any, error) { return map[string][]Gate{"gates": a.world.Gates()}, nil }

// gateName is the name in the path, which must be one that a fault could hold at.
func gateName(a *inquiry) (string, error) {
	name := a.http.PathValue("name")
	if !worldName.MatchString(name) {
		return "", fmt.Errorf("%s is no name of a gate; want 1 to 64 of a-z 0-9 -", quote(name))
	}
	return name, nil
}

// showGate shows a gate, at once or when enough requests are parked there. It
// waits as long as its caller does.
func showGate(a *inquiry) (any, error) {
	name, err := gateName(a)
	if err != nil {
		return nil, err
	}
	if parked := a.query.Get("parked"); parked != "" {
		n, err := strconv.Atoi(parked)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("parked %s is no number of requests; want 0 or more", quote(parked))
		}
		return a.world.AwaitParked(a.http.Context(), name, n)
	}
	names := []string{}
	for _, g := range a.world.Gates() {
		if g.Name == name {
			return g, nil
		}
		names = append(names, g.Name)
	}
	if len(names) == 0 {
		return nil, missing("no gate %s: no fault holds in the world %s", quote(name), quote(a.world.Name()))
	}
	return nil, missing("no gate %s%s", quote(name), didYouMean(name, names))
}

func openGate(a *inquiry) (any, error) {
	name, err := gateName(a)
	if err != nil {
		return nil, err
	}
	return a.world.OpenGate(name), nil
}

// missing is the refusal of a thing that is not there.
func missing(format string, args ...any) *Error {
	return &Error{Status: http.StatusNotFound, Message: fmt.Sprintf(format, args...)}
}
