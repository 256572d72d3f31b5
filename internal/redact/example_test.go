package redact_test

import (
	"fmt"

	"github.com/mockgates/mockgates/internal/redact"
)

func Example() {
	r := redact.New(redact.Config{
		Shapes: []redact.Shape{{Prefix: "sk-live-"}},
		Fields: []string{"password"},
	})
	r.Add("correct horse battery staple")

	fmt.Println(r.String(`{"password": "hunter2", "q": "correct%20horse+battery%20staple"}`))
	fmt.Println(r.String("key sk-live-0123456789abcdef0123456789abcdef"))
	// Output:
	// {"password": "[secret]", "q": "[secret]"} true
	// key sk-live-012...def true
}
