package contract

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/contract/internal/samples"
)

// The kinds of cases that only the matrix has.
const (
	CaseAlone       = "alone"        // a legal value beside the required members only
	CaseCredential  = "credential"   // the header Authorization is different
	CaseContentType = "content-type" // the header Content-Type is different
)

// The placeholders in the path, headers and body of a MatrixCase, written as
// ${MANAGEMENT_KEY}.
const (
	PlaceholderManagementKey   = "MANAGEMENT_KEY"       // of the run
	PlaceholderManagementBasic = "MANAGEMENT_KEY_BASIC" // base64 of a colon and the management key; Fill makes it
	PlaceholderPlainKey        = "PLAIN_KEY"            // a key that was made and may be used
	PlaceholderUniqueName      = "UNIQUE_NAME"          // a different one for each case; at most 100 characters
	PlaceholderExpiry          = "EXPIRY_LOCAL"         // a UTC time in the near future, without its offset: 2006-01-02T15:04:05
	PlaceholderRun             = "RUN"                  // id of the run
	PlaceholderHash            = "HASH"                 // of a key that was made; a different one for each case
	PlaceholderCode            = "CODE"                 // a fresh code, made with the S256 challenge of RFC 7636, appendix B
)

// MatrixOptions selects the cases of a matrix.
type MatrixOptions struct {
	Companions bool   // the companion operations too, and facts of finding.SourceFamily bind on them
	Family     bool   // facts of finding.SourceFamily bind on every operation
	Operation  string // operationId of the one operation to make cases for; "" for all
	Seed       uint64 // chooses UUIDs and the order within an operation; 0 keeps the order of the document
}

// A MatrixCase is one request, with what the documents demand of its response.
type MatrixCase struct {
	ID        string // "create-keys/limit_reset-outside-its-enum"; the same in every run
	Name      string // "limit_reset outside its enum"
	Operation string // operationId
	Companion bool
	Method    string
	Path      string // with placeholders, as are Header and Body
	Header    http.Header
	Body      []byte
	Kind      string // one of the Case constants
	Pointer   string // JSON pointer of the member that differs; "" if it is not in the body
	Verdict   Verdict
}

// Matrix returns requests, each of which tries one thing that the specification says
// about requests: every property left out, null, of another type, outside its enum,
// of a bad format and at its bounds; each legal value, alone and beside the others;
// each form of body, content type and credential. The order depends on the options
// alone.
//
// Operations that take no body have cases for the credential only.
func (c *Contract) Matrix(options MatrixOptions) []MatrixCase {
	var all []MatrixCase
	for _, op := range c.operations {
		if op.Companion && !options.Companions || options.Operation != "" && options.Operation != op.ID {
			continue
		}
		b := matrixBuilder{Operation: op, options: options, bodies: make(map[string]bool), ids: make(map[string]bool)}
		b.build()
		if options.Seed != 0 {
			rnd := rand.New(rand.NewPCG(options.Seed, 0))
			rnd.Shuffle(len(b.cases), func(i, j int) { b.cases[i], b.cases[j] = b.cases[j], b.cases[i] })
		}
		all = append(all, b.cases...)
	}
	return all
}

// Fill returns the case with each placeholder replaced by what value returns for
// its name. In the body the values are escaped for JSON.
func (m MatrixCase) Fill(value func(placeholder string) string) MatrixCase {
	names := []string{
		PlaceholderManagementKey, PlaceholderPlainKey, PlaceholderUniqueName, PlaceholderExpiry,
		PlaceholderRun, PlaceholderHash, PlaceholderCode,
	}
	var plain, escaped []string
	all := m.Path + string(m.Body)
	for _, values := range m.Header {
		all += strings.Join(values, "")
	}
	add := func(name, v string) {
		plain = append(plain, "${"+name+"}", v)
		quoted, _ := json.Marshal(v)
		escaped = append(escaped, "${"+name+"}", string(quoted[1:len(quoted)-1]))
	}
	if strings.Contains(all, "${"+PlaceholderManagementBasic+"}") {
		add(PlaceholderManagementBasic, base64.StdEncoding.EncodeToString([]byte(":"+value(PlaceholderManagementKey))))
	}
	for _, name := range names {
		if strings.Contains(all, "${"+name+"}") {
			add(name, value(name))
		}
	}
	text := strings.NewReplacer(plain...)
	m.Path = text.Replace(m.Path)
	header := make(http.Header, len(m.Header))
	for name, values := range m.Header {
		for _, v := range values {
			header[name] = append(header[name], text.Replace(v))
		}
	}
	m.Header = header
	m.Body = []byte(strings.NewReplacer(escaped...).Replace(string(m.Body)))
	return m
}

