package contract

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/contract/internal/samples"
	"github.com/mockgates/mockgates/internal/strictjson"
)

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

// featureDepth is how many levels of properties count as features. A schema may
// contain itself.
const featureDepth = 4

// AllFeatures returns every feature of the contract, in document order.
func (c *Contract) AllFeatures() []Feature {
	var all []Feature
	for _, op := range c.operations {
		all = append(all, featuresOf(op)...)
	}
	return all
}

// Features returns the features that a request exercises, each once, in the order
// of AllFeatures. r is the result of Check for x. If x matches no operation, there
// are none.
func (c *Contract) Features(x Exchange, r Result) []Feature {
	op := c.operation(r.Operation)
	if op == nil {
		return nil
	}
	e := exercise{Operation: op, names: make(map[string]bool)}
	e.credential(x)
	findings := r.RequestFindings()
	e.query(x.Query, findings)
	e.body(x, findings)
	return slices.DeleteFunc(featuresOf(op), func(f Feature) bool { return !e.names[f.Name] })
}

// featuresOf returns the features of an operation.
func featuresOf(op *openapi.Operation) []Feature {
	l := featureList{operation: op.ID}
	if op.Credential > 0 {
		for _, form := range []string{credentialNone, credentialAccepted, credentialRefused, credentialOtherScheme, credentialNoScheme, credentialNoToken} {
			l.add(finding.FeatureCredential, "credential: "+form)
		}
	}
	for _, p := range op.Params {
		if p.In == "query" {
			l.property("query "+p.Name, p.Schema, featureDepth)
		}
	}
	if s := featureSchema(op); s != nil {
		l.bodyForms(s)
		l.below("", s, 0)
	}
	return l.features
}

// featureSchema returns the schema of the body of an operation, or nil.
func featureSchema(op *openapi.Operation) *openapi.Schema {
	if op.Body == nil {
		return nil
	}
	return op.Body.JSONSchema()
}

// A featureList collects the features of one operation.
type featureList struct {
	operation string
	features  []Feature
}

func (l *featureList) add(kind, name string) {
	l.features = append(l.features, Feature{Operation: l.operation, Kind: kind, Name: name})
}

// bodyForms adds the forms of a body that the schema can tell apart.
func (l *featureList) bodyForms(s *openapi.Schema) {
	forms := []string{bodyValid, bodyEmpty, bodyNotJSON, bodyTrailing}
	if !s.Takes("array") {
		forms = append(forms, bodyNotObject)
	}
	forms = append(forms, bodyDuplicate)
	if !s.Open {
		forms = append(forms, bodyUndeclared)
	}
	if len(s.Required) > 0 {
		forms = append(forms, bodyLeftOut)
	}
	if slices.ContainsFunc(s.Props, func(p openapi.Property) bool { return len(p.Types) > 0 }) {
		forms = append(forms, bodyWrongType)
	}
	for _, form := range append(forms, bodyOtherType, bodyNoType) {
		l.add(finding.FeatureBody, "body: "+form)
	}
}

// below adds the properties of an object, and of the objects in an array.
func (l *featureList) below(pointer string, s *openapi.Schema, depth int) {
	for ; s != nil && s.Items != nil; s = s.Items {
		pointer += "/*"
	}
	if s == nil || depth >= featureDepth {
		return
	}
	for _, p := range s.Props {
		l.property(pointer+"/"+strictjson.EscapePointer(p.Name), p.Schema, depth)
	}
}

// property adds a property and what is below it.
func (l *featureList) property(place string, s *openapi.Schema, depth int) {
	l.add(finding.FeatureProperty, place)
	if s == nil {
		return
	}
	for _, v := range valuesOf(s) {
		l.add(finding.FeatureValue, place+" = "+string(v.JSON()))
	}
	if len(s.Values) > 0 {
		l.add(finding.FeatureValue, place+" = "+anotherValue)
	}
	if hasFormat(s) {
		l.add(finding.FeatureFormat, place+": "+s.Format)
		l.add(finding.FeatureFormat, place+": not "+s.Format)
	}
	l.below(place, s, depth+1)
}

// anotherValue stands for a value that an enum does not list.
const anotherValue = "another value"

