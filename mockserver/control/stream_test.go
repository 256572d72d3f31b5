package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

// A listener reads the stream of requests.
type listener struct {
	lines *bufio.Scanner
	close func()
}

// openStream opens the stream of the default world.
func openStream(t *testing.T, url, query string, headers ...string) listener {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/_mockgates/requests/stream"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("stream: %d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	l := listener{bufio.NewScanner(resp.Body), func() { cancel(); _ = resp.Body.Close() }}
	t.Cleanup(l.close)
	return l
}

// next returns the entry of the next event, and checks the form of the event.
func (l listener) next(t *testing.T) mockserver.Entry {
	t.Helper()
	var block []string
	for l.lines.Scan() && l.lines.Text() != "" {
		block = append(block, l.lines.Text())
	}
	var e mockserver.Entry
	if len(block) != 3 || block[1] != "event: request" || json.Unmarshal([]byte(strings.TrimPrefix(block[2], "data: ")), &e) != nil {
		t.Fatalf("event: %q (%v)", block, l.lines.Err())
	}
	if block[0] != fmt.Sprintf("id: %d", e.Seq) {
		t.Errorf("%s for the entry %d", block[0], e.Seq)
	}
	return e
}

func TestStream(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	web := httptest.NewServer(f.handler)
	t.Cleanup(web.Close)
	f.createKey(t, `{"name": "one"}`)
	f.createKey(t, `{"name": "two"}`)

	all := openStream(t, web.URL, "")
	later := openStream(t, web.URL, "?since=1")
	back := openStream(t, web.URL, "", "Last-Event-ID", "1")
	refused := openStream(t, web.URL, "?status=400")
	for _, want := range []string{"one", "two"} {
		if e := all.next(t); !strings.Contains(string(e.Request.Body), want) {
			t.Errorf("the stream begins with %s; want %s", e.Request.Body, want)
		}
	}
	if later.next(t).Seq != 2 || back.next(t).Seq != 2 {
		t.Error("since and Last-Event-ID do not begin after the first entry")
	}

	f.createKey(t, `{"name": "three"}`)
	f.api(t, "POST", "/keys", `{"name": ""}`)
	for _, l := range []listener{all, later, back} {
		if first, second := l.next(t), l.next(t); first.Seq != 3 || second.Seq != 4 {
			t.Errorf("then %d and %d; want 3 and 4", first.Seq, second.Seq)
		}
	}
	if e := refused.next(t); e.Seq != 4 || e.Status != 400 {
		t.Errorf("filtered: %d with %d; want 4 with 400", e.Seq, e.Status)
	}

	f.world(t, "default").Reset()
	f.createKey(t, `{"name": "anew"}`)
	if e := all.next(t); e.Seq != 1 || !strings.Contains(string(e.Request.Body), "anew") {
		t.Errorf("after a reset: %d %s; want the first of the new journal", e.Seq, e.Request.Body)
	}
}

func TestStream_endsWhenItsClientLeaves(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	ended := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		f.handler.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	openStream(t, web.URL, "").close()
	<-ended
}

func TestStream_answersHeadAtOnce(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	if a := f.call(t, "HEAD", "requests/stream", ""); a.status != 200 || a.header.Get("Content-Type") != "text/event-stream" || a.body != "" {
		t.Errorf("%d %v %q", a.status, a.header, a.body)
	}
}

func TestStream_refusesALastEventIDThatIsNotANumber(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	for _, id := range []string{"x", "-1", "+1", "1.5", "99999999999999999999"} {
		if a := f.call(t, "GET", "requests/stream", "", "Last-Event-ID", id); a.status != 400 || !strings.Contains(a.message(), id) {
			t.Errorf("%q: %d %s; want 400", id, a.status, a.body)
		}
	}
}
