package mockserver

import (
	"mime"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/consentpage"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

// consentPath is the path of the consent page. It is not below a base path.
const consentPath = "/auth"

// consentParameters are the parameters of the consent page that are also
// properties of an authorization code. The same rules apply to them.
var consentParameters = []form.Parameter{
	{Name: "callback_url"},
	{Name: "code_challenge"},
	{Name: "code_challenge_method"},
	{Name: "expires_at"},
	{Name: "key_label"},
	{Name: "limit", Number: true},
	{Name: "usage_limit_type"},
}

// A consentRequest is what an app asks the user for, as the query of the consent
// page says.
type consentRequest struct {
	code     account.Code
	origin   string // of the callback
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
func (s *Server) serveConsent(c *call, w http.ResponseWriter, r *http.Request) {
	c.read(w, r)
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
			return problemPage(refuse(403, "consent.cross-origin").withMessage("This server does not accept the host name " + form.Quote(r.Host))), nil
		case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost:
			e := refuse(405, "route.method").withMessage("The consent page accepts only GET and POST")
			e.allow = []string{"GET", "HEAD", "POST"}
			return problemPage(e), nil
		case full != nil:
			return problemPage(full.refusal()), nil
		case http.NewCrossOriginProtection().Check(r) != nil:
			return problemPage(refuse(403, "consent.cross-origin").withMessage("This decision came from a page of another origin")), nil
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
		if tx.AppReserved(asked.origin, c.req.number) {
			return problemPage(refuse(409, "codes.conflict")), nil
		}
		if full := tx.roomForCode(); full != nil {
			return problemPage(full.refusal()), nil
		}
		id, _ := tx.newCode(asked.code, asked.origin)
		return tx.redirect(asked, "code", id, "consent.allowed"), nil
	case "deny":
		return tx.redirect(asked, "error", "access_denied", "consent.denied"), nil
	}
	return tx.consentPage(asked), nil
}

// readConsent reads the parameters of the consent page, or returns the 400 that
// lists every problem.
func (tx txn) readConsent(q *form.Query) (consentRequest, *refusal) {
	f := q.Form(consentParameters...)
	asked := consentRequest{query: q.Values.Encode()}
	asked.code, asked.origin = readCode(f, tx)
	q.Adopt(f)
	asked.state, asked.hasState = q.Text("state", "")
	if name, ok := q.Text("world", ""); ok && !token.IsWorldName(name) {
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
	return refuse(400, "consent.parameters").withMessage("This request for a key is not valid").withIssues(issues)
}

// readDecision reads the form that the page submits: the decision, and the token
// of the page.
func (tx txn) readDecision(req *request, asked consentRequest) (string, *refusal) {
	kind, _, _ := mime.ParseMediaType(req.header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" || req.body.TooLong || req.body.Err != nil {
		return "", refuse(400, "consent.parameters").withMessage("A decision must be submitted with the form on the consent page")
	}
	q := form.NewQuery(string(req.body.Data), "consent.parameters")
	page, _ := q.Text("token", "")
	decision, _ := q.Text("decision", "")
	if len(q.Issues) == 0 && !tx.consentSigner().Accepts(page, asked.query, tx.now) {
		return "", refuse(403, "consent.token").withMessage("This decision did not come from a valid consent page, or the page has expired")
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
		App: asked.origin, Label: c.Label, World: tx.world.name, Limit: c.Limit, Reset: c.LimitReset,
		Token: tx.consentSigner().Token(asked.query, tx.now),
	}
	if q.Label == "" {
		q.Label = account.AppName(c.Callback)
	}
	if t, err := apispec.ParseTime(c.ExpiresAt); err == nil {
		q.Expires = t.UTC()
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

// consentSigner returns the signer of the world's pages.
func (tx txn) consentSigner() consentpage.Signer {
	return consentpage.NewSigner(tx.world.random.Bytes("consent", 0))
}

// redirect returns the redirect that sends the user back to the app, with a
// parameter added to its callback.
func (tx txn) redirect(asked consentRequest, name, value, rule string) response {
	added, rules := []consentpage.Parameter{{Name: name, Value: value}}, []string{rule}
	if asked.hasState {
		rules = append(rules, "consent.state")
		if tx.settings().echoState {
			added = append(added, consentpage.Parameter{Name: "state", Value: asked.state})
		}
	}
	header, err := consentpage.Redirect(asked.code.Callback, added...)
	if err != nil { // unreachable: readCallback has parsed it
		return problemPage(refuse(http.StatusInternalServerError, "server.error"))
	}
	return response{status: http.StatusFound, header: header, rules: rules}
}
