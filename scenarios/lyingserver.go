package scenarios

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/lies"
	"github.com/mockgates/mockgates/contract/relations"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The numbers of lies that a self-test must have told: with fewer it would prove
// less than it says.
const (
	minWireLies      = 18  // of this package
	minLies          = 120 // of the contract
	minCompanionLies = 25
)

// maxSurvivors is how many lies an error names.
const maxSurvivors = 25

// A lie is an exchange that departs from the contract, after others that do not,
// as a run would send and judge it.
type lie struct {
	name   string
	calls  []lyingCall
	kind   string // of the finding that names it, "" if it is not a finding
	where  string // of the finding
	silent bool   // the last exchange must not fail: this target may do that
}

// A lyingCall is a call and what the lying server answers.
type lyingCall struct {
	call     call
	exchange contract.Exchange
	cut      bool // the connection breaks in the middle of the body
}

// A lyingServer answers each exchange of each lie at a path of its own, over
// HTTP.
type lyingServer struct {
	lies   []lie
	root   string
	server *http.Server
	client *http.Client
}

// A sabotage breaks what judges exchanges, so that a test can see the self-test
// notice.
type sabotage struct {
	check        func(*session, *completedCall) error // in place of checkExchange; nil leaves it
	undocumented func(contract.Finding) bool          // in place of isUndocumented; nil leaves it
}

// lyingMode is what a self-test over HTTP depends on.
type lyingMode struct{ live, companions bool }

// passedModes holds the modes whose self-test over HTTP has passed in this
// process. What it tests is the same in every run.
var passedModes sync.Map

// selfTest checks that what judges the run notices departures: in the validator
// alone, and through everything between the wire and the exit code.
func (t *target) selfTest(ctx context.Context) error {
	if err := t.validator.selfTest(); err != nil {
		return err
	}
	mode := lyingMode{t.live(), t.companions()}
	embedded := t.sabotage == nil && t.Options.validator == nil
	if _, passed := passedModes.Load(mode); passed && embedded {
		return nil
	}
	err := t.selfTestOverHTTP(ctx)
	if err == nil && embedded {
		passedModes.Store(mode, true)
	}
	return err
}

// selfTestOverHTTP lets a server lie over HTTP in the mode of the run, and sends
// and judges its answers as those of the target. The error names each lie that
// came out as no failure.
func (t *target) selfTestOverHTTP(ctx context.Context) error {
	lies, err := t.lies()
	if err != nil {
		return err
	}
	server, err := startLyingServer(lies)
	if err != nil {
		return err
	}
	defer server.close()
	errs := make([]error, len(lies))
	var wait sync.WaitGroup
	next := make(chan int)
	for range max(2, t.Parallel) {
		wait.Go(func() {
			for i := range next {
				errs[i] = server.tell(ctx, t, i)
			}
		})
	}
	for i := range lies {
		next <- i
	}
	close(next)
	wait.Wait()
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if n := len(errs) - maxSurvivors; n > 0 {
		errs = append(errs[:maxSurvivors], fmt.Errorf("and %d more", n))
	}
	return errors.Join(errs...)
}

// lies returns the lies for the mode of the run. It fails if there are fewer than
// there should be.
func (t *target) lies() ([]lie, error) {
	list := wireLies()
	if len(list) < minWireLies {
		return nil, fmt.Errorf("%d lies of its own, want %d", len(list), minWireLies)
	}
	add := func(from []lies.Lie, least int) error {
		if len(from) < least {
			return fmt.Errorf("%d lies of the contract, want %d", len(from), least)
		}
		for _, l := range from {
			if l.Wire {
				list = append(list, t.lieOf(l))
			}
		}
		return nil
	}
	err := add(lies.Documented(), minLies)
	if err == nil && t.companions() {
		err = add(lies.Companion(), minCompanionLies)
	}
	return list, err
}

// lieOf returns a lie of the contract as it is told in the mode of the run. A
// live target may send what no document names.
func (t *target) lieOf(from lies.Lie) lie {
	l := lie{name: from.Name, kind: from.Kind, where: from.Where, silent: from.Kind == contract.KindUndocumented && t.live()}
	for _, x := range from.Exchanges {
		c := callOf(x)
		res, err := t.validator.Check(x)
		c.call.invalid = err == nil && slices.ContainsFunc(res.RequestFindings(), func(f contract.Finding) bool { return !f.Note() })
		l.calls = append(l.calls, c)
	}
	return l
}

