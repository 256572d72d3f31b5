package mockserver_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver"
)

// TestJournalIsStrictJSON checks that the journal is strict JSON, whatever was sent. A body
// that is not strict JSON is in it as text.
func TestJournalIsStrictJSON(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, tt := range []struct {
		name, body string
		text       string // in the journal; "" if the body is there as JSON
	}{
		{"an object", `{"name": "é", "limit": 1.5e3}`, ""},
		{"a number alone", `0`, ""},
		{"the largest double", `1.7976931348623157e308`, ""},
		{"a pair of surrogates", `"\ud83d\ude00"`, ""},
		{"nesting at the bound", nested(100), ""},
		{"nesting one deeper", nested(101), nested(101)},
		{"not JSON", `{`, `{`},
		{"a string that is not UTF-8", "{\"é\": \"\xff\"}", `{"é": "�"}`},
		{"a member twice", `{"a": 1, "a": 2}`, `{"a": 1, "a": 2}`},
		{"a member twice, deep down", `[{"b": {"a": 1, "\u0061": 2}}]`, `[{"b": {"a": 1, "\u0061": 2}}]`},
		{"a number over every double", `[1e999]`, `[1e999]`},
		{"half of a surrogate pair", `["\ud800"]`, `["\ud800"]`},
		{"half of a surrogate pair in a name", `{"\udc00": 1}`, `{"\udc00": 1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{})
			call(t, s, "POST", "/api/v1/keys", tt.body)
			entries := worldOf(t, s, "default").Journal(mockserver.Filter{})
			data, err := json.Marshal(entries)
			if err != nil {
				t.Fatal(err)
			}
			if err := strictjson.Validate(data, strictjson.Limits{Depth: 104}); err != nil {
				t.Errorf("%v in %s", err, data)
			}
			got := entries[0].Request
			if tt.text == "" && (string(got.Body) != tt.body || got.Text != "") || tt.text != "" && (got.Body != nil || got.Text != tt.text) {
				t.Errorf("got the body %s and the text %s", got.Body, got.Text)
			}
		})
	}
}
