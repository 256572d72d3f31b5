package serve

import (
	"github.com/alecthomas/kong"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/mockserver/fault"
	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

// A faultList holds the values of --fault, each the text form of a fault.
type faultList []fault.Fault

// Decode appends the faults that kong has read.
func (l *faultList) Decode(ctx *kong.DecodeContext) error {
	return cli.DecodeEach(ctx, func(text string) error {
		f, err := fault.Parse(text)
		*l = append(*l, f)
		return err
	})
}

// A rateLimitList holds the values of --rate-limit, each the text form of a
// rate limit.
type rateLimitList []ratelimit.Limit

// Decode appends the rate limits that kong has read.
func (l *rateLimitList) Decode(ctx *kong.DecodeContext) error {
	return cli.DecodeEach(ctx, func(text string) error {
		r, err := ratelimit.Parse(text)
		*l = append(*l, r)
		return err
	})
}
