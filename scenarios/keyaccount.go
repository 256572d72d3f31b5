package scenarios

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// errLedger is why a call was not sent whose intent could not be written.
var errLedger = errors.New("not sent")

// A keyAccount notes in a ledger which keys a run makes on a live target. A nil
// one notes nothing.
type keyAccount struct {
	ledger *keyledger.Ledger
	target string // host and port

	mu    sync.Mutex                 // guards codes
	codes map[string]keyledger.Entry // what is known of the key that each code gives
}

// intend notes that a call is about to be sent. The entry is the zero one if it
// cannot make a key or a code. After an error the call must not be sent.
func (s *session) intend(c call) (keyledger.Entry, error) {
	if s.account == nil {
		return keyledger.Entry{}, nil
	}
	e := keyledger.Entry{Run: s.run, Target: s.account.target, Time: time.Now()}
	e.Operation, _ = s.operationOf(c)
	body, _ := decodeObject(c.body, true)
	switch e.Operation {
	case "create-keys":
		e.Name, _ = body["name"].(string)
	case keyledger.CodeOperation:
		e.Name, _ = body["key_label"].(string)
	case "exchange-auth-code":
		code, _ := body["code"].(string)
		e = s.withinBounds(s.account.ofCode(e, code))
		return s.account.intend(e)
	default:
		return keyledger.Entry{}, nil
	}
	e.Name = s.hide(e.Name)
	if limit, ok := body["limit"].(float64); ok {
		e.Limit = &limit
	}
	expiry, _ := body["expires_at"].(string)
	if at, err := time.Parse(time.RFC3339, expiry); err == nil {
		e.Expires = at.UTC()
	}
	return s.account.intend(e)
}

// withinBounds returns an entry with the bounds of the run where it has none. A code
// is exchanged only if the run made it within them; what is known of it may be less,
// such as after a body that names a member twice.
func (s *session) withinBounds(e keyledger.Entry) keyledger.Entry {
	if e.Limit == nil && s.limitIsBounded() {
		e.Limit = s.LiveLimit
	}
	if e.Expires.IsZero() && s.LiveExpiry >= 0 {
		e.Expires = e.Time.Add(s.LiveExpiry).UTC()
	}
	return e
}

func (a *keyAccount) intend(e keyledger.Entry) (keyledger.Entry, error) {
	e, err := a.ledger.Intend(e)
	if err != nil {
		err = errors.Join(errLedger, err)
	}
	return e, err
}

// ofCode returns an entry with what is known of the key that a code gives.
func (a *keyAccount) ofCode(e keyledger.Entry, code string) keyledger.Entry {
	a.mu.Lock()
	defer a.mu.Unlock()
	known := a.codes[code]
	e.Name, e.Limit, e.Expires = known.Name, known.Limit, known.Expires
	return e
}

// settle notes how a call ended. The entry is the zero one if it could make
// nothing.
func (s *session) settle(e keyledger.Entry, done *completedCall) error {
	if s.account == nil {
		return nil
	}
	if e.Operation == "" {
		return s.noteDeletion(done)
	}
	var body struct{ Data struct{ ID, Hash string } }
	e.State = keyledger.Unknown
	switch {
	case done.Status/100 == 2 && json.Unmarshal(done.ResponseBody, &body) == nil:
		e.State = keyledger.Made
	case done.broken == nil && done.Status/100 == 4:
		e.State = keyledger.NotMade
	}
	switch hash := body.Data.Hash; {
	case e.State != keyledger.Made:
	case e.Operation == keyledger.CodeOperation:
		s.account.mu.Lock()
		s.account.codes[body.Data.ID] = e
		s.account.mu.Unlock()
	case s.hide(hash) == hash: // a target may send a secret for a hash
		e.Hash = hash
	}
	return s.account.ledger.Note(e)
}

// noteDeletion notes that a call has deleted a key, or found none to delete.
func (s *session) noteDeletion(done *completedCall) error {
	hash, isKey := strings.CutPrefix(decodedPath(done.Path), "/keys/")
	gone := done.Status/100 == 2 || done.Status == http.StatusNotFound && done.token == s.managementKey() && done.scheme == ""
	if done.broken != nil || done.Method != http.MethodDelete || !isKey || !gone {
		return nil
	}
	return s.account.ledger.Gone(hash)
}
