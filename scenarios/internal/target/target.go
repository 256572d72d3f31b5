package target

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
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

// A Config says what to open, and how to call it.
type Config struct {
	Contract   *contract.Contract                         // of what the target offers
	All        *contract.Contract                         // has every operation, for the bounds of a live target
	Companions bool                                       // the target offers the companion operations
	Seed       uint64                                     // of the values that a run derives, such as its id on a fake
	Timeout    time.Duration                              // of one call, and of one wait at a gate
	Interval   time.Duration                              // between two requests; 0 for no bound
	Sleep      func(context.Context, time.Duration) error // waits for a target that answers 429; nil waits in real time
	Recorded   func()                                     // called after each exchange; nil for none
	Sabotage   *Sabotage                                  // nil for none

	// The fake, if URL is "".
	FakeConfig mockserver.Config
	Wrap       func(http.Handler) http.Handler // wraps its handler; nil for none

	// A live endpoint.
	URL           string        // base URL, without a trailing slash; "" is the fake
	ManagementKey string        // of the endpoint
	RunID         string        // "" for a random one
	KeyLimit      float64       // the largest limit of a key, in USD; +Inf for no bound
	KeyExpiry     time.Duration // the longest time until a key expires; negative for no bound
	Ledger        io.Writer     // for the keys that are made; nil keeps them in memory only
}

// A Target is where scenarios are played. Many clients share one.
type Target struct {
	Config
	Base    string // base URL, without a trailing slash
	Root    string // scheme and host of the base URL
	Run     string // id of the run
	Secrets *redaction.Secrets
	Retries *wire.RetryWait
	Account *envelope.Account // of the keys that are made; nil on a fake
	Fake    *Fake             // nil on a live target

	http    *http.Client
	limiter *rate.Limiter      // nil for no bound
	seen    *relations.Session // what a live target has shown in this run
}

// Open makes a target ready. A fake listens on a loopback port of its own when Open
// returns.
func Open(c Config) (*Target, error) {
	t := &Target{Config: c, Secrets: redaction.New(), Retries: wire.NewRetryWait(c.Sleep)}
	if c.Interval > 0 {
		t.limiter = rate.NewLimiter(rate.Every(c.Interval), 1) // no bursts
	}
	// A live target may compress its responses; the fake never does.
	transport := &http.Transport{DisableCompression: c.URL == ""}
	t.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if c.URL != "" {
		transport.Proxy = http.ProxyFromEnvironment
		return t, t.useEndpoint()
	}
	// Each call has a connection of its own: a fault that breaks one breaks no
	// other, and net/http does not send a request a second time.
	transport.DisableKeepAlives = true
	t.Run = hex.EncodeToString(t.Derive("run", 0))[:8]
	return t, t.startFake()
}

// useEndpoint takes the base URL of a live target, and chooses the id of the
// run.
func (t *Target) useEndpoint() error {
	t.Secrets.Add(t.ManagementKey)
	t.Run, t.Base = cmp.Or(t.RunID, NewRunID()), t.URL
	u, err := url.Parse(t.Base)
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	t.Root = u.Scheme + "://" + u.Host
	t.Account = &envelope.Account{Ledger: keyledger.New(t.Ledger, nil), Target: u.Host, Hide: t.Secrets.Hide}
	t.seen = relations.NewSession(t.Contract, relations.Options{Companions: t.Companions, ManagementKeys: []string{t.ManagementKey}})
	return nil
}

// NewRunID returns an id for a run on a live target.
func NewRunID() string {
	id := make([]byte, 4)
	_, _ = rand.Read(id) // never fails
	return hex.EncodeToString(id)
}

// startFake starts a fake.
func (t *Target) startFake() error {
	fake, err := ServeFake(t.FakeConfig, t.Wrap)
	if err != nil {
		return err
	}
	t.Fake, t.Root, t.Base = fake, fake.Root, fake.Root+FakeBasePath
	return nil
}

// Close stops the fake and the requests that it holds.
func (t *Target) Close() {
	t.http.CloseIdleConnections()
	if t.Fake != nil {
		t.Fake.Close()
	}
}

// Live reports whether the target is an endpoint and not a fake.
func (t *Target) Live() bool { return t.Fake == nil }

// Derive returns 32 bytes that depend on the seed, the purpose and the count.
func (t *Target) Derive(purpose string, count int) []byte {
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, t.Seed))
	_, _ = fmt.Fprintf(mac, "%s %d", purpose, count)
	return mac.Sum(nil)
}

// WithTimeout bounds one call, or one wait at a gate.
func (t *Target) WithTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, t.Timeout, fmt.Errorf("no response within %v", t.Timeout))
}

// LimitOfKeys returns the limit of the keys that scenarios create, in USD: as much as
// may be spent on the target, and at most 10.
func (t *Target) LimitOfKeys() float64 {
	if !t.Live() {
		return 10
	}
	return min(10, t.KeyLimit)
}
