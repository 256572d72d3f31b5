package mockserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/url"
	"strings"
)

// keyRedeemed is the body of a 200 of the exchange.
type keyRedeemed struct {
	Key    string `json:"key"`
	UserID string `json:"user_id"`
}

// exchangeCode is POST /auth/keys. It trades an authorization code for a key;
// a code can be traded once, and only before it expires.
//
// With the choice codes.burn-on-failure=burn a wrong verifier uses the code up:
// the one thing that any operation does although it fails.
func exchangeCode(tx txn, req *request) (plan, error) {
	f := newForm(req)
	f.require("code")
	var p proof
	p.code, _ = f.text("code", false)
	p.verifier, p.verified = f.text("code_verifier", false)
	p.method, p.named = f.oneOf("code_challenge_method", true, "S256", "plain")
	if err := f.err(); err != nil {
		return plan{}, err
	}
	if _, burns, err := tx.redeem(p); err != nil && !burns {
		return plan{}, err
	}
	return plan{
		notes: f.undeclared(),
		commit: func(tx txn) (response, error) {
			c, burns, err := tx.redeem(p)
			if burns {
				c.Used = true
				tx.putCode(c)
			}
			if err != nil {
				return response{}, err
			}
			decided := []string{"exchange.minted"}
			if c.Method == "" && p.verified {
				decided = append(decided, "exchange.verifier-unasked")
			}
			c.Used = true
			tx.putCode(c)
			secret, k := tx.mint()
			k.Label = c.Label
			if k.Label == "" {
				k.Label = appName(c.Callback)
			}
			user := tx.world.user
			k.Name, k.Workspace, k.Creator = k.Label, tx.world.workspace, &user
			k.Limit, k.LimitReset, k.ExpiresAt = c.Limit, c.LimitReset, c.ExpiresAt
			tx.putKey(k)
			return response{status: 200, body: keyRedeemed{secret, user}, rules: f.rules(decided...)}, nil
		},
	}, nil
}

// A proof is what a client shows to have a code exchanged.
type proof struct {
	code     string
	verifier string
	verified bool // there is a verifier
	method   string
	named    bool // there is a method
}

// redeem returns the code that p can be exchanged for now, or why not; and, if
// not, whether the failure uses the code up.
func (tx txn) redeem(p proof) (c AuthCode, burns bool, err error) {
	c, issued := tx.codes[p.code]
	method := p.method
	if !p.named {
		method = tx.world.choice("codes.method-default")
		if tx.world.choice("exchange.method-absent") == accept {
			method = c.Method
		}
	}
	switch {
	case !issued:
		return c, false, badExchange("/code", "must be a code that was issued", "exchange.unknown", "Invalid code")
	case c.Used:
		return c, false, badExchange("/code", "must be a code that was not used before", "exchange.used", "Invalid code")
	case !tx.now.Before(c.Created.Add(codeLife)):
		return c, false, refuse(403, "exchange.expired").saying("Authorization code expired")
	case c.Method == "" && p.verified && tx.world.choice("exchange.verifier-unasked") == refuseIt:
		return c, false, refuse(403, "exchange.verifier-unasked").saying("Invalid code or code_verifier")
	case c.Method == "": // without a challenge
		return c, false, nil
	case method != c.Method && p.named:
		return c, false, badExchange("/code_challenge_method", "must be "+c.Method+", as for the code, not "+method,
			"exchange.method", "Invalid code_challenge_method")
	case method != c.Method:
		return c, false, badExchange("/code_challenge_method", "must be "+c.Method+", as for the code; left out it is "+method,
			"exchange.method-absent", "Invalid code_challenge_method")
	case !p.verified || !c.verifies(p.verifier):
		burns = tx.world.choice("codes.burn-on-failure") == "burn"
		e := refuse(403, "exchange.verifier").saying("Invalid code or code_verifier")
		e.rules = append(e.rules, "codes.burn-on-failure")
		return c, burns, e
	}
	return c, false, nil
}

// badExchange is a 400 with the message that the API has for it, and the
// problem where every 400 lists them.
func badExchange(path, wanted, rule, message string) *Error {
	e := refuse(400, rule).saying(message)
	e.Issues = []Issue{{Path: path, Message: wanted, rule: rule}}
	return e
}

// verifies reports whether the verifier belongs to the code's challenge (RFC
// 7636, section 4.6).
func (c *AuthCode) verifies(verifier string) bool {
	challenge := verifier
	if c.Method == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		challenge = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return subtle.ConstantTimeCompare([]byte(challenge), []byte(c.Challenge)) == 1
}

// appName is the name of the app that a callback belongs to: its host.
func appName(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// exchangeWorld is the world that issued the code which the body of an exchange
// names, or nil if there is none. The code is all that tells whose it is.
func (s *Server) exchangeWorld(req *request) *World {
	m, _ := req.body.object(req.header)
	f := &form{members: m}
	id, _ := f.text("code", false)
	return s.index.code(id)
}
