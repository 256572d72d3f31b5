package form_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// maxBody is the documented bound of a request body.
const maxBody = 1 << 20

// contentType returns a header with the values of Content-Type.
func contentType(values ...string) http.Header {
	h := http.Header{}
	for _, v := range values {
		h.Add("Content-Type", v)
	}
	return h
}

// read returns the members of a JSON body, which must be acceptable.
func read(t testing.TB, text string) form.Members {
	t.Helper()
	b := form.Body{Data: []byte(text)}
	members, issues := b.Object(contentType("application/json"))
	if members == nil || issues != nil {
		t.Fatalf("%s: got issues %v", text, issues)
	}
	return members
}

// rules returns the paths and rules of issues, as "PATH RULE".
func rules(issues []apispec.Issue) (list []string) {
	for _, i := range issues {
		list = append(list, i.Path+" "+i.Rule)
	}
	return list
}

func TestReadBody(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	for _, tt := range []struct {
		name    string
		body    io.Reader
		length  int
		tooLong bool
		err     error
	}{
		{"a short body is read", strings.NewReader("{}"), 2, false, nil},
		{"an empty body is read", strings.NewReader(""), 0, false, nil},
		{"a body at the bound is read", strings.NewReader(strings.Repeat("x", maxBody)), maxBody, false, nil},
		{"a body over the bound is cut", strings.NewReader(strings.Repeat("x", maxBody+1)), maxBody, true, nil},
		{"the end of the connection is an error", io.MultiReader(strings.NewReader("half"), &failing{broken}), 4, false, broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := form.ReadBody(httptest.NewRequest(http.MethodPost, "/", tt.body))
			if len(b.Data) != tt.length || b.TooLong != tt.tooLong || !errors.Is(b.Err, tt.err) {
				t.Errorf("got %d bytes, too long %v, %v, want %d, %v, %v", len(b.Data), b.TooLong, b.Err, tt.length, tt.tooLong, tt.err)
			}
		})
	}
	t.Run("a request without a body has the zero Body", func(t *testing.T) {
		t.Parallel()
		for _, body := range []io.ReadCloser{nil, http.NoBody} {
			if b := form.ReadBody(&http.Request{Body: body}); b.Data != nil || b.TooLong || b.Err != nil {
				t.Errorf("got %+v", b)
			}
		}
	})
}

// failing is a reader that fails.
type failing struct{ err error }

func (r *failing) Read([]byte) (int, error) { return 0, r.err }

func TestObject(t *testing.T) {
	t.Parallel()
	nested := func(depth int) string {
		return `{"a":` + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + `}`
	}
	for _, tt := range []struct {
		name   string
		header http.Header
		body   form.Body
		want   []string // path and rule; nil for an object
	}{
		{"an object", contentType("application/json"), form.Body{Data: []byte(`{"a":1}`)}, nil},
		{"an empty object", contentType("application/json"), form.Body{Data: []byte(`{}`)}, nil},
		{"the greatest depth", contentType("application/json"), form.Body{Data: []byte(nested(1000))}, nil},
		{"one level too deep", contentType("application/json"), form.Body{Data: []byte(nested(1001))}, []string{" body.json"}},
		{"no body", contentType("application/json"), form.Body{}, []string{" body.empty"}},
		{"an array", contentType("application/json"), form.Body{Data: []byte(`[]`)}, []string{" body.object"}},
		{"half an object", contentType("application/json"), form.Body{Data: []byte(`{"a"`)}, []string{" body.json"}},
		{"a repeated member", contentType("application/json"), form.Body{Data: []byte(`{"a":{"b/c":1,"b/c":2}}`)}, []string{"/a/b~1c body.duplicate"}},
		{"a body that is too long", contentType("application/json"), form.Body{Data: []byte(`{}`), TooLong: true}, []string{" body.size"}},
		{"a body that could not be read", contentType("application/json"), form.Body{Data: []byte(`{}`), Err: io.ErrUnexpectedEOF}, []string{" body.json"}},
		{"another media type", contentType("text/plain"), form.Body{Data: []byte(`{}`)}, []string{" body.media-type"}},
		{"another media type, before anything else", contentType(), form.Body{TooLong: true}, []string{" body.media-type"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			members, issues := tt.body.Object(tt.header)
			if diff := cmp.Diff(tt.want, rules(issues)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
			if (members == nil) != (tt.want != nil) {
				t.Errorf("got members %v", members)
			}
		})
	}
}

func TestObjectIsReadOnce(t *testing.T) {
	t.Parallel()
	b := form.Body{Data: []byte(`{"a":1}`)}
	first, _ := b.Object(contentType("application/json"))
	again, issues := b.Object(contentType())
	if len(first) != 1 || len(again) != 1 || &first[0] != &again[0] || issues != nil {
		t.Errorf("got %v, %v, want the members of the first call", again, issues)
	}
}

func TestJSONMediaType(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		header http.Header
		got    string
		ok     bool
	}{
		{"as it is", contentType("application/json"), "", true},
		{"with a parameter", contentType("application/json; charset=utf-8"), "", true},
		{"with a malformed parameter", contentType("application/json; charset"), "", true},
		{"with an empty parameter", contentType("application/json;"), "", true},
		{"in upper case", contentType("APPLICATION/JSON"), "", true},
		{"in upper case with a repeated parameter", contentType("Application/JSON; a=1; a=2"), "", true},
		{"missing", contentType(), "missing", false},
		{"repeated", contentType("application/json", "application/json"), "repeated", false},
		{"empty", contentType(""), `""`, false},
		{"a suffix", contentType("application/problem+json"), `"application/problem+json"`, false},
		{"a list", contentType("application/json, text/plain"), `"application/json, text/plain"`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, ok := form.JSONMediaType(tt.header); got != tt.got || ok != tt.ok {
				t.Errorf("got %q, %v, want %q, %v", got, ok, tt.got, tt.ok)
			}
		})
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\n\"":                      `"a\n\""`,
		strings.Repeat("é", 64):      `"` + strings.Repeat("é", 64) + `"`,
		strings.Repeat("é", 65):      `"` + strings.Repeat("é", 64) + `…"`,
		strings.Repeat("x", 1000000): `"` + strings.Repeat("x", 64) + `…"`,
	} {
		if got := form.Quote(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// FuzzObject checks that a body has either members or one issue, and that the
// issue names a rule and says something.
func FuzzObject(f *testing.F) {
	for _, body := range []string{`{"name":"k"}`, `{}`, ``, " \n", `[]`, `null`, `{"a":1,"a":2}`, `{"a":1}{}`, `{"a":"\ud800"}`, "\ufeff{}", "{\"a\":\"\xff\"}"} {
		f.Add([]byte(body), "application/json; charset=utf-8")
	}
	f.Add([]byte(`{}`), "application/json;;")
	f.Fuzz(func(t *testing.T, data []byte, kind string) {
		b := form.Body{Data: data}
		members, issues := b.Object(contentType(kind))
		switch {
		case members != nil && len(issues) != 0, members == nil && len(issues) != 1:
			t.Fatalf("got members %v and issues %v", members, issues)
		case members == nil && (!strings.HasPrefix(issues[0].Rule, "body.") || issues[0].Message == ""):
			t.Fatalf("got the issue %+v", issues[0])
		}
	})
}
