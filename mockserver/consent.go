package mockserver

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// consentPath is where the consent page is: at the root of the host, below no
// base path.
const consentPath = "/auth"

// consentLife is how long a decision can be made on a page, on the world's
// clock.
const consentLife = 10 * time.Minute

// askParameters are the parameters of the consent page that become properties
// of an authorization code. They are read by the same rules.
var askParameters = []string{
	"callback_url", "code_challenge", "code_challenge_method", "expires_at", "key_label", "limit", "usage_limit_type",
}

// An ask is what an app asks the user for, by the query of the consent page.
type ask struct {
	code   AuthCode
	state  string
	stated bool   // there is a state; it may be empty
	auto   string // "allow" or "deny" decide without a page; "" shows it
	query  string // all parameters in one spelling, for the token
}

// consentRoute is the route of the consent page, and the name of the world
// whose account is asked: that of the parameter world, or the default.
func consentRoute(r *http.Request) (route, string) {
	q := newParams(r.URL.RawQuery, "consent.parameters")
	foreign := http.NewCrossOriginProtection().Check(r)
	rt := route{path: consentPath, page: func(tx txn, x *exchange) response { return tx.consent(x, q, foreign) }}
	return rt, q.values.Get("world")
}

// consent answers the consent page: GET shows it, and POST sends the user's
// decision. A page shows no refusal of the API; what it answers is HTML.
func (tx txn) consent(x *exchange, q *params, foreign error) response {
	switch x.method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		return problemPage(refuse(405, "route.method").saying("The consent page takes GET and POST"))
	}
	if foreign != nil {
		return problemPage(refuse(403, "consent.cross-origin").saying("A page of another origin sent this decision"))
	}
	a, refused := tx.ask(q)
	if refused != nil {
		return problemPage(refused)
	}
	decision := a.auto
	if x.method == http.MethodPost {
		if decision, refused = tx.decision(x.req, a); refused != nil {
			return problemPage(refused)
		}
	} else if x.method == http.MethodHead {
		decision = "" // looking decides nothing
	}
	switch decision {
	case "allow":
		if tx.appReserved(a.code.origin) {
			return problemPage(refuse(409, "codes.conflict"))
		}
		return redirect(a.callback("code", tx.newCode(a.code).ID), "consent.allowed")
	case "deny":
		return redirect(a.callback("error", "access_denied"), "consent.denied")
	}
	return tx.consentPage(a)
}

// appReserved reports whether the app of an origin is new, and another request
// is creating its record.
func (tx txn) appReserved(origin string) bool {
	_, known := tx.apps[origin]
	_, taken := tx.pending[origin]
	return taken && !known
}

// ask reads what is asked for, or the 400 with every problem of it.
func (tx txn) ask(q *params) (ask, *Error) {
	f := &form{members: members{}}
	for _, name := range askParameters {
		s, ok := q.text(name, "")
		switch {
		case !ok:
		case !utf8.ValidString(s):
			q.refuse(name, q.rule, "must be UTF-8")
		default:
			f.members[name] = jsonOf(name, s)
		}
	}
	a := ask{query: q.values.Encode()}
	a.code = f.code(tx)
	for _, issue := range f.issues {
		name := strings.TrimPrefix(issue.Path, "/")
		if len(q.values[name]) > 1 && !f.has(name) {
			continue // it is there twice, and that was said
		}
		issue.Path = "?" + name
		q.issues = append(q.issues, issue)
	}
	a.state, a.stated = q.text("state", "")
	if name, ok := q.text("world", ""); ok && !worldName.MatchString(name) {
		q.refuse("world", q.rule, "must be 1 to 64 of a-z 0-9 -, not "+quote(name))
	}
	var ok bool
	if a.auto, ok = q.text("auto", ""); ok && a.auto != "allow" && a.auto != "deny" {
		q.refuse("auto", q.rule, "must be allow or deny, not "+quote(a.auto))
	}
	return a, consentProblem(q.issues)
}

// consentProblem is the 400 for what is wrong with a query or a form; nil for
// no issues.
func consentProblem(issues []Issue) *Error {
	if len(issues) == 0 {
		return nil
	}
	e := refuse(400, "consent.parameters").saying("The request for a key has problems")
	e.Issues = issues
	for _, i := range issues {
		e.rules = appendNew(e.rules, i.rule)
	}
	return e
}

// jsonOf is the text of a parameter as the property of the same name would
// have it in a body: a string, and for the limit a number if it is one.
func jsonOf(name, text string) json.RawMessage {
	if name == "limit" && text != "" && strings.Contains("-0123456789", text[:1]) && json.Valid([]byte(text)) {
		return json.RawMessage(strings.TrimSpace(text))
	}
	raw, _ := json.Marshal(text) // every string marshals
	return raw
}

// decision reads the form that the page sends: the decision and the token of
// the page that it was made on.
func (tx txn) decision(req *request, a ask) (string, *Error) {
	kind, _, _ := mime.ParseMediaType(req.header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" || req.body.tooLong || req.body.err != nil {
		return "", refuse(400, "consent.parameters").saying("A decision is sent as the form of the consent page sends it")
	}
	q := newParams(string(req.body.data), "consent.parameters")
	token, _ := q.text("token", "")
	decision, _ := q.text("decision", "")
	if len(q.issues) == 0 && !tx.world.consentTokenHolds(token, a.query, tx.now) {
		return "", refuse(403, "consent.token").saying("This decision does not come from a page that is still open")
	}
	if len(q.issues) == 0 && decision != "allow" && decision != "deny" {
		q.refuse("decision", q.rule, "must be allow or deny, not "+quote(decision))
	}
	return decision, consentProblem(q.issues)
}

// consentToken says that a page was shown at a time, for these parameters and
// this world. Like all else it comes from the world's seed, so it keeps out
// the pages of others only together with the check of the origin.
func (w *World) consentToken(query string, at time.Time) string {
	issued := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, w.derive("consent", 0))
	fmt.Fprintf(mac, "%s\x00%s", issued, query)
	return issued + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// consentTokenHolds reports whether the token is one of consentToken for the
// same parameters, at most consentLife old. It may be used again until then.
func (w *World) consentTokenHolds(token, query string, now time.Time) bool {
	issued, _, _ := strings.Cut(token, ".")
	ms, err := strconv.ParseInt(issued, 10, 64)
	if err != nil {
		return false
	}
	at := time.UnixMilli(ms)
	same := subtle.ConstantTimeCompare([]byte(token), []byte(w.consentToken(query, at))) == 1
	return same && !now.Before(at) && now.Before(at.Add(consentLife))
}

// callback is the callback with one parameter, and the state, added to the
// query that it has.
func (a ask) callback(name, value string) string {
	u, err := url.Parse(a.code.Callback)
	if err != nil {
		return consentPath // cannot be: the callback was checked
	}
	added := name + "=" + queryEscape(value)
	if a.stated {
		added += "&state=" + queryEscape(a.state)
	}
	u.RawQuery = strings.Join(slices.DeleteFunc([]string{u.RawQuery, added}, func(s string) bool { return s == "" }), "&")
	return escapeLocation(u.String())
}

// queryEscape escapes a value so that all readers of queries agree on it: a
// space is %20, for not all of them take + for one.
func queryEscape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// escapeLocation escapes what a URL may hold as it was sent and a header may
// not: spaces and bytes beyond ASCII.
func escapeLocation(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
