package operation

import (
	"mime"
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/consentpage"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

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

// Consent shows the consent page, or carries out the decision that was made on it. The
// query is that of the request.
func Consent(tx Txn, method string, req *Request, q *form.Query) Response {
	asked, refused := tx.readConsent(q)
	if refused != nil {
		return ProblemPage(refused)
	}
	decision := asked.auto
	switch method {
	case http.MethodPost:
		if decision, refused = tx.readDecision(req, asked); refused != nil {
			return ProblemPage(refused)
		}
	case http.MethodHead:
		decision = "" // HEAD must not create a code
	}
	switch decision {
	case "allow":
		if tx.AppReserved(asked.origin, req.Number) {
			return ProblemPage(refusal.New(409, "codes.conflict"))
		}
		if full := tx.RoomForCode(); full != nil {
			return ProblemPage(full.Refusal())
		}
		id, _ := tx.newCode(asked.code, asked.origin)
		return tx.redirect(asked, "code", id, "consent.allowed")
	case "deny":
		return tx.redirect(asked, "error", "access_denied", "consent.denied")
	}
	return tx.consentPage(asked)
}

// readConsent reads the parameters of the consent page, or returns the 400 that
// lists every problem.
func (tx Txn) readConsent(q *form.Query) (consentRequest, *refusal.Refusal) {
	f := q.Form(consentParameters...)
	asked := consentRequest{query: q.Values.Encode()}
	asked.code, asked.origin = readCode(f, tx)
	q.Adopt(f)
	asked.state, asked.hasState = q.Text("state", "")
	if name, ok := q.Text("world", ""); ok && !token.IsWorldName(name) {
		q.Refuse("world", q.Rule, form.Quote(name)+" is not a valid world name; want "+token.WorldNames)
	}
	var ok bool
	if asked.auto, ok = q.Text("auto", ""); ok && asked.auto != "allow" && asked.auto != "deny" {
		q.Refuse("auto", q.Rule, "must be allow or deny, not "+form.Quote(asked.auto))
	}
	return asked, consentProblem(q.Issues)
}

// consentProblem returns the 400 that lists the issues of a query or a form, or
// nil if there are none.
func consentProblem(issues []apispec.Issue) *refusal.Refusal {
	if len(issues) == 0 {
		return nil
	}
	return refusal.New(400, "consent.parameters").WithMessage("This request for a key is not valid").WithIssues(issues)
}

// readDecision reads the form that the page submits: the decision, and the token
// of the page.
func (tx Txn) readDecision(req *Request, asked consentRequest) (string, *refusal.Refusal) {
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" || req.Body.TooLong || req.Body.Err != nil {
		return "", refusal.New(400, "consent.parameters").WithMessage("A decision must be submitted with the form on the consent page")
	}
	q := form.NewQuery(string(req.Body.Data), "consent.parameters")
	page, _ := q.Text("token", "")
	decision, _ := q.Text("decision", "")
	if len(q.Issues) == 0 && !tx.consentSigner().Accepts(page, asked.query, tx.Now) {
		return "", refusal.New(403, "consent.token").WithMessage("This decision did not come from a valid consent page, or the page has expired")
	}
	if len(q.Issues) == 0 && decision != "allow" && decision != "deny" {
		q.Refuse("decision", q.Rule, "must be allow or deny, not "+form.Quote(decision))
	}
	return decision, consentProblem(q.Issues)
}

// consentPage returns the page that shows what the app asks for, with a form to
// allow or deny it.
func (tx Txn) consentPage(asked consentRequest) Response {
	c := asked.code
	q := consentpage.Question{
		App: asked.origin, Label: c.Label, World: tx.World.Name, Limit: c.Limit, Reset: c.LimitReset,
		Token: tx.consentSigner().Token(asked.query, tx.Now),
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

// ProblemPage returns the error page for a refusal.
func ProblemPage(e *refusal.Refusal) Response {
	p := consentpage.Problem{Title: e.Message}
	for _, i := range e.Issues {
		p.Issues = append(p.Issues, consentpage.Issue{Name: strings.TrimPrefix(i.Path, "?"), Message: i.Message})
	}
	header, body, err := consentpage.Refuse(p)
	if e.Allow != nil {
		header.Set("Allow", strings.Join(e.Allow, ", "))
	}
	return pageResponse(e.Status, header, body, err, e.Rules...)
}

// pageResponse returns the response with a rendered page, or a 500 if rendering
// failed.
func pageResponse(status int, header http.Header, body []byte, err error, rules ...string) Response {
	if err != nil {
		return Response{Status: http.StatusInternalServerError, Header: header, Body: []byte{}, Rules: []string{"server.error"}}
	}
	return Response{Status: status, Header: header, Body: body, Rules: rules}
}

// consentSigner returns the signer of the world's pages.
func (tx Txn) consentSigner() consentpage.Signer {
	secret := tx.World.Random.Bytes("consent", 0)
	return consentpage.NewSigner(secret[:])
}

// redirect returns the redirect that sends the user back to the app, with a
// parameter added to its callback.
func (tx Txn) redirect(asked consentRequest, name, value, rule string) Response {
	added, rules := []consentpage.Parameter{{Name: name, Value: value}}, []string{rule}
	if asked.hasState {
		rules = append(rules, "consent.state")
		if tx.World.Settings.EchoState {
			added = append(added, consentpage.Parameter{Name: "state", Value: asked.state})
		}
	}
	header, err := consentpage.Redirect(asked.code.Callback, added...)
	if err != nil { // unreachable: readCallback has parsed it
		return ProblemPage(refusal.New(http.StatusInternalServerError, "server.error"))
	}
	return Response{Status: http.StatusFound, Header: header, Rules: rules}
}
