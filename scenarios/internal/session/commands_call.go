package session

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/fixtures"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/script"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A backgroundCall is a call that a script has not awaited yet.
type backgroundCall struct {
	call   target.Call
	cancel context.CancelFunc
	done   chan struct{} // closed when result and err are set
	result *target.Completed
	err    error
}

// call is the command "call METHOD PATH [FILE] [&NAME]".
func (s *session) call(args []string) error {
	background := ""
	if n := len(args); n > 0 && strings.HasPrefix(args[n-1], "&") {
		background, args = args[n-1][1:], args[:n-1]
		if background == "" || s.background[background] != nil {
			return failure.Usagef("a call in the background needs a unique name, such as &first")
		}
	}
	c, err := s.parseCall(args)
	if err != nil {
		return err
	}
	if background != "" {
		s.startBackground(background, c)
		return nil
	}
	done, err := s.client.Send(s.ctx, c)
	if err != nil {
		return err
	}
	return s.complete(done)
}

// startBackground sends a call in a goroutine of its own.
func (s *session) startBackground(name string, c target.Call) {
	b := &backgroundCall{call: c, done: make(chan struct{})}
	ctx, cancel := context.WithCancel(s.ctx)
	b.cancel = cancel
	s.background[name] = b
	go func() {
		defer close(b.done)
		b.result, b.err = s.client.Send(ctx, c)
	}()
}

// await is the command "await NAME".
func (s *session) await(args []string) error {
	if len(args) != 1 {
		return failure.Usagef("got %s; want the name of a call", report.Plural(len(args), "argument"))
	}
	name := strings.TrimPrefix(args[0], "&")
	b := s.background[name]
	if b == nil {
		return failure.Usagef("no call in the background is named %q%s", name, hint(name, slices.Collect(maps.Keys(s.background))))
	}
	delete(s.background, name)
	<-b.done // send has a timeout
	b.cancel()
	if b.err != nil {
		return b.err
	}
	return s.complete(b.result)
}

// complete makes a call the last one and its response body stdout, and validates the
// exchange.
func (s *session) complete(done *target.Completed) error {
	s.last = done
	s.client.NoteCode(done)
	_, _ = s.ts.Stdout().Write(done.ResponseBody) // a buffer cannot fail
	return s.client.Check(s.ctx, done)
}

// addCleanup is the command "cleanup call METHOD PATH [FILE]".
func (s *session) addCleanup(args []string) error {
	if len(args) < 1 || args[0] != "call" {
		return failure.Usagef("want call and its arguments")
	}
	c, err := s.parseCall(args[1:])
	if err != nil {
		return err
	}
	s.cleanup = append(s.cleanup, c)
	return nil
}

// parseCall reads the arguments of a call, and takes the expectations that earlier
// commands have set for it.
func (s *session) parseCall(args []string) (target.Call, error) {
	if len(args) < 2 || len(args) > 3 {
		return target.Call{}, failure.Usagef("got %s; want a method, a path and at most one file", report.Plural(len(args), "argument"))
	}
	c := target.Call{Expectations: s.next, Line: s.line, Method: args[0], Token: s.token, Scheme: s.scheme, MayBeLimited: s.script.AsksForLimit(s.line)}
	s.next = target.Expectations{}
	c.Path, c.Query, _ = strings.Cut(args[1], "?")
	switch {
	case c.Method == "" || c.Method != strings.ToUpper(c.Method):
		return target.Call{}, failure.Usagef("method %q is not in upper case", c.Method)
	case !strings.HasPrefix(c.Path, "/"):
		return target.Call{}, failure.Usagef("path %q does not begin with /; want one below the base URL", c.Path)
	}
	if len(args) == 3 {
		text, err := script.Expand(s.ts.ReadFile(args[2]), s.vars, strings.HasSuffix(args[2], ".json"))
		if err != nil {
			return target.Call{}, fmt.Errorf("%s: %w", args[2], err)
		}
		c.Body = []byte(text)
	}
	return c, s.client.CheckBounds(c)
}

// expectViolation is the command "expect-violation [WHERE...]".
func (s *session) expectViolation(args []string) error {
	s.next.Violation = append([]string{}, args...)
	return nil
}

// invalid is the command "invalid".
func (s *session) invalid(args []string) error {
	if len(args) != 0 {
		return failure.Usagef("got %s; want none", report.Plural(len(args), "argument"))
	}
	s.next.Invalid = true
	return nil
}

// header is the command "header NAME VALUE".
func (s *session) header(args []string) error {
	if len(args) != 2 {
		return failure.Usagef("got %s; want a name and a value", report.Plural(len(args), "argument"))
	}
	name := http.CanonicalHeaderKey(args[0])
	if s.target.Live() && name == "Prefer" {
		return errors.New("a Prefer header is not sent to a live target; put [fake] in front of it")
	}
	if s.next.Header == nil {
		s.next.Header = http.Header{}
	}
	if args[1] == "" {
		s.next.Header[name] = nil
		return nil
	}
	s.next.Header.Add(name, args[1])
	return nil
}

// as is the command "as management [FORM]|nobody|key KEY|TOKEN".
func (s *session) as(args []string) error {
	token, scheme, err := s.credential(args)
	if err != nil {
		return err
	}
	s.token, s.scheme = token, scheme
	s.target.Secrets.Add(token)
	return nil
}

// credential returns the token that the arguments of "as" stand for, and the scheme to
// send it with, "" for Bearer.
func (s *session) credential(args []string) (token, scheme string, err error) {
	switch {
	case len(args) == 0:
		return "", "", failure.Usagef("want a credential")
	case len(args) == 1 && args[0] == "management":
		return s.client.ManagementKey(), "", nil
	case len(args) == 1 && args[0] == "nobody":
		return "", "", nil
	case len(args) == 1 && args[0] != "" && args[0] != "key":
		return args[0], "", nil
	case len(args) != 2:
	case args[0] == "management" && wire.Schemes[args[1]] != nil:
		return s.client.ManagementKey(), args[1], nil
	case args[0] == "key" && args[1] != "":
		return args[1], "", nil
	}
	return "", "", failure.Usagef("%q is not a credential; is a variable in it empty?", strings.Join(args, " "))
}

// fixture is the command "fixture FILE OPERATION". The body depends on the seed, the
// world and the name of the file.
func (s *session) fixture(args []string) error {
	if len(args) != 2 {
		return failure.Usagef("want the name of a file and an operation")
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d %s %s", s.target.Seed, s.client.Name, args[0]) // a hash cannot fail
	body, err := fixtures.Body(args[1], h.Sum64())
	if err != nil {
		return err
	}
	if err := s.writeFile(args[0], body); err != nil {
		return fmt.Errorf("fixture: %w", err)
	}
	return nil
}

// writeFile writes a file of the script that runs. The name is relative to the
// current folder. The file must be inside the folder of the script, even if another
// command has made symbolic links there.
func (s *session) writeFile(name string, data []byte) error {
	if err := script.CheckFileName(name); err != nil {
		return err
	}
	below, err := filepath.Rel(s.folder, s.ts.MkAbs(name))
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(s.folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // nothing is written through it
	return root.WriteFile(below, data, 0o600)
}
