package library_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"

	"github.com/mockgates/mockgates/contract"
)

// validatorOf returns the library's validator of the documented specification.
func validatorOf(t *testing.T, options ...config.Option) validator.Validator {
	t.Helper()
	text, err := contract.Print(contract.Documented, "yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc, options...)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return v
}

// TestValidatorAlone shows what the library's validator of requests and responses
// accepts, which is why only the schemas that it compiles are used. If a sub-test fails
// after an upgrade of the library, that gap is closed.
func TestValidatorAlone(t *testing.T) {
	t.Parallel()
	v := validatorOf(t, config.WithFormatAssertions(), config.WithoutSecurityValidation())
	const nested = 5000
	for _, test := range []struct {
		name     string
		edit     func(*http.Request)
		request  string
		response string // "" for no check of a response
	}{
		{name: "accepts a response of only whitespace", response: "  "},
		{name: "accepts the response null", response: "null"},
		{name: "accepts an undeclared response member", response: `{"colour":1,"error":{"code":400,"message":""}}`},
		{name: "accepts a duplicate response member", response: `{"error":{"code":400,"code":400,"message":""}}`},
		{name: "accepts a response that is not UTF-8", response: "{\"error\":{\"code\":400,\"message\":\"\xff\"}}"},
		{name: "accepts deep nesting", response: `{"error":{"code":400,"message":"","metadata":{"a":` + strings.Repeat("[", nested) + strings.Repeat("]", nested) + `}}}`},
		{name: "accepts an error.code other than the status", response: `{"error":{"code":418,"message":""}}`},
		{name: "accepts an undeclared request member", request: `{"name":"x","colour":1}`},
		{name: "accepts a duplicate request member", request: `{"name":"x","name":"y"}`},
		{name: "accepts an empty request", request: ""},
		{
			name: "accepts any request without a content type", request: `[`,
			edit: func(r *http.Request) { r.Header.Del("Content-Type") },
		},
		{
			name: "accepts another scheme than Bearer", request: `{"name":"x"}`,
			edit: func(r *http.Request) { r.Header.Set("Authorization", "Basic token") },
		},
		{
			name: "accepts a path without a slash after the base path", request: `{"name":"x"}`,
			edit: func(r *http.Request) { r.URL.Path = "/api/v1keys" },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "/api/v1/keys", strings.NewReader(test.request))
			r.Header = http.Header{"Authorization": {"Bearer token"}, "Content-Type": {"application/json"}}
			if test.edit != nil {
				test.edit(r)
			}
			valid, errs := v.ValidateHttpRequestSync(r)
			if test.response != "" {
				valid, errs = v.ValidateHttpResponse(r, jsonResponse(400, test.response))
			}
			if !valid {
				t.Errorf("the library refuses it now: %v", errs)
			}
		})
	}
}

// TestValidatorAlone_strictModeRefusesAValidResponse shows why strict mode is off.
func TestValidatorAlone_strictModeRefusesAValidResponse(t *testing.T) {
	t.Parallel()
	documented, err := contract.New(contract.Documented)
	if err != nil {
		t.Fatal(err)
	}
	var good contract.Exchange
	for _, test := range documented.SelfTestCases() {
		if test.Name == "create-keys 201: every member" {
			good = test.Exchange
		}
	}
	v := validatorOf(t, config.WithFormatAssertions(), config.WithStrictMode())
	r := httptest.NewRequest("POST", "/api/v1/keys", nil)
	valid, found := v.ValidateHttpResponse(r, jsonResponse(good.Status, string(good.ResponseBody)))
	if valid || len(found) < 2 {
		t.Errorf("strict mode reports %d errors in a valid response now", len(found))
	}
}

func jsonResponse(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}
