package main

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

// A secretValue is the value of a flag that holds a secret. It cannot be empty
// if it is given.
type secretValue string

// UnmarshalText parses the value of the flag.
func (s *secretValue) UnmarshalText(text []byte) error {
	if strings.TrimSpace(string(text)) == "" {
		return errEmptySecret
	}
	*s = secretValue(text)
	return nil
}

// A secretList holds the values of a repeatable flag, each a secret.
type secretList []string

// Decode appends the values that kong has read.
func (l *secretList) Decode(ctx *kong.DecodeContext) error {
	before := len(*l)
	err := decodeEach(ctx, func(text string) error {
		var secret secretValue
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
	return t == reflect.TypeFor[secretValue]() || t == reflect.TypeFor[secretList]()
}
