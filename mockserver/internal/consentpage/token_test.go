package consentpage

import (
	"fmt"
	"testing"
	"time"
)

func TestTokenIsBoundToItsPage(t *testing.T) {
	t.Parallel()
	s, at := NewSigner([]byte("a")), time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)
	token := s.Token("q=1", at)
	for name, now := range map[string]time.Time{"at once": at, "at the last moment": at.Add(tokenLife - 1)} {
		if !s.Accepts(token, "q=1", now) {
			t.Errorf("%s: the token of the page is refused", name)
		}
	}
	for name, accepted := range map[string]bool{
		"other parameters":     s.Accepts(token, "q=2", at),
		"another key":          NewSigner([]byte("b")).Accepts(token, "q=1", at),
		"before it was made":   s.Accepts(token, "q=1", at.Add(-1)),
		"when it is too old":   s.Accepts(token, "q=1", at.Add(tokenLife)),
		"nothing":              s.Accepts("", "q=1", at),
		"a time alone":         s.Accepts(fmt.Sprint(at.UnixMilli()), "q=1", at),
		"a time that overruns": s.Accepts("99999999999999999999."+token, "q=1", at),
	} {
		if accepted {
			t.Errorf("the token is accepted for %s", name)
		}
	}
}
