package session

import (
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios/internal/script"
)

// TestDoc_listsEveryCommand compares the commands in doc.go of package scenarios, and
// their usage, with those that are registered.
func TestDoc_listsEveryCommand(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../../doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(file.Doc.Text(), "# Commands")
	list, _, _ = strings.Cut(list, "# Validation")
	documented := map[string]bool{}
	for line := range strings.Lines(list) {
		if name, ok := strings.CutPrefix(line, "\t"); ok && name[0] != ' ' {
			documented[strings.Fields(name)[0]] = true
		}
	}
	if diff := cmp.Diff(commandNames(), slices.Sorted(maps.Keys(documented))); diff != "" {
		t.Errorf("commands in doc.go (-registered +documented):\n%s", diff)
	}
	for name, c := range commands() {
		for usage := range strings.SplitSeq(c.usage, ", ") {
			if !strings.Contains(list, "\t"+usage) {
				t.Errorf("doc.go does not show the usage of %s, %q", name, usage)
			}
		}
	}
	if diff := cmp.Diff(commandNames(), slices.Sorted(maps.Keys(Commands()))); diff != "" {
		t.Errorf("Commands (-want +got):\n%s", diff)
	}
	for _, name := range commandNames() {
		if script.Reserved(name) {
			t.Errorf("%s is a command of testscript and of this package, which would never run", name)
		}
	}
}
