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

// hidden is what output shows in place of a secret.
const hidden = "[secret]"

// shortestSecret is the length in bytes below which a value is no secret: to
// hide it would garble the output, and it could be guessed anyway.
const shortestSecret = 8

// keyShape matches a key of the API or its family, wherever it stands.
var keyShape = regexp.MustCompile(`sk-[a-z0-9]+(?:-[a-z0-9]+)*-[0-9a-f]{16,}`)

// A vault knows every secret that a run has sent or received, and takes them
// out of text by value: plain, and as JSON, a URL and base64 write them.
type vault struct {
	mu    sync.Mutex // guards all below
	known map[string]bool
	forms []string          // every form of every secret, longest first
	hide  *strings.Replacer // of forms; nil until it is needed
}

// add registers secrets. Values too short to be one are left out.
func (v *vault) add(secrets ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	fresh := false
	for _, s := range secrets {
		if len(s) < shortestSecret || v.known[s] {
			continue
		}
		fresh = true
		if v.known == nil {
			v.known = map[string]bool{}
		}
		v.known[s] = true
		v.forms = append(v.forms, forms(s)...)
	}
	if !fresh {
		return
	}
	slices.SortFunc(v.forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	v.forms, v.hide = slices.Compact(v.forms), nil
}

// forms is a secret as text may hold it.
func forms(s string) []string {
	quoted, _ := json.Marshal(s) // a string can always be marshalled
	all := []string{
		s, strings.Trim(string(quoted), `"`), url.QueryEscape(s), url.PathEscape(s),
		base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s)),
	}
	// Inside a longer text that was encoded whole, a secret begins at one of
	// three places in a group of three bytes. The digits that depend on it
	// alone are the same each time.
	for shift := range 3 {
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := enc.EncodeToString(append(make([]byte, shift), s...))
			from, to := (shift*8+5)/6, (shift+len(s))*8/6
			all = append(all, text[from:to])
		}
	}
	return all
}

// redact returns text without the secrets.
func (v *vault) redact(text string) string {
	v.mu.Lock()
	if v.hide == nil {
		var pairs []string
		for _, form := range v.forms {
			pairs = append(pairs, form, hidden)
		}
		v.hide = strings.NewReplacer(pairs...)
	}
	hide := v.hide
	v.mu.Unlock()
	return hide.Replace(text)
}

// learn registers the secrets in an answer: the key beside the data, and
// whatever has the shape of a key.
func (v *vault) learn(body []byte) {
	var answer struct {
		Key string `json:"key"`
	}
	if json.Unmarshal(body, &answer) == nil {
		v.add(answer.Key)
	}
	for _, key := range keyShape.FindAll(body, -1) {
		v.add(string(key))
	}
}

// writer returns a writer to w that hides the secrets. It passes whole lines
// on, so that none is split; flush passes on the rest.
func (v *vault) writer(w io.Writer) *redactor { return &redactor{vault: v, to: w} }

// A redactor is the one writer that all output of a run passes. It may be used
// by several goroutines at once; each Write stays in one piece.
type redactor struct {
	vault *vault

	mu      sync.Mutex // guards to and pending
	to      io.Writer
	pending []byte // of the last line
}

func (r *redactor) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending = append(r.pending, p...)
	end := bytes.LastIndexByte(r.pending, '\n') + 1
	whole := string(r.pending[:end])
	r.pending = slices.Clone(r.pending[end:])
	_, err := io.WriteString(r.to, r.vault.redact(whole))
	return len(p), err
}

func (r *redactor) flush() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	rest := string(r.pending)
	r.pending = nil
	_, err := io.WriteString(r.to, r.vault.redact(rest))
	return err
}
