package mockserver

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryCallIsInItsDocument compares the calls that the control API answers
// with those that control.yaml lists: method, path, parameters of the query,
// and whether there is a body.
func TestEveryCallIsInItsDocument(t *testing.T) {
	t.Parallel()
	var answered []string
	for _, c := range calls() {
		line := c.method + " " + c.path + " " + strings.Join(slices.Sorted(slices.Values(c.query)), ",")
		if c.body > 0 {
			line += " body"
		}
		answered = append(answered, line)
	}
	documented := documentedCalls(string(controlDocument))
	slices.Sort(answered)
	slices.Sort(documented)
	if diff := cmp.Diff(documented, answered); diff != "" {
		t.Errorf("control.yaml (-) and the calls (+):\n%s", diff)
	}
}

// documentedCalls reads the calls of control.yaml by its layout, since this
// package reads no YAML.
func documentedCalls(document string) (list []string) {
	_, paths, _ := strings.Cut(document, "\npaths:\n")
	paths, _, _ = strings.Cut(paths, "\ncomponents:\n")
	inPath := map[string]bool{"id": true, "name": true, "hash": true}
	parameter := regexp.MustCompile(`#/components/parameters/(\w+)`)
	path := ""
	for _, block := range regexp.MustCompile(`(?m)^ {2,4}(?:/\S+|get|put|post|delete):\n(?: {5,}.*\n?)*`).FindAllString(paths, -1) {
		head, rest, _ := strings.Cut(block, ":\n")
		if head = strings.TrimSpace(head); head[0] == '/' {
			path = strings.TrimPrefix(head, "/")
			continue
		}
		var query []string
		for _, m := range parameter.FindAllStringSubmatch(rest, -1) {
			if !inPath[m[1]] {
				query = append(query, m[1])
			}
		}
		slices.Sort(query)
		line := strings.ToUpper(head) + " " + path + " " + strings.Join(query, ",")
		if strings.Contains(rest, "requestBody:") {
			line += " body"
		}
		list = append(list, line)
	}
	return list
}
