package mockserver

import (
	"sync"

	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/mockserver/internal/account"
)

// Callers remembers the management keys that have opened a world, so that a key is
// hashed and redacted once and not in each request. The zero value is empty. It may be
// used from any goroutine.
//
// It keeps no secret that the server does not keep anyway: such a key ends with the
// name of its world, or is one of Config.ManagementKeys. There is one manager for each.
type callers struct {
	mu       sync.RWMutex        // guards managers
	managers map[string]*manager // by Authorization header
}

// A manager is the sender of a management key.
type manager struct {
	world    *World
	hash     account.Hash     // of the key
	shown    string           // the Authorization header, redacted
	redactor *redact.Redactor // that of the server, which also knows the key
}

// bearerPrefix is how an Authorization header begins that is remembered. There are
// others with the same meaning, and no bound on how many.
const bearerPrefix = "Bearer "

// manager returns the manager with an Authorization header, or nil.
func (c *callers) manager(header string) *manager {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.managers[header]
}

// remember remembers the management key that has opened a world.
func (c *callers) remember(r *redact.Redactor, w *World, key string, hash account.Hash) *manager {
	header := bearerPrefix + key
	m := &manager{world: w, hash: hash, shown: r.Credential(header), redactor: r.With(key)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.managers == nil {
		c.managers = map[string]*manager{}
	}
	c.managers[header] = m
	return m
}