// Judge returns the finding if a response with this status does not meet the
// verdict, and false if it does or the verdict is open.
func (m MatrixCase) Judge(status int) (Finding, bool) { return m.Verdict.Judge(status) }

// A matrixBuilder collects the cases of one operation.
type matrixBuilder struct {
	*openapi.Operation
	options MatrixOptions
	cases   []MatrixCase
	bodies  map[string]bool // bodies that have a case
	ids     map[string]bool
}

// managementBearer is the credential of the cases that do not vary it.
const managementBearer = "Bearer ${" + PlaceholderManagementKey + "}"

// header returns the headers of a good request.
func (b *matrixBuilder) header() http.Header {
	h := make(http.Header)
	if b.Credential > 0 {
		h.Set("Authorization", managementBearer)
	}
	if b.Body != nil {
		h.Set("Content-Type", "application/json")
	}
	return h
}

// add adds a case and judges it.
func (b *matrixBuilder) add(name, kind, pointer string, h http.Header, body []byte) {
	m := MatrixCase{
		ID: b.ID + "/" + slug(name), Name: name, Operation: b.ID, Companion: b.Companion,
		Method: b.Method, Path: strings.ReplaceAll(b.Path, "{", "${"), Header: h, Body: body, Kind: kind, Pointer: pointer,
	}
	m.Path = strings.ReplaceAll(m.Path, "${hash}", "${"+PlaceholderHash+"}")
	for b.ids[m.ID] {
		m.ID += "-2"
	}
	b.ids[m.ID] = true
	m.Verdict = b.verdictOn(m)
	b.cases = append(b.cases, m)
}

// addBody adds a case that differs in its body only, unless another has this body.
func (b *matrixBuilder) addBody(name, kind, pointer string, body []byte) {
	if b.bodies[string(body)] {
		return
	}
	b.bodies[string(body)] = true
	b.add(name, kind, pointer, b.header(), body)
}

// slug returns a name as it appears in ids.
func slug(name string) string {
	var id strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '.':
			id.WriteRune(r)
		case r == '-' || r == ' ' || r == ':' || r == '/':
			id.WriteByte('-')
		}
	}
	return id.String()
}

// sampleValues are the values of the placeholders while a case is judged.
var sampleValues = map[string]string{
	PlaceholderManagementKey: "management-key", PlaceholderPlainKey: "plain-key", PlaceholderUniqueName: "Sample",
	PlaceholderExpiry: "2030-01-01T00:15:00", PlaceholderRun: "run", PlaceholderHash: "hash", PlaceholderCode: "code",
}

// verdictOn returns what the documents say about a case.
func (b *matrixBuilder) verdictOn(m MatrixCase) Verdict {
	m = m.Fill(func(name string) string { return sampleValues[name] })
	x := Exchange{Method: m.Method, Path: m.Path, RequestHeader: m.Header, RequestBody: m.Body, Status: 100}
	check := checker{Operation: b.Operation, path: m.Path, exchange: x}
	if err := check.request(); err != nil {
		return Verdict{Reason: "the request cannot be validated", Source: finding.SourceChoice}
	}
	who := callerOfCase(x)
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	v := newJudge(b.Operation, x, finding.Sort(check.findings), who, now).verdict()
	if who == CallerRevoked && v.Expect == MustRefuse {
		v.Reason = "the key was never issued"
	}
	if b.ID == "exchange-auth-code" && m.Kind == CaseSample && v.Expect == Open {
		v = Verdict{Expect: MustAccept, Statuses: []int{http.StatusOK}, Source: finding.SourceFamily, Reason: "the code is fresh and its verifier is right"}
	}
	if v.Source == finding.SourceFamily && !b.options.Family && !(b.options.Companions && b.Companion) {
		v.Expect, v.Statuses = Open, nil
	}
	if v.Expect == Open && strings.EqualFold(b.ID, m.Operation) && m.Kind == CaseCredential && v.Reason == "" {
		v.Reason = "no document says"
	}
	return v
}

