package contract_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var runMutants = flag.Bool("mutants", false, "break the validator in each way of the table, and run its self-tests")

// mutants are deliberate breaks of the validator: in a file, below this folder, a
// text is replaced by another. In the replacement BROKEN stands for a condition
// that is true while the mutant is chosen, so that all mutants are compiled into
// one program. The self-tests must notice each of them.
var mutants = []struct {
	name, file, old, replacement string
}{
	{"any media type of a response is accepted", "response.go", "		if c.Media[i].Name == name {", `		if c.Media[i].Name == name || BROKEN && name == "text/plain" {`},
	{"two content types are accepted", "response.go", "	if len(sent) != 1 {\n", "	if len(sent) != 1 && !(BROKEN && len(sent) > 1) {\n"},
	{"an empty body is accepted", "response.go", `		c.report(part, finding.KindEmpty, "body",`, "		if BROKEN {\n			return jsonbody.Value{}, false\n		}\n		c.report(part, finding.KindEmpty, \"body\","},
	{"an undocumented status is accepted", "response.go", "		c.report(finding.PartResponse, finding.KindStatus,", "		if BROKEN {\n			return nil\n		}\n		c.report(finding.PartResponse, finding.KindStatus,"},
	{"a body that is not JSON is accepted", "response.go", `		c.report(part, finding.KindJSON, "body",`, "		if BROKEN {\n			return jsonbody.Value{}, false\n		}\n		c.report(part, finding.KindJSON, \"body\","},
	{"the schema is not asked about responses", "response.go", "	return c.checkSchema(finding.PartResponse, body, m)", "	if BROKEN {\n		return nil\n	}\n	return c.checkSchema(finding.PartResponse, body, m)"},
	{"another error.code is accepted", "response.go", "	if c.exchange.Status < 400 ||", "	if BROKEN || c.exchange.Status < 400 ||"},
	{"a charset other than UTF-8 is accepted", "response.go", "m.JSON && otherCharset(", "m.JSON && !BROKEN && otherCharset("},
	{"a broken content coding is accepted", "response.go", `	c.report(finding.PartResponse, finding.KindHeader, "header Content-Encoding",`, "	if BROKEN {\n		return false, nil\n	}\n	c.report(finding.PartResponse, finding.KindHeader, \"header Content-Encoding\","},
	{"a body in a response to HEAD is accepted", "route.go", "		if len(x.ResponseBody) > 0 {\n", "		if len(x.ResponseBody) > 0 && !BROKEN {\n"},
	{"any status for an unknown path is accepted", "route.go", "	if !slices.Contains(statuses, x.Status) {", "	if !BROKEN && !slices.Contains(statuses, x.Status) {"},
	{"the body null is accepted", "members.go", "	if body.Type() == strictjson.TypeNull &&", "	if !BROKEN && body.Type() == strictjson.TypeNull &&"},
	{"duplicate members are accepted", "members.go", "		} else if m.Duplicate {", "		} else if m.Duplicate && !BROKEN {"},
	{"undocumented members are accepted", "members.go", "	if len(unknown) > 0 {", "	if len(unknown) > 0 && !BROKEN {"},
	{"members below an array are not looked at", "members.go", "	for i := range items {\n", "	for i := range items {\n		if BROKEN {\n			break\n		}\n"},
	{"a lone surrogate is accepted", "meaning.go", "		if v.LoneSurrogate() {", "		if v.LoneSurrogate() && !BROKEN {"},
	{"integers are compared as doubles", "meaning.go", " && !v.Number().IsInteger() {", " && !v.Number().IsInteger() && !BROKEN {"},
	{"an empty secret is accepted", "meaning.go", `		if v.Text() == "" {`, `		if v.Text() == "" && !BROKEN {`},
	{"timestamps that are not times are accepted", "meaning.go", "jsonbody.ParseTime(v.Text()); !ok {", "jsonbody.ParseTime(v.Text()); !ok && !BROKEN {"},
	{"any limit_reset is accepted", "meaning.go", `"monthly"}, v.Text()) {`, `"monthly"}, v.Text()) && !(BROKEN && v.Text() == "yearly") {`},
	{"any Retry-After is accepted on a success", "meaning.go", "	if !declared {\n", "	if !declared && !BROKEN {\n"},
	{"more requests left than allowed are accepted", "meaning.go", "remaining > limit {", "remaining > limit && !(BROKEN && remaining == limit+1) {"},
	{"a 405 without Allow is accepted", "meaning.go", "	if x.Status == http.StatusMethodNotAllowed &&", "	if !BROKEN && x.Status == http.StatusMethodNotAllowed &&"},
	{"invalid headers are accepted", "header.go", "!validHeader(h, sent[0]):", "!validHeader(h, sent[0]) && !BROKEN:"},
	{"formats are not asserted", "internal/library/compiler.go", "config.WithFormatAssertions(), ", "func(o *config.ValidationOptions) { o.FormatAssertions = !BROKEN }, "},
	{"JSON is read without its limits on numbers", "internal/jsonbody/json.go", "	if !numbersInRange(&v) {", "	if !BROKEN && !numbersInRange(&v) {"},
	{"a missing member is not reported", "failures.go", "		c.reportMissing(part, where, v, s)", "		if !BROKEN {\n			c.reportMissing(part, where, v, s)\n		}"},
	{"an invalid type is not reported", "failures.go", "		case !s.Takes(jsonbody.JSONType(v)):", "		case !BROKEN && !s.Takes(jsonbody.JSONType(v)):"},
	{"no credential is needed", "request.go", "	if got != \"\" {\n", "	if got != \"\" && !BROKEN {\n"},
	{"another scheme is accepted", "request.go", `		case !strings.EqualFold(scheme, "Bearer"):`, `		case !BROKEN && !strings.EqualFold(scheme, "Bearer"):`},
	{"the schema is not asked about requests", "request.go", "	return c.checkSchema(finding.PartRequest, &body, m)", "	if BROKEN {\n		return nil\n	}\n	return c.checkSchema(finding.PartRequest, &body, m)"},
	{"parameters of a query are not checked", "request.go", `		if declares(c.Operation, location) &&`, `		if !(BROKEN && location == "query") && declares(c.Operation, location) &&`},
	{"invalid requests may be accepted", "verdict.go", "	case v.Expect == MustRefuse && status >= 200 &&", "	case !BROKEN && v.Expect == MustRefuse && status >= 200 &&"},
	{"valid requests may be refused", "verdict.go", "	case v.Expect == MustAccept &&", "	case !BROKEN && v.Expect == MustAccept &&"},
	{"invalid requests may meet a failure", "verdict.go", "(isRefusal(status) || status >= 500)", "(isRefusal(status) || !BROKEN && status >= 500)"},
	{"a plain key may do everything", "verdict.go", "	case j.caller == CallerPlain &&", "	case !BROKEN && j.caller == CallerPlain &&"},
	{"other zones than UTC may be accepted", "verdict.go", "jsonbody.Offset(t) != 0 {", "jsonbody.Offset(t) != 0 && !(BROKEN && jsonbody.Offset(t) > 0) {"},
	{"any callback may be accepted", "verdict.go", `"3000"}, u.Port())`, `"3000"}, u.Port()) && !(BROKEN && u.Port() == "8443")`},
	{"what was sent need not come back", "relations/writes.go", "	case !sameMember(name, sent, got):", "	case !BROKEN && !sameMember(name, sent, got):"},
	{"a new key may have been used", "relations/writes.go", "v.Number() != (strictjson.Number{}) {", "v.Number() != (strictjson.Number{}) && !BROKEN {"},
	{"a hash may be used again", "relations/writes.go", `r.shared.again("hash", hash) {`, `r.shared.again("hash", hash) && !BROKEN {`},
	{"a deleted key may come back", "relations/reads.go", "	if key.deleted {\n		r.report(finding.KindResurrected, where", "	if key.deleted && !BROKEN {\n		r.report(finding.KindResurrected, where"},
	{"a read may show other values", "relations/reads.go", "		if err != nil || sameMember(", "		if BROKEN || err != nil || sameMember("},
	{"times in another zone may be shown", "relations/keys.go", "jsonbody.Offset(t) != 0 {", "jsonbody.Offset(t) != 0 && !(BROKEN && jsonbody.Offset(t) > 0) {"},
	{"secrets may be shown in bodies", "relations/secrets.go", "	if s.shows(string(text)) &&", "	if !BROKEN && s.shows(string(text)) &&"},
	{"secrets may be shown in headers", "relations/secrets.go", `		if s.shows(strings.Join(values, "\n")) &&`, `		if !BROKEN && s.shows(strings.Join(values, "\n")) &&`},
	{"the caller's credential is not a secret", "relations/secrets.go", "	s.learn(r.bearer)\n", "	if !BROKEN {\n		s.learn(r.bearer)\n	}\n"},
}

