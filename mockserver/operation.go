package mockserver

import (
	"encoding/hex"
	"net/http"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// A request is the part of an HTTP request that an operation needs.
type request struct {
	number int64             // in order of arrival in the world, from 1
	vars   map[string]string // variables of the path
	query  string            // raw
	header http.Header
	body   form.Body
	caller caller
}

// A response is what an operation returns, not yet encoded.
type response struct {
	status int
	header http.Header // beyond those that every response has; nil for none
	body   any         // marshalled as JSON; a []byte is sent as it is; nil for no body
	rules  []string    // ids of the rules that decided it
}

// A txn gives one request access to the state of its world. Each world has at most
// one at a time.
type txn struct {
	*store
	now   time.Time // on the world's clock
	world *World    // for its name, ids and settings; read-only
}

func (tx txn) settings() *settings { return &tx.world.server.settings }

// A plan is an operation that has passed its checks and has changed nothing yet.
type plan struct {
	reserve    func(txn)                   // reserves what commit will need, so that other requests can see it; may be nil
	commit     func(txn) (response, error) // makes the changes, or none if it fails
	release    func(txn)                   // undoes reserve, after commit or instead of it; may be nil
	undeclared []string                    // properties of the body that the request schema does not name
}

// A prepareFunc checks a request for one operation and returns the plan for it. It
// depends only on its arguments and changes nothing: all changes are made by the
// functions of the plan.
type prepareFunc func(txn, *request) (plan, error)

// prepare holds the prepareFunc of each operation, by operationId.
var prepare = map[string]prepareFunc{
	"create-keys":           createKey,
	"create-auth-keys-code": createCode,
	"list-keys":             listKeys,
	"get-key":               getKey,
	"update-keys":           updateKey,
	"delete-keys":           deleteKey,
	"get-current-key":       currentKey,
	"exchange-auth-code":    exchangeCode,
}

// draw derives n pseudorandom bytes, at most 32, from the seed of the world. The
// same seed and the same earlier draws give the same bytes on any machine.
func (tx txn) draw(purpose string, n int) []byte {
	tx.draws++
	return derive(tx.world.root, purpose, tx.draws)[:n]
}

// marker is how the digits of every minted secret begin, so that nobody mistakes
// one for a real key and a secret scanner can exclude it.
const marker = "fa4e"

// mint makes a secret and returns it with its key, of which only the hash, the
// label and the creation time are set.
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

// putKey stores a key and enters it into the server's index, so that requests
// with its secret are routed to this world.
func (tx txn) putKey(k Key) {
	tx.store.putKey(k)
	tx.world.server.index.putKey(k.Hash, tx.world)
}

// putCode stores an authorization code and enters it into the server's index.
func (tx txn) putCode(c authCode) {
	if _, known := tx.codes[c.ID]; !known {
		tx.oldest = append(tx.oldest, c.ID)
	}
	tx.codes[c.ID] = c
	tx.world.server.index.putCode(c.ID, tx.world)
}

// roomForCode makes room for one more authorization code. At the bound it removes
// the oldest code if that one is used or expired, or else returns an error.
func (tx txn) roomForCode() *BoundError {
	if full := tx.room(1); full != nil {
		return full
	}
	most := tx.world.server.bounds.codes
	if len(tx.codes) < most {
		return nil
	}
	c := tx.codes[tx.oldest[0]]
	if !c.Used && tx.now.Before(c.Created.Add(codeLife)) {
		return &BoundError{"max-codes", most, "authorization codes in a world that are neither used nor expired"}
	}
	delete(tx.codes, c.ID)
	tx.world.server.index.dropCode(c.ID)
	tx.oldest = tx.oldest[1:]
	tx.codesEvicted++
	return nil
}
