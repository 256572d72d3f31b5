package scenarios_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/secretform"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/annotations"
	"github.com/mockgates/mockgates/scenarios/report/codequality"
	htmlreport "github.com/mockgates/mockgates/scenarios/report/html"
	"github.com/mockgates/mockgates/scenarios/report/junit"
	"github.com/mockgates/mockgates/scenarios/report/markdown"
	"github.com/mockgates/mockgates/scenarios/report/reproduce"
	"github.com/mockgates/mockgates/scenarios/report/sarif"
)

// echoing wraps the fake so that GET /key answers with the token of the request in every
// encoding, in its body and in headers, and DELETE panics with it.
func echoing(fake http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		switch r.Method {
		default:
			fake.ServeHTTP(w, r)
		case http.MethodDelete:
			_, _ = w.Write([]byte(token[:len(token)/2])) // half of it, and then nothing
			panic(http.ErrAbortHandler)
		case http.MethodGet:
			w.Header().Set("Content-Type", "application/json")
			for name, encode := range secretform.Encodings {
				w.Header().Set("X-"+strings.Map(func(c rune) rune {
					if c < 'a' || c > 'z' {
						return -1
					}
					return c
				}, name), strings.NewReplacer("\r", "", "\n", "").Replace(encode(token)))
			}
			w.WriteHeader(http.StatusTeapot)
			for name, encode := range secretform.Encodings {
				quoted, _ := json.Marshal(encode(token))
				if name == "escapes of JSON" {
					quoted = []byte(`"` + encode(token) + `"`)
				}
				fmt.Fprintf(w, "{%q:%s}\n", name, quoted)
			}
			fmt.Fprintf(w, "<%s>", token)
		}
	})
}

// artefacts returns every output of a run by its name.
func artefacts(t *testing.T, r report.Report) map[string]string {
	t.Helper()
	out := map[string]string{"record": record(t, r)}
	add := func(name string, write func(io.Writer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			fmt.Fprint(&b, err) // which may hold a secret too
		}
		out[name] = b.String()
	}
	add("text", func(w io.Writer) error { return r.WriteText(w, true) })
	for name, write := range map[string]func(io.Writer, report.Report) error{
		"html": htmlreport.Write, "junit": junit.Write, "markdown": markdown.Write, "sarif": sarif.Write,
		"annotations": annotations.Write, "codequality": codequality.Write,
	} {
		add(name, func(w io.Writer) error { return write(w, r) })
	}
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			for _, form := range reproduce.Forms {
				add("reproduce "+f.ID+" as "+form, func(w io.Writer) error { return reproduce.Write(w, r, f.ID, form) })
			}
		}
	}
	return out
}

// TestRun_noOutputShowsASecret plants a secret in every place of a scenario that can hold
// one, on a target that repeats it in every encoding. No output may contain it in any
// encoding.
func TestRun_noOutputShowsASecret(t *testing.T) {
	t.Parallel()
	const secret = `planted-"secret"/é+0123456789 end`
	quoted, _ := json.Marshal(secret)
	var files []string
	for _, text := range []string{
		"# An argument, a variable, a header, a body and a URL.\nas '" + secret + "'\nenv PLANTED='" + secret + "'\nheader X-Planted $PLANTED\ncall POST /keys key.json\nstatus 999\n-- key.json --\n{\"name\": " + string(quoted) + "}\n",
		"# A URL.\nas '" + secret + "'\ncall POST '/keys?planted=" + url.QueryEscape(secret) + "' key.json\nstatus 999\n-- key.json --\n{\"name\": \"nightly\"}\n",
		"# The target shows it again.\nas '" + secret + "'\ncall GET /key\n",
		"# The target panics in the middle of it.\nas '" + secret + "'\ncall DELETE /keys/" + strings.Repeat("0", 64) + "\n",
		"# An expression and an expected text.\nas '" + secret + "'\ncall POST /keys key.json\njq '.error.message == " + string(quoted) + "'\n-- key.json --\n{\"name\": \"nightly\"}\n",
		"# A comparison of files.\nas '" + secret + "'\ncall POST /keys key.json\ncmp stdout want.json\n-- key.json --\n{\"name\": \"nightly\"}\n-- want.json --\n" + secret + "\n",
		"# A mistake of the scenario, " + secret + ".\nas '" + secret + "'\nclock '" + secret + "'\n",
	} {
		files = append(files, script(t, text))
	}
	var transcript bytes.Buffer
	r, printed := play(t, scenarios.Options{Files: files, Handler: echoing, Verbose: true, Output: &transcript})
	if n := r.Count(report.Failed); n != len(files) {
		t.Fatalf("%d scenarios failed, want %d\n%s", n, len(files), printed)
	}
	all := artefacts(t, r)
	all["transcript"] = transcript.String()
	for name, text := range all {
		if how := secretform.In(text, secret); how != "" {
			t.Errorf("the %s shows the secret: %s", name, how)
		}
	}
	if !strings.Contains(all["record"], "[secret]") || !strings.Contains(all["html"], "[secret]") {
		t.Error("the outputs do not say where a secret was")
	}
}
