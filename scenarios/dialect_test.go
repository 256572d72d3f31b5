package scenarios_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A dialect is a faithful implementation of the documented operations and the
// companions, with a parameter for everything that the documents leave open. It shares
// no code with the fake.
type dialect struct {
	wire wireForm

	secret   func(n int) string         // of the nth key
	hash     func(secret string) string // of a key
	label    func(secret string) string
	codeID   func(n int) string
	stamp    string // layout of times
	message  string // of every error
	metadata bool   // errors carry members beyond code and message
	extras   bool   // every object carries a member that no document names
	fraction bool   // whole numbers are written as 10.0
	settings map[string]string
}

// defaultSettings says how a dialect settles the open questions for which it has no
// setting of its own.
var defaultSettings = map[string]string{
	"auth.before-body": "before", "body.duplicate": "refuse", "body.undeclared": "accept",
	"keys.name-empty": "refuse", "keys.creator-empty": "refuse", "keys.negative-limit": "refuse",
	"keys.expires-at-offset-zero": "accept", "keys.expires-at-past": "refuse", "keys.unknown-workspace": "accept",
	"codes.callback-url": "https", "codes.method-alone": "refuse", "codes.challenge-form": "refuse", "codes.label-length": "refuse",
	"codes.method-default": "plain", "codes.burn-on-failure": "keep",
	"exchange.method-absent": "refuse", "exchange.verifier-unasked": "accept", "update.nothing": "accept",
}

// dialects returns three faithful implementations that have little in common.
func dialects() map[string]dialect {
	return map[string]dialect{
		"terse": {
			secret:  func(n int) string { return "sk-mg-v1-" + digest("terse", n) },
			hash:    func(secret string) string { return digest(secret, 0) },
			label:   func(secret string) string { return secret[:12] + "..." + secret[len(secret)-3:] },
			codeID:  func(n int) string { return "auth_code_" + digest("code", n)[:24] },
			stamp:   "2006-01-02T15:04:05Z",
			message: "no",
		},
		"verbose": {
			wire: wireForm{chunked: true, contentType: "application/json; charset=utf-8"},
			secret: func(n int) string {
				return "mgk_live_" + base64.RawURLEncoding.EncodeToString([]byte(digest("verbose", n)))[:40]
			},
			hash:    func(secret string) string { return "key_" + digest(secret, 1)[:20] },
			label:   func(secret string) string { return "••••" + secret[len(secret)-4:] },
			codeID:  func(n int) string { return "c." + digest("code", n) + "~" },
			stamp:   "2006-01-02T15:04:05.000000+00:00",
			message: "The request could not be processed. Contact support.", metadata: true, extras: true, fraction: true,
			settings: map[string]string{
				"auth.before-body": "after", "body.duplicate": "accept", "keys.negative-limit": "accept", "keys.expires-at-past": "accept",
				"keys.unknown-workspace": "refuse", "codes.callback-url": "localhost", "codes.challenge-form": "accept", "update.nothing": "refuse",
			},
		},
		"old": {
			wire: wireForm{http10: true, lowerCase: true, gzip: true, contentType: "Application/JSON"},
			secret: func(n int) string {
				return fmt.Sprintf("%s-%s", digest("old", n)[:8], strings.ToUpper(digest("old", n)[8:40]))
			},
			hash:    func(secret string) string { return base64.StdEncoding.EncodeToString([]byte(digest(secret, 2)[:12])) },
			label:   func(string) string { return "" },
			codeID:  func(n int) string { return digest("code", n)[:16] },
			stamp:   "2006-01-02T15:04:05.000Z",
			message: "Échec", metadata: true,
			settings: map[string]string{
				"body.undeclared": "refuse", "keys.name-empty": "accept", "keys.creator-empty": "accept", "keys.expires-at-offset-zero": "refuse",
				"codes.method-alone": "accept", "codes.label-length": "accept", "codes.method-default": "S256", "codes.burn-on-failure": "burn",
				"exchange.method-absent": "accept", "exchange.verifier-unasked": "refuse",
			},
		},
	}
}

// digest returns 64 hexadecimal digits that depend on a text and a number.
func digest(text string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", text, n))
	return hex.EncodeToString(sum[:])
}

// setting returns how the dialect settles an open question.
func (d dialect) setting(rule string) string {
	if s, ok := d.settings[rule]; ok {
		return s
	}
	return defaultSettings[rule]
}

// number returns a number as the dialect writes it.
func (d dialect) number(v float64) any {
	if d.fraction && v == float64(int64(v)) {
		return json.RawMessage(fmt.Sprintf("%.1f", v))
	}
	return v
}

// A dialectServer serves a dialect.
type dialectServer struct {
	dialect
	departure

	mu     sync.Mutex // guards the rest
	keys   []*dialectKey
	codes  map[string]*dialectCode
	apps   map[string]int
	ids    int // of keys and codes made so far
	events int // answers so far
}

type dialectKey struct {
	secret, hash, name, workspace string
	creator, reset, updated       any // string or nil
	limit                         any // float64 or nil
	expires                       any // time.Time or nil
	created                       time.Time
	byok, disabled                bool
}

type dialectCode struct {
	sent   map[string]any
	method string // of the challenge, "" if there is none
	used   bool
}

const defaultWorkspace = "6f2f9d53-6df2-4c0c-9d54-3c5f1f6a3a11"

// start serves the dialect and returns its base URL.
func (d dialect) start(t *testing.T, departs departure) string {
	t.Helper()
	s := &dialectServer{dialect: d, departure: departs, codes: map[string]*dialectCode{}, apps: map[string]int{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL + "/gateway/v1"
}
