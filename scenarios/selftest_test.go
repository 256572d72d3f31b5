package scenarios

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/internal/failure"
	"github.com/mockgates/mockgates/scenarios/internal/lyingserver"
	"github.com/mockgates/mockgates/scenarios/internal/target"
	"github.com/mockgates/mockgates/scenarios/report"
)

// openRun opens the target of a run with the options.
func openRun(t testing.TB, o Options) *run {
	t.Helper()
	o, _, err := o.complete()
	if err != nil {
		t.Fatal(err)
	}
	r, err := o.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.target.Close)
	return r
}

// lyingModes are the modes in which a run judges.
var lyingModes = map[string]Options{
	"the fake":                     {},
	"the fake, documented only":    {DocumentedOnly: true},
	"a live target":                {Target: "http://127.0.0.1:1/api", ManagementKey: "k"},
	"a live target and companions": {Target: "http://127.0.0.1:1/api", ManagementKey: "k", Companions: true},
}

func TestLyingServer_noLieSurvives(t *testing.T) {
	t.Parallel()
	for name, o := range lyingModes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := openRun(t, o).selfTestOverHTTP(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestLies_arePinned(t *testing.T) {
	t.Parallel()
	if n := len(lyingserver.Own()); n != 19 {
		t.Errorf("%d lies of package lyingserver, want 19: without one of them nothing shows that its departure is noticed", n)
	}
	for name, want := range map[string]int{"the fake": 174, "the fake, documented only": 148, "a live target": 148, "a live target and companions": 174} {
		lies, err := openRun(t, lyingModes[name]).lies()
		if err != nil || len(lies) != want {
			t.Errorf("%s: %d lies, want %d: %v", name, len(lies), want, err)
		}
	}
}

// TestLyingServer_noticesABrokenJudge breaks the code that judges exchanges in one way at
// a time. No run may then say that a target conforms.
func TestLyingServer_noticesABrokenJudge(t *testing.T) {
	t.Parallel()
	validates := func(keep func(contract.Result) contract.Result) func(context.Context, *target.Client, *target.Completed) error {
		return func(ctx context.Context, c *target.Client, done *target.Completed) error {
			if done.Broken != nil {
				return c.CheckBroken(ctx, done)
			}
			res, err := c.Validate(done)
			if err != nil {
				return err
			}
			c.Record(done, res)
			res = keep(res)
			return errors.Join(c.CheckRequest(done, res), c.CheckResponse(done, res))
		}
	}
	without := func(kind string) func(contract.Result) contract.Result {
		return func(res contract.Result) contract.Result {
			res.Findings = slices.DeleteFunc(slices.Clone(res.Findings), func(f contract.Finding) bool { return f.Kind == kind })
			return res
		}
	}
	for name, test := range map[string]struct {
		mode     string
		sabotage target.Sabotage
		want     string // in the problem
	}{
		"Check is never called": {"the fake", target.Sabotage{Check: func(context.Context, *target.Client, *target.Completed) error { return nil }}, `"a member twice, three levels down" survived`},
		"findings are ignored": {"a live target", target.Sabotage{Check: func(ctx context.Context, c *target.Client, done *target.Completed) error {
			_, _ = c.Validate(done)
			return nil
		}}, `"JSON sent as text/plain" survived`},
		"content types are ignored on a live target": {"a live target", target.Sabotage{Check: validates(without(finding.KindContentType))}, `"JSON sent as text/plain" survived`},
		"statuses are ignored":                       {"the fake", target.Sabotage{Check: validates(without(finding.KindStatus))}, `"an undocumented refusal" survived`},
		"accepted requests are ignored":              {"a live target", target.Sabotage{Check: validates(without(finding.KindAcceptedInvalid))}, `"a plain key makes keys" survived`},
		"a cut answer is ignored": {"a live target", target.Sabotage{Check: func(ctx context.Context, c *target.Client, done *target.Completed) error {
			if done.Broken != nil {
				return nil
			}
			return c.CheckOne(ctx, done)
		}}, `"an answer that is truncated" survived`},
		"requests are ignored": {"the fake", target.Sabotage{Check: func(ctx context.Context, c *target.Client, done *target.Completed) error {
			res, err := c.Validate(done)
			c.Record(done, res)
			return errors.Join(err, c.CheckResponse(done, res))
		}}, `"a valid request that the script calls invalid" survived`},
		"every failure is called inconclusive": {"a live target", target.Sabotage{Check: func(ctx context.Context, c *target.Client, done *target.Completed) error {
			if err := c.CheckOne(ctx, done); err != nil {
				f := failure.Of(err)
				f.Inconclusive = true
				return &failure.Fatal{Failure: *f}
			}
			return nil
		}}, "ends with exit code 3, want 4"},
		"everything counts as undocumented on a live target": {"a live target", target.Sabotage{Undocumented: func(contract.Finding) bool { return true }}, `"JSON sent as text/plain" survived`},
		"types count as undocumented": {"a live target", target.Sabotage{Undocumented: func(f contract.Finding) bool {
			return f.Kind == finding.KindType || f.Kind == finding.KindUndocumented
		}}, `"a text for a number" survived`},
		"nothing counts as undocumented on a live target": {"a live target", target.Sabotage{Undocumented: func(contract.Finding) bool { return false }}, `"an undocumented member": a response that conforms is reported as a failure`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := lyingModes[test.mode]
			o.sabotage = &test.sabotage
			r, err := Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			if err := r.WriteText(&text, false); err != nil {
				t.Fatal(err)
			}
			if r.ExitCode() != report.ExitNothingTested || !strings.Contains(Unwrap(text.String()), test.want) {
				t.Errorf("exit code %d, want 8 and %q in\n%.3000s", r.ExitCode(), test.want, Unwrap(text.String()))
			}
		})
	}
}

func TestLyingServer_interrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("stop"))
	if err := openRun(t, Options{}).selfTestOverHTTP(ctx); err == nil {
		t.Error("no error; want the cause of the interrupt")
	}
}

func BenchmarkLyingServer(b *testing.B) {
	r := openRun(b, Options{})
	for b.Loop() {
		if err := r.selfTestOverHTTP(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
