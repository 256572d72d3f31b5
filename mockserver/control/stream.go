package control

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/mockgates/mockgates/mockserver"
)

// streamRequests sends the journal as server-sent events: first what is there,
// then each entry when it is written, until the client leaves. The id of an
// event is the entry's Seq, so a client that comes back with the header
// Last-Event-ID misses nothing that the journal still has.
func streamRequests(r *request, w *mockserver.World) (response, error) {
	f, err := r.filter()
	if err != nil {
		return response{}, err
	}
	if id := r.http.Header.Get("Last-Event-ID"); id != "" {
		last, err := wholeNumber("Last-Event-ID", id)
		if err != nil {
			return response{}, err
		}
		f.Since = int64(last)
	}
	if r.http.Method != http.MethodHead {
		if err := r.streams.open(w.Name()); err != nil {
			return response{}, err
		}
	}
	return response{write: func(out http.ResponseWriter) error {
		out.Header().Set("Content-Type", "text/event-stream")
		out.WriteHeader(http.StatusOK)
		controller := http.NewResponseController(out)
		if r.http.Method == http.MethodHead {
			return nil
		}
		err := controller.Flush()
		defer func() { r.streams.close(w.Name(), err) }()
		if err != nil {
			return nil
		}
		err = w.Follow(r.http.Context(), f, func(e mockserver.Entry) error {
			if err := writeEvent(out, e); err != nil {
				return err
			}
			return controller.Flush()
		}) // it ends when the client has left or is too slow, so there is nobody to tell
		return nil
	}}, nil
}

// writeEvent writes an entry as a server-sent event.
func writeEvent(out http.ResponseWriter, e mockserver.Entry) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "id: %d\nevent: request\ndata: %s\n\n", e.Seq, data)
	return err
}
