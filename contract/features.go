package contract

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// The kinds of Feature.
const (
	FeatureProperty   = "property"   // a declared property of the body, or a query parameter, was sent
	FeatureValue      = "value"      // it had this value of its enum, true, false or null, or another one than its enum has
	FeatureFormat     = "format"     // it met its format, or did not
	FeatureCredential = "credential" // the credential had this form
	FeatureBody       = "body"       // the body had this form
)

// A Feature is one thing that the specification says of requests, and that an
// exchange can exercise. Its names hold nothing of an exchange.
type Feature struct {
	Operation string // operationId
	Kind      string // one of the Feature constants
	Name      string // within the operation: "/limit_reset", `/limit_reset = "daily"`, "/expires_at: date-time", "credential: none", "body: empty"
}

// String returns the operation and the name: "create-keys /limit_reset".
func (f Feature) String() string { return f.Operation + " " + f.Name }

// The forms of a credential.
const (
	credentialNone        = "none"
	credentialAccepted    = "bearer"
	credentialRefused     = "bearer, refused"
	credentialOtherScheme = "another scheme"
	credentialNoScheme    = "no scheme"
	credentialNoToken     = "no token"
)

// The forms of a body.
const (
	bodyValid      = "valid"
	bodyEmpty      = "empty"
	bodyNotJSON    = "not JSON"
	bodyTrailing   = "text after the value"
	bodyNotObject  = "not an object"
	bodyDuplicate  = "duplicate member"
	bodyUndeclared = "undeclared member"
	bodyLeftOut    = "required member left out"
	bodyWrongType  = "wrong type"
	bodyOtherType  = "another content type"
	bodyNoType     = "no content type"
)

// featureDepth is the number of levels of properties that are features. A schema
// may contain itself.
const featureDepth = 4

// AllFeatures returns every feature of the contract, in document order.
func (c *Contract) AllFeatures() []Feature {
	var all []Feature
	for _, op := range c.operations {
		all = append(all, op.features()...)
	}
	return all
}

// Features returns the features that a request exercises, each once, in the order
// of AllFeatures. The result is the one of Check for the exchange. There are none
// for an exchange without an operation.
func (c *Contract) Features(x Exchange, r Result) []Feature {
	op := c.operation(r.Operation)
	if op == nil {
		return nil
	}
	e := exercise{operation: op, names: make(map[string]bool)}
	e.credential(x)
	findings := r.RequestFindings()
	e.query(x.Query, findings)
	e.body(x, findings)
	return slices.DeleteFunc(op.features(), func(f Feature) bool { return !e.names[f.Name] })
}

// features returns the features of the operation.
func (op *operation) features() []Feature {
	l := featureList{operation: op.ID}
	if op.credential > 0 {
		for _, form := range []string{credentialNone, credentialAccepted, credentialRefused, credentialOtherScheme, credentialNoScheme, credentialNoToken} {
			l.add(FeatureCredential, "credential: "+form)
		}
	}
	for _, p := range op.params {
		if p.in == "query" {
			l.property("query "+p.name, p.schema, featureDepth)
		}
	}
	if s := op.featureSchema(); s != nil {
		l.bodyForms(s)
		l.below("", s, 0)
	}
	return l.features
}

// featureSchema returns the schema of the body, or nil.
func (op *operation) featureSchema() *schema {
	if op.body == nil {
		return nil
	}
	return op.body.jsonSchema()
}

// A featureList collects the features of one operation.
type featureList struct {
	operation string
	features  []Feature
}

func (l *featureList) add(kind, name string) {
	l.features = append(l.features, Feature{l.operation, kind, name})
}

