package scenarios_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/mockgates/mockgates/scenarios"
)

// Play one scenario on an in-process fake, and then on a fake that is broken on
// purpose.
func ExampleRun() {
	report, err := scenarios.Run(context.Background(), scenarios.Options{Run: "^keys_same_name$", DocumentedOnly: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Scenarios[0].Verdict, report.Exchanges, report.ExitCode())

	report, err = scenarios.Run(context.Background(), scenarios.Options{
		Run:            "^keys_same_name$",
		DocumentedOnly: true,
		Handler: func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				w.WriteHeader(http.StatusCreated)
			})
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var text strings.Builder
	if err := report.WriteText(&text, false); err != nil {
		fmt.Println(err)
	}
	first, _, _ := strings.Cut(text.String(), "  -->")
	fmt.Fprint(os.Stdout, first)
	fmt.Println(report.ExitCode())
	// Output:
	// passed 2 0
	// FAIL  keys_same_name  2 exchanges
	//
	// error: the response departs from the contract
	// 4
}
