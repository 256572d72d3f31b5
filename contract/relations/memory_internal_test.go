package relations

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
)

// TestSession_worksLinearlyAndForgetsTheOldest makes more keys than a session
// remembers. To save time it does not call Contract.Check, which remembers nothing.
func TestSession_worksLinearlyAndForgetsTheOldest(t *testing.T) {
	t.Parallel()
	c, err := contract.New(contract.Documented)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSession(c, Options{Family: true})
	const extra = 100
	created := func(i int) []contract.Finding {
		return s.judge(contract.Exchange{
			Method: "POST", Path: "/keys", Status: 201,
			RequestHeader: http.Header{"Authorization": {"Bearer management-0123456789"}},
			RequestBody:   []byte(`{"name":"a"}`),
			ResponseBody:  fmt.Appendf(nil, `{"data":{"hash":"hash-%d","name":"a"},"key":"secret-%020d"}`, i, i),
		}, contract.Result{Operation: "create-keys"})
	}
	work := func() int {
		n := s.keys.work + s.tokens.work
		for _, m := range s.shared.made {
			n += m.work
		}
		return n
	}
	const perExchange = 20
	for i := range maxRemembered + extra {
		before := work()
		if findings := created(i); len(findings) > 0 {
			t.Fatalf("key %d: %v", i, findings)
		}
		if n := work() - before; n > perExchange {
			t.Fatalf("key %d: %d entries were looked at, want at most %d", i, n, perExchange)
		}
	}
	sizes := map[string]int{"keys": len(s.keys.entries), "tokens": len(s.tokens.entries)}
	for kind, m := range s.shared.made {
		sizes["made: "+kind] = len(m.entries)
	}
	for what, n := range sizes {
		if n != maxRemembered {
			t.Errorf("%d %s are remembered, want %d", n, what, maxRemembered)
		}
	}
	if n := len(s.shared.current.known) + len(s.shared.previous.known); n < maxRemembered || n > 2*maxRemembered {
		t.Errorf("%d secrets are remembered, want %d to %d", n, maxRemembered, 2*maxRemembered)
	}
	if findings := created(0); len(findings) > 0 {
		t.Errorf("the oldest key again: %v, want nothing, since it is forgotten", findings)
	}
	if findings := created(maxRemembered + extra - 1); len(findings) != 2 {
		t.Errorf("the newest key again: %v, want two findings: its hash and its secret", findings)
	}
}

// TestAdvisory pins which facts can fail which target.
func TestAdvisory(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		source    contract.Source
		options   Options
		companion bool // the operation
		want      bool
	}{
		{"a documented fact binds everybody", finding.SourceDoc, Options{}, false, false},
		{"a fact of the family binds nobody by default", finding.SourceFamily, Options{}, true, true},
		{"a fact of the family binds on companion operations", finding.SourceFamily, Options{Companions: true}, true, false},
		{"a fact of the family does not bind on documented operations", finding.SourceFamily, Options{Companions: true}, false, true},
		{"a fact of the family binds everywhere on a member of the family", finding.SourceFamily, Options{Family: true}, false, false},
		{"a report binds nobody", finding.SourceSeen, Options{Companions: true, Family: true}, true, true},
		{"an open question binds nobody", finding.SourceChoice, Options{Companions: true, Family: true}, true, true},
	} {
		r := relation{Session: &Session{options: test.options}, Operation: contract.Operation{Companion: test.companion}}
		if got := r.advisory(test.source); got != test.want {
			t.Errorf("%s: advisory %v, want %v", test.name, got, test.want)
		}
	}
}
