package generated

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/internal/script"
)

// A prepared holds the keys that several cases of one operation use.
type prepared struct {
	plain   madeKey  // the caller of cases that need a plain key
	object  madeKey  // the key that cases read, change or delete
	cleanup []string // hashes of all keys that were made
}

// A madeKey is a key of the run. Its zero value is none.
type madeKey struct {
	secret, hash string
	expires      time.Time
}

// The challenge of the codes that cases exchange: RFC 7636, appendix B.
const sampleChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

// fill replaces the placeholders of a case, and makes the keys and codes that they
// stand for. The error says which could not be made.
func (p *player) fill(m contract.MatrixCase) (contract.MatrixCase, error) {
	var missing error
	filled := m.Fill(func(name string) string {
		value, err := p.value(name)
		if err != nil {
			missing = err
		}
		return value
	})
	return filled, missing
}

// value returns what a placeholder stands for.
func (p *player) value(placeholder string) (string, error) {
	switch placeholder {
	case contract.PlaceholderManagementKey:
		return p.ManagementKey, nil
	case contract.PlaceholderUniqueName:
		return p.uniqueName(), nil
	case contract.PlaceholderExpiry:
		return p.expiry().Format(script.LocalTime), nil
	case contract.PlaceholderRun:
		return p.Run, nil
	case contract.PlaceholderPlainKey:
		key, err := p.key(&p.prepared.plain)
		return key.secret, err
	case contract.PlaceholderHash:
		key, err := p.key(&p.prepared.object)
		return url.PathEscape(key.hash), err
	case contract.PlaceholderCode:
		return p.code()
	}
	return "", fmt.Errorf("the placeholder %q is not known", placeholder)
}

// uniqueName returns a name that no other case has. It contains the id of the run.
func (p *player) uniqueName() string {
	p.count++
	return fmt.Sprintf("%s %d", p.marker(), p.count)
}

// marker is part of the names of all keys of the operation in this run.
func (p *player) marker() string { return p.Run + " " + p.cases.Operation }

// expiry returns a time that is soon, and within the bounds of a live target.
func (p *player) expiry() time.Time {
	lifetime := 10 * time.Minute
	if p.KeyExpiry > 0 {
		lifetime = min(lifetime, p.KeyExpiry*2/3)
	}
	return p.Now().UTC().Add(lifetime).Truncate(time.Second)
}

// key returns *k if it does not expire soon, and otherwise a new key.
func (p *player) key(k *madeKey) (madeKey, error) {
	if k.hash != "" && p.Now().Add(p.expiry().Sub(p.Now())/4).Before(k.expires) {
		return *k, nil
	}
	expires := p.expiry()
	done, err := p.prepare("/keys", map[string]any{"name": uniqueName, "limit": p.KeyLimit, "expires_at": soon})
	if err != nil {
		return madeKey{}, err
	}
	var body struct {
		Key  string
		Data struct{ Hash string }
	}
	if done.Status != http.StatusCreated || json.Unmarshal(done.ResponseBody, &body) != nil || body.Key == "" || body.Data.Hash == "" {
		return madeKey{}, fmt.Errorf("they need a key, and create-keys answers %d", done.Status)
	}
	*k = madeKey{body.Key, body.Data.Hash, expires}
	return *k, nil
}

// code returns a fresh code whose key is bounded.
func (p *player) code() (string, error) {
	done, err := p.prepare("/auth/keys/code", map[string]any{
		"callback_url": "https://app.example/back", "code_challenge": sampleChallenge, "code_challenge_method": "S256",
		"key_label": uniqueName, "limit": p.KeyLimit, "expires_at": soon,
	})
	if err != nil {
		return "", err
	}
	var body struct{ Data struct{ ID string } }
	if done.Status != http.StatusOK || json.Unmarshal(done.ResponseBody, &body) != nil || body.Data.ID == "" {
		return "", fmt.Errorf("they need a code, and create-auth-keys-code answers %d", done.Status)
	}
	return body.Data.ID, nil
}

// The placeholders for the name and the expiry of keys and codes that cases need.
const (
	uniqueName = "${" + contract.PlaceholderUniqueName + "}"
	soon       = "${" + contract.PlaceholderExpiry + "}Z"
)

// prepare makes a call that a case needs. It is validated like any other.
func (p *player) prepare(path string, body map[string]any) (Answer, error) {
	m := managementCall(http.MethodPost, path, "what other cases need: POST "+path)
	m.Header.Set("Content-Type", "application/json")
	var err error
	if m.Body, err = json.Marshal(body); err != nil {
		return Answer{}, err
	}
	filled, err := p.fill(m)
	if err != nil {
		return Answer{}, err
	}
	done, failure, ok := p.exchange(Request{Method: http.MethodPost, Path: path, Token: p.ManagementKey, Body: filled.Body})
	if !ok {
		return Answer{}, errors.New("no more requests may be sent")
	}
	p.prepared.used(done)
	if failure != nil {
		p.fail(m, failure)
	}
	if done.Broken {
		return Answer{}, fmt.Errorf("what they need got no complete response: POST %s", path)
	}
	return done, nil
}

// used notes the effect of a call on the keys: a new key must be deleted at the end, and
// a key that is gone is not used again.
func (k *prepared) used(done Answer) {
	var body struct{ Data struct{ Hash string } }
	if done.is(http.MethodPost, "/keys") && done.Status/100 == 2 && json.Unmarshal(done.ResponseBody, &body) == nil && body.Data.Hash != "" {
		k.cleanup = append(k.cleanup, body.Data.Hash)
	}
	if !strings.HasPrefix(done.Path, "/keys/") {
		return
	}
	if done.Status == http.StatusNotFound || done.Method == http.MethodDelete && done.Status/100 == 2 {
		k.object = madeKey{}
	}
}

// cleanUp deletes the keys that were made, if a live target offers that. The world of a
// fake ends with the run.
func (p *player) cleanUp() {
	if !p.Live || !p.Companions || p.ctx.Err() != nil { // after an interrupt the ledger says what to delete
		return
	}
	p.left = -1
	for _, hash := range append(p.prepared.cleanup, p.listed()...) {
		p.asManagement(http.MethodDelete, "/keys/${"+contract.PlaceholderHash+"}", hash)
	}
}

// listed returns the hashes of keys that exchanges of codes have made. The responses of
// the exchanges do not contain them.
func (p *player) listed() []string {
	if p.cases.Operation != "exchange-auth-code" {
		return nil
	}
	var body struct {
		Data []struct{ Hash, Name string }
	}
	var hashes []string
	if done := p.asManagement(http.MethodGet, "/keys", ""); json.Unmarshal(done.ResponseBody, &body) == nil {
		for _, k := range body.Data {
			if strings.Contains(k.Name, p.marker()) {
				hashes = append(hashes, k.Hash)
			}
		}
	}
	return hashes
}

// asManagement makes a call of the cleanup, about the key with a hash.
func (p *player) asManagement(method, path, hash string) Answer {
	sent := strings.ReplaceAll(path, "${"+contract.PlaceholderHash+"}", url.PathEscape(hash))
	done, failure, _ := p.exchange(Request{Method: method, Path: sent, Token: p.ManagementKey})
	if failure != nil {
		p.fail(managementCall(method, path, "cleanup: "+method+" "+sent), failure)
	}
	return done
}

// managementCall returns a call with the management key in the form of a case, although
// the contract has no such case.
func managementCall(method, path, name string) contract.MatrixCase {
	return contract.MatrixCase{Name: name, Method: method, Path: path, Header: http.Header{"Authorization": {bearerManagement}}}
}

func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
