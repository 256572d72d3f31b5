package contract

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A Canary is an exchange whose verdict is known: a good answer, or one that was
// broken in one place.
type Canary struct {
	Row      Row    // the row that the good answer is of
	Name     string // reads as "create-keys 201: /data/name left out"
	Exchange Exchange
	Good     bool // the judge must find nothing; otherwise it must find something in the response
}

// Canaries returns for every row good answers, and these broken one constraint
// at a time, in an order that never changes.
func (c *Contract) Canaries() []Canary {
	var all []Canary
	for _, op := range c.operations {
		for _, status := range op.Statuses {
			b := canaryBuilder{operation: op, answer: op.responses[strconv.Itoa(status)], row: Row{op.ID, status}}
			b.build()
			all = append(all, b.canaries...)
		}
	}
	return all
}

// Prove runs the canaries. The error names each that survived and each good
// answer that was refused: then the judge is not looking, and no verdict of its
// is to be believed.
func (c *Contract) Prove() error { return prove(c.Canaries(), c.Check) }

func prove(canaries []Canary, check func(Exchange) (Result, error)) error {
	if len(canaries) == 0 {
		return errors.New("there is no canary: the contract documents no answer")
	}
	var errs []error
	for _, canary := range canaries {
		switch result, err := check(canary.Exchange); {
		case err != nil:
			errs = append(errs, fmt.Errorf("canary %s: %w", canary.Name, err))
		case canary.Good && len(result.Findings) > 0:
			errs = append(errs, fmt.Errorf("canary %s is good, and was refused: %v", canary.Name, result.Findings[0]))
		case !canary.Good && len(result.Response()) == 0:
			errs = append(errs, fmt.Errorf("canary %s survived", canary.Name))
		}
	}
	return errors.Join(errs...)
}

type canaryBuilder struct {
	*operation
	answer   *content
	row      Row
	canaries []Canary
}

// good is an exchange that conforms, with the given body of the answer.
func (b *canaryBuilder) good(body []byte) Exchange {
	x := Exchange{
		Method:         b.Method,
		Path:           b.samplePath(),
		RequestHeader:  http.Header{},
		Status:         b.row.Status,
		ResponseHeader: http.Header{},
		ResponseBody:   body,
	}
	if b.credential > 0 {
		x.RequestHeader.Set("Authorization", "Bearer token")
	}
	query := make([]string, 0, len(b.params))
	for _, p := range b.params {
		switch {
		case p.in == "query" && p.required:
			query = append(query, p.name+"="+p.sample(0).text)
		case p.in == "header" && p.required && p.name != "Authorization":
			x.RequestHeader.Set(p.name, p.sample(0).text)
		}
	}
	x.Query = strings.Join(query, "&")
	if b.operation.body != nil && b.operation.body.jsonSchema() != nil {
		x.RequestHeader.Set("Content-Type", "application/json")
		s := b.operation.body.jsonSchema()
		x.RequestBody = s.complete(b.operation.body.example).json()
	}
	if len(b.answer.media) > 0 {
		x.ResponseHeader.Set("Content-Type", b.answer.media[0].name)
	}
	for _, h := range b.answer.headers {
		x.ResponseHeader.Set(h.key, h.words.sample(0).text)
	}
	return x
}

// samplePath is the path with a sample for each parameter.
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

func (b *canaryBuilder) add(name string, good bool, x Exchange) {
	b.canaries = append(b.canaries, Canary{b.row, b.row.String() + ": " + name, x, good})
}

// body adds an answer that differs from the good one in its body.
func (b *canaryBuilder) body(name string, good bool, body *node) {
	b.add(name, good, b.good(body.json()))
}

func (b *canaryBuilder) build() {
	if len(b.answer.media) == 0 {
		b.add("as documented", true, b.good(nil))
		b.add("with a body", false, b.good([]byte("{}")))
		return
	}
	m := b.answer.media[0]
	if !m.json {
		b.add("as documented", true, b.good([]byte("sample")))
		b.add("without a body", false, b.good(nil))
		return
	}
	sample := m.sample(0)
	hasCode := b.row.Status >= 400 && sample.get("error", "code") != nil
	if hasCode {
		sample = sample.with([]string{"error", "code"}, number(strconv.Itoa(b.row.Status)))
		b.body("with another error.code", false, sample.with([]string{"error", "code"}, number("418")))
	}
	b.body("as documented", true, sample)
	for _, p := range m.places(sample, nil) {
		b.place(sample, p, hasCode && slices.Equal(p.path, []string{"error", "code"}))
	}
	b.undocumented(sample, m.schema, nil)
	b.whole(sample)
	b.headers(sample.json())
}

