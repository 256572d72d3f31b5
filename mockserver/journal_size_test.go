package mockserver_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// TestTheJournalCountsAllThatAClientSends sends two requests that differ in the length of
// one part. The difference must count in the size of the journal.
func TestTheJournalCountsAllThatAClientSends(t *testing.T) {
	t.Parallel()
	const large = 3000
	type sent struct{ method, path, query, header, value, body string }
	for _, tt := range []struct {
		name string
		part func(r *sent, text string)
		most int // times that the part may be in the entry
		want int // times that it is
	}{
		{"the method", func(r *sent, text string) { r.method = "M" + text }, 1, 1},
		{"the path", func(r *sent, text string) { r.path = "/nowhere/" + text }, 1, 1},
		{"the query", func(r *sent, text string) { r.query = "q=" + text }, 1, 1},
		{"the value of a header", func(r *sent, text string) { r.value = text }, 1, 1},
		{"the name of a header", func(r *sent, text string) { r.header = "X-" + text }, 1, 1},
		{"the body", func(r *sent, text string) { r.body = `{"name": "` + text + `"}` }, 2, 2},
		{"a header that the response repeats", func(r *sent, text string) {
			r.method, r.header, r.value = "OPTIONS", "Access-Control-Request-Headers", text
		}, 2, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bytes := func(text string) int {
				s := newServer(t, mockserver.Config{})
				x := sent{method: "POST", path: "/api/v1/keys", header: "X", body: `{"name": "k"}`}
				tt.part(&x, text)
				r := httptest.NewRequest(x.method, "http://localhost"+x.path+"?"+x.query, strings.NewReader(x.body))
				r.Header.Set("Authorization", management)
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set(x.header, x.value)
				s.ServeHTTP(httptest.NewRecorder(), r)
				return int(s.Usage().JournalBytes.Now)
			}
			if grows := bytes(strings.Repeat("x", large)) - bytes(""); grows < tt.want*large || grows > tt.most*large+large/2 {
				t.Errorf("%d bytes more take %d of the journal, want %d to %d times as many", large, grows, tt.want, tt.most)
			}
		})
	}
}

// TestTheJournalCountsFindings checks that violations count in the size of an entry. Those
// of a request with a hundred undeclared properties have more bytes than its body.
func TestTheJournalCountsFindings(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	body := `{"name": "k"`
	for i := range 100 {
		body += `,"` + strings.Repeat("x", i+1) + `":0`
	}
	call(t, s, "POST", "/api/v1/keys", body+"}")
	findings := 0
	for _, v := range worldOf(t, s, "default").Violations() {
		findings += len(v.Kind) + len(v.Message) + len(v.Pointer) + len(v.Operation)
	}
	if got := int(s.Usage().JournalBytes.Now); findings < len(body) || got < findings+len(body) {
		t.Errorf("the entry takes %d bytes of the journal, want at least the %d of its findings and the %d of its body", got, findings, len(body))
	}
}
