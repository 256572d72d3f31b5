package contract_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"

	"github.com/mockgates/mockgates/contract"
)

// TestStrictModeOfTheLibrary shows why strict mode is off: it refuses a valid
// response.
func TestStrictModeOfTheLibrary(t *testing.T) {
	t.Parallel()
	var good contract.Exchange
	for _, test := range newContract(t, contract.Documented).SelfTestCases() {
		if test.Name == "create-keys 201: every member" {
			good = test.Exchange
		}
	}
	doc, err := libopenapi.NewDocument(printed(t, contract.Documented, "yaml"))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc, config.WithFormatAssertions(), config.WithStrictMode())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	r := httptest.NewRequest("POST", "/api/v1/keys", nil)
	valid, found := v.ValidateHttpResponse(r, &http.Response{
		StatusCode: good.Status, Header: good.ResponseHeader, Body: io.NopCloser(bytes.NewReader(good.ResponseBody)),
	})
	if valid || len(found) < 2 {
		t.Errorf("strict mode reports %d errors in a valid response now", len(found))
	}
}
