package control

import (
	"net/http"

	"github.com/mockgates/mockgates/internal/suggest"
	"github.com/mockgates/mockgates/mockserver"
)

// A rule is a rule of the server and the scenarios that test it.
type rule struct {
	mockserver.Rule
	Scenarios []string `json:"scenarios,omitempty"`
}

// rules returns every rule of the server.
func (h *Handler) rules() []rule {
	var scenarios map[string][]string
	if h.config.Scenarios != nil {
		scenarios = h.config.Scenarios()
	}
	list := []rule{}
	for _, r := range h.server.Rules() {
		list = append(list, rule{r, scenarios[r.ID]})
	}
	return list
}

func listRules(r *request) (response, error) { return ok(map[string][]rule{"rules": r.rules()}), nil }

func getRule(r *request) (response, error) {
	id, known := r.variable("id"), []string{}
	for _, rule := range r.rules() {
		if rule.ID == id {
			return ok(rule), nil
		}
		known = append(known, rule.ID)
	}
	return response{}, refuse(http.StatusNotFound, "no rule has the ID %s%s", quote(id), suggest.Hint(id, known))
}
