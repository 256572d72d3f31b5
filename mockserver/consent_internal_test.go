package mockserver

import (
	"fmt"
	"testing"
)

func TestConsentTokenIsBoundToItsPage(t *testing.T) {
	t.Parallel()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	w, at := mustWorld(t, s, "a"), machineTime()
	token := w.consentToken("q=1", at)
	if !w.consentTokenHolds(token, "q=1", at) {
		t.Error("the token does not hold for its own page")
	}
	other, err := New(Config{Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, holds := range map[string]bool{
		"other parameters":     w.consentTokenHolds(token, "q=2", at),
		"another world":        mustWorld(t, s, "b").consentTokenHolds(token, "q=1", at),
		"another seed":         mustWorld(t, other, "a").consentTokenHolds(token, "q=1", at),
		"before it was made":   w.consentTokenHolds(token, "q=1", at.Add(-consentLife)),
		"when it is too old":   w.consentTokenHolds(token, "q=1", at.Add(consentLife)),
		"nothing":              w.consentTokenHolds("", "q=1", at),
		"a time alone":         w.consentTokenHolds(fmt.Sprint(at.UnixMilli()), "q=1", at),
		"a time that overruns": w.consentTokenHolds("99999999999999999999."+token, "q=1", at),
	} {
		if holds {
			t.Errorf("the token holds for %s", name)
		}
	}
}
