package control

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/fault"
)

// TestDocument_listsEveryCall compares the calls with control.yaml: operationId,
// method, path, parameters of the query, and whether there is a body.
func TestDocument_listsEveryCall(t *testing.T) {
	t.Parallel()
	var answered []string
	for _, c := range calls() {
		line := c.id + " " + c.method + " " + c.path + " " + strings.Join(slices.Sorted(slices.Values(c.query)), ",")
		if c.maxBody > 0 {
			line += " body"
		}
		answered = append(answered, line)
	}
	documented := documentedCalls(string(document))
	slices.Sort(answered)
	slices.Sort(documented)
	if diff := cmp.Diff(documented, answered); diff != "" {
		t.Errorf("control.yaml (-) and the calls (+):\n%s", diff)
	}
}

// documentedCalls reads the calls of control.yaml by their indentation, because this
// package may not import a YAML library.
func documentedCalls(document string) (list []string) {
	_, paths, _ := strings.Cut(document, "\npaths:\n")
	paths, _, _ = strings.Cut(paths, "\ncomponents:\n")
	elsewhere := []string{"id", "name", "hash", "worldHeader", "lastEventID"} // in the path or a header
	block := regexp.MustCompile(`(?m)^ {2,4}(?:/\S+|get|put|post|delete):\n(?: {5,}.*\n?)*`)
	id, parameter := regexp.MustCompile(`operationId: (\S+)`), regexp.MustCompile(`#/components/parameters/(\w+)`)
	path := ""
	for _, b := range block.FindAllString(paths, -1) {
		head, rest, _ := strings.Cut(b, ":\n")
		if head = strings.TrimSpace(head); head[0] == '/' {
			path = strings.TrimPrefix(head, "/")
			continue
		}
		var query []string
		for _, m := range parameter.FindAllStringSubmatch(rest, -1) {
			if !slices.Contains(elsewhere, m[1]) {
				query = append(query, m[1])
			}
		}
		slices.Sort(query)
		line := id.FindStringSubmatch(rest)[1] + " " + strings.ToUpper(head) + " " + path + " " + strings.Join(query, ",")
		if strings.Contains(rest, "requestBody:") {
			line += " body"
		}
		list = append(list, line)
	}
	return list
}

// TestDocument_listsEveryEffect compares the effects of a fault with each list of
// them in control.yaml.
func TestDocument_listsEveryEffect(t *testing.T) {
	t.Parallel()
	want := `""`
	for _, e := range fault.Effects() {
		want += ", " + string(e)
	}
	lists := regexp.MustCompile(`(?m)^ +effect: \{type: string, enum: \[([^\]]*)\]`).FindAllStringSubmatch(string(document), -1)
	if len(lists) != 2 {
		t.Fatalf("control.yaml has %d lists of effects, want 2: in Fault and in FaultStatus", len(lists))
	}
	for _, list := range lists {
		if list[1] != want {
			t.Errorf("control.yaml lists the effects %s; package fault has %s", list[1], want)
		}
	}
}
