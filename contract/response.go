package contract

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// response checks the response.
func (c *checker) response() error {
	x := c.exchange
	response := c.Responses[strconv.Itoa(x.Status)]
	if response == nil {
		response = c.Responses["default"]
	}
	if response == nil {
		c.report(finding.PartResponse, finding.KindStatus, "status", describeStatuses(c.Statuses), strconv.Itoa(x.Status), c.ResponsesLine)
		return nil
	}
	c.checkHeaders(response)
	c.checkRateHeaders(response)
	if c.exchange.Method == http.MethodHead {
		c.reportBodyOfHead()
		return nil
	}
	if decoded, err := c.decode(); !decoded {
		return err
	}
	x = c.exchange
	if len(response.Media) == 0 {
		if len(x.ResponseBody) > 0 {
			c.report(finding.PartResponse, finding.KindUnexpected, "body", "no body", "a body of "+jsonbody.Count(len(x.ResponseBody), "byte"), response.Line)
		}
		return nil
	}
	body, ok := c.jsonBody(finding.PartResponse, response, x.ResponseHeader, x.ResponseBody, MaxResponseBody)
	if !ok {
		return c.inconclusive
	}
	return c.checkResponseBody(&body, mediaOf(response, x.ResponseHeader))
}

// reportBodyOfHead reports a body in a response to HEAD.
func (c *checker) reportBodyOfHead() {
	if size := len(c.exchange.ResponseBody); size > 0 {
		c.report(finding.PartResponse, finding.KindUnexpected, "body", "no body in a response to HEAD", "a body of "+jsonbody.Count(size, "byte"), c.Line)
	}
}

// checkResponseBody checks a body against the schema of a documented status.
func (c *checker) checkResponseBody(body *jsonbody.Value, m *openapi.Media) error {
	c.checkMembers(finding.PartResponse, body, m.Schema)
	c.checkErrorCode(body, m.Schema)
	if c.ModelGates {
		c.checkMeaning(body, m.Schema)
	}
	return c.checkSchema(finding.PartResponse, body, m)
}

// jsonBody parses a body that should be JSON. It returns false if there is nothing
// to validate with a schema: the body has a problem, which jsonBody reports, or the
// declared media type is not JSON.
func (c *checker) jsonBody(part string, declared *openapi.Content, h http.Header, text []byte, limit int) (jsonbody.Value, bool) {
	if len(bytes.TrimSpace(text)) == 0 {
		got := "no body"
		if len(text) > 0 {
			got = "only whitespace"
		}
		c.report(part, finding.KindEmpty, "body", "a body", got, declared.Line)
		return jsonbody.Value{}, false
	}
	m := mediaOf(declared, h)
	if m != nil && m.JSON && otherCharset(h.Get("Content-Type")) {
		c.report(part, finding.KindContentType, "header Content-Type", "the charset UTF-8 or none", "another charset", declared.Line)
		return jsonbody.Value{}, false
	}
	if m == nil {
		c.report(part, finding.KindContentType, "header Content-Type", openapi.OrList(declared.MediaTypes()), describeContentType(h), declared.Line)
		return jsonbody.Value{}, false
	}
	if len(text) > limit {
		c.report(part, finding.KindSize, "body", "at most "+strconv.Itoa(limit)+" bytes", strconv.Itoa(len(text))+" bytes", declared.Line)
		return jsonbody.Value{}, false
	}
	if !m.JSON {
		return jsonbody.Value{}, false
	}
	body, err := jsonbody.Parse(text)
	if err != nil && part == finding.PartResponse && mayConform(err, &body, m.Schema) {
		c.inconclusive = fmt.Errorf("%w: the body cannot be read: %w", ErrInconclusive, err)
		return jsonbody.Value{}, false
	}
	if err != nil {
		c.report(part, finding.KindJSON, "body", "one JSON text", err.Error(), declared.Line)
		return jsonbody.Value{}, false
	}
	return body, true
}

// mediaOf returns the declared media type that the header names, or nil.
func mediaOf(c *openapi.Content, h http.Header) *openapi.Media {
	sent := h["Content-Type"]
	if len(sent) != 1 {
		return nil
	}
	name := mediaName(sent[0])
	for i := range c.Media {
		if c.Media[i].Name == name {
			return &c.Media[i]
		}
	}
	return nil
}

// mediaName returns a media type in lower case, without its parameters.
func mediaName(header string) string {
	if header == "application/json" {
		return header
	}
	if name, _, err := mime.ParseMediaType(header); err == nil {
		return name
	}
	name, _, _ := strings.Cut(header, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

// describeContentType describes the content type that was sent. It names only common
// types, because a header may contain anything.
func describeContentType(h http.Header) string {
	sent := h["Content-Type"]
	switch {
	case len(sent) == 0:
		return "no such header"
	case len(sent) > 1:
		return jsonbody.Count(len(sent), "header") + " of this name"
	}
	if name := mediaName(sent[0]); slices.Contains([]string{
		"application/json", "application/problem+json", "application/x-www-form-urlencoded", "application/xml",
		"application/octet-stream", "multipart/form-data", "text/html", "text/plain", "text/xml", "text/event-stream",
	}, name) {
		return name
	}
	return "another media type"
}

// checkErrorCode checks that error.code is the HTTP status, in every response with a
// status of 400 or more whose schema declares that member.
func (c *checker) checkErrorCode(body *jsonbody.Value, s *openapi.Schema) {
	declared := s.Prop("error")
	if c.exchange.Status < 400 || declared == nil || declared.Prop("code") == nil {
		return
	}
	code := body.Member("error").Member("code")
	if code == nil || code.Type() != strictjson.TypeNumber || jsonbody.IsNumber(code, c.exchange.Status) {
		return
	}
	c.report(finding.PartResponse, finding.KindErrorCode, "/error/code", "the status, "+strconv.Itoa(c.exchange.Status),
		"another number", declared.Prop("code").Line)
}

// decode decodes the response body of the exchange. If it cannot, it returns false,
// and either reports a finding or returns an error.
func (c *checker) decode() (bool, error) {
	body, err := jsonbody.Decode(c.exchange.ResponseHeader, c.exchange.RequestHeader, c.exchange.ResponseBody, MaxResponseBody)
	broken, failed := errors.AsType[*jsonbody.CodingError](err)
	switch {
	case err == nil:
		c.exchange.ResponseBody = body
		return true, nil
	case !failed:
		return false, fmt.Errorf("%w: %w, want at most %d bytes", ErrInconclusive, err, MaxResponseBody)
	case broken.Requested:
		return false, fmt.Errorf("%w: the body has a content coding that cannot be decoded", ErrInconclusive)
	}
	c.report(finding.PartResponse, finding.KindHeader, "header Content-Encoding", "gzip, deflate or none", broken.Got, 0)
	return false, nil
}
