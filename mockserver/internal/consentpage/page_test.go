package consentpage

import (
	"bytes"
	"html"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPolicyAllowsTheStyleOfThePages checks that the policy has the hash of the style
// sheet, and that no page has another style sheet, a script or a style attribute.
func TestPolicyAllowsTheStyleOfThePages(t *testing.T) {
	t.Parallel()
	for name, view := range map[string]any{
		"consent": Question{App: "https://app.test", Label: "l"},
		"problem": Problem{Title: "t", Issues: []Issue{{"n", "m"}}},
	} {
		var b bytes.Buffer
		if err := pages().ExecuteTemplate(&b, name, view); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		if got := styleHash(page); got != style {
			t.Errorf("%s: the style sheet has the hash %s, the policy says %s", name, got, style)
		}
		if strings.Count(page, "<style") != 1 || regexp.MustCompile(`(?i)<script|\son\w+=|\sstyle=|\ssrc=|<link`).MatchString(page) {
			t.Errorf("%s: the page has what its policy forbids:\n%s", name, page)
		}
	}
}

// TestPagesHaveEnoughContrast checks the contrast that WCAG 2 asks for (success
// criteria 1.4.3 and 1.4.11), in light and dark mode.
func TestPagesHaveEnoughContrast(t *testing.T) {
	t.Parallel()
	sheets := strings.SplitN(source, "@media (prefers-color-scheme: dark)", 2)
	for i, mode := range []string{"light", "dark"} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(sheets[i], -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, pair := range []struct {
			on, of string
			least  float64
		}{
			{"card", "text", 4.5},
			{"card", "soft", 4.5},
			{"act", "on-act", 4.5},
			{"card", "line", 3},
			{"back", "act", 3},
			{"card", "act", 3},
		} {
			a, oka := colours[pair.on]
			b, okb := colours[pair.of]
			ratio := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05)
			if !oka || !okb || ratio < pair.least {
				t.Errorf("%s: %s on %s has the contrast %.2f, want %v", mode, pair.of, pair.on, ratio, pair.least)
			}
		}
	}
}

// luminance returns the relative luminance of an sRGB colour as WCAG 2 defines it.
func luminance(t *testing.T, hex string) (l float64) {
	t.Helper()
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		l += weight * c
	}
	return l
}

// TestPagesEscapeTheirData checks that no data is interpreted as HTML.
func TestPagesEscapeTheirData(t *testing.T) {
	t.Parallel()
	const bad = `"'><script>alert(1)</script>{{.}}&amp;`
	for name, view := range map[string]any{
		"consent": Question{App: bad, Label: bad, World: bad, Reset: bad, Token: bad},
		"problem": Problem{Title: bad, Hint: bad, Issues: []Issue{{bad, bad}}},
	} {
		var b bytes.Buffer
		if err := pages().ExecuteTemplate(&b, name, view); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		if strings.Contains(page, "<script") || strings.Contains(page, `"'>`) {
			t.Errorf("%s: the page has it unescaped:\n%s", name, page)
		}
		if !strings.Contains(html.UnescapeString(page), bad) {
			t.Errorf("%s: the page does not show it", name)
		}
	}
}
