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

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/consentpage"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// consentPath is the path of the consent page. It is not below a base path.
const consentPath = "/auth"

// consentLife is how long a page accepts a decision, on the world's clock.
const consentLife = 10 * time.Minute

// consentParameters are the parameters of the consent page that are also
// properties of an authorization code. The same rules apply to them.
var consentParameters = []string{
	"callback_url", "code_challenge", "code_challenge_method", "expires_at", "key_label", "limit", "usage_limit_type",
}

// A consentRequest is what an app asks the user for, as the query of the consent
// page says.
type consentRequest struct {
	code     authCode
	state    string
	hasState bool   // state is present, though it may be empty
	auto     string // "allow" or "deny" decides without showing a page; "" shows it
	query    string // all parameters in canonical form, for the token
}

// matchConsent matches the path of the consent page.
func matchConsent(r *http.Request, _ *mux.RouteMatch) bool {
	return strings.TrimSuffix(r.URL.Path, "/") == consentPath
}

// serveConsent serves the consent page, in the world that the parameter world
// names, or in the default world.
func (s *Server) serveConsent(w http.ResponseWriter, r *http.Request) {
	c := s.newCall(r)
	c.page, c.base, c.path = true, "", consentPath
	q := form.NewQuery(r.URL.RawQuery, "consent.parameters")
	name := q.Values.Get("world")
	c.world = s.fallbackWorld(name)
	var full *BoundError
	decides := (r.Method == http.MethodPost || r.Method == http.MethodGet && q.Values.Has("auto")) &&
		s.AllowsHost(r.Host) && http.NewCrossOriginProtection().Check(r) == nil
	if c.world.detached && decides { // it may create a code
		var w *World
		if w, full = s.open(name); full == nil {
			c.world = w
		}
	}
	s.serve(w, r, c, func(c *call) (response, error) {
		switch {
		case !s.AllowsHost(r.Host):
			return problemPage(refuse(403, "consent.cross-origin").withMessage("This server does not go by the name " + form.Quote(r.Host))), nil
		case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost:
			e := refuse(405, "route.method").withMessage("The consent page accepts only GET and POST")
			e.allow = []string{"GET", "HEAD", "POST"}
			return problemPage(e), nil
		case full != nil:
			return problemPage(full.refusal()), nil
		case http.NewCrossOriginProtection().Check(r) != nil:
			return problemPage(refuse(403, "consent.cross-origin").withMessage("This decision was sent from a page of another origin")), nil
		}
		return c.consent(q)
	})
}

// consent shows the page, or carries out the decision that was made on it.
func (c *call) consent(q *form.Query) (response, error) {
	w := c.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.age != w.age {
		return response{}, &abandonedError{errStartedOver}
	}
	tx := w.txn()
	asked, refused := tx.readConsent(q)
	if refused != nil {
		return problemPage(refused), nil
	}
	decision := asked.auto
	switch c.method {
	case http.MethodPost:
		if decision, refused = tx.readDecision(c.req, asked); refused != nil {
			return problemPage(refused), nil
		}
	case http.MethodHead:
		decision = "" // HEAD must not create a code
	}
	switch decision {
	case "allow":
		if tx.appReserved(asked.code.origin) {
			return problemPage(refuse(409, "codes.conflict")), nil
		}
		if full := tx.roomForCode(); full != nil {
			return problemPage(full.refusal()), nil
		}
		return redirect(asked.callback("code", tx.newCode(asked.code).ID), "consent.allowed"), nil
	case "deny":
		return redirect(asked.callback("error", "access_denied"), "consent.denied"), nil
	}
	return tx.consentPage(asked), nil
}

// appReserved reports whether the app of an origin is new, and another request is
// creating its record.
func (tx txn) appReserved(origin string) bool {
	_, known := tx.apps[origin]
	_, taken := tx.pending[origin]
	return taken && !known
}

// readConsent reads the parameters of the consent page, or returns the 400 that
// lists every problem.
func (tx txn) readConsent(q *form.Query) (consentRequest, *refusal) {
	members := form.Members{} // nil would mean that the body was refused
	for _, name := range consentParameters {
		s, ok := q.Text(name, "")
		switch {
		case !ok:
		case !utf8.ValidString(s):
			q.Refuse(name, q.Rule, "must be UTF-8")
		default:
			members = append(members, strictjson.RawMember{Name: name, Value: jsonOf(name, s)})
		}
	}
	asked := consentRequest{query: q.Values.Encode()}
	f := form.New(members, nil)
	asked.code = readCode(f, tx)
	for _, issue := range f.Issues {
		name := strings.TrimPrefix(issue.Path, "/")
		if len(q.Values[name]) > 1 && !f.Has(name) {
			continue // NewQuery has refused it as repeated
		}
		issue.Path = "?" + name
		q.Issues = append(q.Issues, issue)
	}
	asked.state, asked.hasState = q.Text("state", "")
	if name, ok := q.Text("world", ""); ok && !worldName.MatchString(name) {
		q.Refuse("world", q.Rule, form.Quote(name)+" is "+ErrWorldName.Error())
	}
	var ok bool
	if asked.auto, ok = q.Text("auto", ""); ok && asked.auto != "allow" && asked.auto != "deny" {
		q.Refuse("auto", q.Rule, "must be allow or deny, not "+form.Quote(asked.auto))
	}
	return asked, consentProblem(q.Issues)
}

