package mockserver_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// discard is a ResponseWriter that discards the response.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

// SetReadDeadline lets the server bound the time for the body, as on a connection.
func (d discard) SetReadDeadline(time.Time) error { return nil }

func benchmarkPost(b *testing.B, cfg mockserver.Config, path, body string) {
	s := newServer(b, cfg)
	r := httptest.NewRequest("POST", path, nil)
	r.Header.Set("Authorization", management)
	r.Header.Set("Content-Type", "application/json")
	r.ContentLength = int64(len(body))
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(strings.NewReader(body))
		s.ServeHTTP(discard{http.Header{}}, r)
	}
}

// createKeyBody is the body of a usual request for a key.
const createKeyBody = `{"name": "Analytics Service Key", "expires_at": "2029-11-30T23:59:59Z", "include_byok_in_limit": false, "limit": 100, "limit_reset": "weekly"}`

// BenchmarkPost measures the most common requests: a created key, a refused
// request, and a created key while a fault for another operation is in force.
func BenchmarkPost(b *testing.B) {
	b.Run("key-logged", func(b *testing.B) {
		benchmarkPost(b, mockserver.Config{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}, "/api/v1/keys", createKeyBody)
	})
	b.Run("key", func(b *testing.B) { benchmarkPost(b, mockserver.Config{}, "/api/v1/keys", createKeyBody) })
	b.Run("refusal", func(b *testing.B) { benchmarkPost(b, mockserver.Config{}, "/api/v1/keys", `{"name": "", "limit": -1}`) })
	b.Run("code", func(b *testing.B) {
		benchmarkPost(b, mockserver.Config{}, "/api/v1/auth/keys/code", `{"callback_url": "https://app.test/cb"}`)
	})
	b.Run("key-beside-a-fault", func(b *testing.B) {
		cfg := mockserver.Config{Faults: []fault.Fault{{Operation: "create-auth-keys-code", Status: 500}}}
		benchmarkPost(b, cfg, "/api/v1/keys", createKeyBody)
	})
	b.Run("unknown-path", func(b *testing.B) { benchmarkPost(b, mockserver.Config{}, "/api/v1/nowhere", createKeyBody) })
}

// BenchmarkTCP measures POST /keys over a connection, with the client of net/http.
func BenchmarkTCP(b *testing.B) {
	web := httptest.NewServer(newServer(b, mockserver.Config{}))
	defer web.Close()
	b.ReportAllocs()
	for b.Loop() {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, web.URL+"/api/v1/keys", strings.NewReader(`{"name": "Analytics Service Key"}`))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Authorization", management)
		r.Header.Set("Content-Type", "application/json")
		response, err := web.Client().Do(r)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}

// BenchmarkGet measures the request for a key.
func BenchmarkGet(b *testing.B) {
	s := newServer(b, mockserver.Config{})
	created := call(b, s, "POST", "/api/v1/keys", `{"name": "Analytics Service Key", "limit": 100}`)
	hash, _ := created.at("data.hash").(string)
	r := httptest.NewRequest("GET", "/api/v1/keys/"+hash, nil)
	r.Header.Set("Authorization", management)
	b.ReportAllocs()
	for b.Loop() {
		s.ServeHTTP(discard{http.Header{}}, r)
	}
}
