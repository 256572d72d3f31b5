package cli

import (
	"errors"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// errEmptySecret refuses a secret that was given but is empty, as when a script
// expands a variable that is not set. Without it the server would start
// unprotected.
var errEmptySecret = errors.New("the value is empty; want a token, or leave it out")

// A Secret is the value of a flag that holds a secret. It cannot be empty
// if it is given.
type Secret string

// UnmarshalText parses the value of the flag.
func (s *Secret) UnmarshalText(text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		return errEmptySecret
	}
	*s = Secret(text)
	return nil
}

// A Secrets holds the values of a repeatable flag, each a secret.
type Secrets []string

// Decode appends the values that kong has read.
func (l *Secrets) Decode(ctx *kong.DecodeContext) error {
	before := len(*l)
	err := DecodeEach(ctx, func(text string) error {
		var secret Secret
		err := secret.UnmarshalText([]byte(text))
		*l = append(*l, string(secret))
		return err
	})
	if err == nil && len(*l) == before {
		return errEmptySecret
	}
	return err
}

// holdsSecret reports whether a flag holds a secret.
func holdsSecret(flag *kong.Flag) bool {
	t := flag.Target.Type()
	return t == reflect.TypeFor[Secret]() || t == reflect.TypeFor[Secrets]()
}
