package contract

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A routing says which operation a method and a path belong to.
type routing struct {
	operation *operation // nil if there is none
	path      string     // as sent, without a slash at its end
	allowed   []string   // methods that the path has; none if the path is not known
}

// route finds the operation. A path with one slash at its end is the path
// without it, as the API has it; in all else the path is compared segment by
// segment as it was sent, so that /keys/, /keys are one and //keys is another.
func (c *Contract) route(method, path string) routing {
	r := routing{path: path}
	if len(path) > 1 {
		r.path = strings.TrimSuffix(path, "/")
	}
	if _, err := url.PathUnescape(r.path); err != nil {
		return r
	}
	segments := strings.Split(r.path, "/")
	best := -1
	for _, op := range c.operations {
		literal, ok := match(op.segments, segments)
		if !ok || literal < best {
			continue
		}
		if literal > best { // a path that is spelled out goes before a template
			best, r.allowed, r.operation = literal, nil, nil
		}
		r.allowed = append(r.allowed, op.Method)
		if op.Method == method {
			r.operation = op
		}
	}
	return r
}

// match compares a path with a template and counts the segments that are equal
// to the letter.
func match(template, segments []string) (literal int, ok bool) {
	if len(template) != len(segments) {
		return 0, false
	}
	for i, want := range template {
		got := segments[i]
		switch {
		case want == got:
			literal++
		case !strings.HasPrefix(want, "{") || !strings.HasSuffix(want, "}"):
			return 0, false
		case got == "" || got == "." || got == "..":
			return 0, false
		}
	}
	return literal, true
}

// checkUnrouted judges an exchange that no operation fits.
func (c *Contract) checkUnrouted(x Exchange, r routing) ([]Finding, error) {
	if x.Method == http.MethodOptions && x.Status == http.StatusNoContent && len(x.ResponseBody) == 0 && r.allowed != nil {
		return nil, nil
	}
	request := Finding{
		Part: PartRequest, Kind: KindPath, Where: "path",
		Want: "a path that the specification has" + c.nearestPath(r.path),
		Got:  "a path of " + count(strings.Count(r.path, "/"), "segment") + " that it has not",
	}
	statuses := []int{http.StatusNotFound}
	if r.allowed != nil {
		request.Kind, request.Where = KindMethod, "method"
		request.Want = orList(r.allowed)
		request.Got = methodWords(x.Method)
		statuses = append(statuses, http.StatusMethodNotAllowed)
	}
	fs := []Finding{request}
	if !slices.Contains(statuses, x.Status) {
		fs = append(fs, Finding{
			Part: PartResponse, Kind: KindStatus, Where: "status",
			Want: statusWords(statuses), Got: strconv.Itoa(x.Status),
		})
		return fs, nil
	}
	if x.Method == http.MethodHead {
		return fs, nil // an answer to HEAD has no body
	}
	if envelope := c.envelope(); envelope != nil {
		j := judgement{operation: envelope.operation, path: r.path, exchange: x}
		body, ok := j.jsonBody(PartResponse, envelope.content, x.ResponseHeader, x.ResponseBody, MaxResponseBody)
		if ok {
			if err := j.responseBody(body, envelope.content.mediaOf(x.ResponseHeader), envelope.status); err != nil {
				return nil, err
			}
		}
		fs = append(fs, j.findings...)
	}
	return fs, nil
}

// An envelope is a documented error answer, the first one of the contract. All
// have the same shape.
type envelope struct {
	*operation
	content *content
	status  int
}

// envelope returns the first documented error answer with a JSON body that has
// an integer at /error/code, nil if there is none.
func (c *Contract) envelope() *envelope {
	for _, op := range c.operations {
		for _, status := range op.Statuses {
			if status < 400 {
				continue
			}
			answer := op.responses[strconv.Itoa(status)]
			for _, m := range answer.media {
				if m.json && m.prop("error") != nil && m.prop("error").prop("code") != nil {
					return &envelope{op, answer, status}
				}
			}
		}
	}
	return nil
}

// nearestPath names the closest path, if one is near.
func (c *Contract) nearestPath(path string) string {
	var paths []string
	for _, op := range c.operations {
		if !slices.Contains(paths, op.Path) {
			paths = append(paths, op.Path)
		}
	}
	if nearest := Nearest(path, paths); nearest != "" {
		return "; the nearest is " + nearest
	}
	return ""
}

// methodWords names a method of HTTP; what else a client sent is not repeated.
func methodWords(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	}
	return "a method that HTTP does not have"
}

func statusWords(statuses []int) string {
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = strconv.Itoa(s)
	}
	return orList(words)
}
