package operation

import "github.com/mockgates/mockgates/mockserver/internal/apispec"

// Settings are the settings of the rules in typed form. The zero value is not the
// default.
type Settings struct {
	BodyFirst          bool   // auth.before-body=after: the body is checked before the credential
	NegativeLimit      bool   // keys.negative-limit=accept
	ZeroOffset         bool   // keys.expires-at-offset-zero=accept
	PastExpiry         bool   // keys.expires-at-past=accept
	UnknownWorkspace   bool   // keys.unknown-workspace=accept
	LocalhostCallbacks bool   // codes.callback-url=localhost
	DefaultMethod      string // codes.method-default: "plain" or "S256"
	MethodAlone        bool   // codes.method-alone=accept
	AnyChallenge       bool   // codes.challenge-form=accept
	EmptyUpdate        bool   // update.nothing=accept
	AbsentMethod       bool   // exchange.method-absent=accept: the method defaults to the code's own
	UnaskedVerifier    bool   // exchange.verifier-unasked=accept
	BurnOnFailure      bool   // codes.burn-on-failure=burn
	EchoState          bool   // consent.state=echo
}

// NewSettings returns the settings of all rules, by id.
func NewSettings(rules map[string]string) *Settings {
	accepts := func(id string) bool { return rules[id] == apispec.Accept }
	return &Settings{
		BodyFirst:          rules["auth.before-body"] == "after",
		NegativeLimit:      accepts("keys.negative-limit"),
		ZeroOffset:         accepts("keys.expires-at-offset-zero"),
		PastExpiry:         accepts("keys.expires-at-past"),
		UnknownWorkspace:   accepts("keys.unknown-workspace"),
		LocalhostCallbacks: rules["codes.callback-url"] == "localhost",
		DefaultMethod:      rules["codes.method-default"],
		MethodAlone:        accepts("codes.method-alone"),
		AnyChallenge:       accepts("codes.challenge-form"),
		EmptyUpdate:        accepts("update.nothing"),
		AbsentMethod:       accepts("exchange.method-absent"),
		UnaskedVerifier:    accepts("exchange.verifier-unasked"),
		BurnOnFailure:      rules["codes.burn-on-failure"] == "burn",
		EchoState:          rules["consent.state"] == "echo",
	}
}
