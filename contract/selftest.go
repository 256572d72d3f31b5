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
			m := mutator{operation: op, response: op.responses[strconv.Itoa(status)], status: status}
			m.build()
			all = append(all, m.cases...)
		}
	}
	return all
}

// SelfTest checks the self-test cases. The error names each mutant that survived
// and each valid response that was refused. If there is one, no verdict of the
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
	*operation
	response *content
	status   int
	cases    []SelfTestCase
}

// exchange returns an exchange that conforms if the body does.
func (m *mutator) exchange(body []byte) Exchange {
	x := Exchange{
		Method:         m.Method,
		Path:           m.samplePath(),
		RequestHeader:  http.Header{},
		Status:         m.status,
		ResponseHeader: http.Header{},
		ResponseBody:   body,
	}
	if m.credential > 0 {
		x.RequestHeader.Set("Authorization", "Bearer token")
	}
	query := make([]string, 0, len(m.params))
	for _, p := range m.params {
		switch {
		case p.in == "query" && p.required:
			query = append(query, p.name+"="+p.sample(0).text)
		case p.in == "header" && p.required && p.name != "Authorization":
			x.RequestHeader.Set(p.name, p.sample(0).text)
		}
	}
	x.Query = strings.Join(query, "&")
	if m.body != nil && m.body.jsonSchema() != nil {
		x.RequestHeader.Set("Content-Type", "application/json")
		x.RequestBody = m.body.jsonSchema().complete(m.body.example).json()
	}
	if len(m.response.media) > 0 {
		x.ResponseHeader.Set("Content-Type", m.response.media[0].name)
	}
	for _, h := range m.response.headers {
		x.ResponseHeader.Set(h.key, h.schema.sample(0).text)
	}
	return x
}

// samplePath returns the path with a sample value for each parameter.
func (op *operation) samplePath() string {
	segments := slices.Clone(op.segments)
	for i, segment := range segments {
		name, isParam := strings.CutPrefix(segment, "{")
		if !isParam {
			continue
		}
		segments[i] = "sample"
		for _, p := range op.params {
			if p.in == "path" && p.name == strings.TrimSuffix(name, "}") {
				segments[i] = p.sample(0).text
			}
		}
	}
	return strings.Join(segments, "/")
}

func (m *mutator) add(name string, valid bool, x Exchange) {
	response := DocumentedResponse{m.ID, m.status}
	m.cases = append(m.cases, SelfTestCase{response, response.String() + ": " + name, x, valid})
}

func (m *mutator) build() {
	if len(m.response.media) == 0 {
		m.add("as documented", true, m.exchange(nil))
		m.add("with a body", false, m.exchange([]byte("{}")))
		return
	}
	if !m.response.media[0].json {
		m.add("as documented", true, m.exchange([]byte("sample")))
		m.add("without a body", false, m.exchange(nil))
		return
	}
	m.bodies(m.response.media[0].schema)
}

// bodies adds the cases of a response with a JSON body.
func (m *mutator) bodies(s *schema) {
	errorCode := []string{"error", "code"}
	sample := s.sample(0)
	hasCode := m.status >= 400 && sample.find(errorCode) != nil
	if hasCode {
		sample = sample.with(errorCode, number(strconv.Itoa(m.status)))
		m.add("with another error.code", false, m.exchange(sample.with(errorCode, number("418")).json()))
	}
	for _, v := range s.variants(sample) {
		if v.verdict == unknown || v.verdict == valid && v.kind == CaseBounds {
			continue // values within their bounds are many, and breaking them shows nothing
		}
		m.add(v.name, v.verdict == valid, m.exchange(v.body))
	}
	m.contentTypes(sample.json())
	m.headers(sample.json())
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
	x.ResponseHeader.Set("Content-Type", m.response.media[0].name+"; charset=utf-8")
	m.add("with a charset", true, x)
	if m.responses["default"] == nil {
		x = m.exchange(body)
		x.Status = 418
		m.add("with an undocumented status", false, x)
	}
}

// headers breaks each declared header.
func (m *mutator) headers(body []byte) {
	for _, h := range m.response.headers {
		x := m.exchange(body)
		x.ResponseHeader.Del(h.key)
		m.add("without "+h.name, !h.required, x)
		for _, other := range []string{"", "soon", "1.5", "-1"} {
			if h.schema.takes("string") {
				continue
			}
			x := m.exchange(body)
			x.ResponseHeader.Set(h.key, other)
			m.add(fmt.Sprintf("with %s of %q", h.name, other), false, x)
		}
		x = m.exchange(body)
		x.ResponseHeader.Add(h.key, x.ResponseHeader.Get(h.key))
		m.add("with "+h.name+" twice", false, x)
	}
}
