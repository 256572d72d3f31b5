package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// timeout bounds how long a test waits for something that must happen.
const timeout = 2 * time.Minute

// A buffer is an io.Writer whose text a test can wait for.
type buffer struct {
	mu      sync.Mutex // guards the fields below
	text    bytes.Buffer
	changed chan struct{} // closed at the next write; nil if nobody waits
}

func (b *buffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.changed != nil {
		close(b.changed)
		b.changed = nil
	}
	return b.text.Write(data)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// wait waits until the text contains want. It returns the text, and false if the
// wait timed out.
func (b *buffer) wait(want string) (string, bool) {
	expired := time.After(timeout)
	for {
		b.mu.Lock()
		text := b.text.String()
		if b.changed == nil {
			b.changed = make(chan struct{})
		}
		changed := b.changed
		b.mu.Unlock()
		if strings.Contains(text, want) {
			return text, true
		}
		select {
		case <-changed:
		case <-expired:
			return text, false
		}
	}
}

// await is like wait, but fails the test if the wait times out.
func (b *buffer) await(t *testing.T, want string) string {
	t.Helper()
	text, ok := b.wait(want)
	if !ok {
		t.Fatalf("no %q in:\n%s", want, text)
	}
	return text
}

// A fake is a mockgates serve that runs in this process.
type fake struct {
	base     string // URL, including /api/v1
	out, log *buffer
	stop     func() int // shuts it down and returns its exit code
}

// startFake runs mockgates serve on a free port until the test ends.
func startFake(t *testing.T, env []string, args ...string) *fake {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	f := &fake{out: new(buffer), log: new(buffer)}
	ended := make(chan int, 1)
	go func() {
		args := append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)
		code := program.Run(ctx, args, env, strings.NewReader(""), f.out, f.log)
		if code != 0 {
			_, _ = f.out.Write([]byte("listening on nothing\n")) // so that the test does not wait
		}
		ended <- code
	}()
	f.stop = sync.OnceValue(func() int {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { f.stop() })
	text := f.out.await(t, "listening on ")
	_, base, _ := strings.Cut(text, "listening on ")
	f.base = base[:strings.IndexAny(base, "\n\"")] // of a line of text or of JSON
	if !strings.Contains(f.base, "://127.0.0.1:") || !strings.HasSuffix(f.base, "/api/v1") {
		t.Fatalf("the fake did not start: out %q, log %q", text, f.log)
	}
	return f
}

// root returns the URL of the fake without /api/v1.
func (f *fake) root() string { return strings.TrimSuffix(f.base, "/api/v1") }

// A response is an HTTP response with its whole body.
type response struct {
	status int
	header http.Header
	body   string
}

// call sends one request to the fake: a POST if there is a body, otherwise a GET.
func (f *fake) call(t *testing.T, path, token, body string) response {
	t.Helper()
	return call(t, f.base+path, token, body)
}

func call(t *testing.T, url, token, body string) response {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{res.StatusCode, res.Header, string(data)}
}

// mockgates runs the program in this process and returns when it ends. A command
// that does not end by itself, such as serve, is stopped at the timeout.
func mockgates(t *testing.T, env []string, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	var out, log buffer
	code = program.Run(ctx, args, env, strings.NewReader(stdin), &out, &log)
	return code, out.String(), log.String()
}
