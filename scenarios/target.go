package scenarios

import (
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

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
)

// A target is where scenarios are played. Many sessions share one.
type target struct {
	Options
	judge judge
	base  string // base URL, without a trailing slash
	root  string // scheme and host of the base URL
	run   string // id of the run
	vault *vault
	http  *http.Client

	fake   *mockserver.Server // nil on a live target
	server *http.Server       // likewise
}

// A judge is a contract and whether its canaries prove that it looks.
type judge struct {
	*contract.Contract
	proof func() error
}

// The judges never change and take a second to make and prove, so all runs of
// a process share them.
var (
	judgeAll        = newJudge(contract.All)
	judgeDocumented = newJudge(contract.Documented)
)

// newJudge returns a function that compiles a judge at its first call.
func newJudge(scope contract.Scope) func() (judge, error) {
	return sync.OnceValues(func() (judge, error) {
		c, err := contract.New(scope)
		if err != nil {
			return judge{}, err
		}
		return judge{c, sync.OnceValue(c.SelfTest)}, nil
	})
}

// open makes the target ready: the fake listens on a loopback port of its own
// when open returns. Options must be complete.
func (o Options) open() (*target, error) {
	t := &target{Options: o, vault: &vault{}}
	find := o.judge
	switch {
	case find != nil:
	case o.companions():
		find = judgeAll
	default:
		find = judgeDocumented
	}
	var err error
	if t.judge, err = find(); err != nil {
		return nil, err
	}
	transport := &http.Transport{DisableCompression: true}
	t.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	if o.live() {
		transport.Proxy = http.ProxyFromEnvironment
		t.vault.add(o.ManagementKey)
		id := make([]byte, 4)
		_, _ = rand.Read(id) // never fails
		t.run, t.base = hex.EncodeToString(id), o.Target
		u, err := url.Parse(t.base)
		if err != nil {
			return nil, fmt.Errorf("target: %w", err)
		}
		t.root = u.Scheme + "://" + u.Host
		return t, nil
	}
	// A connection for each call: a fault that breaks one breaks no other, and
	// nothing is sent twice on its own.
	transport.DisableKeepAlives = true
	t.run = hex.EncodeToString(t.derive("run", 0))[:8]
	return t, t.listen()
}

// listen starts the fake.
func (t *target) listen() error {
	var err error
	t.fake, err = mockserver.New(mockserver.Config{Seed: t.Seed, Clock: t.Clock, DocumentedOnly: t.DocumentedOnly})
	if err != nil {
		return err
	}
	var handler http.Handler = t.fake
	if t.Handler != nil {
		handler = t.Handler(handler)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("the fake cannot listen: %w", err)
	}
	t.root = "http://" + listener.Addr().String()
	t.base = t.root + "/api/v1"
	t.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = t.server.Serve(listener) }() // returns when close does
	return nil
}

// close ends the fake and what waits in it.
func (t *target) close() {
	t.http.CloseIdleConnections()
	if t.server != nil {
		_ = t.server.Close() // its only error is that of a listener which is gone
	}
}

// derive is 32 bytes that depend on the seed, the purpose and the count.
func (t *target) derive(purpose string, count int) []byte {
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, t.Seed))
	_, _ = fmt.Fprintf(mac, "%s %d", purpose, count)
	return mac.Sum(nil)
}

// timeout bounds one call, or one wait.
func (t *target) timeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, t.Timeout, fmt.Errorf("no answer within %v", t.Timeout))
}
