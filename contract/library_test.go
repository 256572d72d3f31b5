package contract_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mockgates/mockgates/contract"
)

// library is a document unlike the embedded ones. It has references to
// parameters, responses and headers, a security requirement, alternatives, bounds,
// arrays, a schema that contains itself, and responses without JSON.
const library = `openapi: 3.1.0
info: {title: Library, version: '1'}
security:
  - token: []
paths:
  /shelves/{shelf}/books:
    parameters:
      - $ref: '#/components/parameters/Shelf'
    put:
      operationId: put-book
      parameters:
        - {name: X-Reader, in: header, required: true, schema: {type: integer, minimum: 1}}
        - {name: copies, in: query, required: true, schema: {type: integer}}
        - {name: tag, in: query, schema: {type: array, items: {type: string}}}
      requestBody:
        $ref: '#/components/requestBodies/Book'
      responses:
        '204': {description: stored}
        '303':
          description: elsewhere
          headers:
            Location: {$ref: '#/components/headers/Place'}
        default:
          $ref: '#/components/responses/Failure'
  /shelves/all/books:
    get:
      operationId: export
      security: []
      responses:
        '200':
          description: every book
          content:
            text/csv: {schema: {type: string}}
components:
  parameters:
    Shelf: {name: shelf, in: path, required: true, schema: {type: integer}}
  requestBodies:
    Book:
      required: true
      content:
        application/json:
          schema: {$ref: '#/components/schemas/Book'}
  headers:
    Place: {required: true, schema: {type: string}}
  responses:
    Failure:
      description: failed
      content:
        application/problem+json:
          schema: {type: object, properties: {title: {type: string}}, required: [title]}
  securitySchemes:
    token: {type: http, scheme: bearer}
  schemas:
    Book:
      allOf:
        - {type: object, required: [title], properties: {title: {type: string, minLength: 2, maxLength: 5}}}
      properties:
        pages: {type: integer, minimum: 1, maximum: 9}
        sequel: {$ref: '#/components/schemas/Book'}
        authors: {type: array, minItems: 1, items: {type: string}}
        prices: {type: object, additionalProperties: {type: number}}
        sealed: {type: object, additionalProperties: false, properties: {a: {type: string}}}
        odd: {oneOf: [{type: integer, multipleOf: 3}, {type: integer, multipleOf: 5}]}
        code: {anyOf: [{const: 1}, {enum: [2, true, null]}]}
`

