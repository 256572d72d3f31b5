package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/internal/suggest"
)

// A request is one request to a call.
type request struct {
	*Handler
	http  *http.Request
	query url.Values // known parameters, each with one value that is not empty
	peeks bool       // the call leaves a world that does not exist alone
	body  io.Reader  // fails past the largest body that the call reads
}

// answer returns the HTTP handler of a call.
func (h *Handler) answer(c call) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := r.Body
		if body == nil { // of a request that no server has read
			body = http.NoBody
		}
		waits := c.id == "stream-requests" || r.URL.Query().Has("held")
		in := &request{Handler: h, http: r, peeks: c.method == http.MethodGet && !waits, body: http.MaxBytesReader(w, body, c.maxBody)}
		out, err := in.run(c)
		if err != nil {
			writeError(w, err)
			return
		}
		out.send(w)
	})
}

// run checks the request and makes the call.
func (r *request) run(c call) (response, error) {
	var err error
	if r.query, err = readQuery(r.http.URL.RawQuery, c.query); err != nil {
		return response{}, err
	}
	if c.maxBody == 0 {
		if _, err := r.body.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			return response{}, errors.New("the call takes no body")
		}
	}
	return c.do(r)
}

// readQuery reads a query string that may have the known parameters, each once.
func readQuery(raw string, known []string) (url.Values, error) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, fmt.Errorf("the query string is malformed: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		switch {
		case !slices.Contains(known, name) && len(known) == 0:
			return nil, fmt.Errorf("the parameter %s is not known; the call takes none", quote(name))
		case !slices.Contains(known, name):
			return nil, fmt.Errorf("the parameter %s is not known%s", quote(name), suggest.Hint(name, known))
		case len(query[name]) > 1:
			return nil, fmt.Errorf("the parameter %s is given twice; want it once", name)
		case query[name][0] == "":
			return nil, fmt.Errorf("the parameter %s is empty; want a value, or leave it out", name)
		}
	}
	return query, nil
}

// variable returns a variable of the path.
func (r *request) variable(name string) string { return mux.Vars(r.http)[name] }

// number returns a parameter that is a whole number, 0 or more. It returns 0 if
// the parameter is left out.
func (r *request) number(name string) (int, error) {
	if !r.query.Has(name) {
		return 0, nil
	}
	return wholeNumber(name, r.query.Get(name))
}

// wholeNumber reads a whole number, 0 or more.
func wholeNumber(name, value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || strings.Trim(value, "0123456789") != "" {
		return 0, fmt.Errorf("%s %s is not a whole number; want 0 to %d", name, quote(value), math.MaxInt)
	}
	return n, nil
}

// flag returns a parameter that is true or false, or nil if it is left out.
func (r *request) flag(name string) (*bool, error) {
	switch value := r.query.Get(name); value {
	case "":
		return nil, nil
	case "true", "false":
		set := value == "true"
		return &set, nil
	default:
		return nil, fmt.Errorf("%s %s is not a boolean; want true or false", name, quote(value))
	}
}

// readBody returns the whole body.
func (r *request) readBody() ([]byte, error) {
	data, err := io.ReadAll(r.body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); err != nil && !tooLarge {
		return nil, errors.New("the body could not be read to its end")
	}
	return data, err
}

// decode reads the body into v. It refuses what is not in v.
func (r *request) decode(v any) error {
	data, err := r.readBody()
	if err != nil {
		return err
	}
	return unmarshal(data, v)
}

// decodeOptional is decode for a body that may be left out.
func (r *request) decodeOptional(v any) error {
	data, err := r.readBody()
	if err != nil || len(data) == 0 {
		return err
	}
	return unmarshal(data, v)
}

// unmarshal decodes JSON into v, strictly. It refuses null as well, which a
// pointer would take for a member that is left out.
func unmarshal(data []byte, v any) error {
	if err := strictjson.Unmarshal(data, v); err != nil {
		return err
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		return err
	}
	if pointer, found := findNull(decoded, ""); found {
		return fmt.Errorf("%s must not be null; leave it out", pointer)
	}
	return nil
}

// findNull returns the JSON pointer to a null in a value. The member when of a
// fault or a filter holds values of other people's bodies, and null is one.
func findNull(v any, at string) (pointer string, found bool) {
	switch v := v.(type) {
	case nil:
		return at, true
	case []any:
		for i, item := range v {
			if pointer, found = findNull(item, at+"/"+strconv.Itoa(i)); found {
				return pointer, true
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name == "when" {
				continue
			}
			if pointer, found = findNull(v[name], at+"/"+name); found {
				return pointer, true
			}
		}
	}
	return "", false
}
