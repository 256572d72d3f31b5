package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
)

// readmeAddress is where the README's lines find the server.
const readmeAddress = "http://127.0.0.1:8080"

// A curl is one curl command of the README.
type curl struct {
	method string // "" is what curl makes of the rest
	url    string
	header http.Header
	body   string // "@-" is what the command before it in the pipe printed
	stream bool   // -N: it ends when its reader leaves
}

// TestReadmeControlLines runs every curl line of the README's section on the
// control API, in order, on a fresh server, and wants each to succeed and each
// call of the control API to have one.
func TestReadmeControlLines(t *testing.T) {
	t.Parallel()
	specification, err := contract.Print(contract.All, "yaml")
	if err != nil {
		t.Fatal(err)
	}
	server, err := mockserver.New(mockserver.Config{OpenAPI: specification, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	document, err := contract.Load(mockserver.ControlDocument(), "control.yaml")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, op := range document.Operations() {
		missing[op.Method+" "+op.Path] = true
	}
	for _, line := range readmeLines(t, "## Control API") {
		var printed string
		for command := range strings.SplitSeq(line, " | ") {
			c, err := parseCurl(command)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if c.body == "@-" {
				c.body = printed
			}
			status, body := c.run(t, web.URL)
			if status < 200 || status > 299 {
				t.Errorf("%s: %d %s", line, status, body)
			}
			printed = body
			path, _, _ := strings.Cut(strings.TrimPrefix(c.url, readmeAddress+"/_mockgates"), "?")
			delete(missing, c.method+" "+template(document, c.method, path))
		}
	}
	for call := range missing {
		t.Errorf("%s has no curl line in the README", call)
	}
}

// readmeLines returns the lines of a section of the README that call curl.
func readmeLines(t *testing.T, heading string) (lines []string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "\n"+heading+"\n")
	if !found {
		t.Fatalf("README.md has no section %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "curl ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// template is the path of the document that a path is an instance of.
func template(document *contract.Contract, method, path string) string {
	for _, op := range document.Operations() {
		if op.Path == path {
			return path
		}
	}
	got := strings.Split(path, "/")
	for _, op := range document.Operations() {
		want := strings.Split(op.Path, "/")
		if op.Method == method && slices.EqualFunc(want, got, func(w, g string) bool { return w == g || strings.HasPrefix(w, "{") }) {
			return op.Path
		}
	}
	return path
}

// parseCurl reads a curl command as a shell would split it: words, single
// quotes, and a comment behind a #.
func parseCurl(command string) (curl, error) {
	c := curl{header: http.Header{}}
	words, err := shellWords(command)
	if err != nil || len(words) == 0 || words[0] != "curl" {
		return c, fmt.Errorf("no curl command: %q (%v)", command, err)
	}
	hasBody := false
	for i := 1; i < len(words); i++ {
		option := words[i]
		if slices.Contains([]string{"-X", "-d", "-H"}, option) {
			if i++; i == len(words) {
				return c, fmt.Errorf("%s without a value", option)
			}
		}
		switch option {
		case "-s":
		case "-N":
			c.stream = true
		case "-X":
			c.method = words[i]
		case "-d":
			c.body, hasBody = words[i], true
		case "-H":
			name, value, ok := strings.Cut(words[i], ": ")
			if !ok {
				return c, fmt.Errorf("no header: %q", words[i])
			}
			c.header.Set(name, value)
		default:
			if c.url != "" || !strings.HasPrefix(option, readmeAddress+"/") {
				return c, fmt.Errorf("unexpected %q", option)
			}
			c.url = option
		}
	}
	switch {
	case c.url == "":
		return c, fmt.Errorf("no URL")
	case c.method == "" && hasBody:
		c.method = http.MethodPost
	case c.method == "":
		c.method = http.MethodGet
	}
	if hasBody && c.header.Get("Content-Type") == "" {
		c.header.Set("Content-Type", "application/x-www-form-urlencoded") // as curl has it
	}
	return c, nil
}

// shellWords splits a command into words.
func shellWords(command string) (words []string, err error) {
	var word strings.Builder
	quoted, begun := false, false
	end := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range command {
		switch {
		case r == '\'':
			quoted, begun = !quoted, true
		case quoted:
			word.WriteRune(r)
		case r == ' ':
			end()
		case r == '#' && !begun:
			return words, nil
		case strings.ContainsRune("&;<>$`\"\\*(){}!~", r):
			return nil, fmt.Errorf("%q means something to a shell outside of quotes", r)
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	end()
	if quoted {
		return nil, fmt.Errorf("a quote that does not end")
	}
	return words, nil
}

// run sends what the command would send, to the server at address.
func (c curl) run(t *testing.T, address string) (status int, body string) {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	r, err := http.NewRequestWithContext(ctx, c.method, address+strings.TrimPrefix(c.url, readmeAddress), bytes.NewReader([]byte(c.body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = c.header
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if c.stream {
		line, err := bufio.NewReader(resp.Body).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "id: ") {
			t.Errorf("the stream begins with %q (%v)", line, err)
		}
		return resp.StatusCode, line
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}
