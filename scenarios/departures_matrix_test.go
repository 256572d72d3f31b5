package scenarios_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios"

	"github.com/mockgates/mockgates/scenarios/report"
)

// rewritten makes the target read a body as if it had replacement in place of old.
func rewritten(run, want, old, replacement string) departureCase {
	return departureCase{departure{rewrite: func(r *dialectRequest) {
		r.raw = bytes.ReplaceAll(r.raw, []byte(old), []byte(replacement))
	}}, run, want}
}

// trimmed makes the target ignore what surrounds a body.
func trimmed(run, before, after string) departureCase {
	return departureCase{departure{rewrite: func(r *dialectRequest) {
		if inner, ok := bytes.CutPrefix(r.raw, []byte(before)); ok && bytes.HasSuffix(inner, []byte(after)) {
			r.raw = bytes.TrimSuffix(inner, []byte(after))
		}
	}}, run, "status: accepted-invalid of body"}
}

// authorized makes the target accept the management key in one of its malformed forms.
func authorized(run, form string) departureCase {
	return departureCase{departure{rewrite: func(r *dialectRequest) {
		if r.header.Get("Authorization") == form {
			r.header.Set("Authorization", "Bearer "+liveKey)
		}
	}}, run, "status: accepted-invalid of header Authorization"}
}

// failing makes the target answer some requests with a status.
func failing(run, want string, status int, fails func(*dialectRequest) bool) departureCase {
	return departureCase{departure{fail: func(r *dialectRequest) int {
		if r.method == "POST" && r.header.Get("Authorization") == "Bearer "+liveKey && fails(r) {
			return status
		}
		return 0
	}}, run, want}
}

func raw(text string) func(*dialectRequest) bool {
	return func(r *dialectRequest) bool { return string(r.raw) == text }
}

func hasCharset(r *dialectRequest) bool {
	return strings.Contains(r.header.Get("Content-Type"), "charset=utf-8")
}

// textLike returns a function that reports whether a member of a body is a string like that.
func textLike(name string, like func(string) bool) func(map[string]any) bool {
	return func(body map[string]any) bool {
		text, ok := body[name].(string)
		return ok && like(text)
	}
}

// The generated scenarios that the departures below are played with.
const (
	genKeys   = "^generated/create-keys$"
	genCodes  = "^generated/create-auth-keys-code$"
	genUpdate = "^generated/update-keys$"
)

// matrixDepartures are departures that only the generated cases find, and no scenario
// does.
func matrixDepartures() map[string]departureCase {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(":"+liveKey))
	return map[string]departureCase{
		// Acceptance.
		"a comment in a body is accepted":            rewritten(genKeys, "status: accepted-invalid of body", "/**/", ""),
		"a trailing comma is accepted":               rewritten(genCodes, "status: accepted-invalid of body", ",}", "}"),
		"text after a body is accepted":              rewritten(genCodes, "status: accepted-invalid of body", "}x", "}"),
		"a body inside a list is accepted":           trimmed(genCodes, "[", "]"),
		"a period of a code in capitals":             rewritten(genCodes, "status: accepted-invalid of /usage_limit_type", "DAILY", "daily"),
		"a date is an expiry of a code":              only("POST /auth/keys/code", rewritten(genCodes, "status: accepted-invalid of /expires_at", `"2029-11-30"`, `"2029-11-30T00:00:00Z"`)),
		"an expiry of a code without seconds":        rewritten(genCodes, "status: accepted-invalid of /expires_at", "T23:59Z", "T23:59:00Z"),
		"a workspace without hyphens":                rewritten(genKeys, "/data/workspace_id: echo", "0df9e665d9325740b2c7b52af166bc11", "0df9e665-d932-5740-b2c7-b52af166bc11"),
		"null as workspace is accepted":              ignored("/workspace_id null", genKeys, "/data/workspace_id: echo"),
		"a number as label of a code is accepted":    ignored("/key_label type", genCodes, "status: accepted-invalid of /key_label"),
		"null as label of a code is accepted":        ignored("/key_label null", genCodes, "status: accepted-invalid of /key_label"),
		"a number as creator is accepted":            ignored("/creator_user_id type", genKeys, "/data/creator_user_id: type"),
		"the scheme Token is accepted":               authorized(genKeys, "Token "+liveKey),
		"the scheme may be joined to the key":        authorized(genKeys, "Bearer"+liveKey),
		"the key may be sent twice":                  authorized(genKeys, "Bearer "+liveKey+" "+liveKey),
		"Basic with the key is accepted":             authorized(genKeys, "Basic "+liveKey),
		"keys are listed with the key as a password": only("GET /keys", authorized("^generated/list-keys$", basic)),
		"a key is deleted with the bare key":         only("DELETE /keys/", authorized("^generated/delete-keys$", liveKey)),
		"null as disabled is accepted":               ignored("/disabled null", genUpdate, "/data/disabled: echo"),

		// Refusal.
		"a name of one character is refused":           refused(genKeys, "status: refused-valid", textLike("name", func(s string) bool { return len(s) == 1 })),
		"a name with a rare letter is refused":         refused(genKeys, "status: refused-valid", textLike("name", func(s string) bool { return strings.Contains(s, "🔑") })),
		"a callback with a query is refused":           refused(genCodes, "status: refused-valid", textLike("callback_url", func(s string) bool { return strings.Contains(s, "?a=") })),
		"a fraction of a second is refused":            refused(genKeys, "status: refused-valid", textLike("expires_at", func(s string) bool { return strings.Contains(s, ".123Z") })),
		"a limit of a code below one is refused":       refused(genCodes, "status: refused-valid", has("limit", 0.1)),
		"a charset is answered with 415":               failing(genKeys, "status", 415, hasCharset),
		"a charset is answered with 500":               failing(genCodes, "status: refused-valid", 500, hasCharset),
		"space before a body is refused":               failing(genKeys, "status: refused-valid", 400, func(r *dialectRequest) bool { return bytes.HasPrefix(r.raw, []byte("\r\n ")) }),
		"a body that is a number is answered with 500": failing(genKeys, "status", 500, raw("7")),
		"a body that is a string is answered with 500": failing(genCodes, "status", 500, raw(`"text"`)),
		"a truncated body is answered with 401":        failing(genKeys, "status", 401, func(r *dialectRequest) bool { return bytes.HasSuffix(r.raw, []byte(`"weekly"`)) }),
		"a body of spaces is answered with 422":        failing(genCodes, "status", 422, raw(" \n\t ")),
	}
}

// only makes the target rewrite the requests of some methods and paths, such as
// "GET /keys", alone.
func only(call string, c departureCase) departureCase {
	rewrite := c.rewrite
	c.rewrite = func(r *dialectRequest) {
		if strings.HasPrefix(r.method+" "+r.path, call) {
			rewrite(r)
		}
	}
	return c
}

// TestDepartures_thatOnlyTheMatrixFinds checks that no scenario fails on
// matrixDepartures; one that does belongs to another table. TestDepartures_areNamed
// checks that the generated cases fail.
func TestDepartures_thatOnlyTheMatrixFinds(t *testing.T) {
	t.Parallel()
	for name, c := range matrixDepartures() {
		if !inPart(name, 20) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, text := play(t, scenarios.Options{
				Target: dialects()["terse"].start(t, c.departure), ManagementKey: liveKey, Companions: true, Generate: scenarios.GenerateOff,
			})
			if r.ExitCode() != report.ExitConforms {
				t.Errorf("exit code %d, want 0\n%s", r.ExitCode(), text)
			}
		})
	}
}
