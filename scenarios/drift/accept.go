package drift

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/mockgates/mockgates/internal/suggest"
)

// The bounds of a file of accepted differences.
const (
	MaxAcceptFile = 1 << 20 // bytes
	dateLayout    = "2006-01-02"
)

// An Acceptance is a difference that somebody accepts for a while.
type Acceptance struct {
	Fact    string  `yaml:"fact"`    // name of a fact; a name that ends in * stands for all that begin like it
	Verdict Verdict `yaml:"verdict"` // that is accepted; "" for any
	Owner   string  `yaml:"owner"`
	Reason  string  `yaml:"reason"`
	Expires Day     `yaml:"expires"` // last day on which it holds, in UTC
}

// A Day is a day such as 2027-01-31.
type Day string

// UnmarshalYAML reads a day with or without quotes.
func (d *Day) UnmarshalYAML(node *yaml.Node) error {
	*d = Day(node.Value)
	return nil
}

// ParseAcceptances parses a list of accepted differences in YAML or JSON. It refuses
// unknown members, and an entry without a fact, owner, reason or day of expiry.
func ParseAcceptances(data []byte) ([]Acceptance, error) {
	if len(data) > MaxAcceptFile {
		return nil, fmt.Errorf("the accepted differences are longer than %d bytes", MaxAcceptFile)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithKnownFields())
	if err != nil {
		return nil, err
	}
	var list, more []Acceptance
	if err := loader.Load(&list); err != nil && !errors.Is(err, io.EOF) { // EOF: nothing but comments
		return nil, err
	}
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("want one document")
	}
	for i, a := range list {
		if err := a.validate(); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return list, nil
}

func (a Acceptance) validate() error {
	for name, value := range map[string]string{"fact": strings.TrimSuffix(a.Fact, "*"), "owner": a.Owner, "reason": a.Reason} {
		if strings.TrimSpace(value) == "" {
			return fmt.Errorf("want fact, owner, reason and expires; %s is empty", name)
		}
	}
	names := []string{string(FakeWrong), string(LiveWrong), string(SpecWrong), string(Open)}
	if a.Verdict != "" && !slices.Contains(names, string(a.Verdict)) {
		return fmt.Errorf("unknown verdict %q%s", a.Verdict, suggest.Hint(string(a.Verdict), names))
	}
	if _, err := time.Parse(dateLayout, string(a.Expires)); err != nil {
		return fmt.Errorf("expires is %q; want a day such as 2027-01-31", a.Expires)
	}
	return nil
}

// String returns the entry with its owner.
func (a Acceptance) String() string {
	return fmt.Sprintf("%s (%s, until %s: %s)", a.Fact, a.Owner, a.Expires, a.Reason)
}

// expired reports whether the last day of the entry has passed.
func (a Acceptance) expired(now time.Time) bool {
	return now.UTC().Format(dateLayout) > string(a.Expires)
}

// covers reports whether the entry accepts a difference.
func (a Acceptance) covers(f Fact) bool {
	begin, isBeginning := strings.CutSuffix(a.Fact, "*")
	named := f.Name == a.Fact || isBeginning && strings.HasPrefix(f.Name, begin)
	return f.Verdict != Agree && named && (a.Verdict == "" || a.Verdict == f.Verdict)
}

// Accept returns a copy of the result in which the accepted differences are marked. An
// entry that has expired accepts nothing, and counts as drift.
func (r Result) Accept(list []Acceptance, now time.Time) Result {
	r.Facts = slices.Clone(r.Facts)
	for _, a := range list {
		if a.expired(now) {
			r.Expired = append(r.Expired, a)
			continue
		}
		used := false
		for i := range r.Facts {
			if a.covers(r.Facts[i]) {
				r.Facts[i].Accepted, used = &a, true
			}
		}
		if !used {
			r.Unused = append(r.Unused, a)
		}
	}
	return r
}
