package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mockgates/mockgates/mockserver/fault"
)

const (
	sentType = "application/json"
	sentBody = `{"key":"secret"}`
)

// send calls Send with a response that has all its headers, and returns what was
// recorded and the value of a panic.
func send(r *http.Request, status int, body string, effect fault.Effect) (rec *httptest.ResponseRecorder, panicked any) {
	rec = httptest.NewRecorder()
	rec.Header().Set("Content-Type", sentType)
	rec.Header().Set("Content-Length", strconv.Itoa(len(body)))
	defer func() { panicked = recover() }()
	Send(rec, r, status, []byte(body), effect)
	return rec, nil
}

func TestSend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		effect  fault.Effect
		length  string // Content-Length
		kind    string // Content-Type
		body    string
		flushed bool
		aborted bool
	}{
		{"without an effect it sends the response", "", "16", sentType, sentBody, false, false},
		{"violate sends the body that it is given", fault.EffectViolate, "16", sentType, sentBody, false, false},
		{"truncate sends half of the body and aborts", fault.EffectTruncate, "16", sentType, sentBody[:8], true, true},
		{"empty sends no body", fault.EffectEmpty, "0", sentType, "", false, false},
		{"garbage replaces the body", fault.EffectGarbage, "14", sentType, "<<<not json>>>", false, false},
		{"wrong-content-type keeps the body", fault.EffectWrongContentType, "16", "text/html; charset=utf-8", sentBody, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			rec, panicked := send(r, http.StatusCreated, sentBody, tt.effect)
			h := rec.Result().Header
			if rec.Code != http.StatusCreated || rec.Body.String() != tt.body || h.Get("Content-Length") != tt.length || h.Get("Content-Type") != tt.kind {
				t.Errorf("got %d %v %q, want 201 with length %s, type %s and %q", rec.Code, h, rec.Body, tt.length, tt.kind, tt.body)
			}
			if rec.Flushed != tt.flushed || (panicked == http.ErrAbortHandler) != tt.aborted {
				t.Errorf("flushed %v, panicked with %v", rec.Flushed, panicked)
			}
		})
	}
}

func TestSendWithoutAConnectionAbortsInsteadOfResetting(t *testing.T) {
	t.Parallel()
	for _, effect := range []fault.Effect{fault.EffectReset, fault.EffectHangup} {
		rec, panicked := send(httptest.NewRequest(http.MethodPost, "/", nil), http.StatusCreated, sentBody, effect)
		if panicked != http.ErrAbortHandler || rec.Flushed || rec.Body.Len() != 0 {
			t.Errorf("%s: panicked with %v after %q", effect, panicked, rec.Body)
		}
	}
}

func TestSendStalls(t *testing.T) {
	t.Parallel()
	t.Run("until the client disconnects", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			start := time.Now()
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil)
			rec, panicked := send(r, http.StatusCreated, sentBody, fault.EffectStall)
			h := rec.Result().Header
			if panicked != http.ErrAbortHandler || time.Since(start) != time.Minute {
				t.Errorf("panicked with %v after %v", panicked, time.Since(start))
			}
			if _, announced := h["Content-Length"]; announced || h.Get("Content-Type") != sentType || !rec.Flushed || rec.Body.Len() != 0 {
				t.Errorf("got %v and %q, want headers without a length, and no body", h, rec.Body)
			}
		})
	})
	t.Run("not at all for a request that cannot end", func(t *testing.T) {
		t.Parallel()
		r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/", nil)
		if _, panicked := send(r, http.StatusOK, "", fault.EffectStall); panicked != http.ErrAbortHandler {
			t.Errorf("panicked with %v", panicked)
		}
	})
}

// A dribbled records the body after each flush.
type dribbled struct {
	*httptest.ResponseRecorder
	parts []string
}

func (d *dribbled) Flush() { d.parts = append(d.parts, d.Body.String()) }

func TestSendDribbles(t *testing.T) {
	t.Parallel()
	t.Run("one byte at a time", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			d, start := &dribbled{ResponseRecorder: httptest.NewRecorder()}, time.Now()
			Send(d, httptest.NewRequest(http.MethodPost, "/", nil), http.StatusOK, []byte("abc"), fault.EffectDribble)
			if want := []string{"", "a", "ab", "abc"}; !slices.Equal(d.parts, want) || time.Since(start) != 3*dribbleGap {
				t.Errorf("got %q in %v, want %q", d.parts, time.Since(start), want)
			}
		})
	})
	t.Run("until the client disconnects", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), dribbleGap+dribbleGap/2)
			defer cancel()
			rec, panicked := send(httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil), http.StatusOK, "abc", fault.EffectDribble)
			if panicked != http.ErrAbortHandler || rec.Body.String() != "a" {
				t.Errorf("panicked with %v after %q", panicked, rec.Body)
			}
		})
	})
}

func TestSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := Sleep(t.Context(), time.Minute); err != nil || time.Since(start) != time.Minute {
			t.Errorf("slept %v: %v", time.Since(start), err)
		}
		cause := errors.New("the client left")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		if err := Sleep(ctx, time.Minute); err != cause {
			t.Errorf("got %v, want the cause", err)
		}
	})
}

func TestBuffer(t *testing.T) {
	t.Parallel()
	t.Run("Read returns the first end after the data", func(t *testing.T) {
		t.Parallel()
		b := newBuffer()
		if n, err := b.Write([]byte("data")); n != 4 || err != nil {
			t.Errorf("Write: %d, %v", n, err)
		}
		b.finish(io.ErrUnexpectedEOF)
		b.finish(io.EOF)
		got, err := io.ReadAll(b)
		if string(got) != "data" || err != io.ErrUnexpectedEOF {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("Write blocks while the buffer is full", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b, written := newBuffer(), make(chan int, 1)
			go func() {
				n, _ := b.Write(make([]byte, maxBuffered+1))
				written <- n
			}()
			synctest.Wait()
			if len(written) != 0 || len(b.data) != maxBuffered {
				t.Fatalf("%d bytes are buffered, and Write has returned %v", len(b.data), len(written) != 0)
			}
			if n, err := b.Read(make([]byte, 1)); n != 1 || err != nil {
				t.Errorf("Read: %d, %v", n, err)
			}
			if n := <-written; n != maxBuffered+1 {
				t.Errorf("Write: got %d", n)
			}
		})
	})
	t.Run("close fails readers and writers", func(t *testing.T) {
		t.Parallel()
		b := newBuffer()
		_, _ = b.Write([]byte("data"))
		b.close()
		if n, err := b.Read(make([]byte, 1)); n != 0 || err != io.ErrClosedPipe {
			t.Errorf("Read: %d, %v", n, err)
		}
		if n, err := b.Write([]byte("x")); n != 0 || err != io.ErrClosedPipe {
			t.Errorf("Write: %d, %v", n, err)
		}
	})
}
