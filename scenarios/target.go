package scenarios

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/relations"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/redaction"
	"github.com/mockgates/mockgates/scenarios/internal/wire"
	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// A target is where scenarios are played. Many sessions share one.
type target struct {
	Options
	validator validator
	base      string // base URL, without a trailing slash
	root      string // scheme and host of the base URL
	run       string // id of the run
	secrets   *redaction.Secrets
	http      *http.Client

	limiter *rate.Limiter // nil for no bound
	retries *wire.RetryWait
	tally   *tally

	account *envelope.Account // of the keys that are made; nil on a fake

	seen   *relations.Session // what a live target has shown in this run
	fake   *mockserver.Server // nil on a live target
	server *http.Server       // likewise
}

// open makes the target ready. A fake listens on a loopback port of its own
// when open returns. Options must be complete.
func (o Options) open() (*target, error) {
	t := &target{Options: o, secrets: redaction.New(), limiter: o.limiter(), retries: wire.NewRetryWait(o.sleep), tally: &tally{tell: o.Progress}}
	var err error
	if t.validator, err = o.findValidator(); err != nil {
		return nil, err
	}
	// A live target may compress its responses; the fake never does.
	transport := &http.Transport{DisableCompression: !o.live()}
	t.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if o.live() {
		transport.Proxy = http.ProxyFromEnvironment
		return t, t.useEndpoint()
	}
	// Each call has a connection of its own: a fault that breaks one breaks no
	// other, and net/http does not send a request a second time.
	transport.DisableKeepAlives = true
	t.run = hex.EncodeToString(t.derive("run", 0))[:8]
	return t, t.startFake()
}

// useEndpoint takes the base URL of a live target, and chooses the id of the
// run.
func (t *target) useEndpoint() error {
	t.secrets.Add(t.ManagementKey)
	t.run, t.base = cmp.Or(t.runID, newRunID()), t.Target
	u, err := url.Parse(t.base)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	t.root = u.Scheme + "://" + u.Host
	t.account = &envelope.Account{Ledger: keyledger.New(t.Ledger, nil), Target: u.Host, Hide: t.secrets.Hide}
	t.seen = relations.NewSession(t.validator.Contract, relations.Options{Companions: t.companions(), ManagementKeys: []string{t.ManagementKey}})
	return nil
}

// newRunID returns an id for a run on a live target.
func newRunID() string {
	id := make([]byte, 4)
	_, _ = rand.Read(id) // never fails
	return hex.EncodeToString(id)
}

// startFake starts a fake.
func (t *target) startFake() error {
	var err error
	t.fake, t.server, t.root, err = t.serveFake()
	t.base = t.root + fakeBasePath
	return err
}

// fakeBasePath is the path of the base URL of a fake.
const fakeBasePath = "/api/v1"

// serveFake serves a fake of these options on a loopback port until the server is
// closed. The root is the scheme and host of its base URL. With management keys it
// accepts only those.
func (o Options) serveFake(managementKeys ...string) (fake *mockserver.Server, server *http.Server, root string, err error) {
	fake, err = mockserver.New(mockserver.Config{
		Seed: o.Seed, Clock: o.Clock, DocumentedOnly: o.DocumentedOnly, Rules: o.Rules,
		ManagementKeys: managementKeys, StrictKeys: len(managementKeys) > 0,
	})
	if err != nil {
		return nil, nil, "", err
	}
	var handler http.Handler = fake
	if o.Handler != nil {
		handler = o.Handler(handler)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, "", fmt.Errorf("start the fake: %w", err)
	}
	server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // returns when the server is closed
	return fake, server, "http://" + listener.Addr().String(), nil
}

// close stops the fake and the requests that it holds.
func (t *target) close() {
	t.http.CloseIdleConnections()
	if t.server != nil {
		_ = t.server.Close() // fails only if the listener is closed already
	}
}

// derive returns 32 bytes that depend on the seed, the purpose and the count.
func (t *target) derive(purpose string, count int) []byte {
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, t.Seed))
	_, _ = fmt.Fprintf(mac, "%s %d", purpose, count)
	return mac.Sum(nil)
}

// timeout bounds one call, or one wait at a gate.
func (t *target) timeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, t.Timeout, fmt.Errorf("no response within %v", t.Timeout))
}

// A validator is a contract and its self-test.
type validator struct {
	*contract.Contract
	selfTest func() error
}

// Validators never change, and take a second to compile and test themselves, so
// all runs of a process share them.
var (
	validatorAll        = newValidator(contract.All)
	validatorDocumented = newValidator(contract.Documented)
)

// newValidator returns a function that compiles a validator when it is first
// called. The self-test runs at most once.
func newValidator(scope contract.Scope) func() (validator, error) {
	return sync.OnceValues(func() (validator, error) {
		c, err := contract.New(scope)
		if err != nil {
			return validator{}, err
		}
		return validator{c, sync.OnceValue(c.SelfTest)}, nil
	})
}

// findValidator returns the validator for what the target offers.
func (o Options) findValidator() (validator, error) {
	switch {
	case o.validator != nil:
		return o.validator()
	case o.companions():
		return validatorAll()
	}
	return validatorDocumented()
}