func loadLibrary(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.Load([]byte(library), "library.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad_checksByTheRulesOfTheDocument(t *testing.T) {
	t.Parallel()
	c := loadLibrary(t)
	put := func(body string) contract.Exchange {
		return contract.Exchange{
			Method: "PUT", Path: "/shelves/7/books", Query: "copies=1&tag=a&tag=b",
			RequestHeader: http.Header{"Authorization": {"Bearer t"}, "Content-Type": {"application/json"}, "X-Reader": {"4"}},
			RequestBody:   []byte(body), Status: 204,
		}
	}
	for _, test := range []struct {
		name string
		x    contract.Exchange
		want []string
	}{
		{"a book", put(`{"title":"abc","pages":1,"sequel":{"title":"de"},"authors":["x"],"prices":{"any":1},"sealed":{"a":""},"odd":3,"code":null}`), nil},
		{"a title too short", put(`{"title":"a"}`), []string{"request schema /title: minLength 2"}},
		{"a title too long", put(`{"title":"abcdef"}`), []string{"request schema /title: maxLength 5"}},
		{"no title in the sequel of a sequel", put(`{"title":"abc","sequel":{"title":"abc","sequel":{}}}`), []string{"request required /sequel/sequel/title: string"}},
		{"too many pages", put(`{"title":"abc","pages":10}`), []string{"request schema /pages: maximum 9"}},
		{"half a page", put(`{"title":"abc","pages":1.5}`), []string{"request type /pages: integer"}},
		{"no authors", put(`{"title":"abc","authors":[]}`), []string{"request schema /authors: minItems 1"}},
		{"an author of another type", put(`{"title":"abc","authors":["x",1]}`), []string{"request type /authors/1: string"}},
		{"a price of another type", put(`{"title":"abc","prices":{"any":"1"}}`), []string{"request type /prices/*: number"}},
		{"a member where none is allowed", put(`{"title":"abc","sealed":{"b":1}}`), []string{"request schema /sealed: additionalProperties"}},
		{"a value that meets both alternatives", put(`{"title":"abc","odd":15}`), []string{"request schema /odd: oneOf"}},
		{"a value that meets no alternative", put(`{"title":"abc","odd":7}`), []string{"request schema /odd: multipleOf 3"}},
		{"a value that is in no enum", put(`{"title":"abc","code":3}`), []string{"request enum /code: 1, 2, true or null"}},
		{"an undeclared member whose name is nearly right", put(`{"title":"abc","page":1}`), []string{"request undeclared-property /*: only declared members"}},
		{"no token", with(put(`{"title":"abc"}`), func(x *contract.Exchange) { delete(x.RequestHeader, "Authorization") }), []string{"request credential header Authorization: Bearer and a token"}},
		{"no reader", with(put(`{"title":"abc"}`), func(x *contract.Exchange) { delete(x.RequestHeader, "X-Reader") }), []string{"request parameter header X-Reader: integer, at least 1"}},
		{"a reader that is not a number", with(put(`{"title":"abc"}`), func(x *contract.Exchange) { x.RequestHeader["X-Reader"] = []string{"me"} }), []string{"request parameter header X-Reader: integer, at least 1"}},
		{"no copies", with(put(`{"title":"abc"}`), func(x *contract.Exchange) { x.Query = "" }), []string{"request parameter query copies: integer"}},
		{"a shelf that is not a number", with(put(`{"title":"abc"}`), func(x *contract.Exchange) { x.Path = "/shelves/top/books" }), []string{"request parameter path shelf: integer"}},
		{"a body where there is none", with(put(`{"title":"abc"}`), func(x *contract.Exchange) { x.ResponseBody = []byte("{}") }), []string{"response unexpected-body body: no body"}},
		{"a missing header", with(put(`{"title":"abc"}`), func(x *contract.Exchange) { x.Status = 303 }), []string{"response header header Location: string"}},
		{"the header", with(put(`{"title":"abc"}`), func(x *contract.Exchange) {
			x.Status, x.ResponseHeader = 303, http.Header{"Location": {"/there"}}
		}), nil},
		{"a response that the default covers", with(put(`{"title":"abc"}`), func(x *contract.Exchange) {
			x.Status, x.ResponseHeader, x.ResponseBody = 500, http.Header{"Content-Type": {"application/problem+json"}}, []byte(`{"title":1}`)
		}), []string{"response type /title: string"}},
		{"a literal path takes precedence over a template", contract.Exchange{
			Method: "GET", Path: "/shelves/all/books", Status: 200,
			ResponseHeader: http.Header{"Content-Type": {"text/csv"}}, ResponseBody: []byte("a,b"),
		}, nil},
		{"an unknown path in a document without an error envelope", contract.Exchange{Method: "GET", Path: "/", Status: 404}, []string{"request path path: a documented path"}},
	} {
		result, err := c.Check(test.x)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		var got []string
		for _, f := range result.Findings {
			got = append(got, f.Part+" "+f.Kind+" "+f.Where+": "+f.Want)
		}
		if test.name == "a value that meets no alternative" && len(got) == 2 { // one of each alternative
			got = got[:1]
		}
		if diff := cmp.Diff(got, test.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", test.name, diff)
		}
	}
}

func TestLoad_passesTheSelfTest(t *testing.T) {
	t.Parallel()
	c := loadLibrary(t)
	if err := c.SelfTest(); err != nil {
		t.Error(err)
	}
	if cases := c.RequestCases("put-book"); len(cases) < 50 {
		t.Errorf("%d cases, want at least 50", len(cases))
	}
}

func TestLoad_unusualSchemas(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, schema string }{
		{"an array", `{type: array, items: {type: integer}}`},
		{"a string", `{type: string}`},
		{"an object without properties", `{type: object}`},
		{"an object that must be empty", `{type: object, additionalProperties: false}`},
		{"null", `{type: 'null'}`},
		{"anything", `{}`},
		{"one constant", `{const: [1]}`},
		{"alternatives of different types", `{oneOf: [{type: object, required: [a], properties: {a: {type: string, format: date}}}, {type: array}]}`},
		{"unique items", `{type: array, uniqueItems: true, items: {type: object, properties: {a: {maxLength: 2, type: string}}}}`},
	} {
		doc := strings.ReplaceAll(`openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: a
      requestBody: {content: {application/json: {schema: SCHEMA}}}
      responses:
        '200': {description: d, content: {application/json: {schema: SCHEMA}}}
        '202': {description: d, content: {application/json: {}}}
        '204': {description: d}
`, "SCHEMA", test.schema)
		c, err := contract.Load([]byte(doc), "odd.yaml")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		c.Fields("a")
		for _, body := range c.RequestCases("a") {
			if len(body.Body) > 1<<16 {
				continue // size is tested elsewhere and costs time
			}
			if _, err := c.Check(exchange(call("POST", "/a"), send(string(body.Body)), answer(200, string(body.Body)))); err != nil && !errors.Is(err, contract.ErrInconclusive) {
				t.Errorf("%s, %s: %v", test.name, body.Name, err)
			}
		}
		if err := c.SelfTest(); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestCheck_reportsOnceThatNoAlternativeIsMet(t *testing.T) {
	t.Parallel()
	doc := `openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: a
      requestBody:
        content:
          application/json:
            schema:
              oneOf:
                - {properties: {kind: {const: 1}, size: {type: integer}}}
                - {properties: {kind: {const: true}, size: {type: string}}}
      responses: {'204': {description: d}}
`
	c, err := contract.Load([]byte(doc), "a.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		`{"kind":1,"size":"x"}`:    "schema /kind", // each member meets one alternative, and no alternative is met by both
		`{"kind":true,"size":"x"}`: "",
		`{"kind":2,"size":1}`:      "enum /kind",
	} {
		result, err := c.Check(exchange(call("POST", "/a"), send(body), answer(204, "")))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range result.Findings {
			got += f.Kind + " " + f.Where
		}
		if got != want {
			t.Errorf("%s: findings %q, want %q", body, got, want)
		}
	}
}

func TestLoad_refusesReferencesToOtherDocuments(t *testing.T) {
	t.Parallel()
	fetched := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { fetched = true }))
	defer server.Close()
	minimal := func(schema string) string {
		return `openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    post:
      operationId: a
      requestBody: {content: {application/json: {schema: ` + schema + `}}}
      responses: {'200': {description: d}}
`
	}
	if _, err := contract.Load([]byte(minimal(`{type: object}`)), "a.yaml"); err != nil {
		t.Fatalf("the good document is refused: %v", err)
	}
	for _, test := range []struct{ name, doc, want string }{
		{"a reference to a server", minimal(`{$ref: '` + server.URL + `/s.json'}`), "a.yaml:7: /paths/~1a/post/requestBody/content/application~1json/schema/$ref"},
		{"a reference to a file", minimal(`{$ref: 'other.yaml#/a'}`), "a reference within the document"},
		{"a reference to nothing", minimal(`{$ref: '#/components/schemas/None'}`), "a reference to something in the document"},
		{"a schema of a schema on a server", minimal(`{$schema: '` + server.URL + `/s', type: object}`), "$schema"},
		{"a dynamic reference to a server", minimal(`{$dynamicRef: '` + server.URL + `/s#x'}`), "$dynamicRef"},
		{"an $id, which changes what references are relative to", minimal(`{$id: '` + server.URL + `/s', type: object}`), "$id"},
		{"a duplicate member", minimal(`{type: object, type: object}`), "already defined"},
		{"an alias", minimal(`{type: object, properties: {a: &a {type: string}, b: *a}}`), "alias"},
		{"a type that JSON Schema does not have", minimal(`{type: strnig}`), `operation "a"`},
		{"nullable, which 3.1 does not have", minimal(`{type: string, nullable: true}`), `operation "a"`},
		{"no operation", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n", "no operation"},
		{"an empty document", "", "a.yaml"},
		{"a document that is not OpenAPI", "a: b", "a.yaml"},
		{"a document that is not YAML", "\t{", "a.yaml"},
	} {
		_, err := contract.Load([]byte(test.doc), "a.yaml")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q in it", test.name, err, test.want)
		}
	}
	if fetched {
		t.Error("loading a document sent a request")
	}
}

func TestNew_refusesAnUnknownScope(t *testing.T) {
	t.Parallel()
	if _, err := contract.New(contract.Scope(7)); err == nil || !strings.Contains(err.Error(), "Scope(7)") {
		t.Errorf("error %v, want one that names the scope", err)
	}
	if _, err := contract.Print(contract.Scope(7), "yaml"); err == nil {
		t.Error("an unknown scope was printed")
	}
}
