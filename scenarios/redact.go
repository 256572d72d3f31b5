package scenarios

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// redacted replaces a secret in output.
const redacted = "[secret]"

// shortestSecret is the length in bytes below which a value does not count as a
// secret: it could be guessed, and redacting it would make output unreadable.
const shortestSecret = 8

// keyPattern matches a key of the API or its family anywhere in a text.
var keyPattern = regexp.MustCompile(`sk-[a-z0-9]+(?:-[a-z0-9]+)*-[0-9a-f]{16,}`)

// A redactor knows every secret that a run has sent or received, and replaces
// them in text by value: plain, and as JSON, URLs and base64 encode them.
type redactor struct {
	mu       sync.Mutex // guards all below
	known    map[string]bool
	forms    []string          // every encoding of every secret, longest first
	replacer *strings.Replacer // of forms; nil until it is needed
}

// add registers secrets. It ignores values shorter than shortestSecret.
func (r *redactor) add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := false
	for _, s := range secrets {
		if len(s) < shortestSecret || r.known[s] {
			continue
		}
		fresh = true
		if r.known == nil {
			r.known = map[string]bool{}
		}
		r.known[s] = true
		r.forms = append(r.forms, encodings(s)...)
	}
	if !fresh {
		return
	}
	slices.SortFunc(r.forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	r.forms, r.replacer = slices.Compact(r.forms), nil
}

// encodings returns a secret in every form in which text may hold it.
func encodings(s string) []string {
	quoted, _ := json.Marshal(s) // a string can always be marshalled
	all := []string{
		s, strings.Trim(string(quoted), `"`), url.QueryEscape(s), url.PathEscape(s),
		base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s)),
	}
	// base64 encodes groups of three bytes. Inside a longer text a secret begins
	// at one of three offsets in a group, and for each of them the digits that
	// depend on the secret alone are always the same.
	for shift := range 3 {
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := enc.EncodeToString(append(make([]byte, shift), s...))
			from, to := (shift*8+5)/6, (shift+len(s))*8/6
			all = append(all, text[from:to])
		}
	}
	return all
}

// redact returns text with every secret replaced.
func (r *redactor) redact(text string) string {
	r.mu.Lock()
	if r.replacer == nil {
		var pairs []string
		for _, form := range r.forms {
			pairs = append(pairs, form, redacted)
		}
		r.replacer = strings.NewReplacer(pairs...)
	}
	replacer := r.replacer
	r.mu.Unlock()
	return replacer.Replace(text)
}

// addFromBody registers the secrets in a response body: its member key, and
// everything that looks like a key.
func (r *redactor) addFromBody(body []byte) {
	var response struct {
		Key string `json:"key"`
	}
	if json.Unmarshal(body, &response) == nil {
		r.add(response.Key)
	}
	for _, key := range keyPattern.FindAll(body, -1) {
		r.add(string(key))
	}
}

// writer returns a writer to w that redacts secrets. It writes whole lines, so
// that no secret is split; flush writes the rest.
func (r *redactor) writer(w io.Writer) *redactingWriter {
	return &redactingWriter{redactor: r, to: w}
}

// A redactingWriter is the writer for all output of a run. Several goroutines
// may use it at once; a Write is never interrupted by another one.
type redactingWriter struct {
	redactor *redactor

	mu      sync.Mutex // guards to and pending
	to      io.Writer
	pending []byte // the last line, without its end
}

func (w *redactingWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, p...)
	end := bytes.LastIndexByte(w.pending, '\n') + 1
	whole := string(w.pending[:end])
	w.pending = slices.Clone(w.pending[end:])
	_, err := io.WriteString(w.to, w.redactor.redact(whole))
	return len(p), err
}

func (w *redactingWriter) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	rest := string(w.pending)
	w.pending = nil
	_, err := io.WriteString(w.to, w.redactor.redact(rest))
	return err
}
