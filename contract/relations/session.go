package relations

import (
	"errors"
	"sync"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/internal/redact"
)

// Options says what a Session may demand of the target. The zero value is for a target
// that is known to have the documented operations only.
type Options struct {
	Companions     bool                         // on companion operations, facts of SourceFamily are errors and not notes
	Family         bool                         // on every operation, facts of SourceFamily are errors: the target follows the family, as the fake does
	ManagementKeys []string                     // tokens that the target accepts as management keys
	Injected       func(contract.Exchange) bool // whether a fault made the response, which then says nothing about refusal or storage; nil for never
	Now            func() time.Time             // the target's clock; nil for time.Now
}

// A Session checks exchanges and remembers what they showed. Beyond what
// [contract.Contract.Check] finds in each of them, it finds how they contradict each
// other and their requests: see the kinds from KindAcceptedInvalid on.
//
// A Session is safe for concurrent use. It compares a read with the writes that
// were checked before it, so calls that read and write keys must be made one
// after another and be checked in that order. Sequences that run at the same
// time each take a Fork.
//
// It remembers the last 10,000 keys, bearer tokens and ids of each kind, and the
// last 10,000 secrets, or up to twice as many; a new one takes the place of the
// oldest. The management keys in its options are never forgotten. The work for an
// exchange is linear in its size, whatever is remembered.
type Session struct {
	contract *contract.Contract
	options  Options
	shared   *sightings

	given map[digest]*token // of the management keys in the options

	mu     sync.Mutex                  // guards the fields below
	keys   *memory[string, *storedKey] // by hash
	tokens *memory[digest, *token]     // the other bearer tokens of which something is known, by SHA-256
}

// NewSession returns a Session that has seen nothing.
func NewSession(c *contract.Contract, options Options) *Session {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Injected == nil {
		options.Injected = func(contract.Exchange) bool { return false }
	}
	s := &Session{contract: c, options: options, shared: newSightings(), given: make(map[digest]*token)}
	for _, key := range options.ManagementKeys {
		s.given[digestOf(key)] = &token{caller: contract.CallerManagement}
	}
	s.Forget()
	return s
}

// Fork returns a Session for another sequence of exchanges with the same target.
// It shares with s the secrets, hashes and ids that were seen, but not what is known
// about the keys.
func (s *Session) Fork() *Session {
	fork := &Session{contract: s.contract, options: s.options, shared: s.shared, given: s.given}
	fork.reset()
	return fork
}

// Forget forgets what the target stores, and the hashes and ids that it made. It is
// called when the state of the target was replaced, so that the target may make the
// same ones again. Secrets are not forgotten.
func (s *Session) Forget() {
	s.shared.forget()
	s.reset()
}

func (s *Session) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys, s.tokens = newMemory[string, *storedKey](), newMemory[digest, *token]()
}

// token returns what is known of a bearer token, or nil.
func (s *Session) token(bearer string) *token {
	d := digestOf(bearer)
	if t := s.given[d]; t != nil {
		return t
	}
	return s.tokens.get(d)
}

// Check checks one exchange as [Contract.Check] does, and against what the
// session remembers. On an error the Result still holds what could be judged.
func (s *Session) Check(x contract.Exchange) (contract.Result, error) {
	result, err := s.contract.Check(x)
	if err != nil && !errors.Is(err, contract.ErrInconclusive) {
		return result, err
	}
	return result.With(s.judge(x, result)...), err
}

// judge returns the findings that Check does not make.
func (s *Session) judge(x contract.Exchange, result contract.Result) []contract.Finding {
	r := s.relation(x, result)
	s.shared.exposures(r)
	if r.ID != "" && !s.options.Injected(x) {
		s.mu.Lock()
		r.judgeRefusal()
		r.judgeResponse()
		s.mu.Unlock()
	}
	return r.findings
}

// A relation judges one exchange against the memory of a session.
type relation struct {
	*Session
	contract.Operation // zero if the exchange matches none
	exchange           contract.Exchange
	findings           []contract.Finding // of the relation
	result             contract.Result    // of Check
	sent               jsonbody.Value     // body of the request; zero if there is none that can be parsed
	body               jsonbody.Value     // body of the response; zero if there is none that can be parsed
	text               []byte             // of the response, decoded
	parameters         map[string]string
	bearer             string // of the request; "" if there is none
	now                time.Time
}

// relation returns the relation of an exchange that Check has checked.
func (s *Session) relation(x contract.Exchange, result contract.Result) *relation {
	r := &relation{Session: s, exchange: x, result: result, text: x.ResponseBody, now: s.options.Now()}
	if op, ok := s.contract.OperationByID(result.Operation); ok {
		r.Operation = op
		r.parameters = op.PathParameters(x.Path)
	}
	if decoded, err := jsonbody.Decode(x.ResponseHeader, x.RequestHeader, x.ResponseBody, contract.MaxResponseBody); err == nil {
		r.text = decoded
	}
	r.sent, _ = jsonbody.Parse(x.RequestBody)
	if len(r.text) <= contract.MaxResponseBody {
		r.body, _ = jsonbody.Parse(r.text)
	}
	r.bearer = x.Bearer()
	return r
}

// report adds a finding about the response. It is advisory if its source cannot
// fail the target.
func (r *relation) report(kind, where, want, got string, source contract.Source, line int) {
	f := contract.Finding{
		Part: finding.PartResponse, Kind: kind, Where: where, Want: want, Got: got,
		Line: line, Source: source, Advisory: r.advisory(source),
	}
	if line > 0 {
		f.Document = r.Document
	}
	r.findings = append(r.findings, f)
}

// source returns the source of a fact about the operation: the documents if they
// specify it, and otherwise the family.
func (r *relation) source() contract.Source {
	if r.Companion {
		return finding.SourceFamily
	}
	return finding.SourceDoc
}

// succeeded reports whether the response is a success.
func (r *relation) succeeded() bool { return r.exchange.Status >= 200 && r.exchange.Status < 300 }

// judgeRefusal reports a request that was accepted or refused and should not
// have been.
func (r *relation) judgeRefusal() {
	v := r.contract.Verdict(r.exchange, r.result, r.callerOf(r.bearer), r.now)
	if f, departs := v.Judge(r.exchange.Status); departs {
		f.Advisory = r.advisory(f.Source)
		r.findings = append(r.findings, f)
	}
}

// advisory reports whether a fact of this source cannot fail the target. A target
// that follows the family in the companion operations need not follow it in the
// documented ones.
func (r *relation) advisory(source contract.Source) bool {
	switch source {
	case finding.SourceDoc:
		return false
	case finding.SourceFamily:
		return !r.options.Family && !(r.options.Companions && r.Companion)
	}
	return true
}

// newRedactor returns a redactor that finds secrets in responses.
func newRedactor() *redact.Redactor { return redact.New(redact.Config{}) }