// callerOfCase returns whose credential a case carries. The unknown token was never
// issued, so it must be refused like a revoked one.
func callerOfCase(x Exchange) Caller {
	switch x.Bearer() {
	case sampleValues[PlaceholderManagementKey]:
		return CallerManagement
	case sampleValues[PlaceholderPlainKey]:
		return CallerPlain
	case unknownToken:
		return CallerRevoked
	}
	return CallerUnknown
}

// build adds the cases of the operation.
func (b *matrixBuilder) build() {
	var base *openapi.Node
	if b.Body != nil && b.Body.JSONSchema() != nil {
		base = b.base()
		b.variants(base)
		b.alone(base)
		b.contentTypes(base.JSON())
	}
	if b.Credential > 0 {
		var body []byte
		if base != nil {
			body = base.JSON()
		}
		b.credentials(body)
	}
}

// base returns the good body: the example of the specification, without the
// members whose values a target may refuse, and with a limit and an expiry that fit
// a live run.
func (b *matrixBuilder) base() *openapi.Node {
	base := samples.Complete(b.Body.JSONSchema(), b.Body.Example)
	for _, m := range base.Members {
		switch m.Name {
		case "workspace_id", "creator_user_id":
			base = base.Without([]string{m.Name})
		case "name":
			base = base.With([]string{m.Name}, openapi.Text("${"+PlaceholderUniqueName+"}"))
		case "key_label":
			base = base.With([]string{m.Name}, openapi.Text("${"+PlaceholderUniqueName+"}"))
		case "limit":
			base = base.With([]string{m.Name}, openapi.Number("0"))
		case "expires_at":
			base = base.With([]string{m.Name}, openapi.Text("${"+PlaceholderExpiry+"}Z"))
		case "code":
			base = base.With([]string{m.Name}, openapi.Text("${"+PlaceholderCode+"}"))
		}
	}
	return base
}

// variants adds the bodies that differ from the base in one thing.
func (b *matrixBuilder) variants(base *openapi.Node) {
	s := b.Body.JSONSchema()
	v := samples.VariantBuilder{Base: base}
	v.Add("every member", nil, CaseSample, samples.Valid, base)
	for _, p := range samples.Places(s, samples.Complete(s, b.Body.Example), nil) {
		v.Place(p)
		if p.Takes("boolean") {
			v.Set(p, "true", CaseEnum, samples.Valid, openapi.Boolean(true))
			v.Set(p, "false", CaseEnum, samples.Valid, openapi.Boolean(false))
		}
		if p.Format == "uuid" {
			v.Set(p, "fresh", CaseFormat, samples.Valid, openapi.Text(b.uuid()))
		}
	}
	v.Undeclared(s, base, nil)
	v.Texts(s)
	for _, variant := range v.Variants {
		b.addBody(variant.Name, variant.Kind, openapi.PointerOf(variant.Path), soon(variant))
	}
}

// uuid returns a UUID of version 4 that the seed chooses.
func (b *matrixBuilder) uuid() string {
	rnd := rand.New(rand.NewPCG(b.options.Seed, 1))
	const digits = "0123456789abcdef"
	id := []byte("xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx")
	for i, c := range id {
		if c == 'x' {
			id[i] = digits[rnd.IntN(len(digits))]
		}
	}
	return string(id)
}

