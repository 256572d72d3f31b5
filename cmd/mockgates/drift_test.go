package main

import (
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

// TestDrift compares with a fake that accepts what the default one refuses. With
// -short it plays only the cases that find this.
func TestDrift(t *testing.T) {
	t.Parallel()
	server, err := mockserver.New(mockserver.Config{Rules: map[string]string{"codes.method-alone": "accept"}})
	if err != nil {
		t.Fatal(err)
	}
	live := httptest.NewServer(server)
	t.Cleanup(live.Close)
	target := "--target=" + live.URL + "/api/v1"
	plays, agree := []string{}, "agree: 2" // flags of each command that plays, and how the number of facts begins
	if testing.Short() {
		plays, agree = []string{"--run", "^(codes_challenge_forms|generated/create-auth-keys-code)$"}, "agree: 1"
	}
	accepts := func(expires string) string {
		const rest = "  owner: payments\n  reason: known\n  expires: "
		return "--accept=" + writeFile(t, "accept.yaml", "- fact: rule codes.method-alone\n"+rest+expires+"\n- fact: case create-auth-keys-code/*\n"+rest+expires+"\n")
	}
	folder := t.TempDir()
	records := []string{filepath.Join(folder, "fake.ndjson"), filepath.Join(folder, "live.ndjson")}
	for i, args := range [][]string{{"check", "--documented-only", "--report-json", records[0]}, {"check", target, "--report-json", records[1]}} {
		if code, stdout, stderr := mockgates(t, []string{plantedVariable}, "", append(args, plays...)...); code != 0 {
			t.Fatalf("run %d: exit code %d, want 0\n%s%s", i, code, stdout, stderr)
		}
	}
	for _, test := range []struct {
		name string
		args []string
		code int
		want string // in the output
	}{
		{"a choice is drift, with the flag that takes it", []string{target}, 5, "to make the fake like this target:\n  --rule codes.method-alone=accept\n"},
		{"with the flag there is none", []string{target, "--rule", "codes.method-alone=accept"}, 0, "open: 0, " + agree},
		{"differences can be accepted", []string{target, accepts("2999-01-01")}, 0, "accepted: rule codes.method-alone\n"},
		{"until their day", []string{target, accepts("2020-01-01")}, 5, "expired: rule codes.method-alone (payments, until 2020-01-01: known)"},
		{"two records are compared offline", records, 5, "open: rule codes.method-alone\n  fake: refuse\n  live: accept\n"},
		{"a record agrees with itself", []string{records[1], records[1]}, 0, "no drift"},
		{"an unreachable target is inconclusive", []string{"--target=http://127.0.0.1:1/api/v1"}, 3, "the target cannot be reached"},
		{"one record is not enough", records[:1], 1, "want --target URL, or two records"},
		{"a record and a target are too much", []string{target, records[0], records[1]}, 1, "want --target URL, or two records"},
		{"a record must be one", []string{records[0], writeFile(t, "text", "nightly\n")}, 2, "text: "},
		{"a rule must exist", []string{target, "--rule", "codes.method-alon=accept"}, 1, `codes.method-alone`},
		{"the file must be a list", []string{target, "--accept=" + writeFile(t, "accept.yaml", "fact: a")}, 1, "--accept: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := mockgates(t, []string{plantedVariable}, "", slices.Concat([]string{"drift"}, test.args, plays)...)
			if code != test.code || !strings.Contains(stdout+stderr, test.want) {
				t.Errorf("exit code %d, want %d and %q in the output:\n%s%s", code, test.code, test.want, stdout, stderr)
			}
			if strings.Contains(stdout+stderr, plantedKey) {
				t.Error("the output holds the management key")
			}
		})
	}
}
