package contract_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var runMutants = flag.Bool("mutants", false, "break the validator in each way of the table, and run its self-tests")

// mutants are deliberate breaks of the validator: in a file, below this folder, a
// text is replaced by another. The self-tests must notice each of them.
var mutants = []struct {
	name, file, old, replacement string
}{
	{"any media type of a response is accepted", "response.go", "		if c.Media[i].Name == name {", "		if c.Media[i].Name == name || name == \"text/plain\" {"},
	{"two content types are accepted", "response.go", "	if len(sent) != 1 {\n		return nil\n	}\n	name :=", "	if len(sent) == 0 {\n		return nil\n	}\n	name :="},
	{"an empty body is accepted", "response.go", "		c.report(part, KindEmpty, \"body\",", "		_ = got\n		return jsonbody.Value{}, false\n		c.report(part, KindEmpty, \"body\","},
	{"an undocumented status is accepted", "response.go", "		c.report(PartResponse, KindStatus, \"status\", describeStatuses(c.Statuses), strconv.Itoa(x.Status), c.ResponsesLine)\n		return nil", "		return nil"},
	{"a body that is not JSON is accepted", "response.go", "		c.report(part, KindJSON, \"body\", \"one JSON text\", err.Error(), declared.Line)\n", ""},
	{"the schema is not asked about responses", "response.go", "	if valid, errs := c.validateResponse(status, m.Name, c.exchange.ResponseBody); !valid {", "	if valid, errs := c.validateResponse(status, m.Name, c.exchange.ResponseBody); !valid && false {"},
	{"another error.code is accepted", "response.go", "	if c.exchange.Status < 400 ||", "	if c.exchange.Status < 600 ||"},
	{"a charset other than UTF-8 is accepted", "response.go", "m.JSON && otherCharset(h.Get(\"Content-Type\"))", "m.JSON && false"},
	{"a broken content coding is accepted", "response.go", "	c.report(PartResponse, KindHeader, \"header Content-Encoding\",", "	if false {\n		return true, nil\n	}\n	_ = broken\n	return false, nil\n	c.report(PartResponse, KindHeader, \"header Content-Encoding\","},
	{"a body in a response to HEAD is accepted", "route.go", "		if len(x.ResponseBody) > 0 {\n			fs = append(fs, Finding{", "		if len(x.ResponseBody) > 1<<20 {\n			fs = append(fs, Finding{"},
	{"any status for an unknown path is accepted", "route.go", "	if !slices.Contains(statuses, x.Status) {", "	if x.Status > 599 {"},
	{"the body null is accepted", "members.go", "	if body.Type() == strictjson.TypeNull && !s.Takes(\"null\") {", "	if false {"},
	{"duplicate members are accepted", "members.go", "		} else if m.Duplicate {", "		} else if false {"},
	{"undocumented members are accepted", "members.go", "	if len(unknown) > 0 {", "	if len(unknown) > 99 {"},
	{"members below an array are not looked at", "members.go", "	for i := range items {\n		var of", "	for i := range items[:0] {\n		var of"},
	{"a lone surrogate is accepted", "meaning.go", "		if v.LoneSurrogate() {", "		if false {"},
	{"integers are compared as doubles", "meaning.go", "		if s.Takes(\"integer\") && !s.Takes(\"number\") && !v.Number().IsInteger() {", "		if false {"},
	{"an empty secret is accepted", "meaning.go", "		if v.Text() == \"\" {", "		if v.Text() == \"-\" {"},
	{"times that are no times are accepted", "meaning.go", "		if _, ok := jsonbody.ParseTime(v.Text()); !ok {", "		if _, ok := jsonbody.ParseTime(v.Text()); !ok && false {"},
	{"any limit_reset is accepted", "meaning.go", "[]string{\"daily\", \"weekly\", \"monthly\"}, v.Text())", "[]string{\"daily\", \"weekly\", \"monthly\", \"yearly\"}, v.Text())"},
	{"any Retry-After is accepted on a success", "meaning.go", "	if !declared {\n", "	if declared {\n"},
	{"more requests left than allowed are accepted", "meaning.go", "err == nil && limitErr == nil && remaining > limit", "err == nil && limitErr == nil && remaining > limit+1"},
	{"a 405 without Allow is accepted", "meaning.go", "x.Status == http.StatusMethodNotAllowed &&", "x.Status == http.StatusGone &&"},
	{"invalid headers are accepted", "header.go", "case len(sent) == 1 && !c.validHeader(h, sent[0]):", "case len(sent) == 1 && !c.validHeader(h, sent[0]) && false:"},
	{"formats are not asserted", "internal/openapi/compile.go", "config.WithFormatAssertions(), ", ""},
	{"JSON is read without its limits on numbers", "internal/jsonbody/json.go", "	if !numbersInRange(&v) {", "	if false {"},
	{"a missing member is not reported", "failures.go", "	case \"required\":\n		c.reportMissing(part, where, v, s)", "	case \"required\":"},
	{"an invalid type is not reported", "failures.go", "		case !s.Takes(jsonbody.JSONType(v)):", "		case false:"},
	{"no credential is needed", "request.go", "	if got != \"\" {\n		c.report(PartRequest, KindCredential", "	if got == \"-\" {\n		c.report(PartRequest, KindCredential"},
	{"another scheme is accepted", "request.go", "		case !strings.EqualFold(scheme, \"Bearer\"):", "		case false:"},
	{"the schema is not asked about requests", "request.go", "	if valid, errs := c.validateRequest(m.Name, text); !valid {", "	if valid, errs := c.validateRequest(m.Name, text); !valid && false {"},
	{"parameters of a query are not checked", "request.go", "	if declares(c.Operation, \"query\") && queryErr == nil {", "	if false {"},
	{"invalid requests may be accepted", "verdict.go", "	case v.Expect == MustRefuse && status >= 200 && status < 300:", "	case v.Expect == MustRefuse && status >= 200 && status < 200:"},
	{"valid requests may be refused", "verdict.go", "(isRefusal(status) && status != http.StatusNotFound || status >= 500):\n		f.Kind = KindRefusedValid", "status == 0:\n		f.Kind = KindRefusedValid"},
	{"invalid requests may meet a failure", "verdict.go", "(isRefusal(status) || status >= 500) && !slices.Contains(v.Statuses, status)", "isRefusal(status) && !slices.Contains(v.Statuses, status)"},
	{"a plain key may do everything", "verdict.go", "	case j.caller == CallerPlain && needsManagementKey(j.Operation):", "	case false:"},
	{"other zones than UTC may be accepted", "verdict.go", "err == nil && jsonbody.Offset(t) != 0", "err == nil && jsonbody.Offset(t) < 0"},
	{"any callback may be accepted", "verdict.go", "[]string{\"\", \"443\", \"3000\"}", "[]string{\"\", \"443\", \"3000\", \"8443\"}"},
	{"what was sent need not come back", "relations/keys.go", "	case !sameMember(name, sent, got):", "	case false:"},
	{"a new key may have been used", "relations/keys.go", "		if v := data.Member(name); v != nil && v.Type() == strictjson.TypeNumber && v.Number() != (strictjson.Number{}) {", "		if v := data.Member(name); v == nil {"},
	{"a hash may be used again", "relations/keys.go", "	if hash != \"\" && r.shared.again(\"hash\", hash) {", "	if hash != \"\" && r.shared.again(\"hash\", hash) && false {"},
	{"a deleted key may come back", "relations/keys.go", "	if key.deleted {\n		r.report(contract.KindResurrected, where", "	if false {\n		r.report(contract.KindResurrected, where"},
	{"a read may show other values", "relations/keys.go", "	for _, name := range lasting {\n		written, known", "	for _, name := range lasting[:0] {\n		written, known"},
	{"times in another zone may be shown", "relations/keys.go", "			if ok && jsonbody.Offset(t) != 0 {", "			if ok && jsonbody.Offset(t) < 0 {"},
	{"secrets may be shown in bodies", "relations/secrets.go", "	if s.shows(string(text)) && !r.asked(s) {", "	if false {"},
	{"secrets may be shown in headers", "relations/secrets.go", "		if s.shows(strings.Join(values, \"\\n\")) && !r.asked(s) {", "		if false {"},
	{"the caller's credential is no secret", "relations/secrets.go", "	s.learn(r.bearer)\n", ""},
}

