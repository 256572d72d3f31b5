// Package exit holds the exit codes of mockgates, and the error that carries one.
//
//	a command, or a package that it calls ─► Failure ─► Code ─► the process exits
//
// An error that carries none stands for [Usage].
package exit

import (
	"errors"
	"fmt"
)

// The exit codes. Each means the same for every command. The command exec ends with
// the exit code of the program that it runs, if that is not 0.
const (
	OK            = 0
	Usage         = 1
	Unreadable    = 2
	Inconclusive  = 3
	Failed        = 4
	Drift         = 5
	Coverage      = 6
	Leftovers     = 7
	NothingTested = 8
	Unfired       = 9
)

// Codes lists the meaning of each exit code in numerical order.
var Codes = []struct {
	Code    int
	Meaning string
}{
	{OK, "conforms"},
	{Usage, "command line or configuration invalid"},
	{Unreadable, "scenario or specification unreadable"},
	{Inconclusive, "inconclusive"},
	{Failed, "contract or assertion failure"},
	{Drift, "drift"},
	{Coverage, "below the coverage gate"},
	{Leftovers, "leftovers"},
	{NothingTested, "nothing tested, or a mutant of the self-test survived"},
	{Unfired, "a fault that was ordered never fired"},
}

// A Failure is an error with an exit code.
type Failure struct {
	Code int
	Err  error
	Hint string // one line that says what the user can do; "" for none
}

func (f *Failure) Error() string { return f.Err.Error() }
func (f *Failure) Unwrap() error { return f.Err }

// Failf returns a failure without a hint.
func Failf(code int, format string, args ...any) error {
	return &Failure{Code: code, Err: fmt.Errorf(format, args...)}
}

// ErrReported is the error of a command that has already printed why it failed.
var ErrReported = errors.New("reported")

// Reported returns a failure with a code that wraps [ErrReported], or nil for OK.
func Reported(code int) error {
	if code == OK {
		return nil
	}
	return &Failure{Code: code, Err: ErrReported}
}

// Code returns the exit code for the error of a command.
func Code(err error) int {
	if err == nil {
		return OK
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Code
	}
	return Usage
}
