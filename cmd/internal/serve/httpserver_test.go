package serve

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/logqueue"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// An awaited is an io.Writer that tells when a text was written.
type awaited struct {
	mu   sync.Mutex // guards the fields below
	want string
	text bytes.Buffer
	seen chan struct{} // closed when the text contains want
}

func newAwaited(want string) *awaited { return &awaited{want: want, seen: make(chan struct{})} }

func (a *awaited) Write(data []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := strings.Contains(a.text.String(), a.want)
	n, err := a.text.Write(data)
	if !before && strings.Contains(a.text.String(), a.want) {
		close(a.seen)
	}
	return n, err
}

// TestShutdown shuts the server down while a gate holds a request.
func TestShutdown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		grace  time.Duration
		log    string // waited for
		open   bool   // open the gate after that
		status int    // of the held request; 0 if it is aborted
	}{
		{"waits for a request and logs its gate", time.Hour, `requests="1 in progress, 1 held at gate \"door\" of world \"default\"`, true, 201},
		{"aborts a request that does not end", time.Millisecond, "requests aborted", false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			hold, err := fault.Parse("create-keys hold=door times=1")
			if err != nil {
				t.Fatal(err)
			}
			fake, err := mockserver.New(mockserver.Config{Faults: []fault.Fault{hold}})
			if err != nil {
				t.Fatal(err)
			}
			log := newAwaited(test.log)
			ctx, stop := context.WithCancel(t.Context())
			s := Server{
				log: slog.New(slog.NewTextHandler(log, nil)), grace: test.grace,
				held: func() []string { return heldRequests(fake) },
			}
			addr, err := s.listen(ctx, "addr", "127.0.0.1:0", fake, nil)
			if err != nil {
				t.Fatal(err)
			}
			ended, answered := make(chan error, 1), make(chan int, 1)
			go func() {
				ended <- s.Serve(ctx, func() {})
			}()
			go func() {
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr.String()+"/api/v1/keys", strings.NewReader(`{"name": "k"}`))
				req.Header.Set("Authorization", "Bearer "+DefaultKey)
				req.Header.Set("Content-Type", "application/json")
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					answered <- 0
					return
				}
				_ = res.Body.Close()
				answered <- res.StatusCode
			}()
			world, err := fake.World(mockserver.DefaultWorld)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := world.WaitForHeld(t.Context(), "door", 1); err != nil {
				t.Fatal(err)
			}
			stop()
			<-log.seen
			if test.open {
				if _, err := world.OpenGate("door"); err != nil {
					t.Error(err)
				}
			}
			if err := <-ended; err != nil {
				t.Errorf("serve: %v", err)
			}
			if status := <-answered; status != test.status {
				t.Errorf("status = %d; want %d", status, test.status)
			}
		})
	}
}

// TestDocs_serverLimits compares the table of server limits with those of
// serve.
func TestDocs_serverLimits(t *testing.T) {
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
	text, err := os.ReadFile("../../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), want) {
		t.Errorf("docs/limits.md does not contain this table:\n%s", want)
	}
}
