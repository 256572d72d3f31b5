package contract

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	liberrors "github.com/pb33f/libopenapi-validator/errors"
)

// response judges the response, and reports whether its status is documented.
func (j *judgement) response() (documented bool, err error) {
	x := j.exchange
	answer, documented := j.responses[strconv.Itoa(x.Status)]
	if !documented {
		if answer = j.responses["default"]; answer == nil {
			j.found(PartResponse, KindStatus, "status", statusWords(j.Statuses), strconv.Itoa(x.Status), j.respLine)
			return false, nil
		}
	}
	j.headers(answer)
	if len(answer.media) == 0 {
		if len(x.ResponseBody) > 0 {
			j.found(PartResponse, KindUnexpected, "body", "no body", "a body of "+count(len(x.ResponseBody), "byte"), answer.line)
		}
		return documented, nil
	}
	body, ok := j.jsonBody(PartResponse, answer, x.ResponseHeader, x.ResponseBody, MaxResponseBody)
	if !ok {
		return documented, nil
	}
	return documented, j.responseBody(body, answer.mediaOf(x.ResponseHeader), x.Status)
}

// responseBody judges a body by the schema of a status that is documented.
func (j *judgement) responseBody(body value, m *media, status int) error {
	j.checkShape(PartResponse, body, m.schema)
	j.errorCode(body, m.schema)
	if body.kind == "null" {
		return nil // the validator takes null for no body; checkShape has judged it
	}
	if valid, errs := j.judgeResponse(status, m.name, j.exchange.ResponseBody); !valid {
		return j.badBody(PartResponse, body, m.schema, errs)
	}
	return nil
}

// judgeResponse asks the validator.
func (j *judgement) judgeResponse(status int, mediaType string, body []byte) (bool, []*liberrors.ValidationError) {
	return j.document.validator.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(
		j.httpRequest(nil), &http.Response{
			StatusCode: status,
			Header:     http.Header{"Content-Type": {mediaType}},
			Body:       io.NopCloser(bytes.NewReader(body)),
		}, j.item, j.Path)
}

// statusOf is the status that a name among responses stands for.
func statusOf(name string) int {
	if status, err := strconv.Atoi(name); err == nil {
		return status
	}
	return 599 // "default": one that no operation lists
}

// jsonBody reads a body that should be JSON. It reports false if there is
// nothing to judge by a schema: the findings say why, or the media type is
// declared and is not JSON.
func (j *judgement) jsonBody(part string, c *content, h http.Header, text []byte, limit int) (value, bool) {
	if len(bytes.TrimSpace(text)) == 0 {
		got := "no body"
		if len(text) > 0 {
			got = "a body of spaces alone"
		}
		j.found(part, KindEmpty, "body", "a body", got, c.line)
		return value{}, false
	}
	m := c.mediaOf(h)
	if m == nil {
		var names []string
		for _, m := range c.media {
			names = append(names, m.name)
		}
		j.found(part, KindContentType, "header Content-Type", orList(names), mediaWords(h), c.line)
		return value{}, false
	}
	if len(text) > limit {
		j.found(part, KindSize, "body", "at most "+strconv.Itoa(limit)+" bytes", strconv.Itoa(len(text))+" bytes", c.line)
		return value{}, false
	}
	if !m.json {
		return value{}, false
	}
	body, err := parseJSON(text)
	if err != nil {
		j.found(part, KindJSON, "body", "one JSON text", err.Error(), c.line)
		return value{}, false
	}
	return body, true
}

// mediaOf returns the declared media type that the header names, nil if none.
func (c *content) mediaOf(h http.Header) *media {
	sent := h["Content-Type"]
	if len(sent) != 1 {
		return nil
	}
	name := mediaName(sent[0])
	for i := range c.media {
		if c.media[i].name == name {
			return &c.media[i]
		}
	}
	return nil
}

// mediaName is a media type without its parameters, in lower case.
func mediaName(header string) string {
	if name, _, err := mime.ParseMediaType(header); err == nil {
		return name
	}
	name, _, _ := strings.Cut(header, ";")
	return strings.ToLower(strings.TrimSpace(name))
}

// mediaWords says what content type came. Only common ones are named, for a
// header can hold anything.
func mediaWords(h http.Header) string {
	sent := h["Content-Type"]
	switch {
	case len(sent) == 0:
		return "no such header"
	case len(sent) > 1:
		return count(len(sent), "header") + " of this name"
	}
	if name := mediaName(sent[0]); slices.Contains([]string{
		"application/json", "application/problem+json", "application/x-www-form-urlencoded", "application/xml",
		"application/octet-stream", "multipart/form-data", "text/html", "text/plain", "text/xml", "text/event-stream",
	}, name) {
		return name
	}
	return "another media type"
}

// errorCode wants error.code to be the HTTP status, in every answer from 400 on
// whose schema has such a member.
func (j *judgement) errorCode(body value, s *schema) {
	failure := s.prop("error")
	if j.exchange.Status < 400 || failure == nil || failure.prop("code") == nil {
		return
	}
	code := body.member("error").member("code")
	if code == nil || code.kind != "number" || code.float() == float64(j.exchange.Status) {
		return
	}
	j.found(PartResponse, KindErrorCode, "/error/code", "the status, "+strconv.Itoa(j.exchange.Status),
		"another number", failure.prop("code").line)
}

// errUnjudged is returned when the validator refuses a body and does not say
// where.
var errUnjudged = errors.New("the validator could not judge the body")
