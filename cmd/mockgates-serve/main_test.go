package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// TestServe starts the fake without the name of a command, and creates a key. What the
// program has not is answered with a 404.
func TestServe(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	output, printed := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- program.Run(ctx, []string{"--addr", "127.0.0.1:0"}, nil, strings.NewReader(""), printed, io.Discard)
		_ = printed.Close()
	}()
	greeting := make([]byte, 4096)
	n, err := output.Read(greeting)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, output) }()
	base, _, _ := strings.Cut(strings.TrimPrefix(string(greeting[:n]), "listening on "), "\n")
	for _, test := range []struct {
		method, url, body string
		want              int
	}{
		{"POST", base + "/keys", `{"name": "k"}`, 201},
		{"GET", strings.Replace(base, "/api/v1", "/_mockgates/health", 1), "", 200},
		{"GET", strings.Replace(base, "/api/v1", "/_mockgates/openapi.yaml", 1), "", 404},
	} {
		req, err := http.NewRequestWithContext(t.Context(), test.method, test.url, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer sk-mg-mgmt-default")
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != test.want {
			t.Errorf("%s %s: status %d; want %d", test.method, test.url, res.StatusCode, test.want)
		}
	}
	stop()
	if code := <-ended; code != exit.OK {
		t.Errorf("exit code = %d; want 0", code)
	}
}

// TestServe_hasNoKeys gives the one flag of mockgates serve that this program lacks.
func TestServe_hasNoKeys(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	code := program.Run(t.Context(), []string{"serve", "--keys", "3"}, nil, strings.NewReader(""), io.Discard, &stderr)
	if code != exit.Usage || !strings.Contains(stderr.String(), "unknown flag --keys") {
		t.Errorf("exit code %d, %q; want 1 and the flag", code, stderr.String())
	}
}
