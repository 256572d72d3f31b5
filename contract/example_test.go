package contract_test

import (
	"fmt"
	"log"
	"net/http"

	"github.com/mockgates/mockgates/contract"
)

func ExampleContract_Check() {
	c, err := contract.New(contract.Documented)
	if err != nil {
		log.Fatal(err)
	}
	result, err := c.Check(contract.Exchange{
		Method: "POST",
		Path:   "/keys",
		RequestHeader: http.Header{
			"Authorization": {"Bearer sk-mg-mgmt-example"},
			"Content-Type":  {"application/json"},
		},
		RequestBody:    []byte(`{"name": "nightly", "limit_reset": "hourly"}`),
		Status:         400,
		ResponseHeader: http.Header{"Content-Type": {"application/json"}},
		ResponseBody:   []byte(`{"error": {"code": 400, "message": "limit_reset is not allowed"}}`),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Response, "conforms:", result.Conforms())
	for _, f := range result.Findings {
		fmt.Println(f.Part, f.Where, f.Kind)
		fmt.Println("want", f.Want)
		fmt.Println("got", f.Got)
	}
	// Output:
	// create-keys 400 conforms: false
	// request /limit_reset enum
	// want "daily", "weekly", "monthly" or null
	// got string of 6 characters
}
