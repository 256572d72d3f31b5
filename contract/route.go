package contract

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/suggest"
)

// A routing is the operation that a method and a path select.
type routing struct {
	operation *openapi.Operation // nil if there is none
	path      string             // as sent, without a trailing slash
	allowed   []string           // methods of the path; none if the path is unknown
}

// route finds the operation. It ignores one trailing slash, as the API does: /keys/
// is /keys. Otherwise it compares the path segment by segment as it was sent, so
// //keys is not /keys.
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
		literal, ok := match(op.Segments, segments)
		if !ok {
			literal, ok = match(op.Alias, segments)
		}
		if !ok || literal < best {
			continue
		}
		if literal > best { // a literal path takes precedence over a template
			best, r.allowed, r.operation = literal, nil, nil
		}
		r.allowed = append(r.allowed, op.Method)
		if op.Method == method {
			r.operation = op
		}
	}
	return r
}

// OperationOf returns the operation that a method and a path below the base URL
// select, and false if there is none. The path must not be escaped.
func (c *Contract) OperationOf(method, path string) (Operation, bool) {
	if op := c.route(method, (&url.URL{Path: path}).EscapedPath()).operation; op != nil {
		return publicOperation(op), true
	}
	return Operation{}, false
}

// match reports whether a path matches a template, and counts the segments that are
// literally equal.
func match(template, segments []string) (literal int, ok bool) {
	if len(template) != len(segments) {
		return 0, false
	}
	for i, want := range template {
		got := segments[i]
		switch {
		case want == got || unescape(got) == want:
			literal++
		case !strings.HasPrefix(want, "{") || !strings.HasSuffix(want, "}"):
			return 0, false
		case got == "" || got == "." || got == "..":
			return 0, false
		}
	}
	return literal, true
}

// unescape returns a segment of a path without percent-encoding.
func unescape(segment string) string {
	text, err := url.PathUnescape(segment)
	if err != nil {
		return segment
	}
	return text
}

// checkUnrouted checks an exchange that matches no operation.
func (c *Contract) checkUnrouted(x Exchange, r routing) ([]Finding, error) {
	if x.Method == http.MethodOptions && r.allowed != nil &&
		(x.Status == http.StatusNoContent && len(x.ResponseBody) == 0 || x.Status == http.StatusOK) {
		return nil, nil
	}
	request := Finding{
		Part: finding.PartRequest, Kind: finding.KindPath, Where: "path",
		Want: "a documented path" + c.nearestPath(r.path),
		Got:  "another path, of " + jsonbody.Count(strings.Count(r.path, "/"), "segment"),
	}
	statuses := []int{http.StatusNotFound}
	if r.allowed != nil {
		request.Kind, request.Where = finding.KindMethod, "method"
		request.Want = openapi.OrList(r.allowed)
		request.Got = describeMethod(x.Method)
		statuses = append(statuses, http.StatusMethodNotAllowed)
	}
	fs := []Finding{request}
	if !slices.Contains(statuses, x.Status) {
		fs = append(fs, Finding{
			Part: finding.PartResponse, Kind: finding.KindStatus, Where: "status",
			Want: describeStatuses(statuses), Got: strconv.Itoa(x.Status),
		})
		return fs, nil
	}
	fs = append(fs, unroutedHeaders(x)...)
	if x.Method == http.MethodHead {
		if len(x.ResponseBody) > 0 {
			fs = append(fs, Finding{
				Part: finding.PartResponse, Kind: finding.KindUnexpected, Where: "body", Want: "no body in a response to HEAD",
				Got: "a body of " + jsonbody.Count(len(x.ResponseBody), "byte"),
			})
		}
		return fs, nil
	}
	more, err := c.checkEnvelope(x, r.path)
	if err != nil {
		return nil, err
	}
	return append(fs, more...), nil
}

// checkEnvelope checks that the response has the error envelope, which all
// documented error responses share.
func (c *Contract) checkEnvelope(x Exchange, path string) ([]Finding, error) {
	op, status := c.envelope()
	if op == nil {
		return nil, nil
	}
	check := checker{Operation: op, path: path, exchange: x}
	declared := op.Responses[strconv.Itoa(status)]
	if decoded, err := check.decode(); !decoded {
		return check.findings, err
	}
	body, ok := check.jsonBody(finding.PartResponse, declared, x.ResponseHeader, check.exchange.ResponseBody, MaxResponseBody)
	if !ok {
		return check.findings, check.inconclusive
	}
	if err := check.checkResponseBody(&body, mediaOf(declared, x.ResponseHeader)); err != nil {
		return nil, err
	}
	return check.findings, nil
}

// envelope returns the first documented error response that declares a member
// at /error/code. The operation is nil if there is none.
func (c *Contract) envelope() (op *openapi.Operation, status int) {
	for _, op := range c.operations {
		for _, status := range op.Statuses {
			if status < 400 {
				continue
			}
			for _, m := range op.Responses[strconv.Itoa(status)].Media {
				if m.JSON && m.Prop("error") != nil && m.Prop("error").Prop("code") != nil {
					return op, status
				}
			}
		}
	}
	return nil, 0
}

// nearestPath returns words that name the nearest path, or "" if none is near.
func (c *Contract) nearestPath(path string) string {
	var paths []string
	for _, op := range c.operations {
		if !slices.Contains(paths, op.Path) {
			paths = append(paths, op.Path)
		}
	}
	if nearest := suggest.Nearest(path, paths); nearest != "" {
		return "; the nearest is " + nearest
	}
	return ""
}

// describeMethod returns a standard HTTP method as it is. It does not repeat anything
// else that was sent.
func describeMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	}
	return "not an HTTP method"
}

func describeStatuses(statuses []int) string {
	words := make([]string, len(statuses))
	for i, s := range statuses {
		words[i] = strconv.Itoa(s)
	}
	return openapi.OrList(words)
}
