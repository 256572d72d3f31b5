// Package consentpage renders the HTML pages on which a user allows or denies an
// app a key: the question, and the error page for an invalid request. It also makes
// the token that a decision must carry, and the redirect back to the app.
//
//	Question, with a token of Signer ─► Ask ─► the page
//	Problem ─────────────────────────► Refuse ─► the error page
//	callback, code or error ─────────► Redirect ─► Location
package consentpage

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed consent.html
var source string

// pages returns the templates "consent" and "problem". They are parsed for the first
// page, since most servers show none.
var pages = sync.OnceValue(func() *template.Template { return template.Must(template.New("").Parse(source)) })

// style is the source expression of Content-Security-Policy for the only style
// sheet of the pages: its hash.
var style = styleHash(source)

func styleHash(page string) string {
	_, rest, _ := strings.Cut(page, "<style>")
	css, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(css))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// A Question is what the consent page shows.
type Question struct {
	App     string // origin of the callback
	Label   string // of the key
	World   string
	Limit   *float64  // USD; nil for no limit
	Reset   string    // "daily", "weekly", "monthly"; "" never
	Expires time.Time // zero for never
	Token   string    // sent back with the decision
}

// LimitText returns the limit in words.
func (q Question) LimitText() string {
	if q.Limit == nil {
		return "No limit"
	}
	return strconv.FormatFloat(*q.Limit, 'f', -1, 64) + " US dollars"
}

// ResetText returns when the limit is reset, in words.
func (q Question) ResetText() string {
	switch q.Reset {
	case "daily":
		return "Every day at midnight UTC"
	case "weekly":
		return "Every Monday at midnight UTC"
	case "monthly":
		return "On the first of every month at midnight UTC"
	}
	return "Never"
}

// A Problem is what the error page shows.
type Problem struct {
	Title  string
	Issues []Issue
	Hint   string
}

// An Issue is one problem with a request: the parameter and what is wrong with it.
type Issue struct{ Name, Message string }

// Ask renders the question. The policy in the header allows the form to submit to
// the server and to be redirected to the app.
func Ask(q Question) (http.Header, []byte, error) {
	body, err := render("consent", q)
	h := pageHeader("'self' " + formTarget(q.App))
	// With no-referrer a browser submits the form with "Origin: null", which hides
	// where it comes from.
	h.Set("Referrer-Policy", "same-origin")
	return h, body, err
}

// Refuse renders the error page. It has no link back to the app, because the
// callback may be what is wrong.
func Refuse(p Problem) (http.Header, []byte, error) {
	p.Hint = "Access was not granted. Go back to the app and try again."
	body, err := render("problem", p)
	return pageHeader("'none'"), body, err
}

func render(name string, view any) ([]byte, error) {
	var b bytes.Buffer
	err := pages().ExecuteTemplate(&b, name, view)
	return b.Bytes(), err
}

// plainOrigin returns what matches the origins that a header can carry as they are.
var plainOrigin = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]+)?$`) })

// formTarget returns the form-action source that allows the redirect to the
// callback, since Chromium applies the policy to redirects too. If a policy cannot
// name the host, its scheme is allowed.
func formTarget(origin string) string {
	if plainOrigin().MatchString(origin) {
		return origin
	}
	scheme, _, _ := strings.Cut(origin, ":")
	return scheme + ":"
}

// pageHeader returns the security headers of a page.
func pageHeader(formAction string) http.Header {
	h := http.Header{}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+style+
		"; form-action "+formAction+"; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	return h
}
