package envelope

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// ErrLedger says that a call was not sent because it could not be noted in the ledger.
var ErrLedger = errors.New("not sent")

// An Account notes in a ledger which keys a run makes on a live target. A nil Account
// notes nothing.
type Account struct {
	Ledger *keyledger.Ledger
	Target string                   // host and port
	Hide   func(text string) string // returns a text without secrets

	mu    sync.Mutex                 // guards codes
	codes map[string]keyledger.Entry // what is known of the key that each code gives
}

// Intend notes that a request is about to be sent. It returns the zero entry if the
// request cannot make a key or a code. If it returns an error, the request must not be
// sent.
func (a *Account) Intend(b *Bounds, r Request) (keyledger.Entry, error) {
	if a == nil {
		return keyledger.Entry{}, nil
	}
	e := keyledger.Entry{Run: b.Run, Target: a.Target, Time: time.Now()}
	e.Operation, _ = b.operationOf(r)
	body, _ := decodeObject(r.Body, true)
	switch e.Operation {
	case "create-keys":
		e.Name, _ = body["name"].(string)
	case keyledger.CodeOperation:
		e.Name, _ = body["key_label"].(string)
	case "exchange-auth-code":
		code, _ := body["code"].(string)
		e = b.withinBounds(a.ofCode(e, code))
		return a.intend(e)
	default:
		return keyledger.Entry{}, nil
	}
	e.Name = a.Hide(e.Name)
	if limit, ok := body["limit"].(float64); ok {
		e.Limit = &limit
	}
	expiry, _ := body["expires_at"].(string)
	if at, err := time.Parse(time.RFC3339, expiry); err == nil {
		e.Expires = at.UTC()
	}
	return a.intend(e)
}

// withinBounds returns an entry whose missing bounds are those of the run. A code is
// exchanged only if the run made it within them, but less may be known about it, such as
// after a body that has a member twice.
func (b *Bounds) withinBounds(e keyledger.Entry) keyledger.Entry {
	if e.Limit == nil && b.limitIsBounded() {
		limit := b.Limit
		e.Limit = &limit
	}
	if e.Expires.IsZero() && b.Expiry >= 0 {
		e.Expires = e.Time.Add(b.Expiry).UTC()
	}
	return e
}

func (a *Account) intend(e keyledger.Entry) (keyledger.Entry, error) {
	e, err := a.Ledger.Intend(e)
	if err != nil {
		err = errors.Join(ErrLedger, err)
	}
	return e, err
}

// ofCode returns an entry with what is known about the key that a code gives.
func (a *Account) ofCode(e keyledger.Entry, code string) keyledger.Entry {
	a.mu.Lock()
	defer a.mu.Unlock()
	known := a.codes[code]
	e.Name, e.Limit, e.Expires = known.Name, known.Limit, known.Expires
	return e
}

// An Answer is the result of a request.
type Answer struct {
	Status     int
	Body       []byte
	Broken     bool // the response is incomplete
	Unsent     bool // there was no connection, so the target has not seen the request
	Management bool // the management key of the run was its credential
}

// Settle notes how a request ended. The entry is the one that Intend returned.
func (a *Account) Settle(e keyledger.Entry, r Request, got Answer) error {
	if a == nil {
		return nil
	}
	if e.Operation == "" {
		return a.noteDeletion(r, got)
	}
	var body struct{ Data struct{ ID, Hash string } }
	e.State = keyledger.Unknown
	switch {
	case got.Status/100 == 2 && json.Unmarshal(got.Body, &body) == nil:
		e.State = keyledger.Made
	case got.Unsent, !got.Broken && got.Status/100 == 4:
		e.State = keyledger.NotMade
	}
	switch hash := body.Data.Hash; {
	case e.State != keyledger.Made:
	case e.Operation == keyledger.CodeOperation:
		a.mu.Lock()
		if a.codes == nil {
			a.codes = map[string]keyledger.Entry{}
		}
		a.codes[body.Data.ID] = e
		a.mu.Unlock()
	case a.Hide(hash) == hash: // a target may send a secret as the hash
		e.Hash = hash
	}
	return a.Ledger.Note(e)
}

// noteDeletion notes that a request has deleted a key, or found none to delete.
func (a *Account) noteDeletion(r Request, got Answer) error {
	hash, isKey := strings.CutPrefix(decodedPath(r.Path), "/keys/")
	gone := got.Status/100 == 2 || got.Status == http.StatusNotFound && got.Management
	if got.Broken || r.Method != http.MethodDelete || !isKey || !gone {
		return nil
	}
	return a.Ledger.Gone(hash)
}
