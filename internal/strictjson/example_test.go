package strictjson_test

import (
	"fmt"

	"github.com/mockgates/mockgates/internal/strictjson"
)

func Example() {
	var fault struct {
		Operation string `json:"operation"`
		Status    int    `json:"status"`
	}
	for _, text := range []string{
		`{"operation": "create-keys", "status": 429}`,
		`{"operation": "create-keys", "stats": 429}`,
		`{"operation": "create-keys", "status": "429"}`,
		`{"operation": "create-keys", "status": 429, "status": 500}`,
	} {
		fmt.Println(strictjson.Unmarshal([]byte(text), &fault))
	}
	// Output:
	// <nil>
	// line 1, column 39: /stats is not a known member; did you mean status?
	// line 1, column 40: /status must be a number, not a string
	// line 1, column 45: /status must not appear twice
}
