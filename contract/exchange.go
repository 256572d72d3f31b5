package contract

import (
	"errors"

	"github.com/mockgates/mockgates/contract/finding"
)

// What Check takes and returns, and what the specification consists of. The types
// are declared in package finding, with their constants, so that a package that
// only reads findings does not depend on the validator.
type (
	Exchange           = finding.Exchange
	Result             = finding.Result
	Finding            = finding.Finding
	Source             = finding.Source
	Operation          = finding.Operation
	DocumentedResponse = finding.DocumentedResponse
	Feature            = finding.Feature
)

// The limits on what Check reads. A body beyond one of them gets a finding.
const (
	MaxRequestBody  = 1 << 20  // bytes of a request body
	MaxResponseBody = 16 << 20 // bytes of a response body
)

// ErrInconclusive is wrapped by the error of Check for a response that it cannot
// validate and that may conform, such as one with a number in free metadata that
// no double can hold.
var ErrInconclusive = errors.New("inconclusive")
