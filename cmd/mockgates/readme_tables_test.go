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

	"github.com/mockgates/mockgates/cmd/mockgates/internal/exit"
	"github.com/mockgates/mockgates/internal/logqueue"
	"github.com/mockgates/mockgates/mockserver"
)

// readFile reads a file by its path from the root of the module.
func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// tableUnder returns the rows of the first table under a heading of the README,
// without its header.
func tableUnder(t *testing.T, heading string) []string {
	t.Helper()
	_, section, ok := strings.Cut(readFile(t, "README.md"), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("README.md has no heading %q", heading)
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
		t.Fatalf("README.md has no table under %q", heading)
	}
	return rows[2:]
}

// TestReadmeTable_flags compares the table under Flags with the command line.
func TestReadmeTable_flags(t *testing.T) {
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
		t.Errorf("flags (-command line +README):\n%s\nwant this table:\n%s", diff, strings.Join(want, "\n"))
	}
}

// flagRow returns the row of a flag, with %s in place of the commands that have
// it.
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

func TestReadmeTable_exitCodes(t *testing.T) {
	t.Parallel()
	var want []string
	for _, row := range exit.Codes {
		want = append(want, fmt.Sprintf("| %d | %s |", row.Code, row.Meaning))
	}
	if diff := cmp.Diff(want, tableUnder(t, "Exit codes")); diff != "" {
		t.Errorf("exit codes (-program +README):\n%s", diff)
	}
}

// TestReadmeTable_rules compares the table under Limits with the rules that have
// more than one setting.
func TestReadmeTable_rules(t *testing.T) {
	t.Parallel()
	var want []string
	for _, rule := range mockserver.Rules() {
		if len(rule.Settings) > 1 {
			want = append(want, fmt.Sprintf("| `%s`: %s | %s | %s |", rule.ID, strings.TrimSuffix(rule.Text, "."), rule.Settings[0], strings.Join(rule.Settings[1:], ", ")))
		}
	}
	if diff := cmp.Diff(want, tableUnder(t, "Limits")); diff != "" {
		t.Errorf("rules (-program +README):\n%s\nwant this table:\n%s", diff, strings.Join(want, "\n"))
	}
}

// TestReadmeTable_serverLimits compares the table of server limits with those of
// serve.
func TestReadmeTable_serverLimits(t *testing.T) {
	t.Parallel()
	l := defaultLimits()
	short := strings.NewReplacer("m0s", "m") // of a duration
	want := short.Replace(fmt.Sprintf(`
| what | limit |
| --- | --- |
| the headers of a request | %d KiB, within %v |
| the body of a request | within %v |
| one write of a response, until the client takes it | %v |
| a connection without a request | %v |
| requests in progress at shutdown | %v |
| a log that waits for its reader | %d lines, %d MiB |
`, l.headerBytes>>10, l.header, l.body, l.write, l.idle, shutdownGrace, logqueue.MaxLines, logqueue.MaxBytes>>20))
	if !strings.Contains(readFile(t, "README.md"), want) {
		t.Errorf("README.md does not contain this table:\n%s", want)
	}
}

// TestReadmeExamples compares each block that is marked with the name of a file
// with that file.
func TestReadmeExamples(t *testing.T) {
	t.Parallel()
	blocks := regexp.MustCompile("(?s)<!-- (examples/[^ ]+) -->\n```[a-z]*\n(.*?)```\n").FindAllStringSubmatch(readFile(t, "README.md"), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d marked blocks; want 2", len(blocks))
	}
	for _, block := range blocks {
		if diff := cmp.Diff(readFile(t, block[1]), block[2]); diff != "" {
			t.Errorf("%s (-file +README):\n%s", block[1], diff)
		}
	}
}

// TestReadmeCurl_firstKey runs the first curl command of the README. The response
// must be the one printed below it, apart from the time.
func TestReadmeCurl_firstKey(t *testing.T) {
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
	got := f.call(t, "/keys", defaultKey, body[1]).body
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
	if got := f.call(t, "/keys", defaultKey, plainKey); got.status != 429 {
		t.Errorf("status = %d; want 429, from the fault file", got.status)
	}
}
