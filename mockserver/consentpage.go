package mockserver

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
)

//go:embed consent.html
var consentHTML string

// consentTemplate has the two pages, "consent" and "problem".
var consentTemplate = template.Must(template.New("").Parse(consentHTML))

// consentStyle is the one style sheet that the pages may use, as
// Content-Security-Policy names it: by its hash.
var consentStyle = styleHash(consentHTML)

func styleHash(page string) string {
	_, rest, _ := strings.Cut(page, "<style>")
	css, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(css))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// A page answers a request for a page.
type page func(txn, *exchange) response

// show asks the route's page, with the world to itself.
func (w *World) show(x *exchange) response {
	w.mu.Lock()
	defer w.mu.Unlock()
	return x.route.page(w.txnLocked(), x)
}

// A consentView is what the consent page shows.
type consentView struct {
	App     string // origin of the callback
	Label   string
	World   string
	Limit   string
	Reset   string
	Expires string
	Machine string // expiry as it was sent; "" if never
	Token   string
}

// A problemView is what the page of a refusal shows.
type problemView struct {
	Title  string
	Issues []problemLine
	Hint   string
}

type problemLine struct{ Name, Message string }

// consentPage shows what is asked for, with a form to allow or deny it.
func (tx txn) consentPage(a ask) response {
	c := a.code
	v := consentView{
		App: c.origin, Label: c.Label, World: tx.world.name, Machine: c.ExpiresAt,
		Limit: "No limit", Expires: "Never", Token: tx.world.consentToken(a.query, tx.now),
	}
	if v.Label == "" {
		v.Label = appName(c.Callback)
	}
	if c.Limit != nil {
		v.Limit = strconv.FormatFloat(*c.Limit, 'f', -1, 64) + " US dollars"
	}
	v.Reset = map[string]string{
		"":        "Never",
		"daily":   "Every day, at midnight UTC",
		"weekly":  "Every Monday, at midnight UTC",
		"monthly": "On the first of every month, at midnight UTC",
	}[c.LimitReset]
	if t, err := parseTime(c.ExpiresAt); err == nil {
		v.Expires = t.UTC().Format("2 January 2006, 15:04:05") + " UTC"
	}
	resp := render(http.StatusOK, "consent", v, "'self' "+formTarget(c.origin), "consent.page")
	// With no-referrer a browser would send the form with "Origin: null", and
	// nothing would tell where it comes from.
	resp.header.Set("Referrer-Policy", "same-origin")
	return resp
}

// plainOrigin matches the origins that can stand in a header as they are.
var plainOrigin = regexp.MustCompile(`^https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]+)?$`)

// formTarget is the source under which a Content-Security-Policy lets the form
// lead to the callback: Chromium holds redirects to it too. A host that a
// policy cannot name is allowed by its scheme.
func formTarget(origin string) string {
	if plainOrigin.MatchString(origin) {
		return origin
	}
	scheme, _, _ := strings.Cut(origin, ":")
	return scheme + ":"
}

// problemPage shows a refusal. It leads nowhere: a callback may be among what
// was wrong.
func problemPage(e *Error) response {
	v := problemView{Title: e.Message, Hint: "Nothing was allowed. Go back to the app and start again."}
	for _, i := range e.Issues {
		v.Issues = append(v.Issues, problemLine{strings.TrimPrefix(i.Path, "?"), i.Message})
	}
	resp := render(e.Status, "problem", v, "'none'", e.rules...)
	if e.Status == http.StatusMethodNotAllowed {
		resp.header.Set("Allow", "GET, HEAD, POST")
	}
	return resp
}

// render makes a page with the headers that protect it.
func render(status int, name string, view any, formAction string, rules ...string) response {
	var b bytes.Buffer
	if err := consentTemplate.ExecuteTemplate(&b, name, view); err != nil {
		return response{status: http.StatusInternalServerError, header: pageHeader("'none'"), body: []byte{}, rules: []string{"server.error"}}
	}
	return response{status: status, header: pageHeader(formAction), body: b.Bytes(), rules: rules}
}

func pageHeader(formAction string) http.Header {
	h := http.Header{}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+consentStyle+
		"; form-action "+formAction+"; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	return h
}

// redirect sends the user back to the app.
func redirect(to, rule string) response {
	h := http.Header{}
	h.Set("Location", to)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	return response{status: http.StatusFound, header: h, rules: []string{rule}}
}
