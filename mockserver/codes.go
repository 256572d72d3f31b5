package mockserver

import (
	"encoding/base64"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// codeLife is how long an authorization code can be exchanged.
const codeLife = 10 * time.Minute

// An AuthCode is an authorization code and the key that it will be exchanged
// for.
type AuthCode struct {
	ID         string    `json:"id"`
	App        int       `json:"app_id"`
	Callback   string    `json:"callback_url"`
	Challenge  string    `json:"code_challenge,omitempty"`        // "" for none
	Method     string    `json:"code_challenge_method,omitempty"` // "S256" or "plain"; "" without a challenge
	Label      string    `json:"key_label,omitempty"`             // of the key; "" is the name of the app
	Limit      *float64  `json:"limit,omitempty"`                 // USD; nil is unlimited
	LimitReset string    `json:"usage_limit_type,omitempty"`      // "" never
	ExpiresAt  string    `json:"expires_at,omitempty"`            // of the key, as it was sent; "" never
	Created    time.Time `json:"created_at"`
	Used       bool      `json:"used"`
	origin     string    // scheme, host and port of the callback
}

// codeData is an authorization code on the wire.
type codeData struct {
	ID        string `json:"id"`
	AppID     int    `json:"app_id"`
	CreatedAt string `json:"created_at"`
}

// createCode is POST /auth/keys/code.
//
// The app that asks is known by the origin of its callback. Between the
// reservation of a new app's record and the commit, another code for the same
// app meets the reservation and gets 409.
func createCode(tx txn, req *request) (plan, error) {
	f := newForm(req)
	c := f.code(tx)
	if err := f.err(); err != nil {
		return plan{}, err
	}
	_, known := tx.apps[c.origin]
	holder, taken := tx.pending[c.origin]
	if !known && taken && holder != req.number {
		return plan{}, refuse(409, "codes.conflict")
	}
	decided := f.rules("codes.created")
	return plan{
		notes: f.undeclared(),
		reserve: func(tx txn) error {
			if !known {
				tx.pending[c.origin] = req.number
			}
			return nil
		},
		release: func(tx txn) {
			if tx.pending[c.origin] == req.number {
				delete(tx.pending, c.origin)
			}
		},
		commit: func(tx txn) (response, error) {
			c := tx.newCode(c)
			data := codeData{ID: c.ID, AppID: c.App, CreatedAt: formatTime(c.Created)}
			return response{status: 200, body: map[string]codeData{"data": data}, rules: decided}, nil
		},
	}, nil
}

// newCode gives a code its id, its app and its time, and stores it.
func (tx txn) newCode(c AuthCode) AuthCode {
	app, known := tx.apps[c.origin]
	if !known {
		app = len(tx.apps) + 1
		tx.apps[c.origin] = app
	}
	c.App, c.Created = app, tx.now
	c.ID = "auth_code_" + base64.RawURLEncoding.EncodeToString(tx.draw("code", 24))
	tx.putCode(c)
	return c
}

// code reads the properties of an authorization code.
func (f *form) code(tx txn) AuthCode {
	var c AuthCode
	f.require("callback_url")
	c.Callback, c.origin = f.callback(tx, "callback_url")
	c.Challenge, _ = f.text("code_challenge", false)
	c.Method, _ = f.oneOf("code_challenge_method", false, "S256", "plain")
	f.challenge(tx, &c)
	c.ExpiresAt = f.expiry(tx, "expires_at")
	var labelled bool
	if c.Label, labelled = f.text("key_label", false); labelled && utf8.RuneCountInString(c.Label) > 100 {
		f.refuse("key_label", "codes.label-length", "must have at most 100 characters, not %d", utf8.RuneCountInString(c.Label))
	}
	c.Limit = f.limit(tx, "limit", false)
	c.LimitReset, _ = f.oneOf("usage_limit_type", false, "daily", "weekly", "monthly")
	return c
}

// challenge judges a challenge and its method together (RFC 7636, section 4).
func (f *form) challenge(tx txn, c *AuthCode) {
	if !f.has("code_challenge") {
		if f.has("code_challenge_method") && !f.allows(tx, "codes.method-alone") {
			f.refuse("code_challenge_method", "codes.method-alone", "must not come without code_challenge")
		}
		c.Method = ""
		return
	}
	if !f.has("code_challenge_method") {
		c.Method = tx.world.choice("codes.method-default")
		f.decided = appendNew(f.decided, "codes.method-default")
	}
	if c.Method == "S256" && !isS256(c.Challenge) && !f.allows(tx, "codes.challenge-form") {
		f.refuse("code_challenge", "codes.challenge-form",
			"must be the 43 base64url characters of a SHA-256 without padding, not %d others", utf8.RuneCountInString(c.Challenge))
	}
}

// isS256 reports whether s can be an S256 challenge (RFC 7636, section 4.2).
func isS256(s string) bool {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(sum) == 32 && !strings.ContainsAny(s, "\r\n")
}

// callback reads a URL that the user may be sent to, and its origin: scheme,
// host in lower case, and port unless it is the scheme's own.
func (f *form) callback(tx txn, name string) (sent, origin string) {
	u, sent, ok := f.absoluteURL(name)
	if !ok {
		return "", ""
	}
	origin, problem := callbackOrigin(u, tx.world.choice("codes.callback-url") == "localhost")
	switch {
	case problem != "":
		f.refuse(name, "codes.callback-url", "must be an https URL on port 443 or 3000: %s", problem)
	case u.Scheme != "https":
		f.decided = appendNew(f.decided, "codes.callback-url")
	}
	return sent, origin
}

// callbackOrigin returns the origin of a callback, or what is wrong with it.
func callbackOrigin(u *url.URL, localhost bool) (origin, problem string) {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	local := localhost && (host == "localhost" || host == "127.0.0.1" || host == "::1")
	switch {
	case u.Opaque != "" || host == "":
		return "", quote(u.String()) + " has no host"
	case u.Scheme == "http" && local:
	case u.Scheme != "https":
		return "", "its scheme is " + quote(u.Scheme)
	case local:
	case port != "" && port != "443" && port != "3000":
		return "", "its port is " + quote(port)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && !(u.Scheme == "https" && port == "443") && !(u.Scheme == "http" && port == "80") {
		host = net.JoinHostPort(strings.Trim(host, "[]"), port)
	}
	return u.Scheme + "://" + host, ""
}
