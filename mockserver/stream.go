package mockserver

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// requestFilter reads a Filter from a query.
func requestFilter(a *inquiry) (f Filter, err error) {
	f = Filter{
		Operation: a.query.Get("operation"), Method: a.query.Get("method"), Rule: a.query.Get("rule"),
		Fault: a.query.Get("fault"), Finding: a.query.Get("finding"),
	}
	for _, name := range filterNames {
		if a.query.Has(name) && a.query.Get(name) == "" {
			return f, fmt.Errorf("%s is empty; want a value, or leave it out", name)
		}
	}
	if s := a.query.Get("status"); s != "" {
		if f.Status, err = strconv.Atoi(s); err != nil || f.Status == 0 {
			return f, fmt.Errorf("status %s: want 100 to 599", quote(s))
		}
	}
	if s := a.query.Get("since"); s != "" {
		if f.Since, err = wholeNumber("since", s); err != nil {
			return f, err
		}
	}
	switch s := a.query.Get("injected"); s {
	case "":
	case "true", "false":
		injected := s == "true"
		f.Injected = &injected
	default:
		return f, fmt.Errorf("injected %s: want true or false", quote(s))
	}
	return f, f.validate()
}

// requestList is the journal on the wire.
type requestList struct {
	Requests []Entry `json:"requests"`
	Dropped  int64   `json:"dropped"` // entries that the journal no longer has for want of room
}

func listRequests(a *inquiry) (any, error) {
	f, err := requestFilter(a)
	if err != nil {
		return nil, err
	}
	return requestList{a.world.Journal(f), a.world.Dropped()}, nil
}

func clearRequests(a *inquiry) (any, error) {
	a.world.ClearJournal()
	return nil, nil
}

func countRequests(a *inquiry) (any, error) {
	var f Filter
	if len(a.body) > 0 {
		if err := a.decode(&f); err != nil {
			return nil, err
		}
	}
	if err := f.validate(); err != nil {
		return nil, err
	}
	return map[string]int{"count": a.world.Count(f)}, nil
}

// streamRequests sends the journal as server-sent events: what is there, and
// then each entry when it is written, until the client leaves. The id of an
// event is the entry's Seq, so a client that comes back with Last-Event-ID
// misses nothing that the journal still has.
func streamRequests(a *inquiry) (any, error) {
	f, err := requestFilter(a)
	if err != nil {
		return nil, err
	}
	if id := a.http.Header.Get("Last-Event-ID"); id != "" {
		if f.Since, err = wholeNumber("Last-Event-ID", id); err != nil {
			return nil, err
		}
	}
	a.wire.Header().Set("Content-Type", "text/event-stream")
	a.wire.WriteHeader(http.StatusOK)
	control := http.NewResponseController(a.wire)
	if a.http.Method == http.MethodHead || control.Flush() != nil {
		return nil, errStreamed
	}
	a.world.Follow(a.http.Context(), f, func(e Entry) error {
		data, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(a.wire, "id: %d\nevent: request\ndata: %s\n\n", e.Seq, data); err != nil {
			return err
		}
		return control.Flush()
	})
	return nil, errStreamed
}

// Follow calls each with every entry that the filter picks, those that are
// there first, then each when it is written. It returns when ctx is done, with
// its error, or when each returns an error, which it returns. A world that
// starts over is followed from its new beginning.
func (w *World) Follow(ctx context.Context, f Filter, each func(Entry) error) error {
	var age int64
	for {
		w.mu.Lock()
		if age != 0 && age != w.journal.age {
			f.Since = 0
		}
		age = w.journal.age
		records := slices.Clone(w.journal.records)
		change := w.journal.wait()
		w.mu.Unlock()
		for _, r := range records {
			if f.picks(r) {
				if err := each(r.export()); err != nil {
					return err
				}
			}
			f.Since = max(f.Since, r.entry.Seq)
		}
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