// bodyForms adds the forms of a body that the schema can tell apart.
func (l *featureList) bodyForms(s *schema) {
	forms := []string{bodyValid, bodyEmpty, bodyNotJSON, bodyTrailing}
	if !s.takes("array") {
		forms = append(forms, bodyNotObject)
	}
	forms = append(forms, bodyDuplicate)
	if !s.open {
		forms = append(forms, bodyUndeclared)
	}
	if len(s.required) > 0 {
		forms = append(forms, bodyLeftOut)
	}
	if slices.ContainsFunc(s.props, func(p property) bool { return len(p.types) > 0 }) {
		forms = append(forms, bodyWrongType)
	}
	for _, form := range append(forms, bodyOtherType, bodyNoType) {
		l.add(FeatureBody, "body: "+form)
	}
}

// below adds the properties of an object, and of the objects in an array.
func (l *featureList) below(pointer string, s *schema, depth int) {
	for ; s != nil && s.items != nil; s = s.items {
		pointer += "/*"
	}
	if s == nil || depth >= featureDepth {
		return
	}
	for _, p := range s.props {
		l.property(pointer+"/"+strictjson.EscapePointer(p.name), p.schema, depth)
	}
}

// property adds a property and what is below it.
func (l *featureList) property(place string, s *schema, depth int) {
	l.add(FeatureProperty, place)
	if s == nil {
		return
	}
	for _, v := range valuesOf(s) {
		l.add(FeatureValue, place+" = "+string(v.json()))
	}
	if len(s.values) > 0 {
		l.add(FeatureValue, place+" = "+anotherValue)
	}
	if hasFormat(s) {
		l.add(FeatureFormat, place+": "+s.format)
		l.add(FeatureFormat, place+": not "+s.format)
	}
	l.below(place, s, depth+1)
}

// anotherValue stands for a value that an enum does not list.
const anotherValue = "another value"

// valuesOf returns the values of a schema that are features: those of its enum,
// both booleans, and null.
func valuesOf(s *schema) []*node {
	values := slices.Clone(s.values)
	if len(values) == 0 && len(s.types) > 0 && s.takes("boolean") {
		values = append(values, boolean(true), boolean(false))
	}
	if s.nullable() && !slices.ContainsFunc(values, func(n *node) bool { return n.tag == "!!null" }) {
		values = append(values, null())
	}
	return values
}

// hasFormat reports whether the schema asserts a format of texts.
func hasFormat(s *schema) bool { return s.takes("string") && textsOf(s.format) != nil }

// An exercise collects the names of the features that one request exercises.
type exercise struct {
	*operation
	names map[string]bool
}

// credential notes the form of the credential.
func (e *exercise) credential(x Exchange) {
	form := credentialNone
	if sent := x.RequestHeader["Authorization"]; len(sent) > 0 {
		scheme, token, found := strings.Cut(sent[0], " ")
		switch {
		case strings.EqualFold(scheme, "Bearer") && strings.Trim(token, " ") == "":
			form = credentialNoToken
		case !found:
			form = credentialNoScheme
		case !strings.EqualFold(scheme, "Bearer"):
			form = credentialOtherScheme
		case x.Status == http.StatusUnauthorized || x.Status == http.StatusForbidden:
			form = credentialRefused
		default:
			form = credentialAccepted
		}
	}
	e.names["credential: "+form] = true
}

// query notes the query parameters.
func (e *exercise) query(query string, findings []Finding) {
	sent, err := parseQuery(query)
	if err != nil {
		return
	}
	for _, p := range e.params {
		if p.in != "query" || !sent.Has(p.name) {
			continue
		}
		place := "query " + p.name
		e.names[place] = true
		values := valuesOf(p.schema)
		e.setValue(place, p.schema, values, slices.IndexFunc(values, func(n *node) bool { return n.text == sent.Get(p.name) }))
		e.setFormat(place, place, KindParameter, p.schema, findings)
	}
}

// setValue notes which of the values of a schema was sent; -1 is none of them.
func (e *exercise) setValue(place string, s *schema, values []*node, which int) {
	switch {
	case which >= 0:
		e.names[place+" = "+string(values[which].json())] = true
	case s != nil && len(s.values) > 0:
		e.names[place+" = "+anotherValue] = true
	}
}

