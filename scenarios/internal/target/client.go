package target

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/relations"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/internal/envelope"
	"github.com/mockgates/mockgates/scenarios/internal/redaction"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Client sends the calls of one scenario, judges the exchanges, and records them. Only
// Send may be called by several goroutines at a time.
type Client struct {
	Target    *Target
	World     *mockserver.World // nil on a live target
	Name      string            // of the world
	Exchanges []report.Exchange // that are recorded

	contract *relations.Session // remembers what this client has seen
	bounds   *envelope.Bounds   // nil on a fake
}

// NewClient returns a client, and opens its world on a fake. It returns an error if the
// name is not valid for a world.
func (t *Target) NewClient(name string) (*Client, error) {
	c := &Client{Target: t, Name: name, bounds: t.newBounds()}
	if t.Live() {
		c.contract = t.seen.Fork() // all scenarios share one memory of secrets and ids
		return c, nil
	}
	var err error
	if c.World, err = t.Fake.World(name); err != nil {
		return nil, err
	}
	t.Secrets.Add(c.ManagementKey())
	c.contract = relations.NewSession(t.Contract, relations.Options{
		Companions:     t.Companions,
		Family:         t.Companions,
		ManagementKeys: []string{c.ManagementKey()},
		Injected:       func(x contract.Exchange) bool { return IsInjected(x.ResponseHeader) },
		Now:            func() time.Time { return c.World.Clock().Now },
	})
	return c, nil
}

// NewStandIn returns a client that calls another server in place of the target, without
// its rate and its ledger. Its exchanges are judged like those of the target. The secrets
// that the other server sends are its own: they are not hidden in what the target sends.
func (t *Target) NewStandIn(root string, client *http.Client, session *relations.Session) *Client {
	other := *t
	other.Root, other.http, other.limiter, other.Recorded, other.Account = root, client, nil, nil, nil
	other.Secrets = redaction.New()
	other.Secrets.Add(t.ManagementKey)
	return &Client{Target: &other, Name: "self-test", bounds: other.newBounds(), contract: session}
}

// newBounds returns the bounds of a scenario on a live target, nil for a fake.
func (t *Target) newBounds() *envelope.Bounds {
	if t.Live() {
		return &envelope.Bounds{Base: t.Base, Run: t.Run, Limit: t.KeyLimit, Expiry: t.KeyExpiry, Companions: t.Companions, Contract: t.All}
	}
	return nil
}

// ManagementKey returns the token of "as management".
func (c *Client) ManagementKey() string {
	if c.Target.Live() {
		return c.Target.ManagementKey
	}
	return c.World.ManagementKey()
}

// Now returns the time of the target as far as it is known: that of its world, or that of
// this machine.
func (c *Client) Now() time.Time {
	if c.World == nil {
		return time.Now()
	}
	return c.World.Clock().Now
}

// Rules returns the rules that responses named, sorted, each once.
func (c *Client) Rules() []string {
	var seen []string
	for _, x := range c.Exchanges {
		seen = append(seen, x.Rules...)
	}
	slices.Sort(seen)
	return slices.Compact(seen)
}

// IsInjected reports whether a fault of the fake made a response.
func IsInjected(h http.Header) bool {
	return h.Get(mockserver.FaultHeader) != "" || slices.Contains(splitList(h.Get(mockserver.RuleHeader)), "fault.injected")
}

// splitList splits the value of a header that is a list.
func splitList(s string) []string {
	var list []string
	for item := range strings.SplitSeq(s, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
