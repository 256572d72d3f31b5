package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// readFile reads a file by its path from the root of the module.
func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(fromRoot(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// fromRoot returns the path of a file that is named from the root of the module.
func fromRoot(name string) string { return filepath.Join("..", "..", filepath.FromSlash(name)) }

// checkTable compares the rows of the first table under a heading of a document,
// its first two lines not counted, with what the program says. With -update it
// writes them.
func checkTable(t *testing.T, name, heading string, want []string) {
	t.Helper()
	text := readFile(t, name)
	before, section, ok := strings.Cut("\n"+text, "\n"+heading+"\n")
	start := strings.Index(section, "\n|")
	if !ok || start < 0 {
		t.Fatalf("%s has no table under %q", name, heading)
	}
	table, _, _ := strings.Cut(section[start+1:], "\n\n")
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	if len(lines) < 2 {
		t.Fatalf("%s: the table under %q has no header", name, heading)
	}
	diff := cmp.Diff(want, lines[2:])
	switch {
	case diff == "":
	case *update:
		rows := strings.Join(append(lines[:2:2], want...), "\n")
		text = before[min(1, len(before)):] + "\n" + heading + "\n" + strings.Replace(section, table, rows, 1)
		if err := os.WriteFile(fromRoot(name), []byte(strings.TrimPrefix(text, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s: the table under %q (-program +document); make golden writes it:\n%s", name, heading, diff)
	}
}

// TestDocs_operations compares the table of operations in the README with the
// specification.
func TestDocs_operations(t *testing.T) {
	t.Parallel()
	c, err := contract.New(contract.All)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, op := range c.Operations() {
		source := "documented"
		if op.Companion {
			source = "companion"
		}
		want = append(want, fmt.Sprintf("| `%s` | %s %s | %s |", op.ID, op.Method, op.Path, source))
	}
	checkTable(t, "README.md", "## Serve", want)
}

// TestDocs_faults compares the table of the members of a fault with the type: its
// rows, and the words in the rows of members that take one of several.
func TestDocs_faults(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (.*) \\|$").FindAllStringSubmatch(readFile(t, "docs/faults.md"), -1)
	var names []string
	text := map[string]string{}
	for _, row := range rows {
		names = append(names, row[1])
		text[row[1]] = row[2]
	}
	var want []string
	for field := range reflect.TypeFor[fault.Fault]().Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "id" {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(names))); diff != "" {
		t.Errorf("members of a fault (-program +document):\n%s", diff)
	}
	words := map[string][]string{}
	for _, e := range fault.Effects() {
		words["effect"] = append(words["effect"], string(e))
	}
	for _, f := range fault.RetryAfterForms() {
		words["retry_after_form"] = append(words["retry_after_form"], string(f))
	}
	for member, list := range words {
		var shown []string
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text[member], -1) {
			shown = append(shown, m[1])
		}
		if diff := cmp.Diff(list, shown); diff != "" {
			t.Errorf("words of %s (-program +document):\n%s", member, diff)
		}
	}
}

// TestDocs_faultsInDocumentsParse parses each fault that the README and the page
// about faults show.
func TestDocs_faultsInDocumentsParse(t *testing.T) {
	t.Parallel()
	shown := regexp.MustCompile("[`'](((?:create-keys|create-auth-keys-code|\\*) [^`']*=[^`']*))[`']")
	found := 0
	for _, name := range []string{"README.md", "docs/faults.md"} {
		for _, m := range shown.FindAllStringSubmatch(readFile(t, name), -1) {
			found++
			if f, err := fault.Parse(m[1]); err != nil {
				t.Errorf("%s: %v", name, err)
			} else if err := f.Validate(); err != nil {
				t.Errorf("%s: %s: %v", name, m[1], err)
			}
		}
	}
	if found < 4 {
		t.Errorf("%d faults found; want at least 4", found)
	}
}

// TestDocs_flags compares the table of flags with the command line. A flag whose default
// or meaning differs between commands has a row for each.
func TestDocs_flags(t *testing.T) {
	t.Parallel()
	var names []string
	rows := map[string][]string{} // of each flag
	of := map[string][]string{}   // the commands of each row
	var visit func(*kong.Node, string)
	visit = func(node *kong.Node, command string) {
		for _, flag := range node.Flags {
			if flag.Name == "help" {
				continue
			}
			if len(rows[flag.Name]) == 0 {
				names = append(names, flag.Name)
			}
			row := flagRow(flag)
			if len(of[row]) == 0 {
				rows[flag.Name] = append(rows[flag.Name], row)
			}
			of[row] = append(of[row], command)
		}
		for _, child := range node.Children {
			visit(child, strings.TrimSpace(strings.TrimPrefix(command, "all")+" "+child.Name))
		}
	}
	visit(modelOf(t).Node, "all")
	var want []string
	for _, name := range names {
		for _, row := range rows[name] {
			want = append(want, fmt.Sprintf(row, strings.Join(of[row], ", ")))
		}
	}
	checkTable(t, "docs/flags.md", "# Flags and variables", want)
}

// flagRow returns the row of a flag, with %s in place of the commands that have
// it.
func flagRow(flag *kong.Flag) string {
	name := "--" + flag.Name
	if !flag.IsBool() {
		name += " " + flag.PlaceHolder
	}
	more := ""
	if cli.Repeatable(flag) {
		more = " …"
	}
	fallback := ""
	if flag.Default != "" {
		fallback = "`" + flag.Default + "`"
	}
	escape := strings.NewReplacer("|", `\|`, "%", "%%")
	return fmt.Sprintf("| `%s`%s | `%s` | %s | %%s | %s |", escape.Replace(name), more, cli.Variable(flag.Name), fallback, escape.Replace(flag.Help))
}

func TestDocs_exitCodes(t *testing.T) {
	t.Parallel()
	var want []string
	for _, row := range exit.Codes {
		want = append(want, fmt.Sprintf("| %d | %s |", row.Code, row.Meaning))
	}
	checkTable(t, "docs/exit-codes.md", "# Exit codes", want)
}

// TestDocs_rules compares the three tables of rules with the rules: how many there
// are of each source, those that have a setting, and all.
func TestDocs_rules(t *testing.T) {
	t.Parallel()
	var open, all, counts []string
	bySource := map[string]int{}
	for _, rule := range mockserver.Rules() {
		text := strings.ReplaceAll(strings.TrimSuffix(rule.Text, "."), "|", `\|`)
		bySource[rule.Source]++
		all = append(all, fmt.Sprintf("| `%s` | %s | %s |", rule.ID, rule.Source, text))
		if len(rule.Settings) > 1 {
			open = append(open, fmt.Sprintf("| `%s`: %s | %s | %s |", rule.ID, text, rule.Settings[0], strings.Join(rule.Settings[1:], ", ")))
		}
	}
	for _, source := range []struct{ name, meaning string }{
		{"doc", "ModelGates documents it"},
		{"family", "the public API that ModelGates is modelled on documents it"},
		{"seen", "users of these APIs report it"},
		{"choice", "nobody says; the fake has to do something"},
	} {
		counts = append(counts, fmt.Sprintf("| %s | %s | %d |", source.name, source.meaning, bySource[source.name]))
		delete(bySource, source.name)
	}
	if len(bySource) > 0 {
		t.Errorf("rules with other sources: %v", bySource)
	}
	checkTable(t, "docs/rules.md", "# Rules", counts)
	checkTable(t, "docs/rules.md", "## Open questions", open)
	checkTable(t, "docs/rules.md", "## All rules", all)
}

// TestDocs_scenarioCommands compares the list of commands with that of the package
// documentation, which a test of the package compares with the commands.
func TestDocs_scenarioCommands(t *testing.T) {
	t.Parallel()
	_, list, ok := strings.Cut(readFile(t, "scenarios/doc.go"), "In addition to testscript's own:\n//\n")
	list, _, end := strings.Cut(list, "\n//\n// ")
	if !ok || !end {
		t.Fatal("scenarios/doc.go has no list of commands")
	}
	want := regexp.MustCompile(`(?m)^//\t?`).ReplaceAllString(list, "")
	text := readFile(t, "docs/scenarios.md")
	head, rest, ok := strings.Cut(text, "## Commands\n\nIn addition to testscript's own:\n\n```\n")
	got, tail, end := strings.Cut(rest, "\n```\n")
	if !ok || !end {
		t.Fatal("docs/scenarios.md has no list of commands")
	}
	diff := cmp.Diff(want, got)
	switch {
	case diff == "":
	case *update:
		text = head + "## Commands\n\nIn addition to testscript's own:\n\n```\n" + want + "\n```\n" + tail
		if err := os.WriteFile(fromRoot("docs/scenarios.md"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("commands (-package +document); make golden writes them:\n%s", diff)
	}
}

// TestDocs_examples compares each block that is marked with the name of a file with
// that file.
func TestDocs_examples(t *testing.T) {
	t.Parallel()
	shown := map[string]int{}
	for _, name := range []string{"README.md", "docs/scenarios.md", "docs/go.md"} {
		blocks := regexp.MustCompile("(?s)<!-- (examples/[^ ]+) -->\n```[a-z]*\n(.*?)```\n").FindAllStringSubmatch(readFile(t, name), -1)
		for _, block := range blocks {
			shown[block[1]]++
			if diff := cmp.Diff(readFile(t, block[1]), block[2]); diff != "" {
				t.Errorf("%s shows %s (-file +document):\n%s", name, block[1], diff)
			}
		}
	}
	want := map[string]int{"examples/first_test.go": 1, "examples/daily_limit.txtar": 2, "examples/retry_test.go": 1}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("files that are shown (-want +got):\n%s", diff)
	}
}

// TestDocs_firstGoExample checks that the first example of package mocktest is the
// README's test.
func TestDocs_firstGoExample(t *testing.T) {
	t.Parallel()
	_, body, _ := strings.Cut(readFile(t, "examples/first_test.go"), "{\n")
	body = strings.TrimSuffix(body, "}\n")
	indented := "\t" + strings.ReplaceAll(strings.TrimSuffix(body, "\n"), "\n", "\n\t") + "\n"
	_, first, _ := strings.Cut(readFile(t, "mockserver/mocktest/example_test.go"), "func Example() {\n")
	if !strings.Contains(first, indented) {
		t.Errorf("the first example of mocktest does not contain:\n%s", indented)
	}
}

// failureBlock matches a block with a client that fails, its command and what is printed.
var failureBlock = regexp.MustCompile("(?s)```\n\\$ bin/mockgates exec --every-fault -- ([^\n]*)\n(.*?)```")

// TestDocs_caughtFailure compares the client that repeats a POST, with which the README and
// the page on exec begin, with what exec prints of the same client in Go.
func TestDocs_caughtFailure(t *testing.T) {
	t.Parallel()
	naive := client(t, "Go", "naive")
	code, stdout, stderr := mockgates(t, nil, "", append([]string{"exec", "--every-fault", "--"}, naive...)...)
	if code != exit.Failed {
		t.Fatalf("exit code = %d; want %d\n%s", code, exit.Failed, stderr)
	}
	for _, page := range []string{"README.md", "docs/exec.md"} {
		block := failureBlock.FindStringSubmatch(readFile(t, page))
		if block == nil {
			t.Errorf("%s: there is no such block", page)
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(block[2], block[1], strings.Join(naive, " "))) {
			if !strings.Contains(stdout, "\n"+line) {
				t.Errorf("%s: exec does not print %q:\n%s", page, line, stdout)
			}
		}
	}
}

// TestDocs_linksLead checks that each relative link of the documents leads to a
// file.
func TestDocs_linksLead(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(fromRoot("docs/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, page := range append(pages, fromRoot("README.md"), fromRoot("CONTRIBUTING.md"), fromRoot("SECURITY.md")) {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`).FindAllStringSubmatch(string(data), -1) {
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
	if links < 30 {
		t.Errorf("%d links found; want at least 30", links)
	}
}

// TestDocs_readmeIsShort keeps the README at what a newcomer reads.
func TestDocs_readmeIsShort(t *testing.T) {
	t.Parallel()
	if n := strings.Count(readFile(t, "README.md"), "\n"); n > 200 {
		t.Errorf("README.md has %d lines; want at most 200", n)
	}
}

// TestDocs_firstCurl runs the first curl command of the README. The response
// must be the one printed below it, apart from the time.
func TestDocs_firstCurl(t *testing.T) {
	t.Parallel()
	match := regexp.MustCompile("(?s)```sh\n(curl [^\n]+)\n```\n\n```json\n(.*?)```\n").FindStringSubmatch(readFile(t, "README.md"))
	if match == nil {
		t.Fatal("README.md has no curl command with a response")
	}
	f := startFake(t, nil)
	_, printed, _ := strings.Cut(f.out.await(t, "}'\n"), "curl ")
	if want := strings.ReplaceAll("curl "+printed, f.base, "http://127.0.0.1:8080/api/v1"); strings.TrimSpace(want) != match[1] {
		t.Errorf("curl command = %s\nwant the one that serve prints: %s", match[1], want)
	}
	body := regexp.MustCompile(`-d '([^']*)'`).FindStringSubmatch(match[1])
	got := f.call(t, "/keys", serve.DefaultKey, body[1]).body
	if diff := cmp.Diff(withoutTime(t, match[2]), withoutTime(t, got)); diff != "" {
		t.Errorf("response (-README +fake):\n%s", diff)
	}
}

// withoutTime parses a response and removes the time at which the key was
// created.
func withoutTime(t *testing.T, body string) map[string]any {
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

// TestExamples runs the example scenario, and serves with the example files.
func TestExamples(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "examples")
	if code, stdout, stderr := mockgates(t, nil, "", "check", filepath.Join(root, "daily_limit.txtar")); code != 0 {
		t.Errorf("check: exit code %d\n%s%s", code, stdout, stderr)
	}
	f := startFake(t, nil, "--config", filepath.Join(root, "mockgates.yaml"), "--fault-file", filepath.Join(root, "faults.txt"))
	if got := f.call(t, "/keys", serve.DefaultKey, plainKey); got.status != 429 {
		t.Errorf("status = %d; want 429, from the fault file", got.status)
	}
}
