package scenarios

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
)

// maxAnswer is how much of an answer is read, in bytes: a little more than the
// judge reads, so that it is the judge who refuses.
const maxAnswer = 17 << 20

// A call is a request as a script wrote it, before it is sent.
type call struct {
	expectations
	line   int // of the script; 0 if not known
	method string
	path   string // below the base URL
	query  string // raw
	token  string // "" for none
	body   []byte // nil for none
}

// An exchange is a call and what came back.
type exchange struct {
	call
	contract.Exchange
	broken error // the answer did not come whole; nil if it did
}

// A flight is a call in the background.
type flight struct {
	call   call
	cancel context.CancelFunc
	done   chan struct{} // closed when x and err are there
	x      *exchange
	err    error
}

// call is the command "call METHOD PATH [FILE] [&NAME]".
func (s *session) call(args []string) error {
	background := ""
	if n := len(args); n > 0 && strings.HasPrefix(args[n-1], "&") {
		background, args = args[n-1][1:], args[:n-1]
		if background == "" || s.waiting[background] != nil {
			return usagef("a call in the background needs a name of its own, such as &first")
		}
	}
	c, err := s.prepare(args)
	if err != nil {
		return err
	}
	if background == "" {
		x, err := s.send(s.ctx, c)
		if err != nil {
			return err
		}
		return s.take(x)
	}
	f := &flight{call: c, done: make(chan struct{})}
	ctx, cancel := context.WithCancel(s.ctx)
	f.cancel = cancel
	s.waiting[background] = f
	go func() {
		defer close(f.done)
		f.x, f.err = s.send(ctx, c)
	}()
	return nil
}

// answer is the command "answer NAME".
func (s *session) answer(args []string) error {
	if len(args) != 1 {
		return usagef("want one name, not %d arguments", len(args))
	}
	name := strings.TrimPrefix(args[0], "&")
	f := s.waiting[name]
	if f == nil {
		return usagef("no call in the background is called %q%s", name, didYouMean(name, slices.Collect(maps.Keys(s.waiting))))
	}
	delete(s.waiting, name)
	<-f.done // send gives up by itself
	f.cancel()
	if f.err != nil {
		return f.err
	}
	return s.take(f.x)
}

// cleanUp is the command "cleanup call METHOD PATH [FILE]".
func (s *session) cleanUp(args []string) error {
	if len(args) < 1 || args[0] != "call" {
		return usagef("want call and what it takes")
	}
	c, err := s.prepare(args[1:])
	if err != nil {
		return err
	}
	s.cleanup = append(s.cleanup, c)
	return nil
}

// prepare reads the arguments of a call, and takes what was said about it.
func (s *session) prepare(args []string) (call, error) {
	if len(args) < 2 || len(args) > 3 {
		return call{}, usagef("want a method, a path and at most a file, not %d arguments", len(args))
	}
	c := call{expectations: s.next, line: s.current, method: args[0], token: s.token}
	s.next = expectations{}
	c.path, c.query, _ = strings.Cut(args[1], "?")
	switch {
	case c.method == "" || c.method != strings.ToUpper(c.method):
		return call{}, usagef("method %q is not in upper case", c.method)
	case !strings.HasPrefix(c.path, "/"):
		return call{}, usagef("path %q does not begin with /: it is below the base URL", c.path)
	}
	if len(args) == 3 {
		text, err := expand(s.ts.ReadFile(args[2]), s.vars, strings.HasSuffix(args[2], ".json"))
		if err != nil {
			return call{}, fmt.Errorf("%s: %w", args[2], err)
		}
		c.body = []byte(text)
	}
	return c, s.guard(c)
}

// request is the call as net/http sends it.
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
	req.Header.Set("User-Agent", "mockgates")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
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

// send makes one exchange. The error is one of the script or of the way to the
// target; an answer that breaks off on the fake is an exchange.
func (s *session) send(ctx context.Context, c call) (*exchange, error) {
	ctx, cancel := s.timeout(ctx)
	defer cancel()
	req, err := s.request(ctx, c)
	if err != nil {
		return nil, err
	}
	s.vault.add(bearerToken(req.Header))
	x := &exchange{call: c, Exchange: contract.Exchange{
		Method: c.method, Path: c.path, Query: c.query, RequestHeader: req.Header.Clone(), RequestBody: c.body,
	}}
	res, err := s.http.Do(req)
	if err == nil {
		x.Status, x.ResponseHeader = res.StatusCode, res.Header
		x.ResponseBody, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
		_ = res.Body.Close() // it has been read
	}
	s.vault.learn(x.ResponseBody)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		x.broken = errors.New(s.withoutAddress(err))
	}
	return x, nil
}

// withoutAddress is the text of a transport error without what differs from
// run to run: the addresses of the two ends.
func (s *session) withoutAddress(err error) string {
	text := err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) {
		text = e.Error() // the innermost says what happened
	}
	return strings.ReplaceAll(text, strings.TrimPrefix(s.root, "http://"), "the target")
}

// bearerToken is the token that a request carries, "" for none.
func bearerToken(h http.Header) string {
	_, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(token)
}

// take makes an exchange the last one, its body stdout, and judges it.
func (s *session) take(x *exchange) error {
	s.last = x
	_, _ = s.ts.Stdout().Write(x.ResponseBody) // it is a buffer
	return s.judgeExchange(x)
}

// depart is the command "departs [WHERE...]".
func (s *session) depart(args []string) error {
	s.next.departs = append([]string{}, args...)
	return nil
}

// invalid is the command "invalid".
func (s *session) invalid(args []string) error {
	if len(args) != 0 {
		return usagef("want no arguments, not %d", len(args))
	}
	s.next.invalid = true
	return nil
}

// header is the command "header NAME VALUE".
func (s *session) header(args []string) error {
	if len(args) != 2 {
		return usagef("want a name and a value, not %d arguments", len(args))
	}
	name := http.CanonicalHeaderKey(args[0])
	if s.fake == nil && name == "Prefer" {
		return errors.New("a Prefer header never goes to a live target; put [fake] in front")
	}
	if s.next.header == nil {
		s.next.header = http.Header{}
	}
	if args[1] == "" {
		s.next.header[name] = nil
		return nil
	}
	s.next.header.Add(name, args[1])
	return nil
}

// as is the command "as management|nobody|key KEY|TOKEN".
func (s *session) as(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "key" && args[1] != "":
		s.token = args[1]
	case len(args) == 1 && args[0] == "management":
		s.token = s.managementKey()
	case len(args) == 1 && args[0] == "nobody":
		s.token = ""
	case len(args) == 1 && args[0] != "" && args[0] != "key":
		s.token = args[0]
	case len(args) == 0:
		return usagef("want who calls")
	default:
		return usagef("%q names nobody: a variable in it is empty, or it has too many words", "as "+strings.Join(args, " "))
	}
	s.vault.add(s.token)
	return nil
}