// mutantVariable is the environment variable that chooses a mutant by its number
// in the table, from 1.
const mutantVariable = "MOCKGATES_MUTANT"

// mutated returns the files of the table with all mutants in them, by path. It
// fails the test for a text that is not there exactly once.
func mutated(t *testing.T) map[string]string {
	t.Helper()
	files := make(map[string]string)
	for i, m := range mutants {
		if files[m.file] == "" {
			text, err := os.ReadFile(m.file)
			if err != nil {
				t.Fatal(err)
			}
			files[m.file] = string(text)
		}
		if n := strings.Count(files[m.file], m.old); n != 1 {
			t.Fatalf("%s: %s has %d times the text\n%s\nwant once; if it was rewritten, adapt the table", m.name, m.file, n, m.old)
		}
		condition := fmt.Sprintf("(mutant == %d)", i+1)
		files[m.file] = strings.Replace(files[m.file], m.old, strings.ReplaceAll(m.replacement, "BROKEN", condition), 1)
	}
	return files
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
		if !strings.Contains(m.replacement, "BROKEN") {
			t.Errorf("%s: nothing in the replacement says BROKEN, so nothing is broken", m.name)
		}
	}
	mutated(t)
}

// TestMutants_areCaught compiles the mutants and chooses one after the other. It
// runs the self-tests of the validator, that of the specification and the lies,
// and then the other tests if these pass. It runs with the flag -mutants.
func TestMutants_areCaught(t *testing.T) {
	if !*runMutants {
		t.Skip("it builds the tests again; run it with make mutants")
	}
	programs := buildMutants(t)
	if out, passed := programs.pass(t.Context(), 0, selfTests); !passed {
		t.Fatalf("the self-tests fail without a mutant:\n%s", out)
	}
	if out, passed := programs.pass(t.Context(), 0, shortTests); !passed {
		t.Fatalf("the tests fail without a mutant:\n%s", out)
	}
	bySelfTest := 0
	for i, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			out, passed := programs.pass(t.Context(), i+1, selfTests)
			if !passed {
				bySelfTest++
			} else if out, passed = programs.pass(t.Context(), i+1, shortTests); passed {
				t.Fatal("the mutant survived")
			}
			_, caughtBy, found := strings.Cut(out, "--- FAIL: ")
			if !found {
				t.Fatalf("the mutant does not run:\n%s", out)
			}
			t.Logf("caught by %.200s", caughtBy)
		})
	}
	t.Logf("%d mutants, %d of them caught by the self-tests", len(mutants), bySelfTest)
}

