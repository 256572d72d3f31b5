package mockserver

import (
	"encoding/base64"
	"net"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// codePrefix is how the id of every authorization code begins.
const codePrefix = "auth_code_"

// codeLife is how long an authorization code can be exchanged.
const codeLife = 10 * time.Minute

// An authCode is an authorization code, with the properties of the key that it can
// be exchanged for.
type authCode struct {
	ID         string    `json:"id"`
	App        int       `json:"app_id"`
	Callback   string    `json:"callback_url"`
	Challenge  string    `json:"code_challenge,omitempty"`        // "" for none
	Method     string    `json:"code_challenge_method,omitempty"` // "S256" or "plain"; "" without a challenge
	Label      string    `json:"key_label,omitempty"`             // of the key; "" means the name of the app
	Limit      *float64  `json:"limit,omitempty"`                 // USD; nil means no limit
	LimitReset string    `json:"usage_limit_type,omitempty"`      // "" never
	ExpiresAt  string    `json:"expires_at,omitempty"`            // of the key, as it was sent; "" never
	Created    time.Time `json:"created_at"`
	Used       bool      `json:"used"`
	origin     string    // scheme, host and port of the callback
}

// codeData is an authorization code as the API shows it.
type codeData struct {
	ID        string `json:"id"`
	AppID     int    `json:"app_id"`
	CreatedAt string `json:"created_at"`
}

// createCode prepares POST /auth/keys/code.
//
// An app is identified by the origin of its callback. While the record of a new
// app is reserved and not committed, another code for the same app gets 409.
func createCode(tx txn, req *request) (plan, error) {
	f := form.New(req.body.Object(req.header))
	c := readCode(f, tx)
	if err := badRequest(f.Issues); err != nil {
		return plan{}, err
	}
	_, known := tx.apps[c.origin]
	holder, taken := tx.pending[c.origin]
	if !known && taken && holder != req.number {
		return plan{}, refuse(409, "codes.conflict")
	}
	decided := f.Rules("codes.created")
	return plan{
		undeclared: f.Undeclared(),
		reserve: func(tx txn) {
			if !known {
				tx.pending[c.origin] = req.number
			}
		},
		release: func(tx txn) {
			if tx.pending[c.origin] == req.number {
				delete(tx.pending, c.origin)
			}
		},
		commit: func(tx txn) (response, error) {
			if full := tx.roomForCode(); full != nil {
				return response{}, full.refusal()
			}
			c := tx.newCode(c)
			data := codeData{ID: c.ID, AppID: c.App, CreatedAt: apispec.FormatTime(c.Created)}
			return response{status: 200, body: map[string]codeData{"data": data}, rules: decided}, nil
		},
	}, nil
}

// newCode gives a code its id, its app and its time, and stores it.
func (tx txn) newCode(c authCode) authCode {
	app, known := tx.apps[c.origin]
	if !known {
		app = len(tx.apps) + 1
		tx.apps[c.origin] = app
	}
	c.App, c.Created = app, tx.now
	c.ID = codePrefix + base64.RawURLEncoding.EncodeToString(tx.draw("code", 24))
	tx.putCode(c)
	return c
}

// readCode reads the properties of an authorization code.
func readCode(f *form.Form, tx txn) authCode {
	var c authCode
	f.Require("callback_url")
	c.Callback, c.origin = readCallback(f, tx, "callback_url")
	c.Challenge, _ = f.Text("code_challenge", false)
	c.Method, _ = f.OneOf("code_challenge_method", false, "S256", "plain")
	readChallenge(f, tx, &c)
	c.ExpiresAt = readExpiry(f, tx, "expires_at")
	var labelled bool
	if c.Label, labelled = f.Text("key_label", false); labelled && utf8.RuneCountInString(c.Label) > 100 {
		f.Refuse("key_label", "codes.label-length", "must have at most 100 characters, not %d", utf8.RuneCountInString(c.Label))
	}
	c.Limit = readLimit(f, tx, "limit", false)
	c.LimitReset, _ = f.OneOf("usage_limit_type", false, "daily", "weekly", "monthly")
	return c
}

// readChallenge checks a challenge and its method together (RFC 7636, section 4).
func readChallenge(f *form.Form, tx txn, c *authCode) {
	if !f.Has("code_challenge") {
		if f.Has("code_challenge_method") && !f.Allow(tx.settings().methodAlone, "codes.method-alone") {
			f.Refuse("code_challenge_method", "codes.method-alone", "requires code_challenge")
		}
		c.Method = ""
		return
	}
	if !f.Has("code_challenge_method") {
		c.Method = tx.settings().defaultMethod
		f.Decide("codes.method-default")
	}
	if c.Method == "S256" && !isS256(c.Challenge) && !f.Allow(tx.settings().anyChallenge, "codes.challenge-form") {
		f.Refuse("code_challenge", "codes.challenge-form",
			"must be a SHA-256 as 43 base64url characters without padding; it has %d characters", utf8.RuneCountInString(c.Challenge))
	}
}

// isS256 reports whether s has the form of an S256 challenge (RFC 7636, section
// 4.2).
func isS256(s string) bool {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(sum) == 32 && !strings.ContainsAny(s, "\r\n")
}

// readCallback reads a callback URL, and returns it as it was sent with its origin:
// scheme, host in lower case, and port unless it is the default of the scheme.
func readCallback(f *form.Form, tx txn, name string) (sent, origin string) {
	u, sent, ok := f.AbsoluteURL(name)
	if !ok {
		return "", ""
	}
	origin, problem := callbackOrigin(u, tx.settings().localhostCallbacks)
	if problem == "" && originOf(origin) != origin {
		problem = form.Quote(u.Host) + " is not a valid host"
	}
	switch {
	case problem != "":
		f.Refuse(name, "codes.callback-url", "must be an https URL on port 443 or 3000: %s", problem)
	case u.Scheme != "https":
		f.Decide("codes.callback-url")
	}
	return sent, origin
}

// callbackOrigin returns the origin of a callback, or the problem with it. The
// argument localhost accepts callbacks to this machine.
func callbackOrigin(u *url.URL, localhost bool) (origin, problem string) {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if u.Opaque != "" || host == "" {
		return "", form.Quote(u.String()) + " has no host"
	}
	if strings.Contains(host, "%") { // RFC 6874; only the machine that sent it knows the zone
		return "", "its host " + form.Quote(host) + " has a zone"
	}
	local := localhost && (host == "localhost" || host == "127.0.0.1" || host == "::1")
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", "its scheme is " + form.Quote(u.Scheme)
	}
	if !local && port != "" && port != "443" && port != "3000" {
		return "", "its port is " + form.Quote(port)
	}
	return originOfHost(u.Scheme, host, port), ""
}

// originOfHost returns an origin without the default port of its scheme.
func originOfHost(scheme, host, port string) string {
	switch {
	case port != "" && port != map[string]string{"https": "443", "http": "80"}[scheme]:
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return scheme + "://" + host
}
