package fault_test

import (
	"encoding/json"
	"fmt"

	"github.com/mockgates/mockgates/mockserver/fault"
)

// A fault has the same members in text, in JSON and in Go.
func ExampleParse() {
	f, _ := fault.Parse("create-keys status=429 times=2 retry_after=1s when.name=nightly")
	data, _ := json.Marshal(f)
	fmt.Println(f.Status, f.RetryAfter)
	fmt.Println(string(data))
	// Output:
	// 429 1s
	// {"operation":"create-keys","when":{"name":"nightly"},"times":2,"status":429,"retry_after":"1s"}
}

// An error names the nearest valid name.
func ExampleFault_Validate() {
	fmt.Println(fault.Fault{Operation: "create-key", Status: 500}.Validate())
	fmt.Println(fault.Fault{Operation: "create-keys", Status: 409}.Validate())
	// Output:
	// fault: operation "create-key" is not known; did you mean create-keys?
	// fault "create-keys": status 409 is not documented; want one of 400, 401, 403, 429, 500, or force
}

// Places are where EffectViolate can break a response.
func ExamplePlaces() {
	fmt.Println(fault.Places("delete-keys", 200))
	// Output: [body:null body:type /deleted:missing /deleted:null /deleted:type /deleted:const]
}
