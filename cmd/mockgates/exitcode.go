package main

import (
	"errors"
	"fmt"
)

// The exit codes. Each means the same for every command. The command exec ends with
// the exit code of the program that it runs, if that is not 0.
const (
	exitOK            = 0
	exitUsage         = 1
	exitUnreadable    = 2
	exitInconclusive  = 3
	exitFailed        = 4
	exitDrift         = 5
	exitCoverage      = 6
	exitLeftovers     = 7
	exitNothingTested = 8
	exitUnfired       = 9
)

// exitCodes lists the meaning of each exit code in numerical order.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitOK, "conforms"},
	{exitUsage, "command line or configuration invalid"},
	{exitUnreadable, "scenario or specification unreadable"},
	{exitInconclusive, "inconclusive"},
	{exitFailed, "contract or assertion failure"},
	{exitDrift, "drift"},
	{exitCoverage, "below the coverage gate"},
	{exitLeftovers, "leftovers"},
	{exitNothingTested, "nothing tested, or a mutant of the self-test survived"},
	{exitUnfired, "a fault that was ordered never fired"},
}

// A failure is an error with an exit code.
type failure struct {
	code int
	err  error
	hint string // one line that says what the user can do; "" for none
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// fail returns a failure without a hint.
func fail(code int, format string, args ...any) error {
	return &failure{code: code, err: fmt.Errorf(format, args...)}
}

// errReported is the error of a command that has already printed why it failed.
var errReported = errors.New("reported")

// reported returns a failure with a code that run does not print, or nil for
// exitOK.
func reported(code int) error {
	if code == exitOK {
		return nil
	}
	return &failure{code: code, err: errReported}
}

// exitCode returns the exit code for the error of a command. An error that is
// not a failure is one of the command line or the configuration.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code
	}
	return exitUsage
}
