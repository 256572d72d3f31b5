package contract

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
)

// A checker checks one exchange against one operation.
type checker struct {
	*openapi.Operation
	path     string // as routed
	exchange Exchange
	findings []Finding
	place    []string // path of the value that is being checked, from the root of the body

	inconclusive error // why the response body was not validated; nil if it was
}

// report adds a finding whose rule is in the operation's document.
func (c *checker) report(part, kind, where, want, got string, line int) {
	c.findings = append(c.findings, Finding{
		Part: part, Kind: kind, Where: where, Want: want, Got: got,
		Document: c.Document.Name, Line: line,
	})
}

// request checks the request.
func (c *checker) request() error {
	c.checkCredential()
	c.checkParameters()
	return c.checkRequestBody()
}

// checkCredential checks that the header Authorization is the scheme Bearer in
// any case, one or more spaces, and a token (RFC 9110, section 11.4).
func (c *checker) checkCredential() {
	if c.Credential == 0 {
		return
	}
	got := ""
	switch sent := c.exchange.RequestHeader["Authorization"]; len(sent) {
	case 0:
		got = "no such header"
	case 1:
		scheme, token, _ := strings.Cut(sent[0], " ")
		token = strings.Trim(token, " ")
		switch {
		case !strings.EqualFold(scheme, "Bearer"):
			got = "another scheme"
		case token == "":
			got = "no token"
		case strings.ContainsAny(token, " \t"):
			got = "a token that contains a space"
		}
	default:
		got = jsonbody.Count(len(sent), "header") + " of this name"
	}
	if got != "" {
		c.report(finding.PartRequest, finding.KindCredential, "header Authorization", "Bearer and a token", got, c.Credential)
	}
}

// checkParameters checks the declared path, query and header parameters, except
// for Authorization, which checkCredential checks.
func (c *checker) checkParameters() {
	if len(c.Params) == 0 && c.exchange.Query == "" {
		return
	}
	query, queryErr := parseQuery(c.exchange.Query)
	if queryErr != nil {
		c.report(finding.PartRequest, finding.KindParameter, "query", "escaped names and values", "a malformed escape", c.Line)
	}
	c.checkQueryNames(query)
	r := c.httpRequest()
	for _, location := range []string{"path", "query", "header"} {
		if declares(c.Operation, location) && (location != "query" || queryErr == nil) {
			c.reportParameters(location, query, c.BadParameters(r, location))
		}
	}
}

// parseQuery parses a query. Unlike url.ParseQuery it treats a semicolon as an
// ordinary character.
func parseQuery(query string) (url.Values, error) {
	return url.ParseQuery(strings.ReplaceAll(query, ";", "%3B"))
}

// declares reports whether the operation declares a parameter, other than
// Authorization, in the given location: path, query or header.
func declares(op *openapi.Operation, location string) bool {
	return slices.ContainsFunc(op.Params, func(p openapi.Parameter) bool { return p.In == location && p.Name != "Authorization" })
}

// checkQueryNames reports parameters that the operation does not declare, and
// those that are given more than once.
func (c *checker) checkQueryNames(query url.Values) {
	var declared []string
	for _, p := range c.Params {
		if p.In == "query" {
			declared = append(declared, p.Name)
		}
	}
	unknown := 0
	for name, values := range query {
		if !slices.Contains(declared, name) {
			unknown++
			continue
		}
		if p := c.parameter("query", name); len(values) > 1 && !p.Takes("array") {
			c.report(finding.PartRequest, finding.KindParameter, "query "+name, "one value", jsonbody.Count(len(values), "value"), p.Line)
		}
	}
	if unknown > 0 {
		want := "no parameters"
		if len(declared) > 0 {
			want = "no parameters but " + openapi.OrList(declared)
		}
		c.report(finding.PartRequest, finding.KindUndeclaredArg, "query", want, jsonbody.Count(unknown, "other"), c.Line)
	}
}

// reportParameters reports the parameters of these names in one location.
func (c *checker) reportParameters(location string, query url.Values, names []string) {
	for _, name := range names {
		p := c.parameter(location, name)
		if p == nil {
			c.report(finding.PartRequest, finding.KindParameter, location, "the declared parameters", "others", c.Line)
			continue
		}
		if location == "header" && p.Name == "Authorization" {
			continue
		}
		got := "another value"
		switch {
		case location == "query" && !query.Has(p.Name):
			got = "no such parameter"
		case location == "query":
			got = "a text of " + jsonbody.Count(len(query.Get(p.Name)), "byte")
		case location == "header" && c.exchange.RequestHeader.Get(p.Name) == "":
			got = "no such header"
		}
		c.report(finding.PartRequest, finding.KindParameter, location+" "+p.Name, describeWithMinimum(p.Schema), got, p.Line)
	}
}

// parameter returns the declared parameter, or nil.
func (c *checker) parameter(location, name string) *openapi.Parameter {
	for i, p := range c.Params {
		if p.In == location && strings.EqualFold(p.Name, name) {
			return &c.Params[i]
		}
	}
	return nil
}

// checkRequestBody checks the body and its content type.
func (c *checker) checkRequestBody() error {
	x, text := c.exchange, c.exchange.RequestBody
	if c.Body == nil {
		if len(text) > 0 {
			c.report(finding.PartRequest, finding.KindUnexpected, "body", "no body", "a body of "+jsonbody.Count(len(text), "byte"), c.Line)
		}
		return nil
	}
	if len(text) == 0 && !c.Body.Required {
		return nil
	}
	body, ok := c.jsonBody(finding.PartRequest, c.Body, x.RequestHeader, text, MaxRequestBody)
	if !ok {
		return nil
	}
	m := mediaOf(c.Body, x.RequestHeader)
	c.checkMembers(finding.PartRequest, &body, m.Schema)
	return c.checkSchema(finding.PartRequest, &body, m)
}

// httpRequest returns the request without its body, as the library's validator of
// parameters takes it.
func (c *checker) httpRequest() *http.Request {
	u := &url.URL{Path: c.path, RawQuery: strings.ReplaceAll(c.exchange.Query, ";", "%3B")}
	if unescaped, err := url.PathUnescape(c.path); err == nil {
		u.Path, u.RawPath = unescaped, c.path
	}
	return &http.Request{Method: c.Method, URL: u, Header: c.exchange.RequestHeader, Body: http.NoBody}
}
