package drift

import (
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
)

func settings(rule string) []string {
	return map[string][]string{"keys.open": {"refuse", "accept"}}[rule]
}

// exchange is a generated case that was answered with a status.
func exchange(id string, status int, departs ...string) report.Exchange {
	x := report.Exchange{Operation: "create-keys", Status: status, Case: id}
	for _, where := range departs {
		x.Findings = append(x.Findings, finding.Finding{Part: finding.PartResponse, Kind: finding.KindType, Where: where})
	}
	return x
}

func run(exchanges ...report.Exchange) report.Report {
	r := report.New(report.Run{}, report.Coverage{})
	r.Add([]report.Scenario{{Name: "generated/create-keys", Verdict: report.Passed, Exchanges: exchanges}})
	return r
}

func scenario(s report.Scenario) report.Report {
	r := report.New(report.Run{}, report.Coverage{})
	s.Name = "keys_created"
	s.Exchanges = append(s.Exchanges, report.Exchange{Operation: "create-keys", Status: 201})
	r.Add([]report.Scenario{s})
	return r
}

// TestCompare compares two runs, and looks at the verdict of one fact.
func TestCompare(t *testing.T) {
	t.Parallel()
	failed := scenario(report.Scenario{Verdict: report.Failed, Failures: []report.Failure{{Line: 3, Text: "the status is another one"}}})
	passed := scenario(report.Scenario{Verdict: report.Passed})
	settled := func(setting string) report.Report {
		return scenario(report.Scenario{Verdict: report.Passed, Settled: []report.Settlement{{Rule: "keys.open", Setting: setting}}})
	}
	broken := exchange("c", 0)
	broken.Broken = "EOF"
	for _, test := range []struct {
		name       string
		fake, live report.Report
		fact       string
		want       Verdict // "" if it is not compared
		exit       int
	}{
		{"a case that both answer alike", run(exchange("c", 201)), run(exchange("c", 201)), "case c", Agree, 0},
		{"a case that the documents leave open", run(exchange("c", 201)), run(exchange("c", 400)), "case c", Open, 5},
		{"a case whose answer departs", run(exchange("c", 201)), run(exchange("c", 201, "/data")), "case c", LiveWrong, 5},
		{"one whose answer departs on the fake", run(exchange("c", 201, "/data")), run(exchange("c", 201)), "case c", FakeWrong, 5},
		{"one whose answer departs on both", run(exchange("c", 201, "/data")), run(exchange("c", 201, "/data")), "case c", SpecWrong, 5},
		{"one whose answer departs more", run(exchange("c", 201, "/data")), run(exchange("c", 201, "/data", "/key")), "case c", LiveWrong, 5},
		{"one without an answer", run(exchange("c", 201)), run(broken), "case c", LiveWrong, 5},
		{"one that was sent again", run(exchange("c", 201)), run(exchange("c", 429), exchange("c", 201)), "case c", Agree, 0},
		{"one that only one run has sent", run(exchange("c", 201), exchange("d", 201)), run(exchange("c", 201)), "case d", "", 0},
		{"a documented response", run(exchange("c", 201)), run(exchange("c", 201, "/data")), "response create-keys 201", LiveWrong, 5},
		{"a rule that is settled alike", settled("accept"), settled("accept"), "rule keys.open", Agree, 0},
		{"a rule that is settled otherwise", settled("refuse"), settled("accept"), "rule keys.open", Open, 5},
		{"a scenario that passes", passed, passed, "scenario keys_created", Agree, 0},
		{"a scenario that fails on the target", passed, failed, "scenario keys_created", LiveWrong, 5},
		{"a scenario that fails on the fake", failed, passed, "scenario keys_created", FakeWrong, 5},
		{"a scenario that fails on both", failed, failed, "scenario keys_created", SpecWrong, 5},
		{"a scenario that is inconclusive", passed, scenario(report.Scenario{Verdict: report.Failed, Failures: []report.Failure{{Inconclusive: true}}}), "scenario keys_created", "", 3},
		{"a scenario that is skipped", passed, scenario(report.Scenario{Verdict: report.Skipped}), "scenario keys_created", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := Compare(test.fake, test.live, settings)
			var got Verdict
			for _, f := range r.Facts {
				if f.Name == test.fact {
					got = f.Verdict
				}
			}
			if got != test.want || r.ExitCode() != test.exit {
				t.Errorf("the verdict is %q and the exit code %d, want %q and %d: %+v", got, r.ExitCode(), test.want, test.exit, r)
			}
		})
	}
}

