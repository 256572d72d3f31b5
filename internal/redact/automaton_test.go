package redact

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestAutomaton_findsWhatASearchForEachFinds compares the two ways in which
// known secrets are found, on texts in which they overlap in every way.
func TestAutomaton_findsWhatASearchForEachFinds(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(3, 4))
	draw := func(length int) string {
		out := make([]byte, length)
		for i := range out {
			out[i] = "aab="[rnd.IntN(4)]
		}
		return string(out)
	}
	for range 2000 {
		secrets := make([]string, 1+rnd.IntN(20))
		size := 0
		for i := range secrets {
			secrets[i] = draw(1 + rnd.IntN(14))
			size += len(secrets[i])
		}
		text := draw(60)
		var spans []span
		for _, secret := range secrets {
			for i := 0; i+len(secret) <= len(text); i++ {
				to := i + len(secret)
				if text[i:to] == secret && (len(secret) >= MinLength || isValue(text, i, to)) {
					spans = append(spans, span{i, to, Hidden})
				}
			}
		}
		want, _ := replace(text, spans)
		r := New(Config{})
		for name, p := range map[string]*patterns{
			"automaton":  {autos: []*automaton{newAutomaton(secrets, size)}},
			"one by one": {few: secrets},
		} {
			s := scan{r: r, known: noPatterns}
			s.views[0].text = text
			s.findKnown(0, p)
			if got, _ := replace(text, s.spans); got != want {
				t.Fatalf("%s: %q in %q: got %q, want %q", name, secrets, text, got, want)
			}
		}
	}
}

func TestAdd_knownSecretsChangeNothing(t *testing.T) {
	t.Parallel()
	r := New(Config{})
	r.Add("a known secret")
	before := r.known.load()
	r.Add("a known secret", "")
	if r.known.load() != before {
		t.Error("the patterns were made anew")
	}
}

func TestScan_stopsAtItsLimit(t *testing.T) {
	t.Parallel()
	s := scan{r: New(Config{}), known: noPatterns, limit: 20}
	s.views[0].text = strings.Repeat("%41", 6)
	s.examine(0)
	if !s.over {
		t.Error("views of more bytes were examined than may be")
	}
}
