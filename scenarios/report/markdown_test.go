package report_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
	"github.com/mockgates/mockgates/scenarios/report/markdown"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	checkOutputs(t, markdown.Write, []outputTest{
		{"a run that conforms", sample.Conforming(), []string{
			"## ✅ mockgates: conforms\n\n1 scenario, 2 exchanges: 1 passed, 0 failed, 0 skipped, on `the fake, seed 7`.\n",
			"| responses | 1 | 3 |\n| request features | 1 | 2 |\n", "- `create-keys 429`\n",
		}},
		{"a run that fails", sample.Failing(), []string{
			"## ❌ mockgates: unreadable\n", "### Failures (5)\n", "- `suite/broken.txtar:3: unknown command \"cal\"; did you mean call?`\n",
			"<code>suite/limit&#95;reset&#95;again.txtar:3</code></summary>\n\n```\n3 | call POST /keys key.json\n",
			"response /data/limit_reset: enum\n  want: \"daily\", \"weekly\", \"monthly\" or null\n  got:  string of 9 characters\n  modelgates.yaml:3: enum: [daily, weekly, monthly]\n",
			"```sh\ncurl -i -X POST \"$MODELGATES_BASE_URL\"/keys -H \"Authorization: Bearer $MODELGATES_MANAGEMENT_KEY\"",
			">     \"limit_reset\": \"sometimes\",\n", "Also at `suite/limit_reset_kept.txtar:3`.\n",
		}},
	})
}

// However long the run, the summary is shorter than what CI systems take, and says
// what it leaves out.
func TestMarkdown_isShorterThanTheLimit(t *testing.T) {
	t.Parallel()
	long := sample.Failing()
	long.Problems = make([]report.Problem, 5000)
	for i := range long.Problems {
		long.Problems[i] = report.Problem{Exit: report.ExitUnreadable, Text: strings.Repeat("`x", 5000)}
	}
	wide := sample.Failing()
	for i := range 400 {
		for _, r := range sample.Conforming().Documented {
			r.Operation = strings.Repeat("o", 1000+i)
			wide.Documented = append(wide.Documented, r)
		}
	}
	for _, test := range []struct {
		name, want string
		r          report.Report
	}{
		{"many failures", " further failures: the record of the run has them all.\n", sample.Large(40_000)},
		{"many long problems", "- and 4980 further problems\n", long},
		{"a coverage of long names", "The coverage is too long for a summary", wide},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := written(t, markdown.Write, test.r)
			if len(got) > markdown.Max {
				t.Errorf("%d bytes, want at most %d", len(got), markdown.Max)
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("the summary does not contain %q:\n%.2000s", test.want, got)
			}
		})
	}
}

// Hostile text stands in blocks of code, or is escaped: outside of them the summary
// has no markup but its own.
func TestMarkdown_hostileTextIsNoMarkup(t *testing.T) {
	t.Parallel()
	got := written(t, markdown.Write, sample.Failing())
	if !utf8.ValidString(got) || strings.ContainsAny(got, "\x1b\x00\r") {
		t.Errorf("the summary holds bytes that no text holds: %q", got)
	}
	fence := ""
	for line := range strings.Lines(got) {
		line = strings.TrimSuffix(line, "\n")
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if line == fence {
				fence = ""
			}
			continue
		case len(marks) >= 3:
			fence = marks
			continue
		}
		for _, forbidden := range []string{"<script", "<img", "**"} {
			if strings.Contains(line, forbidden) && !strings.HasPrefix(line, "- `") {
				t.Errorf("the line %q holds %q", line, forbidden)
			}
		}
	}
	if fence != "" {
		t.Error("a block of code does not end")
	}
	if n, m := strings.Count(got, "\n<details>"), strings.Count(got, "\n</details>\n"); n != 7 || n != m {
		t.Errorf("%d details begin and %d end, want 7 of each", n, m)
	}
}
