package scenarios

import (
	"sync"

	"github.com/mockgates/mockgates/contract"
)

// A validator is a contract and its self-test.
type validator struct {
	*contract.Contract
	selfTest func() error
}

// Validators never change, and take a second to compile and test themselves, so
// all runs of a process share them.
var (
	validatorAll        = newValidator(contract.All)
	validatorDocumented = newValidator(contract.Documented)
)

// newValidator returns a function that compiles a validator when it is first
// called. The self-test runs at most once.
func newValidator(scope contract.Scope) func() (validator, error) {
	return sync.OnceValues(func() (validator, error) {
		c, err := contract.New(scope)
		if err != nil {
			return validator{}, err
		}
		return validator{c, sync.OnceValue(c.Prove)}, nil
	})
}

// findValidator returns the validator for what the target offers.
func (o Options) findValidator() (validator, error) {
	switch {
	case o.validator != nil:
		return o.validator()
	case o.companions():
		return validatorAll()
	}
	return validatorDocumented()
}
