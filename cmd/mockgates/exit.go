package main

import (
	"errors"
	"fmt"
)

// Exit codes. An exit code means the same for every command.
const (
	exitOK           = 0
	exitUsage        = 1
	exitUnreadable   = 2
	exitCouldNotLook = 3
	exitFailed       = 4
	exitDrift        = 5
	exitGate         = 6
	exitLeftovers    = 7
	exitNothing      = 8
)

// exitCodes says what each exit code means, in the order of the codes.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitOK, "conforms"},
	{exitUsage, "command line or configuration"},
	{exitUnreadable, "scenario or specification unreadable"},
	{exitCouldNotLook, "could not look"},
	{exitFailed, "contract or assertion failure"},
	{exitDrift, "drift"},
	{exitGate, "below the coverage gate"},
	{exitLeftovers, "leftovers"},
	{exitNothing, "nothing tested, or a canary survived"},
}

// A failure is an error with the exit code that it ends the program with, and
// what the user can do about it.
type failure struct {
	code int
	err  error
	hint string // one line; "" for none
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// fail is a failure without a hint.
func fail(code int, format string, args ...any) error {
	return &failure{code: code, err: fmt.Errorf(format, args...)}
}

// errTold is the end of a command that has said on stdout why it ends like
// this, so that nothing is left to say.
var errTold = errors.New("told")

// told is a failure that has been told.
func told(code int) error {
	if code == exitOK {
		return nil
	}
	return &failure{code: code, err: errTold}
}

// codeOf is the exit code of what a command returned. An error without a code
// is one of the command line or the configuration.
func codeOf(err error) int {
	if err == nil {
		return exitOK
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code
	}
	return exitUsage
}
