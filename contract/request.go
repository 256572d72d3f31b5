package contract

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	liberrors "github.com/pb33f/libopenapi-validator/errors"
)

// A judgement is the work of judging one exchange of one operation.
type judgement struct {
	*operation
	path     string // as routed
	exchange Exchange
	findings []Finding
}

// found records a finding whose rule stands in the operation's document.
func (j *judgement) found(part, kind, where, want, got string, line int) {
	j.findings = append(j.findings, Finding{
		Part: part, Kind: kind, Where: where, Want: want, Got: got,
		Document: j.document.name, Line: line,
	})
}

// request judges the request.
func (j *judgement) request() error {
	j.checkCredential()
	j.checkParameters()
	return j.checkRequestBody()
}

// checkCredential wants the header Authorization to be the word Bearer, its
// letters in any case, then spaces and a token (RFC 9110, section 11.4).
func (j *judgement) checkCredential() {
	if j.credential == 0 {
		return
	}
	got := ""
	switch sent := j.exchange.RequestHeader["Authorization"]; len(sent) {
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
			got = "a token with a space in it"
		}
	default:
		got = count(len(sent), "header") + " of this name"
	}
	if got != "" {
		j.found(PartRequest, KindCredential, "header Authorization", "Bearer and a token", got, j.credential)
	}
}

// checkParameters judges what the operation declares in the path, the query and
// headers. The header Authorization is left to checkCredential.
func (j *judgement) checkParameters() {
	query, err := url.ParseQuery(j.exchange.Query)
	if err != nil {
		j.found(PartRequest, KindParameter, "query", "a query of escaped names and values", "a query with a bad escape", j.line)
	}
	j.undeclaredParameters(query)
	in := func(place string) bool {
		return slices.ContainsFunc(j.params, func(p parameter) bool { return p.in == place && p.name != "Authorization" })
	}
	r, v := j.httpRequest(nil), j.document.validator.GetParameterValidator()
	for _, place := range []struct {
		name  string
		judge func() (bool, []*liberrors.ValidationError)
	}{
		{"path", func() (bool, []*liberrors.ValidationError) {
			return v.ValidatePathParamsWithPathItem(r, j.item, j.Path)
		}},
		{"query", func() (bool, []*liberrors.ValidationError) {
			return v.ValidateQueryParamsWithPathItem(r, j.item, j.Path)
		}},
		{"header", func() (bool, []*liberrors.ValidationError) {
			return v.ValidateHeaderParamsWithPathItem(r, j.item, j.Path)
		}},
	} {
		if !in(place.name) || place.name == "query" && err != nil {
			continue
		}
		if ok, errs := place.judge(); !ok {
			j.badParameters(place.name, query, errs)
		}
	}
}

// undeclaredParameters notes what the query holds and the operation does not
// name, and what it names and the query holds twice.
func (j *judgement) undeclaredParameters(query url.Values) {
	var declared []string
	for _, p := range j.params {
		if p.in == "query" {
			declared = append(declared, p.name)
		}
	}
	unknown := 0
	for name, values := range query {
		if !slices.Contains(declared, name) {
			unknown++
			continue
		}
		if p := j.parameter("query", name); len(values) > 1 && !p.takes("array") {
			j.found(PartRequest, KindParameter, "query "+name, "one value", count(len(values), "value"), p.line)
		}
	}
	if unknown > 0 {
		want := "no parameters"
		if len(declared) > 0 {
			want = "no parameters but " + orList(declared)
		}
		j.found(PartRequest, KindUndeclaredArg, "query", want, count(unknown, "other"), j.line)
	}
}

// badParameters turns the validator's verdict on one place into findings: one
// for each parameter that it names.
func (j *judgement) badParameters(place string, query url.Values, errs []*liberrors.ValidationError) {
	for _, e := range errs {
		p := j.parameter(place, e.ParameterName)
		if p == nil {
			j.found(PartRequest, KindParameter, place, "parameters as declared", "others", j.line)
			continue
		}
		if place == "header" && p.name == "Authorization" {
			continue
		}
		got := "another value"
		switch {
		case place == "query" && !query.Has(p.name):
			got = "no such parameter"
		case place == "query":
			got = "a text of " + count(len(query.Get(p.name)), "byte")
		case place == "header" && j.exchange.RequestHeader.Get(p.name) == "":
			got = "no such header"
		}
		want := p.words()
		if least := p.limit("minimum"); least != nil {
			want += ", at least " + least.text
		}
		j.found(PartRequest, KindParameter, place+" "+p.name, want, got, p.line)
	}
}

// parameter returns the declared parameter, nil if there is none.
func (j *judgement) parameter(place, name string) *parameter {
	for i, p := range j.params {
		if p.in == place && strings.EqualFold(p.name, name) {
			return &j.params[i]
		}
	}
	return nil
}

// checkRequestBody judges the body and its content type.
func (j *judgement) checkRequestBody() error {
	x, text := j.exchange, j.exchange.RequestBody
	if j.body == nil {
		if len(text) > 0 {
			j.found(PartRequest, KindUnexpected, "body", "no body", "a body of "+count(len(text), "byte"), j.line)
		}
		return nil
	}
	if len(text) == 0 && !j.body.required {
		return nil
	}
	body, ok := j.jsonBody(PartRequest, j.body, x.RequestHeader, text, MaxRequestBody)
	if !ok {
		return nil
	}
	m := j.body.mediaOf(x.RequestHeader)
	j.checkShape(PartRequest, body, m.schema)
	r := j.httpRequest(text)
	r.Header = http.Header{"Content-Type": {m.name}}
	valid, errs := j.document.validator.GetRequestBodyValidator().ValidateRequestBodyWithPathItem(r, j.item, j.Path)
	if valid {
		return nil
	}
	return j.badBody(PartRequest, body, m.schema, errs)
}

// httpRequest is the request as the validator reads it.
func (j *judgement) httpRequest(body []byte) *http.Request {
	u := &url.URL{Path: j.path, RawQuery: j.exchange.Query}
	if plain, err := url.PathUnescape(j.path); err == nil {
		u.Path, u.RawPath = plain, j.path
	}
	return &http.Request{
		Method:        j.Method,
		URL:           u,
		Header:        j.exchange.RequestHeader,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}
}

// probe has the validator compile every schema of the operation, so that one it
// cannot compile is found now, and not in the midst of judging.
func (op *operation) probe() error {
	j := judgement{operation: op, path: op.Path}
	if op.body != nil {
		for _, m := range op.body.media {
			if !m.json || m.schema == nil {
				continue
			}
			r := j.httpRequest([]byte("{}"))
			r.Header = http.Header{"Content-Type": {m.name}}
			_, errs := op.document.validator.GetRequestBodyValidator().ValidateRequestBodyWithPathItem(r, op.item, op.Path)
			if err := uncompiled(errs); err != nil {
				return err
			}
		}
	}
	for status, answer := range op.responses {
		for _, m := range answer.media {
			if !m.json || m.schema == nil {
				continue
			}
			_, errs := j.judgeResponse(statusOf(status), m.name, []byte("{}"))
			if err := uncompiled(errs); err != nil {
				return err
			}
		}
	}
	return nil
}

// uncompiled returns an error if the validator refused a body for a reason that
// is not in the body.
func uncompiled(errs []*liberrors.ValidationError) error {
	for _, e := range errs {
		if len(e.SchemaValidationErrors) == 0 {
			return errors.New(strings.ToLower(e.Message[:1]) + e.Message[1:] + ": " + e.Reason)
		}
	}
	return nil
}