func TestCompare_bothWrongInAnotherWay(t *testing.T) {
	t.Parallel()
	r := Compare(run(exchange("c", 201, "/data")), run(exchange("c", 201, "/key")), settings)
	var got []Verdict
	for _, f := range r.Facts {
		if f.Name == "case c" {
			got = append(got, f.Verdict)
		}
	}
	if len(got) != 2 || got[0] != FakeWrong || got[1] != LiveWrong {
		t.Errorf("the verdicts are %q, want that both are wrong", got)
	}
}

// TestResult_Accept accepts the one difference of a comparison, or does not.
func TestResult_Accept(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 1, 31, 23, 59, 0, 0, time.UTC)
	const rest = "owner: payments\n  reason: known\n  expires: "
	for _, test := range []struct {
		name, file string
		exit       int
		text       string
	}{
		{"the fact by its name", "- fact: case c\n  " + rest + "2027-01-31", 0, "accepted: case c\n  by:   case c (payments, until 2027-01-31: known)"},
		{"the beginning of its name", "- fact: case *\n  " + rest + "2027-01-31", 0, "accepted: 1"},
		{"the verdict too", "- fact: case c\n  verdict: open\n  " + rest + "2027-01-31", 0, "accepted: 1"},
		{"in JSON", `[{"fact": "case c", "owner": "o", "reason": "r", "expires": "2028-01-01"}]`, 0, "accepted: 1"},
		{"another verdict", "- fact: case c\n  verdict: live wrong\n  " + rest + "2027-01-31", 5, "accepts nothing: case c (payments"},
		{"another fact", "- fact: case\n  " + rest + "2027-01-31", 5, "accepts nothing: case (payments"},
		{"an entry that has expired", "- fact: case c\n  " + rest + "2027-01-30", 5, "expired: case c (payments"},
		{"nothing", "", 5, "open: case c\n  fake: answers 201\n  live: answers 400\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			list, err := ParseAcceptances([]byte(test.file))
			if err != nil {
				t.Fatal(err)
			}
			r := Compare(run(exchange("c", 201)), run(exchange("c", 400)), settings).Accept(list, now)
			var text strings.Builder
			if err := r.WriteText(&text); err != nil {
				t.Fatal(err)
			}
			if r.ExitCode() != test.exit || !strings.Contains(text.String(), test.text) {
				t.Errorf("exit code %d, want %d and %q in\n%s", r.ExitCode(), test.exit, test.text, text.String())
			}
		})
	}
}

func TestResult_anExpiredEntryFailsWithoutADifference(t *testing.T) {
	t.Parallel()
	list := []Acceptance{{Fact: "case c", Owner: "o", Reason: "r", Expires: "2026-01-01"}}
	r := Compare(run(exchange("c", 201)), run(exchange("c", 201)), settings).Accept(list, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	if r.ExitCode() != ExitDrift {
		t.Errorf("exit code %d, want 5", r.ExitCode())
	}
}

func TestParseAcceptances_refuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, file, want string }{
		{"an unknown member", "- fact: a\n  owner: o\n  reason: r\n  expires: 2027-01-31\n  until: x", "until"},
		{"no owner", "- fact: a\n  reason: r\n  expires: 2027-01-31", "entry 1: want fact, owner, reason and expires; owner is empty"},
		{"every fact", "- fact: '*'\n  owner: o\n  reason: r\n  expires: 2027-01-31", "fact is empty"},
		{"no reason", "- fact: a\n  owner: o\n  expires: 2027-01-31", "reason is empty"},
		{"no day", "- fact: a\n  owner: o\n  reason: r", `expires is ""; want a day such as 2027-01-31`},
		{"an unknown verdict", "- fact: a\n  owner: o\n  reason: r\n  expires: 2027-01-31\n  verdict: life wrong", `unknown verdict "life wrong"`},
		{"a mapping", "fact: a", "cannot"},
		{"too much", strings.Repeat("#", MaxAcceptFile+1), "longer than 1048576 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := ParseAcceptances([]byte(test.file)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want one that contains %q", err, test.want)
			}
		})
	}
}
