package reproduce_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/reproduce"
)

// A target whose fake gets some requests changed, so that it accepts what it must refuse.
type lenient func(r *http.Request, body map[string]any)

func (change lenient) on(fake http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		var body map[string]any
		if json.Unmarshal(data, &body) == nil && body != nil {
			change(r, body)
			data, _ = json.Marshal(body)
		} else {
			change(r, map[string]any{})
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
		fake.ServeHTTP(w, r)
	})
}

// The failures of generated cases: the request needs nothing, another form of the
// management key, a key, a code, or a time in the future without its offset.
var lenientTargets = map[string]struct {
	operation string
	change    lenient
	headline  string
	compile   bool // the Go test too, which takes long
}{
	"a text for a limit": {"create-keys", func(r *http.Request, body map[string]any) {
		if _, ok := body["limit"].(string); ok && r.Method == http.MethodPost {
			delete(body, "limit")
		}
	}, "limit of type string", false},
	"the management key as a password": {"list-keys", func(r *http.Request, _ map[string]any) {
		encoded, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Basic ")
		if key, err := base64.StdEncoding.DecodeString(encoded); ok && err == nil && len(key) > 0 && key[0] == ':' {
			r.Header.Set("Authorization", "Bearer "+string(key[1:]))
		}
	}, "the management key as the password of Basic", true},
	"null for the name of a key": {"update-keys", func(r *http.Request, body map[string]any) {
		if name, ok := body["name"]; ok && name == nil && r.Method == http.MethodPatch {
			delete(body, "name")
		}
	}, "name null", false},
	"a number for the verifier of a code": {"exchange-auth-code", func(_ *http.Request, body map[string]any) {
		if _, ok := body["code_verifier"].(float64); ok {
			body["code_verifier"] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636, appendix B
		}
	}, "code_verifier of type integer", true},
	"a time without its offset": {"create-keys", func(r *http.Request, body map[string]any) {
		if at, ok := body["expires_at"].(string); ok && len(at) == len("2006-01-02T15:04:05") && r.Method == http.MethodPost {
			body["expires_at"] = at + "Z"
		}
	}, "expires_at", false},
}

// playGenerated plays the generated cases of an operation, and returns the report as
// its record has it and the id of the failure of a case.
func playGenerated(t *testing.T, operation string, change lenient, headline string) (r report.Report, id string) {
	t.Helper()
	r, err := scenarios.Run(t.Context(), scenarios.Options{Run: "^generated/" + operation + "$", Generate: scenarios.GenerateOn, Handler: change.on})
	if err != nil {
		t.Fatal(err)
	}
	r = asRecorded(t, r)
	for _, f := range r.Scenarios[0].Failures {
		if strings.Contains(f.Text, `case "`+headline) {
			return r, f.ID
		}
	}
	t.Fatalf("no failure of the case %q in %+v", headline, r.Scenarios[0].Failures)
	return r, ""
}

// Each form of the failure of a generated case fails on the target that accepts what it
// must refuse, and passes on one that does not.
func TestWrite_reproducesGeneratedCases(t *testing.T) {
	t.Parallel()
	for name, test := range lenientTargets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, id := playGenerated(t, test.operation, test.change, test.headline)
			const finding = "accepted-invalid"
			forms := map[string]string{}
			for _, form := range reproduce.Forms {
				var b strings.Builder
				if err := reproduce.Write(&b, r, id, form); err != nil {
					t.Fatal(err)
				}
				forms[form] = b.String()
			}
			if again := play(t, forms[reproduce.Txtar], test.change.on); again.ExitCode() != report.ExitFailed || !strings.Contains(again.Scenarios[0].Failures[0].Detail, finding) {
				t.Errorf("the scenario: %+v, want %s\n%s", again.Scenarios[0].Failures, finding, forms[reproduce.Txtar])
			}
			if good := play(t, forms[reproduce.Txtar], intact); good.ExitCode() != report.ExitConforms {
				t.Errorf("the scenario fails on an intact target: %+v\n%s", good.Scenarios[0].Failures, forms[reproduce.Txtar])
			}
			if n := strings.Count(forms[reproduce.Curl], "$(curl "); n > 2 {
				t.Errorf("the script sends %d requests, want the one that fails and at most one that it needs\n%s", n, forms[reproduce.Curl])
			}
			script := filepath.Join(t.TempDir(), "reproduce.sh")
			runsBoth(t, script, forms[reproduce.Curl], test.change, []string{"sh", "curl", "jq", "base64"}, "\nreproduced: ", "sh", script)
			if testing.Short() || !test.compile {
				return
			}
			dir := t.TempDir()
			file, program := filepath.Join(dir, "reproduce_test.go"), filepath.Join(dir, "reproduce.test")
			if err := os.WriteFile(file, []byte(forms[reproduce.Go]), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", program, file).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s\n%s", err, out, forms[reproduce.Go])
			}
			runsBoth(t, file, forms[reproduce.Go], test.change, nil, "as when it failed", program, "-test.v")
		})
	}
}

// runsBoth writes a file, runs a command on the lenient target, where it must fail and
// print a text, and on an intact one, where it must succeed.
func runsBoth(t *testing.T, file, text string, change lenient, needs []string, want, name string, args ...string) {
	t.Helper()
	for _, program := range needs {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("%s is not installed", program)
			return
		}
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := run(t, change.on, name, args...); code != 1 || !strings.Contains(out, want) {
		t.Errorf("%s: exit code %d, want 1 and %q\n%s\n%s", file, code, want, out, text)
	}
	if code, out := run(t, intact, name, args...); code != 0 {
		t.Errorf("%s: exit code %d on an intact target, want 0\n%s\n%s", file, code, out, text)
	}
}
