package operation

import (
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/random"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

// A Txn gives one request access to the state of its world. Each world has at most
// one at a time.
type Txn struct {
	*account.Store
	Now   time.Time // on the world's clock
	World *World    // read-only
}

// A World is what the operations need of a world beside its store.
type World struct {
	Name      string
	User      string         // the account's user id
	Workspace string         // the account's default workspace
	Random    *random.Source // everything random is derived from it
	Prefix    string         // of minted keys
	MaxCodes  int            // authorization codes at most
	Settings  *Settings
	Index     Index
}

// An Index routes requests to the world that has a key or a code.
type Index interface {
	PutKey(account.Hash)
	PutCode(account.Hash)
	RemoveCode(account.Hash)

	// OtherHasKey and OtherHasCode report whether another world has a key or a code.
	OtherHasKey(account.Hash) bool
	OtherHasCode(account.Hash) bool
}

// draw derives 32 pseudorandom bytes from the seed of the world. The same seed and
// the same earlier draws give the same bytes on any machine.
func (tx Txn) draw(purpose string) [32]byte { return tx.World.Random.Bytes(purpose, tx.Draw()) }

// Mint makes a secret for a key, and sets the hash, the label and the creation time of
// the key. It passes over a secret that another world has: a state whose worlds were
// renamed can hold what this one draws.
func (tx Txn) Mint(k *account.Key) (secret string) {
	k.Created = tx.Now
	for {
		drawn := tx.draw("key")
		secret, k.Label = token.Mint(tx.World.Prefix, drawn[:])
		if k.Hash = account.HashOf(secret); !tx.World.Index.OtherHasKey(k.Hash) {
			return secret
		}
	}
}

// PutKey stores a key and enters it into the index, so that requests with its secret
// are routed to this world. The key must not be changed any more.
func (tx Txn) PutKey(k *account.Key) {
	tx.Store.PutKey(k)
	tx.World.Index.PutKey(k.Hash)
}

// AddCode stores a new authorization code and enters it into the index.
func (tx Txn) AddCode(c account.Code) {
	tx.Store.AddCode(c)
	tx.World.Index.PutCode(c.Hash)
}

// Room returns an error if the counters of the store leave no room for n more keys
// and codes.
func (tx Txn) Room(n int) *refusal.Full {
	if !tx.HasRoom(n) {
		return &refusal.Full{Bound: "max-count", Max: apispec.MaxCount, What: "secrets of a seed; reset the world with another"}
	}
	return nil
}

// RoomForCode makes room for one more authorization code. At the bound it removes
// the oldest code if that one is used or expired, or else returns an error.
func (tx Txn) RoomForCode() *refusal.Full {
	if full := tx.Room(1); full != nil {
		return full
	}
	most := tx.World.MaxCodes
	removed, ok := tx.MakeRoomForCode(most, tx.Now)
	if !ok {
		return &refusal.Full{Bound: "max-codes", Max: most, What: "authorization codes in a world that are neither used nor expired"}
	}
	if removed != nil {
		tx.World.Index.RemoveCode(*removed)
	}
	return nil
}
