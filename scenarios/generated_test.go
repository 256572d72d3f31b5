package scenarios_test

import (
	"bytes"
	"cmp"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios"

	"github.com/mockgates/mockgates/scenarios/report"
)

// matrixOf returns the number of generated cases of each operation.
func matrixOf(t *testing.T, companions bool) map[string]int {
	t.Helper()
	scope := contract.Documented
	if companions {
		scope = contract.All
	}
	c, err := contract.New(scope)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, m := range c.Matrix(contract.MatrixOptions{Companions: companions}) {
		count[m.Operation]++
	}
	return count
}

// TestGenerated_everyCaseIsSentToTheFake compares the exchanges of the generated
// scenarios with the cases of the contract, for each operation, or with -short for three.
func TestGenerated_everyCaseIsSentToTheFake(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{Run: cmp.Or(short("^generated/(create-keys|list-keys|delete-keys)$"), "^generated/")})
	checkReport(t, r, text, report.ExitConforms, "conforms")
	count := matrixOf(t, true)
	if want := cmp.Or(short(3), len(count)); len(r.Scenarios) != want {
		t.Errorf("%d generated scenarios, want one for each of %d operations", len(r.Scenarios), want)
	}
	for _, s := range r.Scenarios {
		if want := count[strings.TrimPrefix(s.Name, "generated/")]; len(s.Exchanges) < want || len(s.Notes) > 0 {
			t.Errorf("%s: %d exchanges, want at least %d, and no note: %q", s.Name, len(s.Exchanges), want, s.Notes)
		}
	}
}

func TestGenerated_areChosenByTheOptions(t *testing.T) {
	t.Parallel()
	file := script(t, "call POST /keys key.json\nstatus 201\n"+nightly)
	for name, test := range map[string]struct {
		options scenarios.Options
		want    int // scenarios
	}{
		"with a pattern":               {scenarios.Options{Run: "^generated/list-keys$"}, 1},
		"off":                          {scenarios.Options{Generate: "off", Run: "^(generated/|keys_created$)"}, 1},
		"not beside files":             {scenarios.Options{Files: []string{file}}, 1},
		"beside files when asked for":  {scenarios.Options{Files: []string{file}, Generate: "on", Run: "script|list-keys"}, 2},
		"only the documented ones":     {scenarios.Options{DocumentedOnly: true, Run: "^generated/create"}, 2},
		"none of a companion that way": {scenarios.Options{DocumentedOnly: true, Run: "^(generated/list-keys|keys_created)$"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, test.options)
			if len(r.Scenarios) != test.want || r.ExitCode() != report.ExitConforms {
				t.Errorf("%d scenarios, want %d\n%s", len(r.Scenarios), test.want, text)
			}
		})
	}
}

func TestGenerated_maxRequestsBoundsWhatIsSent(t *testing.T) {
	t.Parallel()
	for _, most := range []int{1, 30} {
		var sent atomic.Int64
		counting := func(fake http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				sent.Add(1)
				fake.ServeHTTP(w, r)
			})
		}
		r, text := play(t, scenarios.Options{Handler: counting, Run: "^generated/", MaxRequests: most})
		if int(sent.Load()) != most || r.Exchanges != most {
			t.Errorf("%d requests sent and %d validated, want %d\n%s", sent.Load(), r.Exchanges, most, text)
		}
		checkReport(t, r, text, report.ExitConforms, "cases left out: --max-requests")
	}
}

// TestGenerated_staysWithinTheBoundsOfALiveTarget checks every request that a
// live target receives, and that the report counts what was not sent.
func TestGenerated_staysWithinTheBoundsOfALiveTarget(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	r, text := play(t, scenarios.Options{Target: e.url, ManagementKey: liveKey, Companions: true, Run: "^generated/"})
	checkReport(t, r, text, report.ExitConforms, "; --live-limit none --live-expiry none sends them")
	for _, want := range []string{"--live-limit none sends them", "--live-expiry none sends them"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report does not contain %q:\n%s", want, text)
		}
	}
	made, deleted := 0, 0
	for _, req := range e.requests() {
		checkLiveRequest(t, req)
		if req.line == "POST /api/v1/keys" && req.header.Get("Authorization") == "Bearer "+liveKey && req.body["name"] != nil {
			made++
		}
		if strings.HasPrefix(req.line, "DELETE ") && req.header.Get("Authorization") == "Bearer "+liveKey {
			deleted++
		}
	}
	if made < 40 || deleted < 30 {
		t.Errorf("%d keys asked for and %d deleted, want at least 40 and 30", made, deleted)
	}
}

func TestGenerated_liftedBoundsSendEveryCase(t *testing.T) {
	t.Parallel()
	lifted := math.Inf(1)
	r, text := play(t, scenarios.Options{
		Target: newEndpoint(t, nil).url, ManagementKey: liveKey, LiveLimit: &lifted, LiveExpiry: -1, Run: "^generated/", Leftovers: scenarios.LeftoversIgnore,
	})
	checkReport(t, r, text, report.ExitConforms, "conforms")
	if strings.Contains(text, "not sent") {
		t.Errorf("some cases were not sent:\n%s", text)
	}
}

