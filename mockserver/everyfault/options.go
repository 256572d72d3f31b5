package everyfault

import (
	"fmt"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
)

// The defaults of Options.
const (
	DefaultSlow       = 500 * time.Millisecond
	DefaultPatience   = 5 * time.Second
	DefaultMaxRetries = 10
)

// Options say which faults are planned, and what counts as surviving one. The zero
// value plans every fault, with no wait after a 429.
type Options struct {
	Effects    []string      // names of effects or groups, see EffectNames; nil for all
	Operations []string      // operationIds; nil for all
	RetryAfter time.Duration // that a 429 asks for; with 0 it asks for no wait, and as a date for 1s
	Slow       time.Duration // delay of a slow response; 0 means DefaultSlow

	// MustSurvive names the effects after which a client must end with success,
	// because trying again is right and enough. It applies to runs with one fault.
	// A 429 that asks for a wait of years is never one of them. nil means
	// DefaultMustSurvive.
	MustSurvive []string
	NoRetry     []int         // statuses after which a client must not send the same request again; nil means 401 and 403
	Patience    time.Duration // longest Retry-After that a client must wait for; 0 means DefaultPatience
	MaxRetries  int           // times that a client may repeat the request that failed; 0 means DefaultMaxRetries
	Allow       []Kind        // problems that do not count
}

// DefaultMustSurvive returns the default of Options.MustSurvive: a 5xx, a 429, and a
// connection that is reset before the operation has run.
func DefaultMustSurvive() []string { return []string{"5xx", "429", "reset"} }

// WithDefaults returns the options with their defaults in place of zero values.
func (o Options) WithDefaults() Options {
	if o.Slow == 0 {
		o.Slow = DefaultSlow
	}
	if o.MustSurvive == nil {
		o.MustSurvive = DefaultMustSurvive()
	}
	if o.NoRetry == nil {
		o.NoRetry = []int{401, 403}
	}
	if o.Patience == 0 {
		o.Patience = DefaultPatience
	}
	if o.MaxRetries == 0 {
		o.MaxRetries = DefaultMaxRetries
	}
	return o
}

// Validate returns an error for the first option with an unknown or impossible
// value. The error for a name suggests the nearest known one.
func (o Options) Validate() error {
	for _, d := range []struct {
		option string
		value  time.Duration
	}{{"retry-after", o.RetryAfter}, {"slow", o.Slow}, {"patience", o.Patience}} {
		if d.value < 0 || d.value > time.Hour {
			return fmt.Errorf("%s is %v; want 0s to %v", d.option, d.value, time.Hour)
		}
	}
	if o.MaxRetries < 0 {
		return fmt.Errorf("max-retries is %d; want 0 or more", o.MaxRetries)
	}
	for _, status := range o.NoRetry {
		if status < 400 || status > 599 {
			return fmt.Errorf("no-retry %d is not an error status; want 400 to 599", status)
		}
	}
	var operations, kinds, allowed []string
	for _, op := range apispec.Operations {
		operations = append(operations, op.ID)
	}
	for _, k := range Kinds() {
		kinds = append(kinds, string(k))
	}
	for _, k := range o.Allow {
		allowed = append(allowed, string(k))
	}
	for _, list := range []struct {
		option       string
		names, known []string
	}{
		{"effect", o.Effects, EffectNames()},
		{"operation", o.Operations, operations},
		{"must-survive", o.MustSurvive, EffectNames()},
		{"allow", allowed, kinds},
	} {
		if err := checkNames(list.option, list.names, list.known); err != nil {
			return err
		}
	}
	return nil
}