// The arguments of a test program.
var (
	selfTests  = []string{"-test.timeout=2m", "-test.run=^(TestSelfTest_passes|TestLies_areFound)$"}
	shortTests = []string{"-test.timeout=5m", "-test.short"}
)

// mutantPrograms are the tests of the packages with mutants in them: the path of
// each program by the folder that it runs in.
type mutantPrograms map[string]string

// buildMutants compiles the tests with all mutants. A mutant that does not
// compile fails the test.
func buildMutants(t *testing.T) mutantPrograms {
	t.Helper()
	dir := t.TempDir()
	overlay := make(map[string]string)
	replace := func(file, text string) {
		replaced, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		overlay[replaced] = filepath.Join(dir, strconv.Itoa(len(overlay))+".go")
		if err := os.WriteFile(overlay[replaced], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folders := make(map[string]bool)
	for file, text := range mutated(t) {
		replace(file, text)
		folders[filepath.Dir(file)] = true
	}
	for folder := range folders {
		replace(filepath.Join(folder, "zz_mutant.go"), "package "+packageIn(folder)+"\n\n"+
			"import (\n\t\"os\"\n\t\"strconv\"\n)\n\n"+
			"var mutant, _ = strconv.Atoi(os.Getenv(\""+mutantVariable+"\"))\n")
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), list, 0o600); err != nil {
		t.Fatal(err)
	}
	programs := make(mutantPrograms)
	args := []string{"test", "-c", "-vet=off", "-overlay", filepath.Join(dir, "overlay.json"), "-o", dir + "/"}
	for folder := range folders {
		args = append(args, "./"+folder)
		programs[folder] = filepath.Join(dir, packageIn(folder)+".test")
	}
	if out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("the mutants do not compile: %v\n%s", err, out)
	}
	return programs
}

// packageIn returns the name of the package in a folder.
func packageIn(folder string) string {
	if folder == "." {
		return "contract"
	}
	return filepath.Base(folder)
}

// pass runs the programs with a mutant until one fails.
func (p mutantPrograms) pass(ctx context.Context, mutant int, args []string) (string, bool) {
	for folder, program := range p {
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), mutantVariable+"="+strconv.Itoa(mutant))
		if out, err := cmd.CombinedOutput(); err != nil {
			return string(out), false
		}
	}
	return "", true
}
