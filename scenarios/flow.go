package scenarios

import (
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"

	"golang.org/x/oauth2"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/fixtures"
)

// fixture is the command "fixture FILE OPERATION". What it writes depends on
// the seed, the world and the name of the file.
func (s *session) fixture(args []string) error {
	if len(args) != 2 {
		return usagef("want the name of a file and an operation")
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s %s", s.Seed, s.name, args[0]) // a hash takes everything
	body, err := fixtures.Body(args[1], h.Sum64())
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.ts.MkAbs(args[0]), body, 0o600); err != nil {
		return fmt.Errorf("fixture: %w", err)
	}
	return nil
}

// pkce is the command "pkce VERIFIER CHALLENGE". On the fake the pair depends on
// the seed, so that two runs are equal; on a live target it is random.
func (s *session) pkce(args []string) error {
	if len(args) != 2 || !isName(args[0]) || !isName(args[1]) {
		return usagef("want the names of two variables")
	}
	verifier := oauth2.GenerateVerifier()
	if s.fake != nil {
		s.pairs++
		verifier = base64.RawURLEncoding.EncodeToString(s.derive("verifier "+s.name, s.pairs))
	}
	s.vault.add(verifier)
	s.set(args[0], verifier)
	s.set(args[1], oauth2.S256ChallengeFromVerifier(verifier))
	return nil
}

// consent is the command "consent URL NAME [allow|deny|forge]". It opens the
// consent page as a browser does, and sends the form that it finds there.
func (s *session) consent(args []string) error {
	if len(args) < 2 || len(args) > 3 || !isName(args[1]) {
		return usagef("want the URL of the consent page and the name of a variable")
	}
	decision, parameter := "allow", "code"
	if len(args) == 3 {
		decision = args[2]
	}
	switch decision {
	case "allow", "forge":
	case "deny":
		parameter = "error"
	default:
		return usagef("%q is none of allow, deny and forge", decision)
	}
	page, err := s.consentURL(args[0])
	if err != nil {
		return err
	}
	c := call{expectations: s.next, line: s.current}
	s.next = expectations{}
	form := url.Values{"decision": {decision}}
	if decision == "forge" {
		form = url.Values{"decision": {"allow"}, "token": {"forged"}}
	} else {
		x, err := s.browse(c, http.MethodGet, page, nil)
		if err != nil {
			return err
		}
		token := formToken.FindSubmatch(x.ResponseBody)
		if x.Status != http.StatusOK || token == nil {
			return differs("the consent page does not ask", "200 and a form", fmt.Sprint(x.Status))
		}
		form.Set("token", html.UnescapeString(string(token[1])))
	}
	x, err := s.browse(c, http.MethodPost, page, form)
	if err != nil {
		return err
	}
	back, err := url.Parse(x.ResponseHeader.Get("Location"))
	if err != nil || x.Status != http.StatusFound || back.Query().Get(parameter) == "" {
		return differs("the consent page does not send the user back", "302 with "+parameter, fmt.Sprint(x.Status))
	}
	s.set(args[1], back.Query().Get(parameter))
	s.set("CALLBACK", back.String())
	return nil
}

// formToken finds the hidden field that ties a decision to its page.
var formToken = regexp.MustCompile(`name="token" value="([^"]*)"`)

// consentURL is the URL of a consent page: below the root of the target's host,
// and on the fake in the world of the scenario.
func (s *session) consentURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Path == "" {
		return nil, usagef("%q is no URL such as /auth?callback_url=https://app.example/back", text)
	}
	root, err := url.Parse(s.root)
	if err != nil {
		return nil, fmt.Errorf("target: %w", err)
	}
	if u.Host != "" && u.Host != root.Host {
		return nil, usagef("%q is on another host than the target", text)
	}
	u.Scheme, u.Host = root.Scheme, root.Host
	if query := u.Query(); s.fake != nil && !query.Has("world") {
		u.RawQuery = strings.TrimPrefix(u.RawQuery+"&world="+s.name, "&")
	}
	return u, nil
}

// browse sends a request of a browser and writes it down. The judge is not
// asked: the page is HTML, and not in the contract.
func (s *session) browse(c call, method string, page *url.URL, form url.Values) (*exchange, error) {
	ctx, cancel := s.timeout(s.ctx)
	defer cancel()
	body := form.Encode()
	req, err := http.NewRequestWithContext(ctx, method, page.String(), strings.NewReader(body))
	if err != nil {
		return nil, usagef("%s cannot be opened: %v", page, err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		for name, values := range c.expectations.header {
			req.Header[name] = values
		}
	}
	req.Header.Set("User-Agent", "mockgates")
	c.method, c.path, c.query, c.body = method, page.Path, page.RawQuery, []byte(body)
	x := &exchange{call: c, Exchange: contract.Exchange{
		Method: method, Path: page.Path, Query: page.RawQuery, RequestHeader: req.Header.Clone(), RequestBody: c.body,
	}}
	res, err := s.http.Do(req)
	if err != nil {
		return nil, &fatal{Failure{Text: "the consent page does not answer", Got: s.withoutAddress(err), CouldNotLook: s.fake == nil}}
	}
	defer func() { _ = res.Body.Close() }()
	x.Status, x.ResponseHeader = res.StatusCode, res.Header
	if x.ResponseBody, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer)); err != nil {
		return nil, &fatal{Failure{Text: "the consent page breaks off", Got: s.withoutAddress(err), CouldNotLook: s.fake == nil}}
	}
	s.record(x, contract.Result{})
	return x, nil
}
