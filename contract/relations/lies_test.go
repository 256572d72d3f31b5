package relations_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/lies"
	"github.com/mockgates/mockgates/contract/relations"
)

// The contracts of the tests, compiled once.
var (
	documented = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.Documented) })
	all        = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.All) })
)

// newContract returns the contract of a scope.
func newContract(t testing.TB, scope contract.Scope) *contract.Contract {
	t.Helper()
	compiled := all
	if scope == contract.Documented {
		compiled = documented
	}
	c, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// newSession returns a session that knows the management key of the lies.
func newSession(t *testing.T, options relations.Options) *relations.Session {
	t.Helper()
	options.ManagementKeys = append(options.ManagementKeys, lies.ManagementKey)
	options.Now = func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	return relations.NewSession(newContract(t, contract.All), options)
}

// errorsOf returns the findings of a result that are not notes.
func errorsOf(t *testing.T, s *relations.Session, x contract.Exchange) []contract.Finding {
	t.Helper()
	result, err := s.Check(x)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(result.ResponseFindings(), contract.Finding.Note)
}

func TestLies_areFound(t *testing.T) {
	t.Parallel()
	// The counts are pinned, because without its lie nothing shows that a departure is found.
	for _, test := range []struct {
		name    string
		lies    []lies.Lie
		options relations.Options
		count   int
	}{
		{"documented", lies.Documented(), relations.Options{}, 131},
		{"companion", lies.Companion(), relations.Options{Companions: true}, 26},
	} {
		if len(test.lies) != test.count {
			t.Errorf("%s: %d lies, want %d", test.name, len(test.lies), test.count)
		}
		names := make(map[string]bool)
		for _, lie := range test.lies {
			if names[lie.Name] {
				t.Errorf("two lies are called %q", lie.Name)
			}
			names[lie.Name] = true
			s := newSession(t, test.options)
			last := len(lie.Exchanges) - 1
			for _, x := range lie.Exchanges[:last] {
				if findings := errorsOf(t, s, x); len(findings) > 0 {
					t.Errorf("%s: an honest exchange departs: %v", lie.Name, findings)
				}
			}
			findings := errorsOf(t, s, lie.Exchanges[last])
			if !slices.ContainsFunc(findings, func(f contract.Finding) bool { return f.Kind == lie.Kind && f.Where == lie.Where }) {
				t.Errorf("%s: no finding %s %s in %v", lie.Name, lie.Kind, lie.Where, findings)
			}
		}
	}
}

func TestSession_aLieKeepsItsResponseFromBeingReached(t *testing.T) {
	t.Parallel()
	for _, lie := range lies.Documented() {
		s := newSession(t, relations.Options{})
		for i, x := range lie.Exchanges {
			result, err := s.Check(x)
			if err != nil {
				t.Fatal(err)
			}
			lies := i == len(lie.Exchanges)-1 && lie.Kind != finding.KindUndocumented
			if lies && result.Reached() {
				t.Errorf("%s: %v counts as reached", lie.Name, result.Response)
			}
			if i < len(lie.Exchanges)-1 && !result.Reached() {
				t.Errorf("%s: the honest %v does not count as reached", lie.Name, result.Response)
			}
		}
	}
}

func TestSession_findsFamilyFactsOnlyWithCompanions(t *testing.T) {
	t.Parallel()
	for _, lie := range lies.Companion() {
		switch lie.Kind {
		case finding.KindEnum, finding.KindSecretExposed, finding.KindReused:
			continue // the specification says it, or a document
		}
		s := newSession(t, relations.Options{})
		for i, x := range lie.Exchanges {
			if findings := errorsOf(t, s, x); len(findings) > 0 {
				t.Errorf("%s, exchange %d: got %v, want notes", lie.Name, i, findings)
			}
		}
	}
}