// callOf returns the call whose exchange is x.
func callOf(x contract.Exchange) lyingCall {
	c := call{method: x.Method, path: x.Path, query: x.Query, mayBeLimited: true}
	c.expectations.header = x.RequestHeader.Clone()
	if len(x.RequestBody) > 0 || x.RequestHeader["Content-Type"] != nil {
		c.body = x.RequestBody
		if c.body == nil {
			c.body = []byte{}
		}
	}
	return lyingCall{call: c, exchange: x}
}

// startLyingServer serves lies on a loopback port.
func startLyingServer(lies []lie) (*lyingServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &lyingServer{lies: lies, root: "http://" + listener.Addr().String()}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.client = &http.Client{
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	go func() { _ = s.server.Serve(listener) }() // returns when close is called
	return s, nil
}

func (s *lyingServer) close() {
	s.client.CloseIdleConnections()
	_ = s.server.Close()
}

// ServeHTTP answers /LIE/CALL/PATH with the response of that call of that lie.
func (s *lyingServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // so that the connection can be used again
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
	number, err := strconv.Atoi(parts[0])
	step, errStep := strconv.Atoi(parts[min(1, len(parts)-1)])
	if err != nil || errStep != nil || number >= len(s.lies) || step >= len(s.lies[number].calls) {
		http.NotFound(w, r)
		return
	}
	answer := s.lies[number].calls[step]
	h := w.Header()
	h["Content-Type"] = nil // unless the lie says one
	for name, values := range answer.exchange.ResponseHeader {
		h[name] = values
	}
	if answer.cut {
		h.Set("Content-Length", strconv.Itoa(len(answer.exchange.ResponseBody)+1))
	}
	w.WriteHeader(answer.exchange.Status)
	_, _ = w.Write(answer.exchange.ResponseBody)
}

// tell plays a lie and returns an error if it does not come out as it must.
func (s *lyingServer) tell(ctx context.Context, t *target, number int) error {
	l := s.lies[number]
	ses := s.session(ctx, t)
	last := len(l.calls) - 1
	for step, c := range l.calls {
		ses.base = fmt.Sprintf("%s/%d/%d", s.root, number, step)
		failure, err := ses.outcome(c.call)
		failed := failure != nil
		switch honest := step < last || l.silent; {
		case err != nil:
			return fmt.Errorf("the lie %q could not be told: %w", l.name, err)
		case honest && failed:
			return fmt.Errorf("the lie %q: an answer that conforms is failed: %s", l.name, failure.String())
		case !honest && !failed:
			return fmt.Errorf("the lie %q survived", l.name)
		case !honest && exitCodeOf(*failure) != report.ExitFailed:
			return fmt.Errorf("the lie %q ends with exit code %d, want %d", l.name, exitCodeOf(*failure), report.ExitFailed)
		case !honest && !ses.found(l):
			return fmt.Errorf("the lie %q is not named: no finding %s: %s", l.name, l.where, l.kind)
		}
	}
	return nil
}

// session returns a session with the lying server in place of the target. All
// that judges is the same.
func (s *lyingServer) session(ctx context.Context, t *target) *session {
	lying := *t
	lying.root, lying.http, lying.limiter, lying.tally, lying.account = s.root, s.client, nil, nil, nil
	ses := &session{target: &lying, ctx: ctx, name: "self-test", vars: map[string]any{}, boundedCodes: map[string]bool{}}
	ses.contract = relations.NewSession(t.validator.Contract, relations.Options{
		Companions: t.companions(), Family: !t.live() && t.companions(), ManagementKeys: []string{lies.ManagementKey},
		Injected: func(x contract.Exchange) bool { return isInjected(x.ResponseHeader) },
		Now:      func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) },
	})
	return ses
}

// outcome sends and judges a call as a run does. The error is one of the call
// itself.
func (s *session) outcome(c call) (*report.Failure, error) {
	done, err := s.send(s.ctx, c)
	if err != nil {
		return nil, err
	}
	if cause := context.Cause(s.ctx); cause != nil {
		return nil, cause
	}
	if err := s.checkExchange(done); err != nil {
		return asFailure(err), nil
	}
	return nil, nil
}

// found reports whether the last exchange has the finding that names a lie. One
// whose response did not arrive has none.
func (s *session) found(l lie) bool {
	if l.kind == "" {
		return true
	}
	if len(s.exchanges) == 0 {
		return false
	}
	last := s.exchanges[len(s.exchanges)-1]
	return slices.ContainsFunc(last.Findings, func(f contract.Finding) bool {
		return f.Kind == l.kind && f.Where == l.where && !f.Note()
	})
}

// exitCodeOf returns the exit code of a run with one failure.
func exitCodeOf(f report.Failure) int {
	return report.Report{Exchanges: 1, Scenarios: []report.Scenario{failing(report.Scenario{}, f)}}.ExitCode()
}
