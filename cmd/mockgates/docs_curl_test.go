package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
	"github.com/mockgates/mockgates/scenarios"
)

// readmeAddress is the address of the server in the commands of the documents.
const readmeAddress = "http://127.0.0.1:8080"

// A curl is a curl command of the documents.
type curl struct {
	method string // "" until parseCurl has derived it
	url    string
	header http.Header
	body   string // "@-" for the output of the previous command in the pipe
	stream bool   // -N: the response does not end
}

// TestDocs_controlAPI runs the curl commands of docs/control-api.md in
// order. Each must succeed, and each call of the control API must have one.
func TestDocs_controlAPI(t *testing.T) {
	t.Parallel()
	fake, err := mockserver.New(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := control.New(fake, control.Config{
		Version: "test", CA: []byte("-----BEGIN CERTIFICATE-----\n"), Scenarios: scenarios.RuleIndex,
		OpenAPI: func() ([]byte, error) { return servedSpecification(false) },
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(handler.Mount(fake))
	t.Cleanup(web.Close)
	document, err := contract.Load(control.Document(), "control.yaml")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, op := range document.Operations() {
		missing[op.Method+" "+op.Path] = true
	}
	for _, line := range curlLines(t) {
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
		t.Errorf("docs/control-api.md has no curl command for %s", call)
	}
}

// curlLines returns the curl commands of docs/control-api.md.
func curlLines(t *testing.T) (lines []string) {
	t.Helper()
	for line := range strings.Lines(readFile(t, "docs/control-api.md")) {
		if strings.HasPrefix(line, "curl ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// template returns the path template in the document that a path matches, or
// else the path.
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

// parseCurl parses a curl command. It fails for what it does not know, so that
// no part of a command goes untested.
func parseCurl(command string) (curl, error) {
	c := curl{header: http.Header{}}
	words, err := shellWords(command)
	if err != nil || len(words) == 0 || words[0] != "curl" {
		return c, fmt.Errorf("%q is not a valid curl command: %v", command, err)
	}
	words = words[1:]
	for len(words) > 0 {
		n, err := c.parseOption(words)
		if err != nil {
			return c, err
		}
		words = words[n:]
	}
	switch {
	case c.url == "":
		return c, errors.New("want a URL")
	case c.method == "" && c.body != "":
		c.method = http.MethodPost
	case c.method == "":
		c.method = http.MethodGet
	}
	if c.body != "" && c.header.Get("Content-Type") == "" {
		c.header.Set("Content-Type", "application/x-www-form-urlencoded") // what curl sends
	}
	return c, nil
}

// parseOption parses the option or the URL at the beginning of words, and returns
// how many words it consists of.
func (c *curl) parseOption(words []string) (int, error) {
	switch option := words[0]; {
	case option == "-s":
		return 1, nil
	case option == "-N":
		c.stream = true
		return 1, nil
	case strings.HasPrefix(option, readmeAddress+"/") && c.url == "":
		c.url = option
		return 1, nil
	case !strings.HasPrefix(option, "-") || len(words) == 1:
		return 0, fmt.Errorf("unexpected %q", option)
	}
	switch option, value := words[0], words[1]; option {
	case "-X":
		c.method = value
	case "-d":
		c.body = value
	case "-H":
		name, text, ok := strings.Cut(value, ": ")
		if !ok {
			return 0, fmt.Errorf("%q is not a valid header", value)
		}
		c.header.Set(name, text)
	default:
		return 0, fmt.Errorf("unknown option %q", option)
	}
	return 2, nil
}

// shellWords splits a command into words as a shell does, with single quotes and
// a comment.
func shellWords(command string) (words []string, err error) {
	var word strings.Builder
	quoted, inWord := false, false
	end := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	for _, r := range command {
		switch {
		case r == '\'':
			quoted, inWord = !quoted, true
		case quoted:
			word.WriteRune(r)
		case r == ' ':
			end()
		case r == '#' && !inWord:
			return words, nil
		case strings.ContainsRune("&;<>$`\"\\*(){}!~", r):
			return nil, fmt.Errorf("%q is special to a shell and not quoted", r)
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	end()
	if quoted {
		return nil, errors.New("unterminated quote")
	}
	return words, nil
}

// run sends the request of the command to the server at address.
func (c curl) run(t *testing.T, address string) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
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
			t.Errorf("the stream begins with %q, %v; want an id", line, err)
		}
		return resp.StatusCode, line
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(data)
}
