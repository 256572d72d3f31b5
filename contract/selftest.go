package contract

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/contract/internal/samples"
)

// A SelfTestCase is an exchange whose verdict is known. A case that is not valid
// is a mutant: a valid response in which one thing has been broken.
type SelfTestCase struct {
	Response DocumentedResponse // of the valid response
	Name     string             // "create-keys 201: data.name left out"
	Exchange Exchange
	Valid    bool // Check must find nothing; otherwise it must find something in the response
}

// SelfTestCases returns, for every documented response, valid examples and
// mutants of them, in a fixed order.
func (c *Contract) SelfTestCases() []SelfTestCase {
	var all []SelfTestCase
	for _, op := range c.operations {
		for _, status := range op.Statuses {
			m := mutator{Operation: op, response: op.Responses[strconv.Itoa(status)], status: status}
			m.build()
			all = append(all, m.cases...)
		}
	}
	return all
}

// SelfTest checks the self-test cases. The error names each mutant that survived
// and each valid response that was refused. After an error no verdict of the
// contract can be trusted.
func (c *Contract) SelfTest() error { return selfTest(c.SelfTestCases(), c.Check) }

func selfTest(cases []SelfTestCase, check func(Exchange) (Result, error)) error {
	if len(cases) == 0 {
		return errors.New("self-test: the contract documents no response to test with")
	}
	errs := make([]error, len(cases))
	next := make(chan int)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range next {
				errs[i] = selfTestOf(cases[i], check)
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	wait.Wait()
	return errors.Join(errs...)
}

// selfTestOf checks one case.
func selfTestOf(test SelfTestCase, check func(Exchange) (Result, error)) error {
	switch result, err := check(test.Exchange); {
	case err != nil:
		return fmt.Errorf("self-test: %s: %w", test.Name, err)
	case test.Valid && len(result.Findings) > 0:
		return fmt.Errorf("self-test: %s: valid, but refused: %v", test.Name, result.Findings[0])
	case !test.Valid && len(result.ResponseFindings()) == 0:
		return fmt.Errorf("self-test: %s: the mutant survived", test.Name)
	}
	return nil
}

// A mutator builds the self-test cases of one documented response.
type mutator struct {
	*openapi.Operation
	response *openapi.Content
	status   int
	cases    []SelfTestCase
}

// exchange returns an exchange that conforms if the body does.
func (m *mutator) exchange(body []byte) Exchange {
	x := Exchange{
		Method:         m.Method,
		Path:           samplePath(m.Operation),
		RequestHeader:  http.Header{},
		Status:         m.status,
		ResponseHeader: http.Header{},
		ResponseBody:   body,
	}
	if m.Credential > 0 {
		x.RequestHeader.Set("Authorization", "Bearer token")
	}
	query := make([]string, 0, len(m.Params))
	for _, p := range m.Params {
		switch {
		case p.In == "query" && p.Required:
			query = append(query, p.Name+"="+samples.Of(p.Schema, 0).Text)
		case p.In == "header" && p.Required && p.Name != "Authorization":
			x.RequestHeader.Set(p.Name, samples.Of(p.Schema, 0).Text)
		}
	}
	x.Query = strings.Join(query, "&")
	if m.Body != nil && m.Body.JSONSchema() != nil {
		x.RequestHeader.Set("Content-Type", "application/json")
		x.RequestBody = samples.Complete(m.Body.JSONSchema(), m.Body.Example).JSON()
	}
	if len(m.response.Media) > 0 {
		x.ResponseHeader.Set("Content-Type", m.response.Media[0].Name)
	}
	for _, h := range m.response.Headers {
		x.ResponseHeader.Set(h.Key, samples.Of(h.Schema, 0).Text)
	}
	return x
}

// samplePath returns the path with a sample value for each parameter.
func samplePath(op *openapi.Operation) string {
	segments := slices.Clone(op.Segments)
	for i, segment := range segments {
		name, isParam := strings.CutPrefix(segment, "{")
		if !isParam {
			continue
		}
		segments[i] = "sample"
		for _, p := range op.Params {
			if p.In == "path" && p.Name == strings.TrimSuffix(name, "}") {
				segments[i] = samples.Of(p.Schema, 0).Text
			}
		}
	}
	return strings.Join(segments, "/")
}

func (m *mutator) add(name string, valid bool, x Exchange) {
	response := DocumentedResponse{Operation: m.ID, Status: m.status}
	m.cases = append(m.cases, SelfTestCase{response, response.String() + ": " + name, x, valid})
}

func (m *mutator) build() {
	if len(m.response.Media) == 0 {
		m.add("as documented", true, m.exchange(nil))
		m.add("with a body", false, m.exchange([]byte("{}")))
		return
	}
	if !m.response.Media[0].JSON {
		m.add("as documented", true, m.exchange([]byte("sample")))
		m.add("without a body", false, m.exchange(nil))
		return
	}
	m.bodies(m.response.Media[0].Schema)
}

// bodies adds the cases of a response with a JSON body.
func (m *mutator) bodies(s *openapi.Schema) {
	errorCode := []string{"error", "code"}
	sample := samples.Of(s, 0)
	hasCode := m.status >= 400 && sample.Find(errorCode) != nil
	if hasCode {
		sample = sample.With(errorCode, openapi.Number(strconv.Itoa(m.status)))
		m.add("with another error.code", false, m.exchange(sample.With(errorCode, openapi.Number("418")).JSON()))
	}
	for _, v := range samples.Variants(s, sample) {
		if v.Verdict == samples.Unknown || v.Verdict == samples.Valid && v.Kind == CaseBounds {
			continue // the many values within the bounds would add nothing
		}
		m.add(v.Name, v.Verdict == samples.Valid, m.exchange(v.Body))
	}
	m.contentTypes(sample.JSON())
	m.headers(sample.JSON())
}

// contentTypes changes the content type and the status.
func (m *mutator) contentTypes(body []byte) {
	x := m.exchange(body)
	x.ResponseHeader.Set("Content-Type", "text/plain")
	m.add("as text/plain", false, x)
	x = m.exchange(body)
	x.ResponseHeader.Del("Content-Type")
	m.add("without a content type", false, x)
	x = m.exchange(body)
	x.ResponseHeader.Set("Content-Type", m.response.Media[0].Name+"; charset=utf-8")
	m.add("with a charset", true, x)
	if m.Responses["default"] == nil {
		x = m.exchange(body)
		x.Status = 418
		m.add("with an undocumented status", false, x)
	}
}

// headers breaks each declared header.
func (m *mutator) headers(body []byte) {
	for _, h := range m.response.Headers {
		x := m.exchange(body)
		x.ResponseHeader.Del(h.Key)
		m.add("without "+h.Name, !h.Required, x)
		for _, other := range []string{"", "soon", "1.5", "-1"} {
			if h.Schema.Takes("string") {
				continue
			}
			x := m.exchange(body)
			x.ResponseHeader.Set(h.Key, other)
			m.add(fmt.Sprintf("with %s of %q", h.Name, other), false, x)
		}
		x = m.exchange(body)
		x.ResponseHeader.Add(h.Key, x.ResponseHeader.Get(h.Key))
		m.add("with "+h.Name+" twice", false, x)
	}
}
