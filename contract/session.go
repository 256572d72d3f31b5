package contract

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mockgates/mockgates/internal/redact"
)

// maxRemembered is how many keys, and how many ids of each kind, a session
// remembers. What comes later is judged and not remembered.
const maxRemembered = 10_000

// SessionOptions says what a Session may demand of the target. Its zero value is
// for a target of which only the documented operations are known.
type SessionOptions struct {
	Companions     bool                // facts of SourceFamily are errors and not notes
	ManagementKeys []string            // tokens that the target accepts as management keys
	Injected       func(Exchange) bool // reports that a fault ordered the response, which then says nothing about refusal or storage; nil for never
	Now            func() time.Time    // the target's clock; nil for time.Now
}

// A Session checks exchanges and remembers what they showed. Beyond what Check
// finds in each of them, it finds how they contradict each other and the
// requests: see the kinds from KindAcceptedInvalid on.
//
// A Session is safe for concurrent use. It compares a read with the writes that
// were checked before it, so calls that read and write keys must be made one
// after another and be checked in that order. Sequences that run at the same
// time each take a Fork.
//
// It remembers up to 10,000 keys and as many ids, and their secrets. The work for
// an exchange is linear in its size, whatever is remembered.
type Session struct {
	contract *Contract
	options  SessionOptions
	shared   *sightings

	mu   sync.Mutex            // guards keys and tokens
	keys map[string]*storedKey // by hash
	// tokens are the bearer tokens of which something is known, by SHA-256.
	tokens map[digest]*token
}

// NewSession returns a Session that has seen nothing.
func (c *Contract) NewSession(options SessionOptions) *Session {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Injected == nil {
		options.Injected = func(Exchange) bool { return false }
	}
	s := &Session{contract: c, options: options, shared: newSightings()}
	s.Forget()
	return s
}

// Fork returns a Session for another sequence of exchanges with the same target.
// It shares with s which secrets, hashes and ids were seen, and not what is
// stored in the keys.
func (s *Session) Fork() *Session {
	fork := &Session{contract: s.contract, options: s.options, shared: s.shared}
	fork.reset()
	return fork
}

// Forget forgets what the target stores, and the hashes and ids that it made:
// its state was replaced, and it may make the same again. Secrets stay secret.
func (s *Session) Forget() {
	s.shared.forget()
	s.reset()
}

func (s *Session) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys, s.tokens = make(map[string]*storedKey), make(map[digest]*token)
	for _, key := range s.options.ManagementKeys {
		s.tokens[digestOf(key)] = &token{caller: callerManagement}
	}
}

// Check checks one exchange as [Contract.Check] does, and against what the
// session remembers. On an error the Result still holds what could be judged.
func (s *Session) Check(x Exchange) (Result, error) {
	result, err := s.contract.Check(x)
	if err != nil && !errors.Is(err, ErrInconclusive) {
		return result, err
	}
	r := s.relation(x, result)
	s.shared.exposures(r)
	if r.operation != nil && !s.options.Injected(x) {
		s.mu.Lock()
		r.judgeRefusal()
		r.judgeResponse()
		s.mu.Unlock()
	}
	result.Findings = sorted(append(result.Findings, r.findings...))
	return result, err
}

// A relation judges one exchange against the memory of a session.
type relation struct {
	*Session
	*operation // nil if the exchange matches none
	exchange   Exchange
	findings   []Finding // of the relation
	request    []Finding // of Check
	sent       value     // body of the request; zero if there is none that can be parsed
	body       value     // body of the response; zero if there is none that can be parsed
	text       []byte    // of the response, decoded
	parameters map[string]string
	bearer     string // of the request; "" if there is none
	now        time.Time
}

// relation returns the relation of an exchange that Check has checked.
func (s *Session) relation(x Exchange, result Result) *relation {
	r := &relation{Session: s, exchange: x, request: result.RequestFindings(), text: x.ResponseBody, now: s.options.Now()}
	if routed := s.contract.route(x.Method, x.Path); routed.operation != nil {
		r.operation = routed.operation
		r.parameters = routed.parameters()
	}
	if decoded, err := decodeBody(x.ResponseHeader, x.RequestHeader, x.ResponseBody); err == nil {
		r.text = decoded
	}
	r.sent, _ = parseJSON(x.RequestBody)
	if len(r.text) <= MaxResponseBody {
		r.body, _ = parseJSON(r.text)
	}
	r.bearer = bearerOf(x.RequestHeader)
	return r
}

// bearerOf returns the bearer token of a request, or "".
func bearerOf(h http.Header) string {
	scheme, credential, _ := strings.Cut(h.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.Trim(credential, " ")
}

// report adds a finding about the response. It is advisory if its source cannot
// fail the target.
func (r *relation) report(kind, where, want, got string, source Source, line int) {
	f := Finding{
		Part: PartResponse, Kind: kind, Where: where, Want: want, Got: got,
		Line: line, Source: source, Advisory: source.advisory(r.options.Companions),
	}
	if r.operation != nil && line > 0 {
		f.Document = r.document.name
	}
	r.findings = append(r.findings, f)
}

// source returns the source of a fact about the operation: the documents speak
// of those that they document.
func (r *relation) source() Source {
	if r.Companion {
		return SourceFamily
	}
	return SourceDoc
}

// succeeded reports whether the response is a success.
func (r *relation) succeeded() bool { return r.exchange.Status >= 200 && r.exchange.Status < 300 }

// judgeRefusal reports a request that was accepted or refused and should not
// have been.
func (r *relation) judgeRefusal() {
	j := newJudge(r.operation, r.exchange, r.request, r.callerOf(r.bearer), r.now)
	v := j.verdict()
	if f, departs := v.Judge(r.exchange.Status); departs {
		f.Advisory = f.Source.advisory(r.options.Companions)
		r.findings = append(r.findings, f)
	}
}

// newRedactor returns what finds secrets in responses.
func newRedactor() *redact.Redactor { return redact.New(redact.Config{}) }
