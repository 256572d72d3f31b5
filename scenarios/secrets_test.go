package scenarios_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestRun_outputHasNoSecrets puts a secret in every place where a scenario can have one.
// No output may contain one of them, or a key that the fake created.
func TestRun_outputHasNoSecrets(t *testing.T) {
	t.Parallel()
	const planted = `sk-planted/"secret"+é-0123`
	text := `
as 'sk-planted/"secret"+é-0123'
call POST /keys key.json
as management
call POST /keys echo.json
capture KEY .key
header X-Secret $KEY
call POST /keys key.json
jq '$KEY == "x"'

-- key.json --
{"name": "nightly"}
-- echo.json --
{"name": "sk-planted/\"secret\"+é-0123"}
`
	var keys []string
	keep := breaking("POST /keys 201", func(a *brokenResponse) { keys = append(keys, a.body["key"].(string)) })
	var transcript bytes.Buffer
	r, printed := play(t, scenarios.Options{
		Files: []string{script(t, text)}, Handler: keep, Verbose: true, Output: &transcript,
	})
	if len(keys) != 2 || r.ExitCode() != report.ExitFailed {
		t.Fatalf("%d keys were created and the exit code is %d, want 2 and 4\n%s", len(keys), r.ExitCode(), printed)
	}
	data := record(t, r)
	for _, secret := range append(keys, planted) {
		quoted, _ := json.Marshal(secret)
		for _, form := range []string{
			secret, strings.Trim(string(quoted), `"`), url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)),
		} {
			for place, out := range map[string]string{"text": printed, "record": data, "transcript": transcript.String()} {
				if strings.Contains(out, form) {
					t.Errorf("the %s contains a secret: %q", place, form)
				}
			}
		}
	}
}
