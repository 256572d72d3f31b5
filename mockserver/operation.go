package mockserver

import (
	"encoding/hex"
	"net/http"
	"slices"
	"time"
)

// A request is what an operation is given: the request without the wire.
type request struct {
	number int64             // counts the requests of the world, from 1
	vars   map[string]string // variables of the path
	query  string            // raw
	header http.Header
	body   body
	caller caller
}

// A response is what an operation answers: the answer without the wire.
type response struct {
	status int
	header http.Header // beyond those that every answer carries; nil for none
	body   any         // marshalled as JSON; a []byte is sent as it is; nil for no body
	rules  []string    // the rules that decided it
}

// A txn is what one request may read and change. There is one at a time in
// each world.
type txn struct {
	*store
	now   time.Time // when the request arrived, on the world's clock
	world *World    // read only: name, account, settings
}

// A plan is an operation that has checked everything and changed nothing yet.
type plan struct {
	reserve func(txn) error             // takes what commit will need, so that others see it is taken; nil for nothing
	commit  func(txn) (response, error) // does it; if it fails it has changed nothing
	release func(txn)                   // gives back what was reserved, after commit or instead of it; nil for nothing
	notes   []string                    // undeclared properties, for the client's findings
}

// An access says which credential an operation asks for.
type access int

const (
	accessManagement access = iota // a management key; any other valid key gets 403
	accessKey                      // any valid key
	accessNone                     // no credential
)

// An operation answers one operation of the API.
//
// Its prepare function depends on its arguments alone and changes nothing: it
// sees no network, lock, clock or fault. All that an operation changes, it
// changes in the functions of the plan that it returns.
type operation struct {
	id        string // operationId
	method    string
	path      string // below the base path, with {variables}
	companion bool   // not documented by the two documents
	access    access
	success   int
	errors    []int // the statuses of its documented refusals
	prepare   func(txn, *request) (plan, error)
}

// documents reports whether the operation documents the status.
func (o *operation) documents(status int) bool {
	if status == o.success {
		return true
	}
	for _, s := range o.errors {
		if s == status {
			return true
		}
	}
	return false
}

// operations is every operation of the API, the documented ones first.
var operations = slices.Concat(documentedOperations, companionOperations)

// documentedOperations are those of the two documents.
var documentedOperations = []*operation{
	{
		id: "create-keys", method: http.MethodPost, path: "/keys", access: accessManagement,
		success: 201, errors: []int{400, 401, 403, 429, 500}, prepare: createKey,
	},
	{
		id: "create-auth-keys-code", method: http.MethodPost, path: "/auth/keys/code", access: accessKey,
		success: 200, errors: []int{400, 401, 409, 500}, prepare: createCode,
	},
}

// draw takes n random bytes, at most 32, from the seed of the world. The same
// seed and the same draws before give the same bytes, on any machine.
func (tx txn) draw(purpose string, n int) []byte {
	tx.draws++
	return tx.world.derive(purpose, tx.draws)[:n]
}

// marker begins the digits of every secret that is minted here, so that nobody
// takes one for real and a secret scanner can be told.
const marker = "fa4e"

// mint draws a secret and returns it with the key that it opens, which has a
// hash, a label and a creation time and nothing else.
func (tx txn) mint() (secret string, k Key) {
	digits := marker + hex.EncodeToString(tx.draw("key", 30))
	prefix := tx.world.server.prefix
	secret = prefix + digits
	return secret, Key{
		Hash:    hashOf(secret),
		Label:   prefix + digits[:3] + "..." + digits[len(digits)-3:],
		Created: tx.now,
	}
}

// putKey stores a key and lets its secret lead to this world.
func (tx txn) putKey(k Key) {
	tx.store.putKey(k)
	tx.world.server.index.putKey(k.Hash, tx.world)
}

// putCode stores an authorization code and lets it lead to this world.
func (tx txn) putCode(c AuthCode) {
	tx.codes[c.ID] = c
	tx.world.server.index.putCode(c.ID, tx.world)
}