// place breaks the value at one place in every way that the schema forbids, and
// changes it in the ways that the schema allows.
func (b *canaryBuilder) place(sample *node, p place, isCode bool) {
	pointer := pointerOf(p.path)
	add := func(name string, good bool, body *node) {
		if !good || !p.unsure {
			b.body(name, good, body)
		}
	}
	if _, err := strconv.Atoi(p.path[len(p.path)-1]); err != nil {
		add(pointer+" left out", !p.required, sample.without(p.path))
	}
	add(pointer+" null", p.takes("null"), sample.with(p.path, null()))
	for _, other := range oneOfEachType() {
		if !p.takes(other.name) {
			add(pointer+" of type "+other.name, false, sample.with(p.path, other.value))
		}
	}
	if len(p.values) > 0 {
		for _, v := range p.values {
			add(pointer+" as "+string(v.json()), true, sample.with(p.path, v))
		}
		other := text("none-of-them")
		if p.values[0].tag == "!!bool" {
			other = boolean(!p.values[0].isTrue())
		}
		add(pointer+" outside its values", false, sample.with(p.path, other))
	}
	for _, bad := range textsOf(p.format)[:min(1, len(textsOf(p.format)))] {
		add(pointer+" "+bad.name, false, sample.with(p.path, text(bad.text)))
	}
	if most, ok := p.limit("maxItems").number(); ok {
		item := p.items.sample(1)
		add(pointer+" of too many items", false, sample.with(p.path, array(slices.Repeat([]*node{item}, int(most)+1)...)))
		add(pointer+" of no items", true, sample.with(p.path, array()))
	}
	if p.takes("integer") && len(p.types) > 0 && !isCode && len(p.values) == 0 {
		add(pointer+" zero", p.atLeast(0), sample.with(p.path, number("0")))
	}
}

// atLeast reports whether the schema's minimum lets the number pass.
func (s *schema) atLeast(f float64) bool {
	least, ok := s.limit("minimum").number()
	return !ok || f >= least
}

// undocumented adds a member to each object that is not a free map.
func (b *canaryBuilder) undocumented(sample *node, s *schema, path []string) {
	if s == nil {
		return
	}
	at := sample.find(path)
	if at.kind == mappingNode && len(s.props) > 0 && !s.open {
		where := append(slices.Clone(path), "not_in_the_schema")
		b.body("with an undocumented member in "+orRoot(path), false, sample.with(where, boolean(true)))
	}
	for _, p := range s.props {
		if at.get(p.name) != nil {
			b.undocumented(sample, p.schema, append(slices.Clone(path), p.name))
		}
	}
	if at.kind == sequenceNode && len(at.items) > 0 {
		b.undocumented(sample, s.items, append(slices.Clone(path), "0"))
	}
}

func orRoot(path []string) string {
	if len(path) == 0 {
		return "the body"
	}
	return pointerOf(path)
}

// whole breaks the answer as a whole.
func (b *canaryBuilder) whole(sample *node) {
	text := sample.json()
	for _, bad := range []struct {
		name string
		body []byte
	}{
		{"with no body", nil},
		{"with a body of spaces", []byte(" ")},
		{"with the body null", []byte("null")},
		{"with an array", []byte("[]")},
		{"with a body that is no JSON", []byte("<html></html>")},
		{"with a truncated body", text[:len(text)-1]},
		{"with garbage after the body", slices.Concat(text, []byte("x"))},
		{"with bytes that are not UTF-8", slices.Concat([]byte("\xff"), text)},
	} {
		b.add(bad.name, false, b.good(bad.body))
	}
	if len(sample.members) > 0 {
		again := object(append([]member{sample.members[0]}, sample.members...)...)
		b.body("with a member twice", false, again)
	}
	x := b.good(text)
	x.ResponseHeader = x.ResponseHeader.Clone()
	x.ResponseHeader.Set("Content-Type", "text/plain")
	b.add("as text/plain", false, x)
	x = b.good(text)
	x.ResponseHeader.Del("Content-Type")
	b.add("without a content type", false, x)
	x = b.good(text)
	x.ResponseHeader.Set("Content-Type", "application/json; charset=utf-8")
	b.add("with a charset", true, x)
	if b.responses["default"] == nil {
		x = b.good(text)
		x.Status = 418
		b.add("with an undocumented status", false, x)
	}
}

// headers breaks each header that is declared.
func (b *canaryBuilder) headers(body []byte) {
	for _, h := range b.answer.headers {
		x := b.good(body)
		x.ResponseHeader.Del(h.key)
		b.add("without "+h.name, !h.required, x)
		for _, other := range []string{"", "soon", "1.5", "-1"} {
			if h.words.takes("string") {
				continue
			}
			x := b.good(body)
			x.ResponseHeader.Set(h.key, other)
			b.add(fmt.Sprintf("with %s of %q", h.name, other), false, x)
		}
		x = b.good(body)
		x.ResponseHeader.Add(h.key, x.ResponseHeader.Get(h.key))
		b.add("with "+h.name+" twice", false, x)
	}
}