// mutate returns the text of a file with the mutant in it.
func mutate(t *testing.T, file, old, replacement string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), old); n != 1 {
		t.Fatalf("%s has %d times the text\n%s\nwant once; if it was rewritten, adapt the table", file, n, old)
	}
	return strings.Replace(string(text), old, replacement, 1)
}

// TestMutants_canBeMade keeps the table from falling behind the code.
func TestMutants_canBeMade(t *testing.T) {
	t.Parallel()
	names := make(map[string]bool)
	for _, m := range mutants {
		if names[m.name] {
			t.Errorf("two mutants are called %q", m.name)
		}
		names[m.name] = true
		if m.old == m.replacement {
			t.Errorf("%s: nothing is changed", m.name)
		}
		mutate(t, m.file, m.old, m.replacement)
	}
}

// TestMutants_areCaught compiles each mutant and runs the self-tests of the
// validator: that of the specification, and the lies. They are few tests, so that
// a mutant which only another test would catch shows where they look away. It runs
// with the flag -mutants.
func TestMutants_areCaught(t *testing.T) {
	if !*runMutants {
		t.Skip("it takes minutes; run it with make mutants")
	}
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			file, err := filepath.Abs(m.file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			mutant, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
			if err := os.WriteFile(mutant, []byte(mutate(t, file, m.old, m.replacement)), 0o600); err != nil {
				t.Fatal(err)
			}
			list, err := json.Marshal(map[string]map[string]string{"Replace": {file: mutant}})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(overlay, list, 0o600); err != nil {
				t.Fatal(err)
			}
			switch out, err := selfTestWith(t.Context(), overlay); {
			case err == nil:
				t.Error("the mutant survived")
			case !strings.Contains(out, "--- FAIL"):
				t.Errorf("the mutant does not run: %v\n%s", err, out)
			}
		})
	}
}

// selfTestWith runs the self-tests with some files replaced.
func selfTestWith(ctx context.Context, overlay string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "test", "-vet=off", "-count=1", "-overlay", overlay,
		"-run", "^(TestSelfTest_passes|TestLies_areFound)$", ".", "./relations").CombinedOutput()
	return string(out), err
}