// setFormat notes whether a text meets the format of its schema. It does not if a
// finding of the kind is at the pointer.
func (e *exercise) setFormat(place, pointer, kind string, s *schema, findings []Finding) {
	form := s.format
	if slices.ContainsFunc(findings, func(f Finding) bool { return f.Kind == kind && f.Where == pointer }) {
		form = "not " + form
	}
	e.names[place+": "+form] = true // no feature if the schema has no format
}

// body notes the form of the body and what is in it.
func (e *exercise) body(x Exchange, findings []Finding) {
	s := e.featureSchema()
	if s == nil {
		return
	}
	if form := e.contentTypeForm(x.RequestHeader); form != "" {
		e.names["body: "+form] = true
		return
	}
	v, err := strictjson.Parse(x.RequestBody, strictjson.Limits{Depth: maxDepth, Values: maxValues})
	if err != nil {
		e.names["body: "+brokenForm(err)] = true
		return
	}
	if v.Type() != strictjson.TypeObject {
		e.names["body: "+bodyNotObject] = true
	}
	valid := true
	for _, f := range findings {
		if form, ok := formOfKind[f.Kind]; ok {
			e.names["body: "+form] = true
		}
		valid = valid && (f.Note() || !isAboutBody(f))
	}
	if valid {
		e.names["body: "+bodyValid] = true
	}
	e.value("", "", &v, s, findings)
}

// formOfKind is the form of a body that has a finding of this kind.
var formOfKind = map[string]string{
	KindDuplicate: bodyDuplicate, KindUndeclared: bodyUndeclared, KindRequired: bodyLeftOut, KindType: bodyWrongType,
}

// isAboutBody reports whether a finding is about the body or something in it.
func isAboutBody(f Finding) bool { return f.Where == "body" || strings.HasPrefix(f.Where, "/") }

// contentTypeForm returns the form of a body that does not have one of the
// declared content types, and "" for one that has.
func (e *exercise) contentTypeForm(h http.Header) string {
	sent := h.Get("Content-Type")
	name, _, err := mime.ParseMediaType(sent)
	switch {
	case sent == "":
		return bodyNoType
	case err != nil || !slices.Contains(e.operation.body.mediaTypes(), name):
		return bodyOtherType
	}
	return ""
}

// brokenForm returns the form of a body that is not one JSON value.
func brokenForm(err error) string {
	switch e, _ := errors.AsType[*strictjson.Error](err); {
	case e != nil && e.Kind == strictjson.Empty:
		return bodyEmpty
	case e != nil && e.Kind == strictjson.TrailingData:
		return bodyTrailing
	}
	return bodyNotJSON
}

// value notes what is in a value that has a schema. Its place is its pointer with
// * for each index.
func (e *exercise) value(place, pointer string, v *value, s *schema, findings []Finding) {
	if s == nil {
		return
	}
	items := v.Items()
	for i := range items {
		e.value(place+"/*", pointer+"/"+strconv.Itoa(i), &items[i], s.items, findings)
	}
	members := v.Members()
	for i := range members {
		p := s.prop(members[i].Name)
		if p == nil {
			continue
		}
		step := "/" + strictjson.EscapePointer(p.name)
		e.property(place+step, pointer+step, &members[i].Value, p.schema, findings)
		e.value(place+step, pointer+step, &members[i].Value, p.schema, findings)
	}
}

// property notes a property, its value, and whether it meets its format.
func (e *exercise) property(place, pointer string, v *value, s *schema, findings []Finding) {
	e.names[place] = true
	if s == nil {
		return
	}
	values := valuesOf(s)
	e.setValue(place, s, values, slices.IndexFunc(values, func(n *node) bool { return n.equals(v) }))
	if v.Type() == strictjson.TypeString {
		e.setFormat(place, pointer, KindFormat, s, findings)
	}
}
