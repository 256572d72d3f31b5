package operation

import (
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
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
func exchangeCode(tx Txn, req *Request) (Plan, error) {
	f := form.New(req.Body.Object(req.Header))
	f.Require("code")
	var p proof
	p.code, _ = f.Text("code", false)
	p.verifier, p.verified = f.Text("code_verifier", false)
	p.method, p.named = f.OneOf("code_challenge_method", true, account.Methods...)
	if err := refusal.Invalid(f.Issues); err != nil {
		return Plan{}, err
	}
	if _, burns, err := tx.exchangeable(p); err != nil && !burns {
		return Plan{}, err
	}
	return Plan{
		Undeclared: f.Undeclared(),
		Commit: func(tx Txn, _ *Request) (Response, error) {
			c, burns, err := tx.exchangeable(p)
			if burns {
				tx.UseCode(c.Hash)
			}
			if err != nil {
				return Response{}, err
			}
			if full := tx.Room(1); full != nil {
				return Response{}, full.Refusal()
			}
			decided := []string{"exchange.minted"}
			if c.Method == "" && p.verified {
				decided = append(decided, "exchange.verifier-unasked")
			}
			tx.UseCode(c.Hash)
			k := &account.Key{}
			secret := tx.Mint(k)
			redacted := k.Label
			k.Label = c.Label
			if k.Label == "" {
				k.Label = account.AppName(c.Callback)
			}
			user := tx.World.User
			k.Name, k.Workspace, k.Creator = k.Label, tx.World.Workspace, &user
			k.Limit, k.LimitReset, k.ExpiresAt = c.Limit, c.LimitReset, c.ExpiresAt
			tx.PutKey(k)
			return Response{Status: 200, Body: keyExchanged{secret, user}, Rules: f.Rules(decided...), Secret: secret, Redacted: redacted}, nil
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
func (tx Txn) exchangeable(p proof) (c account.Code, burns bool, err error) {
	c, issued := tx.Code(account.HashOf(p.code))
	method := p.method
	if !p.named {
		method = tx.World.Settings.DefaultMethod
		if tx.World.Settings.AbsentMethod {
			method = c.Method
		}
	}
	switch {
	case !issued:
		return c, false, badExchange("/code", "must be a code that was issued", "exchange.unknown", "Invalid code")
	case c.Used:
		return c, false, badExchange("/code", "must be a code that has not been used", "exchange.used", "Invalid code")
	case c.Expired(tx.Now):
		return c, false, refusal.New(403, "exchange.expired").WithMessage("Authorization code expired")
	case c.Method == "" && p.verified && !tx.World.Settings.UnaskedVerifier:
		return c, false, refusal.New(403, "exchange.verifier-unasked").WithMessage("Invalid code or code_verifier")
	case c.Method == "": // without a challenge
		return c, false, nil
	case method != c.Method && p.named:
		return c, false, badExchange("/code_challenge_method", "must be "+c.Method+", as when the code was created, not "+method,
			"exchange.method", "Invalid code_challenge_method")
	case method != c.Method:
		return c, false, badExchange("/code_challenge_method", "must be "+c.Method+", as when the code was created; it defaults to "+method,
			"exchange.method-absent", "Invalid code_challenge_method")
	case !p.verified || !c.Verifies(p.verifier):
		burns = tx.World.Settings.BurnOnFailure
		e := refusal.New(403, "exchange.verifier").WithMessage("Invalid code or code_verifier")
		e.Rules = append(e.Rules, "codes.burn-on-failure")
		return c, burns, e
	}
	return c, false, nil
}

// badExchange returns a 400 with a message of the API and the problem as its only
// issue.
func badExchange(path, wanted, rule, message string) *refusal.Refusal {
	return refusal.New(400).WithMessage(message).WithIssues([]apispec.Issue{{Path: path, Message: wanted, Rule: rule}})
}
