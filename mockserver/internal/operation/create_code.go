package operation

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

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
func createCode(tx Txn, req *Request) (Plan, error) {
	f := form.New(req.Body.Object(req.Header))
	c, origin := readCode(f, tx)
	if err := refusal.Invalid(f.Issues); err != nil {
		return Plan{}, err
	}
	if tx.AppReserved(origin, req.Number) {
		return Plan{}, refusal.New(409, "codes.conflict")
	}
	decided := f.Rules("codes.created")
	return Plan{
		Undeclared: f.Undeclared(),
		Reserve:    func(tx Txn) { tx.ReserveApp(origin, req.Number) },
		Release:    func(tx Txn) { tx.ReleaseApp(origin, req.Number) },
		Commit: func(tx Txn, _ *Request) (Response, error) {
			if full := tx.RoomForCode(); full != nil {
				return Response{}, full.Refusal()
			}
			id, c := tx.newCode(c, origin)
			data := codeData{ID: id, AppID: c.App, CreatedAt: apispec.FormatTime(c.Created)}
			return Response{Status: 200, Body: map[string]codeData{"data": data}, Rules: decided}, nil
		},
	}, nil
}

// newCode makes an id for a code, gives the code its app and its time, and stores
// it without the id. It passes over an id that another world has, as Mint does.
func (tx Txn) newCode(c account.Code, origin string) (id string, stored account.Code) {
	for {
		drawn := tx.draw("code")
		id = token.NewCode(drawn[:])
		if c.Hash = account.HashOf(id); !tx.World.Index.OtherHasCode(c.Hash) {
			break
		}
	}
	c.App, c.Created = tx.AddApp(origin), tx.Now
	tx.AddCode(c)
	return id, c
}

// readCode reads the properties of an authorization code. It also returns the
// origin of the callback.
func readCode(f *form.Form, tx Txn) (c account.Code, origin string) {
	f.Require("callback_url")
	c.Callback, origin = readCallback(f, tx, "callback_url")
	c.Challenge, _ = f.Text("code_challenge", false)
	c.Method, _ = f.OneOf("code_challenge_method", false, account.Methods...)
	readChallenge(f, tx, &c)
	c.ExpiresAt = readExpiry(f, tx, "expires_at")
	var labelled bool
	if c.Label, labelled = f.Text("key_label", false); labelled && utf8.RuneCountInString(c.Label) > 100 {
		f.Refuse("key_label", "codes.label-length", "must have at most 100 characters, not %d", utf8.RuneCountInString(c.Label))
	}
	c.Limit = readLimit(f, tx, "limit", false)
	c.LimitReset, _ = f.OneOf("usage_limit_type", false, account.Resets...)
	return c, origin
}

// readChallenge checks a challenge and its method together (RFC 7636, section 4).
func readChallenge(f *form.Form, tx Txn, c *account.Code) {
	if !f.Has("code_challenge") {
		if f.Has("code_challenge_method") && !f.Allow(tx.World.Settings.MethodAlone, "codes.method-alone") {
			f.Refuse("code_challenge_method", "codes.method-alone", "requires code_challenge")
		}
		c.Method = ""
		return
	}
	if !f.Has("code_challenge_method") {
		c.Method = tx.World.Settings.DefaultMethod
		f.Decide("codes.method-default")
	}
	if c.Method == "S256" && !isS256(c.Challenge) && !f.Allow(tx.World.Settings.AnyChallenge, "codes.challenge-form") {
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

// readCallback reads a callback URL, and returns it as it was sent with its origin.
func readCallback(f *form.Form, tx Txn, name string) (sent, origin string) {
	u, sent, ok := f.AbsoluteURL(name)
	if !ok {
		return "", ""
	}
	origin, problem := account.Origin(u, tx.World.Settings.LocalhostCallbacks)
	switch {
	case problem != "":
		f.Refuse(name, "codes.callback-url", "must be an https URL on port 443 or 3000: %s", problem)
	case u.Scheme != "https":
		f.Decide("codes.callback-url")
	}
	return sent, origin
}
