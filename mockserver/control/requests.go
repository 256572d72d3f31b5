package control

import (
	"fmt"

	"github.com/mockgates/mockgates/mockserver"
)

// filterParameters returns the members of a Filter that a query can have.
func filterParameters() []string {
	return []string{"operation", "method", "status", "rule", "fault", "injected", "violation", "since"}
}

// filter reads a Filter from the query.
func (r *request) filter() (f mockserver.Filter, err error) {
	f = mockserver.Filter{
		Operation: r.query.Get("operation"), Method: r.query.Get("method"), Rule: r.query.Get("rule"),
		Fault: r.query.Get("fault"), Violation: r.query.Get("violation"),
	}
	if f.Status, err = r.number("status"); err != nil {
		return f, err
	}
	if r.query.Has("status") && f.Status == 0 {
		return f, fmt.Errorf("status is 0; want 100 to 599, or leave it out")
	}
	since, err := r.number("since")
	if err != nil {
		return f, err
	}
	f.Since = int64(since)
	if f.Injected, err = r.flag("injected"); err != nil {
		return f, err
	}
	return f, f.Validate()
}

// requestList is the journal as a body.
type requestList struct {
	Requests []mockserver.Entry `json:"requests"`
	Evicted  int64              `json:"evicted"` // entries that the journal dropped for want of room
}

func listRequests(r *request, w *mockserver.World) (response, error) {
	f, err := r.filter()
	if err != nil {
		return response{}, err
	}
	return ok(requestList{w.Journal(f), w.Evicted()}), nil
}

func clearRequests(_ *request, w *mockserver.World) (response, error) {
	w.ClearJournal()
	return noContent(), nil
}

func countRequests(r *request, w *mockserver.World) (response, error) {
	var f mockserver.Filter
	if err := r.decodeOptional(&f); err != nil {
		return response{}, err
	}
	if err := f.Validate(); err != nil {
		return response{}, err
	}
	return ok(map[string]int{"count": w.CountRequests(f)}), nil
}
