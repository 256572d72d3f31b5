package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/cmd/internal/serve"
)

func TestServe_faultFile(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, content string }{
		{"lines with comments", "# two faults\n\ncreate-keys status=429 retry_after=2s times=1\n  create-keys status=500 times=1\n"},
		{"a JSON array", `[{"operation": "create-keys", "status": 429, "retry_after": "2s", "times": 1},
			{"operation": "create-keys", "status": 500, "times": 1}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantFaults(t, startFake(t, nil, "--fault-file", writeFile(t, "faults", test.content)))
		})
	}
}

func TestServe_state(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state.json")
	first := startFake(t, nil, "--state", file, "--keys", "3")
	secret := newSecret(t, first)
	if code := first.stop(); code != 0 {
		t.Fatalf("exit code = %d; want 0", code)
	}
	second := startFake(t, nil, "--state", file, "--keys", "3")
	if got := second.call(t, "/key", secret, ""); got.status != 200 {
		t.Errorf("status with the restored key = %d; want 200", got.status)
	}
	if got := second.call(t, "/keys?include_disabled=true", serve.DefaultKey, ""); strings.Count(got.body, `"hash"`) != 4 {
		t.Errorf("keys = %s; want the 3 generated ones and the created one", got.body)
	}
	second.stop()
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 1 {
		t.Errorf("files = %v, %v; want only the state file", entries, err)
	}

	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), secret) {
		t.Errorf("the state file contains a secret")
	}
	damaged := writeFile(t, "damaged.json", strings.Replace(string(data), `"version": 1`, `"version": 99`, 1))
	code, _, stderr := mockgates(t, nil, "", "serve", "--addr", "127.0.0.1:0", "--state", damaged)
	if code != 1 || !strings.Contains(stderr, "line 2") || !strings.Contains(stderr, "hint: move the file away") {
		t.Errorf("exit code %d, stderr %q; want 1 and the line of the error", code, stderr)
	}
	if code, _, stderr := mockgates(t, nil, "", "serve", "--addr", "127.0.0.1:0", "--state", t.TempDir()); code != 1 {
		t.Errorf("exit code for a folder = %d, stderr %q; want 1", code, stderr)
	}
}

func TestServe_randomSeedsDiffer(t *testing.T) {
	t.Parallel()
	a, b := startFake(t, nil, "--seed", "random"), startFake(t, nil, "--seed", "random")
	if x, y := newSecret(t, a), newSecret(t, b); x == y {
		t.Errorf("both created %s", x)
	}
}

func TestServe_greeting(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil)
	want := "listening on BASE\n" +
		"control API on ROOT/_mockgates/\n\n" +
		"export MODELGATES_BASE_URL=BASE\n" +
		"export MODELGATES_API_KEY=sk-mg-mgmt-default\n\n" +
		"curl -sS BASE/keys -H 'Authorization: Bearer sk-mg-mgmt-default' -H 'Content-Type: application/json' -d '{\"name\": \"my first key\", \"limit\": 10}'\n"
	f.out.await(t, "}'\n")
	if diff := cmp.Diff(want, strings.NewReplacer(f.base, "BASE", f.root(), "ROOT").Replace(f.out.String())); diff != "" {
		t.Errorf("greeting (-want +got):\n%s", diff)
	}
	if code := f.stop(); code != 0 {
		t.Errorf("exit code = %d; want 0", code)
	}
}

func TestServe_redactsSecretsInItsLog(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil)
	secret := newSecret(t, f)
	f.call(t, "/keys/"+secret+"?key="+secret, secret, "")
	if log := f.log.await(t, "GET"); strings.Contains(log, secret) || strings.Contains(log, serve.DefaultKey) {
		t.Errorf("the log contains a secret:\n%s", log)
	}
}

func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestServe_faultFileRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, content, want string }{
		{"an invalid line, with its number", "# one\n\ncreate-key status=429\n", "faults:3: "},
		{"an unknown member", `[{"operation": "create-keys", "statsu": 429}]`, "statsu"},
		{"data after the array", `[] []`, "unexpected data after the JSON array"},
		{"an invalid fault", `[{"operation": "create-keys", "status": 409}]`, "status 409 is not documented"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := mockgates(t, nil, "", "serve", "--addr", "127.0.0.1:0", "--fault-file", writeFile(t, "faults", test.content))
			if code != exit.Usage || !strings.Contains(stderr, test.want) {
				t.Errorf("exit code %d, stderr %q; want 1 and %q in it", code, stderr, test.want)
			}
		})
	}
}

// TestServe_greetingHidesTheKey starts with a management key that may be a secret.
func TestServe_greetingHidesTheKey(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil, "--strict-keys", "--management-key", "planted-secret")
	f.stop()
	if out := f.out.String() + f.log.String(); strings.Contains(out, "planted") || !strings.Contains(out, "YOUR_MANAGEMENT_KEY") {
		t.Errorf("output = %s; want a placeholder instead of the key", out)
	}
}

func TestServe_stateThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	code, stdout, stderr := mockgates(t, nil, "", "serve", "--addr", "127.0.0.1:0", "--state", filepath.Join(folder, "gone", "state.json"))
	if code != exit.Usage || stdout != "" || !strings.Contains(stderr, "--state: ") {
		t.Errorf("exit code %d, stdout %q, stderr %q; want 1 and the flag, before the fake serves", code, stdout, stderr)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
		t.Errorf("files = %v, %v; want none", entries, err)
	}
}

func TestServe_adminAddressInUse(t *testing.T) {
	t.Parallel()
	first := startFake(t, nil)
	taken := strings.TrimPrefix(first.root(), "http://")
	code, _, stderr := mockgates(t, nil, "", "serve", "--addr", "127.0.0.1:0", "--admin-addr", taken)
	if code != exit.Usage || !strings.Contains(stderr, "--admin-addr: ") {
		t.Errorf("exit code %d, stderr %q; want 1 and the flag", code, stderr)
	}
}

// TestServe_controlCharacters sends requests whose path and members hold
// sequences that a terminal obeys.
func TestServe_controlCharacters(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			f := startFake(t, nil, "--log-format", format, "--fail-on-violation")
			f.call(t, "/%C2%9b2J%1b%5B2J%7f%E2%80%AE", serve.DefaultKey, "")
			f.call(t, "/keys", serve.DefaultKey, `{"name": "k", "\u001b]0;x\u0007\u009b2J\u202e": 1}`)
			f.stop()
			if text := f.log.String(); strings.ContainsAny(text, "\u009b\x1b\x7f\a\u202e") || !strings.Contains(text, "violation: undeclared-property") {
				t.Errorf("the log contains a control character, or no violation:\n%q", text)
			}
		})
	}
}