// consentProblem returns the 400 that lists the issues of a query or a form, or
// nil if there are none.
func consentProblem(issues []apispec.Issue) *refusal {
	if len(issues) == 0 {
		return nil
	}
	return refuse(400, "consent.parameters").withMessage("The request for a key is not valid").withIssues(issues)
}

// jsonOf returns the value of a parameter as JSON, as the property of the same
// name has it in a body: a string, or for the limit a number if it is one.
func jsonOf(name, text string) json.RawMessage {
	if name == "limit" && text != "" && strings.Contains("-0123456789", text[:1]) && json.Valid([]byte(text)) {
		return json.RawMessage(strings.TrimSpace(text))
	}
	raw, _ := json.Marshal(text) // every string marshals
	return raw
}

// readDecision reads the form that the page submits: the decision, and the token
// of the page.
func (tx txn) readDecision(req *request, asked consentRequest) (string, *refusal) {
	kind, _, _ := mime.ParseMediaType(req.header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" || req.body.TooLong || req.body.Err != nil {
		return "", refuse(400, "consent.parameters").withMessage("A decision must be sent by the form of the consent page")
	}
	q := form.NewQuery(string(req.body.Data), "consent.parameters")
	token, _ := q.Text("token", "")
	decision, _ := q.Text("decision", "")
	if len(q.Issues) == 0 && !tx.world.consentTokenHolds(token, asked.query, tx.now) {
		return "", refuse(403, "consent.token").withMessage("This decision was not made on a valid consent page, or the page has expired")
	}
	if len(q.Issues) == 0 && decision != "allow" && decision != "deny" {
		q.Refuse("decision", q.Rule, "must be allow or deny, not "+form.Quote(decision))
	}
	return decision, consentProblem(q.Issues)
}

// consentPage returns the page that shows what the app asks for, with a form to
// allow or deny it.
func (tx txn) consentPage(asked consentRequest) response {
	c := asked.code
	q := consentpage.Question{
		App: c.origin, Label: c.Label, World: tx.world.name, Machine: c.ExpiresAt,
		Limit: "No limit", Expires: "Never", Token: tx.world.consentToken(asked.query, tx.now),
	}
	if q.Label == "" {
		q.Label = appName(c.Callback)
	}
	if c.Limit != nil {
		q.Limit = strconv.FormatFloat(*c.Limit, 'f', -1, 64) + " US dollars"
	}
	q.Reset = map[string]string{
		"":        "Never",
		"daily":   "Every day, at midnight UTC",
		"weekly":  "Every Monday, at midnight UTC",
		"monthly": "On the first of every month, at midnight UTC",
	}[c.LimitReset]
	if t, err := apispec.ParseTime(c.ExpiresAt); err == nil {
		q.Expires = t.UTC().Format("2 January 2006, 15:04:05") + " UTC"
	}
	header, body, err := consentpage.Ask(q)
	return pageResponse(http.StatusOK, header, body, err, "consent.page")
}

// problemPage returns the error page for a refusal.
func problemPage(e *refusal) response {
	p := consentpage.Problem{Title: e.message}
	for _, i := range e.issues {
		p.Issues = append(p.Issues, consentpage.Issue{Name: strings.TrimPrefix(i.Path, "?"), Message: i.Message})
	}
	header, body, err := consentpage.Refuse(p)
	if e.allow != nil {
		header.Set("Allow", strings.Join(e.allow, ", "))
	}
	return pageResponse(e.status, header, body, err, e.rules...)
}

// pageResponse returns the response with a rendered page, or a 500 if rendering
// failed.
func pageResponse(status int, header http.Header, body []byte, err error, rules ...string) response {
	if err != nil {
		return response{status: http.StatusInternalServerError, header: header, body: []byte{}, rules: []string{"server.error"}}
	}
	return response{status: status, header: header, body: body, rules: rules}
}

// consentToken returns the token of a page that was shown at a time, for these
// parameters and this world. It is derived from the world's seed and so can be
// guessed; only together with the check of the origin does it protect against
// other pages.
func (w *World) consentToken(query string, at time.Time) string {
	issued := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, derive(w.root, "consent", 0))
	fmt.Fprintf(mac, "%s\x00%s", issued, query)
	return issued + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// consentTokenHolds reports whether consentToken returned the token for the same
// parameters less than consentLife ago. Until then it may be used more than once.
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

// redirect returns the redirect that sends the user back to the app.
func redirect(to, rule string) response {
	h := http.Header{}
	h.Set("Location", to)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	return response{status: http.StatusFound, header: h, rules: []string{rule}}
}

// callback returns the callback URL with a parameter, and the state if there is
// one, added to its query.
func (a consentRequest) callback(name, value string) string {
	u, err := url.Parse(a.code.Callback)
	if err != nil {
		return consentPath // unreachable: readCallback has parsed it
	}
	added := name + "=" + queryEscape(value)
	if a.hasState {
		added += "&state=" + queryEscape(a.state)
	}
	u.RawQuery = strings.Join(slices.DeleteFunc([]string{u.RawQuery, added}, func(s string) bool { return s == "" }), "&")
	return escapeLocation(u.String())
}

// queryEscape escapes a value for a query. A space becomes %20, since not every
// parser reads + as a space.
func queryEscape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// escapeLocation escapes the characters of a URL that a header must not contain:
// spaces, control characters and bytes beyond ASCII.
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
