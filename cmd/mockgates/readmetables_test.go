package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

// readFile reads a file of the project, by its path from the root.
func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// tableUnder returns the rows of the first table below a heading of the README.
func tableUnder(t *testing.T, heading string) []string {
	t.Helper()
	_, section, ok := strings.Cut(readFile(t, "README.md"), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("the README has no heading %q", heading)
	}
	var rows []string
	for line := range strings.Lines(section) {
		if row := strings.TrimSuffix(line, "\n"); strings.HasPrefix(row, "|") {
			rows = append(rows, row)
		} else if rows != nil {
			break
		}
	}
	if len(rows) < 2 {
		t.Fatalf("there is no table under %q", heading)
	}
	return rows[2:] // without its head
}

// TestReadmeFlags compares the table of flags with the command line, both ways.
func TestReadmeFlags(t *testing.T) {
	t.Parallel()
	var (
		order []string
		rows  = map[string]string{}
		of    = map[string][]string{}
	)
	var visit func(*kong.Node, string)
	visit = func(node *kong.Node, command string) {
		for _, flag := range node.Flags {
			if flag.Name == "help" {
				continue
			}
			if rows[flag.Name] == "" {
				order = append(order, flag.Name)
				rows[flag.Name] = flagRow(flag)
			}
			of[flag.Name] = append(of[flag.Name], command)
		}
		for _, child := range node.Children {
			visit(child, strings.TrimSpace(strings.TrimPrefix(command, "all")+" "+child.Name))
		}
	}
	visit(modelOf(t).Node, "all")
	var want []string
	for _, name := range order {
		want = append(want, fmt.Sprintf(rows[name], strings.Join(of[name], ", ")))
	}
	if diff := cmp.Diff(want, tableUnder(t, "Flags")); diff != "" {
		t.Errorf("flags (-command line +README):\n%s\nwhole table:\n%s", diff, strings.Join(want, "\n"))
	}
}

// flagRow is the row of a flag, with %s for the commands that have it.
func flagRow(flag *kong.Flag) string {
	name := "--" + flag.Name
	if !flag.IsBool() {
		name += " " + flag.PlaceHolder
	}
	more := ""
	if repeatable(flag) {
		more = " …"
	}
	fallback := ""
	if flag.Default != "" {
		fallback = "`" + flag.Default + "`"
	}
	escape := strings.NewReplacer("|", `\|`, "%", "%%")
	return fmt.Sprintf("| `%s`%s | `%s` | %s | %%s | %s |", escape.Replace(name), more, variable(flag.Name), fallback, escape.Replace(flag.Help))
}

func TestReadmeExitCodes(t *testing.T) {
	t.Parallel()
	var want []string
	for _, row := range exitCodes {
		want = append(want, fmt.Sprintf("| %d | %s |", row.code, row.meaning))
	}
	if diff := cmp.Diff(want, tableUnder(t, "Exit codes")); diff != "" {
		t.Errorf("exit codes (-program +README):\n%s", diff)
	}
}

// TestReadmeQuestions compares the open questions of the README with the rules
// that have a switch.
func TestReadmeQuestions(t *testing.T) {
	t.Parallel()
	var want []string
	for _, rule := range mockserver.Rules() {
		if len(rule.Choices) > 1 {
			want = append(want, fmt.Sprintf("| `%s`: %s | %s | %s |", rule.ID, strings.TrimSuffix(rule.Text, "."), rule.Choices[0], strings.Join(rule.Choices[1:], ", ")))
		}
	}
	if diff := cmp.Diff(want, tableUnder(t, "Limits")); diff != "" {
		t.Errorf("open questions (-rules +README):\n%s\nwhole table:\n%s", diff, strings.Join(want, "\n"))
	}
}

// TestReadmeExamples holds each block that a comment says to be a file to it.
func TestReadmeExamples(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?s)<!-- (examples/[^ ]+) -->\n```[a-z]*\n(.*?)```\n").FindAllStringSubmatch(readFile(t, "README.md"), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d blocks; want 2", len(blocks))
	}
	for _, block := range blocks {
		if diff := cmp.Diff(readFile(t, block[1]), block[2]); diff != "" {
			t.Errorf("%s (-file +README):\n%s", block[1], diff)
		}
	}
}

// TestReadmeFirstLine pastes the first curl line, and wants the answer that is
// printed under it, but for the time.
func TestReadmeFirstLine(t *testing.T) {
	t.Parallel()
	match := regexp.MustCompile("(?s)```sh\n(curl [^\n]+)\n```\n\n```json\n(.*?)```\n").FindStringSubmatch(readFile(t, "README.md"))
	if match == nil {
		t.Fatal("the README has no curl line with an answer")
	}
	f := startFake(t, nil)
	_, greeted, _ := strings.Cut(f.out.await(t, "}'\n"), "curl ")
	if want := strings.ReplaceAll("curl "+greeted, f.base, "http://127.0.0.1:8080/api/v1"); strings.TrimSpace(want) != match[1] {
		t.Errorf("the README's line and that of serve differ:\n%s\n%s", match[1], want)
	}
	body := regexp.MustCompile(`-d '([^']*)'`).FindStringSubmatch(match[1])
	got := f.call(t, "/keys", defaultKey, body[1]).body
	if diff := cmp.Diff(timeless(t, match[2]), timeless(t, got)); diff != "" {
		t.Errorf("answer (-README +fake):\n%s", diff)
	}
}

// timeless is a JSON object without the time that the key in it was made.
func timeless(t *testing.T, body string) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if data, ok := object["data"].(map[string]any); ok {
		delete(data, "created_at")
	}
	return object
}

// TestExamples plays and serves what lies in the folder of examples.
func TestExamples(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "examples")
	if code, stdout, stderr := mockgates(t, nil, "", "check", filepath.Join(root, "daily_limit.txtar")); code != 0 {
		t.Errorf("check: exit code %d\n%s%s", code, stdout, stderr)
	}
	f := startFake(t, nil, "--config", filepath.Join(root, "mockgates.yaml"), "--fault-file", filepath.Join(root, "faults.txt"))
	if got := f.call(t, "/keys", defaultKey, plainKey); got.status != 429 {
		t.Errorf("status = %d; want 429, as the file orders", got.status)
	}
}
