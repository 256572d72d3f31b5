package session

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/oauth2"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/report"
)

// pkce is the command "pkce VERIFIER CHALLENGE". On the fake the pair depends on
// the seed, so that two runs are equal; on a live target it is random.
func (s *session) pkce(args []string) error {
	if len(args) != 2 || !script.IsName(args[0]) || !script.IsName(args[1]) {
		return failure.Usagef("want the names of two variables")
	}
	verifier := oauth2.GenerateVerifier()
	if !s.target.Live() {
		s.pkcePairs++
		verifier = base64.RawURLEncoding.EncodeToString(s.target.Derive("verifier "+s.client.Name, s.pkcePairs))
	}
	s.target.Secrets.Add(verifier)
	s.set(args[0], verifier)
	s.set(args[1], oauth2.S256ChallengeFromVerifier(verifier))
	return nil
}

// The decisions of "consent".
const (
	allow = "allow"
	deny  = "deny"
	forge = "forge" // allow, without having opened the page
)

// consent is the command "consent URL NAME [allow|deny|forge]". It opens the consent
// page as a browser does, and submits the form on it.
func (s *session) consent(args []string) error {
	if len(args) < 2 || len(args) > 3 || !script.IsName(args[1]) {
		return failure.Usagef("want the URL of the consent page and the name of a variable")
	}
	decision, parameter := allow, "code"
	if len(args) == 3 {
		decision = args[2]
	}
	switch decision {
	case allow, forge:
	case deny:
		parameter = "error"
	default:
		return failure.Usagef("%q is not a decision; want allow, deny or forge", decision)
	}
	page, err := s.consentURL(args[0])
	if err != nil {
		return err
	}
	c := target.Call{Expectations: s.next, Line: s.line}
	s.next = target.Expectations{}
	form, err := s.consentForm(c, page, decision)
	if err != nil {
		return err
	}
	done, err := s.browse(c, http.MethodPost, page, form)
	if err != nil {
		return err
	}
	back, err := url.Parse(done.ResponseHeader.Get("Location"))
	if err != nil || done.Status != http.StatusFound || back.Query().Get(parameter) == "" {
		return failure.Differs("the consent page does not redirect to the callback", "302 with "+parameter, fmt.Sprint(done.Status))
	}
	s.set(args[1], back.Query().Get(parameter))
	s.set("CALLBACK", back.String())
	return nil
}

// formToken finds the hidden field that ties a decision to its page.
var formToken = regexp.MustCompile(`name="token" value="([^"]*)"`)

// consentForm returns the form that submits a decision. It opens the page to get the
// token, unless the decision is forged.
func (s *session) consentForm(c target.Call, page *url.URL, decision string) (url.Values, error) {
	if decision == forge {
		return url.Values{"decision": {allow}, "token": {"forged"}}, nil
	}
	done, err := s.browse(c, http.MethodGet, page, nil)
	if err != nil {
		return nil, err
	}
	token := formToken.FindSubmatch(done.ResponseBody)
	if done.Status != http.StatusOK || token == nil {
		return nil, failure.Differs("the consent page has no form", "200 and a form", fmt.Sprint(done.Status))
	}
	return url.Values{"decision": {decision}, "token": {html.UnescapeString(string(token[1]))}}, nil
}

// consentURL returns the URL of a consent page: on the host of the target, and
// on the fake in the world of the scenario.
func (s *session) consentURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Path == "" {
		return nil, failure.Usagef("%q is not a URL such as /auth?callback_url=https://app.example/back", text)
	}
	root, err := url.Parse(s.target.Root)
	if err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	if u.Host != "" && u.Host != root.Host {
		return nil, failure.Usagef("%q is not on the host of the target", text)
	}
	u.Scheme, u.Host = root.Scheme, root.Host
	if query := u.Query(); !s.target.Live() && !query.Has("world") {
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&world="+s.client.Name, "&")
	}
	return u, nil
}

// browse sends a request as a browser does, and records it. The exchange is not
// validated, because the page is HTML and not part of the contract.
func (s *session) browse(c target.Call, method string, page *url.URL, form url.Values) (*target.Completed, error) {
	ctx, cancel := s.target.WithTimeout(s.ctx)
	defer cancel()
	body := form.Encode()
	req, err := http.NewRequestWithContext(ctx, method, page.String(), strings.NewReader(body))
	if err != nil {
		return nil, failure.Usagef("%s cannot be opened: %v", page, err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		for name, values := range c.Header {
			req.Header[name] = values
		}
	}
	req.Header.Set("User-Agent", wire.UserAgent)
	c.Method, c.Path, c.Query, c.Body = method, page.Path, page.RawQuery, []byte(body)
	done := s.client.Do(req, c)
	if done.Broken != nil {
		return nil, &failure.Fatal{Failure: report.Failure{
			Text: "the consent page got no complete response", Got: done.Broken.Error(), Inconclusive: s.target.Live(),
		}}
	}
	s.client.Record(done, contract.Result{})
	return done, nil
}