// TestGenerated_impossibleCasesAreInconclusive plays on a target that makes no keys. The
// cases that need one are reported on one line.
func TestGenerated_impossibleCasesAreInconclusive(t *testing.T) {
	t.Parallel()
	none := breaking("POST /keys 201", func(a *brokenResponse) {
		a.status, a.raw = 429, []byte(`{"error":{"code":429,"message":"no"}}`)
	})
	r, text := play(t, scenarios.Options{Handler: none, Run: "^generated/(get-key|update-keys)$"})
	checkReport(t, r, text, report.ExitInconclusive, "104 cases could not be played: they need a key, and create-keys answers 429")
	for _, s := range r.Scenarios {
		if len(s.Failures) != 1 {
			t.Errorf("%s has %d failures, want one line for all\n%s", s.Name, len(s.Failures), text)
		}
	}
}

// TestGenerated_failuresAreShrunkAndSaved plays on a broken target, and then plays the
// files that the run has written. Each fails on the target with the same finding, and
// passes on the fake.
func TestGenerated_failuresAreShrunkAndSaved(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		departs departure
		run     string
		finding string // in the report
		request string // likewise; the smallest one
		options scenarios.Options
	}{
		"a text for a limit": {
			departure{ignore: "/limit type"},
			"^generated/create-auth-keys-code$", "accepted-invalid",
			`smaller: POST /auth/keys/code {"callback_url":"https://myapp.com/auth/callback","limit":"text"}`,
			scenarios.Options{},
		},
		"a period of a key": {
			departure{ignore: "/limit_reset enum"},
			"^generated/create-keys$", "accepted-invalid",
			`smaller: POST /keys {"name":"${UNIQUE_NAME}","expires_at":"${EXPIRY_LOCAL}Z","limit":0,"limit_reset":"none-of-them"}`,
			scenarios.Options{},
		},
		"a bare key": {
			departure{ignore: "credential bare"}, "^generated/list-keys$", "accepted-invalid", `curl -i "$MODELGATES_BASE_URL"/keys -H 'Authorization: '"$MODELGATES_MANAGEMENT_KEY"`, scenarios.Options{Companions: true},
		},
		"a plain key that lists": {
			departure{ignore: "management"}, "^generated/list-keys$", "accepted-invalid", `curl -i "$MODELGATES_BASE_URL"/keys -H 'Authorization: Bearer sk-mg-v1-`, scenarios.Options{Companions: true},
		},
		"null for a name": {
			departure{ignore: "/name null"}, "^generated/update-keys$", "accepted-invalid", `smaller: PATCH /keys/${HASH} {"name":null}`, scenarios.Options{Companions: true},
		},
		"a type of a verifier": {
			departure{ignore: "/code_verifier type"},
			"^generated/exchange-auth-code$", "response status",
			`smaller: POST /auth/keys {"code":"${CODE}","code_verifier":`,
			scenarios.Options{Companions: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "found")
			o := test.options
			o.Target, o.ManagementKey = dialects()["terse"].start(t, test.departs), liveKey
			o.Run, o.Save = test.run, dir
			r, text := play(t, o)
			checkReport(t, r, text, report.ExitFailed, test.finding)
			if !strings.Contains(text, test.request) {
				t.Errorf("the report does not contain %q:\n%s", test.request, text)
			}
			files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
			if err != nil || len(files) == 0 {
				t.Fatalf("no file was written: %v\n%s", err, text)
			}
			for _, file := range files {
				data, _ := os.ReadFile(file)
				o.Run, o.Save, o.Files = "", "", []string{file}
				if r, text := play(t, o); r.ExitCode() != report.ExitFailed || !strings.Contains(text, test.finding) {
					t.Errorf("on the target: exit code %d, want 4 and %s\n%s\n%s", r.ExitCode(), test.finding, data, text)
				}
				if r, text := play(t, scenarios.Options{Files: []string{file}}); r.ExitCode() != report.ExitConforms {
					t.Errorf("on the fake: exit code %d, want 0\n%s\n%s", r.ExitCode(), data, text)
				}
				if bytes.Contains(data, []byte(liveKey)) {
					t.Errorf("the file holds the management key:\n%s", data)
				}
			}
		})
	}
}

// TestGenerated_failuresOfOneKindAreOne breaks every answer in the same way.
func TestGenerated_failuresOfOneKindAreOne(t *testing.T) {
	t.Parallel()
	r, text := play(t, scenarios.Options{
		Handler: breaking("POST /keys 201", func(a *brokenResponse) { delete(a.data(), "usage") }), Run: "^generated/create-keys$",
	})
	checkReport(t, r, text, report.ExitFailed, "more\n")
	if n := len(r.Scenarios[0].Failures); n != 1 {
		t.Errorf("%d failures, want one for all\n%s", n, text)
	}
}
