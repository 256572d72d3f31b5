package scenarios

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
)

// maxResponse is how much of a response body is read, in bytes: a little more
// than the validator accepts, so that the validator reports a longer one.
const maxResponse = 17 << 20

// A call is a request as a script wrote it, before it is sent.
type call struct {
	expectations
	line   int // of the script; 0 if not known
	method string
	path   string // below the base URL
	query  string // raw
	token  string // "" for none
	scheme string // how the token is sent; "" is Bearer
	body   []byte // nil for none

	mayBeLimited bool // the script expects the status 429
}

// expectations are what a script has said about its next call.
type expectations struct {
	header    http.Header // nil values leave a header out
	invalid   bool        // the request breaks the contract
	violation []string    // where the response departs from the contract; nil if it does not, empty for anywhere

	caseID string // of a generated request; "" for a call of a script

	judge func(status int) (contract.Finding, bool) // what the documents say of a generated request; nil for a call of a script
}

// A completedCall is a call and what came back.
type completedCall struct {
	call
	contract.Exchange
	broken   error            // why the response is incomplete; nil if it is complete
	limited  []*completedCall // the same call before, each answered with 429
	gaveUp   bool             // the target asked to wait longer than a run waits
	duration time.Duration    // from the request until the response was read
	number   int              // in the report of the scenario, from 1; 0 if it is not in it
}

// userAgent is that of the calls of a script.
const userAgent = "mockgates"

// request returns the call as net/http sends it.
func (s *session) request(ctx context.Context, c call) (*http.Request, error) {
	url := s.base + c.path
	if c.query != "" {
		url += "?" + c.query
	}
	var body io.Reader
	if c.body != nil {
		body = bytes.NewReader(c.body)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, url, body)
	if err != nil {
		return nil, usagef("%s %s cannot be sent: %v", c.method, c.path, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent)
	if c.token != "" {
		req.Header.Set("Authorization", c.authorization())
	}
	if c.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if s.fake != nil {
		req.Header.Set(mockserver.WorldHeader, s.name)
	}
	for name, values := range c.expectations.header {
		if values == nil {
			req.Header.Del(name)
			continue
		}
		req.Header[name] = values
	}
	return req, nil
}

// schemes are the ways to send a token that are not Bearer and one token, and
// that a target must refuse.
var schemes = map[string]func(token string) string{
	"bare":   func(token string) string { return token },
	"basic":  func(token string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(":"+token)) },
	"joined": func(token string) string { return "Bearer" + token },
	"raw":    func(token string) string { return "Basic " + token }, // not in base64
	"token":  func(token string) string { return "Token " + token },
	"twice":  func(token string) string { return "Bearer " + token + " " + token },
}

// authorization returns the header that carries the token of the call.
func (c call) authorization() string {
	if form := schemes[c.scheme]; form != nil {
		return form(c.token)
	}
	return "Bearer " + c.token
}

// sendOnce sends a call and reads the response.
func (s *session) sendOnce(ctx context.Context, c call) (*completedCall, error) {
	ctx, cancel := s.timeout(ctx)
	defer cancel()
	req, err := s.request(ctx, c)
	if err != nil {
		return nil, err
	}
	s.secrets.Add(bearerToken(req.Header))
	done := &completedCall{call: c, Exchange: contract.Exchange{
		Method: c.method, Path: c.path, Query: c.query, RequestHeader: req.Header.Clone(), RequestBody: c.body,
	}}
	started := time.Now()
	res, err := s.http.Do(req)
	if err == nil {
		done.Status, done.ResponseHeader = res.StatusCode, res.Header
		done.ResponseBody, err = io.ReadAll(io.LimitReader(res.Body, maxResponse))
		_ = res.Body.Close() // the body has been read
	}
	done.duration = time.Since(started)
	s.addSecretsOf(done.ResponseBody)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		done.broken = errors.New(s.withoutAddress(err))
	}
	return done, nil
}

// withoutAddress returns the text of a transport error without the addresses of
// the two ends, which differ from run to run.
func (s *session) withoutAddress(err error) string {
	text := err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) {
		text = e.Error() // the innermost error says what happened
	}
	return strings.ReplaceAll(text, strings.TrimPrefix(s.root, "http://"), "the target")
}

// bearerToken returns the token that a request carries, "" for none.
func bearerToken(h http.Header) string {
	_, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(token)
}