// valuesOf returns the values of a schema that are features: those of its enum,
// both booleans, and null.
func valuesOf(s *openapi.Schema) []*openapi.Node {
	values := slices.Clone(s.Values)
	if len(values) == 0 && len(s.Types) > 0 && s.Takes("boolean") {
		values = append(values, openapi.Boolean(true), openapi.Boolean(false))
	}
	if s.Nullable() && !slices.ContainsFunc(values, func(n *openapi.Node) bool { return n.Tag == "!!null" }) {
		values = append(values, openapi.Null())
	}
	return values
}

// hasFormat reports whether the schema asserts a format of strings.
func hasFormat(s *openapi.Schema) bool { return s.Takes("string") && samples.HasFormat(s.Format) }

// An exercise collects the names of the features that one request exercises.
type exercise struct {
	*openapi.Operation
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
	for _, p := range e.Params {
		if p.In != "query" || !sent.Has(p.Name) {
			continue
		}
		place := "query " + p.Name
		e.names[place] = true
		values := valuesOf(p.Schema)
		e.setValue(place, p.Schema, values, slices.IndexFunc(values, func(n *openapi.Node) bool { return n.Text == sent.Get(p.Name) }))
		e.setFormat(place, place, finding.KindParameter, p.Schema, findings)
	}
}

// setValue notes which of the values of a schema was sent; -1 is none of them.
func (e *exercise) setValue(place string, s *openapi.Schema, values []*openapi.Node, which int) {
	switch {
	case which >= 0:
		e.names[place+" = "+string(values[which].JSON())] = true
	case s != nil && len(s.Values) > 0:
		e.names[place+" = "+anotherValue] = true
	}
}

// setFormat notes whether a string meets the format of its schema. It does not if
// there is a finding of the kind at the pointer.
func (e *exercise) setFormat(place, pointer, kind string, s *openapi.Schema, findings []Finding) {
	form := s.Format
	if slices.ContainsFunc(findings, func(f Finding) bool { return f.Kind == kind && f.Where == pointer }) {
		form = "not " + form
	}
	e.names[place+": "+form] = true // without a format no feature has this name
}

// body notes the form of the body and what is in it.
func (e *exercise) body(x Exchange, findings []Finding) {
	s := featureSchema(e.Operation)
	if s == nil {
		return
	}
	if form := e.contentTypeForm(x.RequestHeader); form != "" {
		e.names["body: "+form] = true
		return
	}
	v, err := strictjson.Parse(x.RequestBody, strictjson.Limits{Depth: jsonbody.MaxDepth, Values: jsonbody.MaxValues})
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

// formOfKind maps the kind of a finding to the form of a body that has it.
var formOfKind = map[string]string{
	finding.KindDuplicate: bodyDuplicate, finding.KindUndeclared: bodyUndeclared, finding.KindRequired: bodyLeftOut, finding.KindType: bodyWrongType,
}

// isAboutBody reports whether a finding is about the body or something in it.
func isAboutBody(f Finding) bool { return f.Where == "body" || strings.HasPrefix(f.Where, "/") }

// contentTypeForm returns the form of a body without one of the declared content
// types, and "" if the body has one.
func (e *exercise) contentTypeForm(h http.Header) string {
	sent := h.Get("Content-Type")
	name, _, err := mime.ParseMediaType(sent)
	switch {
	case sent == "":
		return bodyNoType
	case err != nil || !slices.Contains(e.Body.MediaTypes(), name):
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

// value notes what is in a value that has a schema. The place is the pointer with
// * for each index.
func (e *exercise) value(place, pointer string, v *jsonbody.Value, s *openapi.Schema, findings []Finding) {
	if s == nil {
		return
	}
	items := v.Items()
	for i := range items {
		e.value(place+"/*", pointer+"/"+strconv.Itoa(i), &items[i], s.Items, findings)
	}
	members := v.Members()
	for i := range members {
		p := s.Prop(members[i].Name)
		if p == nil {
			continue
		}
		step := "/" + strictjson.EscapePointer(p.Name)
		e.property(place+step, pointer+step, &members[i].Value, p.Schema, findings)
		e.value(place+step, pointer+step, &members[i].Value, p.Schema, findings)
	}
}

// property notes a property, its value, and whether it meets its format.
func (e *exercise) property(place, pointer string, v *jsonbody.Value, s *openapi.Schema, findings []Finding) {
	e.names[place] = true
	if s == nil {
		return
	}
	values := valuesOf(s)
	e.setValue(place, s, values, slices.IndexFunc(values, func(n *openapi.Node) bool { return n.Equals(v) }))
	if v.Type() == strictjson.TypeString {
		e.setFormat(place, pointer, finding.KindFormat, s, findings)
	}
}
