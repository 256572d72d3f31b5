package mockserver

import (
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// keyExchanged is the body of a 200 of the exchange.
type keyExchanged struct {
	Key    string `json:"key"`
	UserID string `json:"user_id"`
}

// exchangeCode prepares POST /auth/keys, which exchanges an authorization code
// for a key. A code can be exchanged once, and only before it expires.
//
// With codes.burn-on-failure=burn a wrong verifier uses the code up. This is the
// only change that a failed operation makes.
func exchangeCode(tx txn, req *request) (plan, error) {
	f := form.New(req.body.Object(req.header))
	f.Require("code")
	var p proof
	p.code, _ = f.Text("code", false)
	p.verifier, p.verified = f.Text("code_verifier", false)
	p.method, p.named = f.OneOf("code_challenge_method", true, account.Methods...)
	if err := badRequest(f.Issues); err != nil {
		return plan{}, err
	}
	if _, burns, err := tx.exchangeable(p); err != nil && !burns {
		return plan{}, err
	}
	return plan{
		undeclared: f.Undeclared(),
		commit: func(tx txn) (response, error) {
			c, burns, err := tx.exchangeable(p)
			if burns {
				tx.UseCode(c.Hash)
			}
			if err != nil {
				return response{}, err
			}
			if full := tx.room(1); full != nil {
				return response{}, full.refusal()
			}
			decided := []string{"exchange.minted"}
			if c.Method == "" && p.verified {
				decided = append(decided, "exchange.verifier-unasked")
			}
			tx.UseCode(c.Hash)
			secret, k := tx.mint()
			masked := k.Label
			k.Label = c.Label
			if k.Label == "" {
				k.Label = account.AppName(c.Callback)
			}
			user := tx.world.user
			k.Name, k.Workspace, k.Creator = k.Label, tx.world.workspace, &user
			k.Limit, k.LimitReset, k.ExpiresAt = c.Limit, c.LimitReset, c.ExpiresAt
			tx.putKey(k)
			return response{status: 200, body: keyExchanged{secret, user}, rules: f.Rules(decided...), secret: secret, masked: masked}, nil
		},
	}, nil
}

// A proof is the body of the request: a code and what proves the right to it.
type proof struct {
	code     string
	verifier string
	verified bool // the verifier is present
	method   string
	named    bool // the method is present
}

// exchangeable returns the code of p, or an error if p cannot be exchanged now.
// The result burns reports whether that error uses the code up.
func (tx txn) exchangeable(p proof) (c account.Code, burns bool, err error) {
	c, issued := tx.Code(account.HashOf(p.code))
	method := p.method
	if !p.named {
		method = tx.settings().defaultMethod
		if tx.settings().absentMethod {
			method = c.Method
		}
	}
	switch {
	case !issued:
		return c, false, badExchange("/code", "must be a code that was issued", "exchange.unknown", "Invalid code")
	case c.Used:
		return c, false, badExchange("/code", "must be a code that has not been used", "exchange.used", "Invalid code")
	case c.Expired(tx.now):
		return c, false, refuse(403, "exchange.expired").withMessage("Authorization code expired")
	case c.Method == "" && p.verified && !tx.settings().unaskedVerifier:
		return c, false, refuse(403, "exchange.verifier-unasked").withMessage("Invalid code or code_verifier")
	case c.Method == "": // without a challenge
		return c, false, nil
	case method != c.Method && p.named:
		return c, false, badExchange("/code_challenge_method", "must be "+c.Method+", as when the code was created, not "+method,
			"exchange.method", "Invalid code_challenge_method")
	case method != c.Method:
		return c, false, badExchange("/code_challenge_method", "must be "+c.Method+", as when the code was created; it defaults to "+method,
			"exchange.method-absent", "Invalid code_challenge_method")
	case !p.verified || !c.Verifies(p.verifier):
		burns = tx.settings().burnOnFailure
		e := refuse(403, "exchange.verifier").withMessage("Invalid code or code_verifier")
		e.rules = append(e.rules, "codes.burn-on-failure")
		return c, burns, e
	}
	return c, false, nil
}

// badExchange returns a 400 with a message of the API and the problem as its only
// issue.
func badExchange(path, wanted, rule, message string) *refusal {
	return refuse(400).withMessage(message).withIssues([]apispec.Issue{{Path: path, Message: wanted, Rule: rule}})
}