// soon returns the body of a variant with the placeholder of the expiry in place of
// the time in valid samples.
func soon(v samples.Variant) []byte {
	body := string(v.Body)
	if v.Kind == CaseFormat {
		body = strings.ReplaceAll(body, "2029-11-30T23:59:59", "${"+PlaceholderExpiry+"}")
	}
	return []byte(body)
}

// alone adds the required members alone, and with each legal value of another
// member.
func (b *matrixBuilder) alone(base *openapi.Node) {
	s := b.Body.JSONSchema()
	required := base
	for _, m := range base.Members {
		if !slices.Contains(s.Required, m.Name) {
			required = required.Without([]string{m.Name})
		}
	}
	b.addBody("required members alone", CaseAlone, "", required.JSON())
	for _, p := range s.Props {
		if slices.Contains(s.Required, p.Name) {
			continue
		}
		for _, v := range legalValues(p, base.Get(p.Name)) {
			name := p.Name + " alone, as " + strings.Trim(string(v.JSON()), `"`)
			if v.Tag == "!!str" && len(p.Values) == 0 {
				name = p.Name + " alone"
			}
			b.addBody(name, CaseAlone, "/"+p.Name, required.With([]string{p.Name}, v).JSON())
		}
	}
}

// legalValues returns the values of a property: all of them if they are few,
// and otherwise the one in the base, or a sample.
func legalValues(p openapi.Property, inBase *openapi.Node) []*openapi.Node {
	var list []*openapi.Node
	switch {
	case len(p.Values) > 0:
		list = slices.Clone(p.Values)
	case p.Takes("boolean") && len(p.Types) > 0:
		list = []*openapi.Node{openapi.Boolean(true), openapi.Boolean(false)}
	case inBase != nil:
		list = []*openapi.Node{inBase}
	default:
		list = []*openapi.Node{samples.Of(p.Schema, 1)}
	}
	if p.Nullable() && !slices.ContainsFunc(list, func(n *openapi.Node) bool { return n.Tag == "!!null" }) {
		list = append(list, openapi.Null())
	}
	return list
}

// contentTypes adds the good body with other content types.
func (b *matrixBuilder) contentTypes(body []byte) {
	for _, t := range []struct{ name, contentType string }{
		{"a content type with a charset", "application/json; charset=utf-8"},
		{"no content type", ""},
		{"the content type text/plain", "text/plain"},
		{"the content type of a form", "application/x-www-form-urlencoded"},
		{"the content type application/xml", "application/xml"},
	} {
		h := b.header()
		h.Set("Content-Type", t.contentType)
		if t.contentType == "" {
			h.Del("Content-Type")
		}
		b.add(t.name, CaseContentType, "", h, body)
	}
	h := b.header()
	h.Set("Content-Type", "application/x-www-form-urlencoded")
	b.add("a form for a body", CaseContentType, "", h, []byte("name=sample"))
}

// unknownToken is a token that no target has issued.
const unknownToken = "mockgates-unknown-0123456789abcdef0123456789abcdef"

// credentials adds the good body with other credentials.
func (b *matrixBuilder) credentials(body []byte) {
	const key = "${" + PlaceholderManagementKey + "}"
	for _, t := range []struct{ name, credential string }{
		{"no credential", ""},
		{"a credential with the scheme Basic", "Basic dXNlcjpwYXNzd29yZA=="},
		{"the management key with the scheme Basic", "Basic " + key},
		{"the management key as the password of Basic", "Basic ${" + PlaceholderManagementBasic + "}"},
		{"the management key without a scheme", key},
		{"the management key with another scheme", "Token " + key},
		{"the management key joined to the scheme", "Bearer" + key},
		{"the scheme without a token", "Bearer"},
		{"the scheme and a space", "Bearer "},
		{"two tokens", "Bearer " + key + " " + key},
		{"an unknown key", "Bearer " + unknownToken},
		{"a plain key", "Bearer ${" + PlaceholderPlainKey + "}"},
	} {
		h := b.header()
		h.Set("Authorization", t.credential)
		if t.name == "no credential" {
			h.Del("Authorization")
		}
		b.add(t.name, CaseCredential, "", h, body)
	}
}
