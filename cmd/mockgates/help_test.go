package main

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// TestHelp_pagesAreForATerminal reads the pages that help prints.
func TestHelp_pagesAreForATerminal(t *testing.T) {
	t.Parallel()
	for _, topic := range topics {
		code, stdout, stderr := mockgates(t, nil, "", "help", topic.name)
		if code != exit.OK || !strings.HasPrefix(stdout, "# ") {
			t.Errorf("%s: exit code = %d\n%s%s", topic.name, code, stdout, stderr)
		}
		for _, markup := range []string{"<!--", "](", ".md)"} {
			if strings.Contains(stdout, markup) {
				t.Errorf("%s: the page contains %q", topic.name, markup)
			}
		}
	}
	_, stdout, _ := mockgates(t, nil, "", "help", "scenarios")
	if want := "a testscript (https://pkg.go.dev/github.com/rogpeppe/go-internal/testscript) file"; !strings.Contains(stdout, want) {
		t.Errorf("the page on scenarios does not contain %q", want)
	}
}
