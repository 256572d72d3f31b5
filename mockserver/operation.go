package mockserver

import (
	"net/http"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

// A request is the part of an HTTP request that an operation needs.
type request struct {
	number int64  // in order of arrival in the world, from 1
	path   string // below the base path
	query  string // raw
	header http.Header
	body   form.Body
	caller caller
}

// A response is what an operation returns, not yet encoded.
type response struct {
	status int
	header http.Header // beyond those that every response has; nil for none
	body   any         // marshalled as JSON; a []byte is sent as it is; nil for no body
	rules  []string    // ids of the rules that decided it; they may be shared
	secret string      // that the body shows, and the operation has minted; "" for none
	masked string      // what the journal has in the place of secret
}

// A txn gives one request access to the state of its world. Each world has at most
// one at a time.
type txn struct {
	*account.Store
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

// draw derives 32 pseudorandom bytes from the seed of the world. The same seed and
// the same earlier draws give the same bytes on any machine.
func (tx txn) draw(purpose string) []byte { return tx.world.random.Bytes(purpose, tx.Draw()) }

// mint makes a secret and returns it with its key, of which only the hash, the
// label and the creation time are set.
func (tx txn) mint() (secret string, k account.Key) {
	secret, label := token.Mint(tx.world.server.prefix, tx.draw("key"))
	return secret, account.Key{Hash: account.HashOf(secret), Label: label, Created: tx.now}
}

// putKey stores a key and enters it into the server's index, so that requests
// with its secret are routed to this world.
func (tx txn) putKey(k account.Key) {
	tx.PutKey(k)
	tx.world.server.index.PutKey(k.Hash, tx.world)
}

// addCode stores a new authorization code and enters it into the server's index.
func (tx txn) addCode(c account.Code) {
	tx.AddCode(c)
	tx.world.server.index.PutCode(c.Hash, tx.world)
}

// roomForCode makes room for one more authorization code. At the bound it removes
// the oldest code if that one is used or expired, or else returns an error.
func (tx txn) roomForCode() *BoundError {
	if full := tx.room(1); full != nil {
		return full
	}
	most := tx.world.server.bounds.Codes
	removed, ok := tx.MakeRoomForCode(most, tx.now)
	if !ok {
		return &BoundError{"max-codes", most, "authorization codes in a world that are neither used nor expired"}
	}
	if removed != nil {
		tx.world.server.index.RemoveCode(*removed)
	}
	return nil
}
