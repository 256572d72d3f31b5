package contract_test

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
)

// The matrices that more than one test looks at, made once.
var matrices = map[contract.MatrixOptions]func(t testing.TB) []contract.MatrixCase{
	{}:                 matrixOnce(contract.MatrixOptions{}),
	{Companions: true}: matrixOnce(contract.MatrixOptions{Companions: true}),
}

func matrixOnce(options contract.MatrixOptions) func(t testing.TB) []contract.MatrixCase {
	var once sync.Once
	var cases []contract.MatrixCase
	return func(t testing.TB) []contract.MatrixCase {
		once.Do(func() { cases = newContract(t, contract.All).Matrix(options) })
		return cases
	}
}

func TestMatrix_hasThePinnedCases(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		options contract.MatrixOptions
		want    map[contract.Expectation]int
	}{
		{"documented", contract.MatrixOptions{}, map[contract.Expectation]int{contract.Open: 59, contract.MustAccept: 57, contract.MustRefuse: 174}},
		{"companions", contract.MatrixOptions{Companions: true}, map[contract.Expectation]int{contract.Open: 101, contract.MustAccept: 87, contract.MustRefuse: 321}},
	} {
		got := make(map[contract.Expectation]int)
		ids := make(map[string]bool)
		for _, m := range matrices[test.options](t) {
			got[m.Verdict.Expect]++
			if ids[m.ID] {
				t.Errorf("%s: two cases have the id %q", test.name, m.ID)
			}
			ids[m.ID] = true
			if m.Verdict.Reason == "" || m.Verdict.Source == "" {
				t.Errorf("%s: %s: the verdict has no reason or no source", test.name, m.ID)
			}
			if (m.Verdict.Expect == contract.Open) != (len(m.Verdict.Statuses) == 0) {
				t.Errorf("%s: %s: %v with the statuses %v", test.name, m.ID, m.Verdict.Expect, m.Verdict.Statuses)
			}
			if !test.options.Companions && (m.Companion || m.Verdict.Expect != contract.Open && m.Verdict.Source != finding.SourceDoc) {
				t.Errorf("%s: %s: source %s, companion %v", test.name, m.ID, m.Verdict.Source, m.Companion)
			}
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

// TestMatrix_verdicts pins what the two documents say, independently of how the
// verdicts are found.
func TestMatrix_verdicts(t *testing.T) {
	t.Parallel()
	cases := make(map[string]contract.MatrixCase)
	for _, m := range newContract(t, contract.All).Matrix(contract.MatrixOptions{}) {
		cases[m.ID] = m
	}
	verdict := func(expect contract.Expectation, rule string, statuses ...int) contract.Verdict {
		return contract.Verdict{Expect: expect, Rule: rule, Statuses: statuses}
	}
	accept, refuse, open := contract.MustAccept, contract.MustRefuse, contract.Open
	for id, want := range map[string]contract.Verdict{
		"create-keys/every-member":                                       verdict(accept, "", 201),
		"create-keys/required-members-alone":                             verdict(accept, "", 201),
		"create-keys/name-left-out":                                      verdict(refuse, "", 400),
		"create-keys/name-null":                                          verdict(refuse, "", 400),
		"create-keys/name-of-type-integer":                               verdict(refuse, "", 400),
		"create-keys/name-of-0-characters":                               verdict(open, ""),
		"create-keys/name-of-1-character":                                verdict(accept, "", 201),
		"create-keys/name-of-10000-characters":                           verdict(open, ""),
		"create-keys/name-of-letters-outside-ascii":                      verdict(accept, "", 201),
		"create-keys/limit-of-type-string":                               verdict(refuse, "", 400),
		"create-keys/limit-null":                                         verdict(accept, "", 201),
		"create-keys/limit-of--1":                                        verdict(open, "keys.negative-limit"),
		"create-keys/limit-of-0.1":                                       verdict(accept, "", 201),
		"create-keys/limit-of-1e400":                                     verdict(open, ""),
		"create-keys/limit_reset-as-daily":                               verdict(accept, "", 201),
		"create-keys/limit_reset-null":                                   verdict(accept, "", 201),
		"create-keys/limit_reset-in-capitals-outside-its-enum":           verdict(refuse, "", 400),
		"create-keys/include_byok_in_limit-true":                         verdict(accept, "", 201),
		"create-keys/include_byok_in_limit-null":                         verdict(refuse, "", 400),
		"create-keys/expires_at-in-the-past":                             verdict(open, "keys.expires-at-past"),
		"create-keys/expires_at-with-an-offset-of-zero":                  verdict(open, "keys.expires-at-offset-zero"),
		"create-keys/expires_at-with-an-offset-of-two-hours":             verdict(refuse, "", 400),
		"create-keys/expires_at-without-seconds":                         verdict(refuse, "", 400),
		"create-keys/expires_at-with-a-fraction-of-a-second":             verdict(accept, "", 201),
		"create-keys/workspace_id-fresh":                                 verdict(open, "keys.unknown-workspace"),
		"create-keys/workspace_id-without-hyphens":                       verdict(refuse, "", 400),
		"create-keys/creator_user_id-null":                               verdict(accept, "", 201),
		"create-keys/an-undeclared-member":                               verdict(open, ""),
		"create-keys/a-duplicate-member":                                 verdict(open, ""),
		"create-keys/an-empty-body":                                      verdict(refuse, "", 400),
		"create-keys/two-bodies":                                         verdict(refuse, "", 400),
		"create-keys/garbage-after-the-body":                             verdict(refuse, "", 400),
		"create-keys/the-body-null":                                      verdict(refuse, "", 400),
		"create-keys/an-array-for-a-body":                                verdict(refuse, "", 400),
		"create-keys/a-truncated-body":                                   verdict(refuse, "", 400),
		"create-keys/space-around-the-body":                              verdict(accept, "", 201),
		"create-keys/a-byte-order-mark-before-the-body":                  verdict(open, ""),
		"create-keys/the-content-type-text-plain":                        verdict(refuse, "", 400),
		"create-keys/no-content-type":                                    verdict(open, ""),
		"create-keys/a-content-type-with-a-charset":                      verdict(accept, "", 201),
		"create-keys/no-credential":                                      verdict(refuse, "", 401),
		"create-keys/the-management-key-with-the-scheme-basic":           verdict(refuse, "", 401),
		"create-keys/the-management-key-as-the-password-of-basic":        verdict(refuse, "", 401),
		"create-keys/the-management-key-without-a-scheme":                verdict(refuse, "", 401),
		"create-keys/an-unknown-key":                                     verdict(refuse, "", 401),
		"create-keys/a-plain-key":                                        verdict(refuse, "", 403),
		"create-auth-keys-code/a-plain-key":                              verdict(accept, "", 200),
		"create-auth-keys-code/every-member":                             verdict(accept, "", 200),
		"create-auth-keys-code/callback_url-on-port-443":                 verdict(accept, "", 200),
		"create-auth-keys-code/callback_url-on-port-3000":                verdict(accept, "", 200),
		"create-auth-keys-code/callback_url-on-another-port":             verdict(refuse, "", 400),
		"create-auth-keys-code/callback_url-of-another-scheme":           verdict(refuse, "", 400),
		"create-auth-keys-code/callback_url-that-is-relative":            verdict(refuse, "", 400),
		"create-auth-keys-code/code_challenge_method-as-plain":           verdict(accept, "", 200),
		"create-auth-keys-code/code_challenge_method-null":               verdict(refuse, "", 400),
		"create-auth-keys-code/code_challenge_method-left-out":           verdict(open, "codes.method-default"),
		"create-auth-keys-code/code_challenge-left-out":                  verdict(open, "codes.method-alone"),
		"create-auth-keys-code/code_challenge-of-1-character":            verdict(open, "codes.challenge-form"),
		"create-auth-keys-code/limit-null":                               verdict(refuse, "", 400),
		"create-auth-keys-code/expires_at-with-an-offset-of-two-hours":   verdict(open, "keys.expires-at-offset-zero"),
		"create-auth-keys-code/key_label-of-101-characters":              verdict(open, ""),
		"create-auth-keys-code/usage_limit_type-alone-as-monthly":        verdict(accept, "", 200),
		"create-auth-keys-code/the-management-key-with-the-scheme-basic": verdict(refuse, "", 401),
	} {
		m, ok := cases[id]
		if !ok {
			t.Errorf("there is no case %q", id)
			continue
		}
		got := m.Verdict
		if got.Expect != want.Expect || got.Rule != want.Rule || !slices.Equal(got.Statuses, want.Statuses) {
			t.Errorf("%s: got %v %q %v, want %v %q %v", id, got.Expect, got.Rule, got.Statuses, want.Expect, want.Rule, want.Statuses)
		}
	}
}

func TestMatrix_dependsOnTheOptionsAlone(t *testing.T) {
	t.Parallel()
	seven := newContract(t, contract.Documented).Matrix(contract.MatrixOptions{Seed: 7})
	other, err := contract.New(contract.Documented)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(seven, other.Matrix(contract.MatrixOptions{Seed: 7})) {
		t.Error("two matrices of one seed differ")
	}
	ids := func(cases []contract.MatrixCase) []string {
		var list []string
		for _, m := range cases {
			list = append(list, m.ID)
		}
		return list
	}
	unshuffled := matrices[contract.MatrixOptions{}](t)
	if slices.Equal(ids(seven), ids(unshuffled)) {
		t.Error("the seed 7 leaves the order of the document")
	}
	if first, second := slices.Sorted(slices.Values(ids(seven))), slices.Sorted(slices.Values(ids(unshuffled))); !slices.Equal(first, second) {
		t.Error("the seeds 0 and 7 give other cases")
	}
}

func TestMatrixCase_fill(t *testing.T) {
	t.Parallel()
	for _, m := range matrices[contract.MatrixOptions{Companions: true}](t) {
		filled := m.Fill(func(name string) string { return `<"` + name + `">` })
		text := filled.Path + string(filled.Body) + strings.Join(filled.Header["Authorization"], "")
		if strings.Contains(text, "${") {
			t.Errorf("%s: a placeholder is left in %q", m.ID, text)
		}
		if bytes.Contains(m.Body, []byte("${UNIQUE_NAME}")) && !bytes.Contains(filled.Body, []byte(`\"UNIQUE_NAME\"`)) {
			t.Errorf("%s: the value is not escaped in %q", m.ID, filled.Body)
		}
		if m.ID == "create-keys/the-management-key-as-the-password-of-basic" {
			want := "Basic " + base64.StdEncoding.EncodeToString([]byte(`:<"MANAGEMENT_KEY">`))
			if got := filled.Header.Get("Authorization"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
}

func TestVerdict_judge(t *testing.T) {
	t.Parallel()
	accept := contract.Verdict{Expect: contract.MustAccept, Statuses: []int{201}, Source: finding.SourceDoc}
	refuse := contract.Verdict{Expect: contract.MustRefuse, Statuses: []int{400}, Source: finding.SourceDoc}
	for _, test := range []struct {
		name    string
		verdict contract.Verdict
		status  int
		want    string // kind of the finding; "" for none
	}{
		{"a valid request is accepted", accept, 201, ""},
		{"a valid request is refused", accept, 400, finding.KindRefusedValid},
		{"a valid request meets a failure", accept, 500, finding.KindRefusedValid},
		{"a valid request meets a rate limit", accept, 429, ""},
		{"a valid request meets a conflict", accept, 409, ""},
		{"a valid request finds nothing", accept, 404, ""},
		{"an invalid request is refused", refuse, 400, ""},
		{"an invalid request is accepted", refuse, 201, finding.KindAcceptedInvalid},
		{"an invalid request is accepted with another status", refuse, 204, finding.KindAcceptedInvalid},
		{"an invalid request is refused for another reason", refuse, 401, finding.KindStatus},
		{"an invalid request meets a failure", refuse, 500, finding.KindStatus},
		{"an invalid request meets a rate limit", refuse, 429, ""},
		{"an open question is accepted", contract.Verdict{}, 201, ""},
		{"an open question is refused", contract.Verdict{}, 400, ""},
	} {
		f, departs := test.verdict.Judge(test.status)
		if f.Kind != test.want || departs != (test.want != "") {
			t.Errorf("%s: got %q %v, want %q", test.name, f.Kind, departs, test.want)
		}
	}
}

func TestShrink(t *testing.T) {
	t.Parallel()
	has := func(parts ...string) func([]byte) bool {
		return func(body []byte) bool {
			for _, part := range parts {
				if !bytes.Contains(body, []byte(part)) {
					return false
				}
			}
			return true
		}
	}
	for _, test := range []struct {
		name, body string
		tries      int
		fails      func([]byte) bool
		want       string
	}{
		{"members that do not matter go", `{"a": 1, "b": [1, 2, {"c": 3, "d": 4}], "e": "f"}`, 100, has(`"c"`), `{"b":[{"c":3}]}`},
		{"a duplicate stays", `{"a":1,"b":2,"a":3}`, 100, has(`"a":1`, `"a":3`), `{"a":1,"a":3}`},
		{"a body that always fails becomes empty", `{"a":1}`, 100, has(), ``},
		{"a text that is not JSON is cut", `{"a":1} and more`, 100, has("m"), "m"},
		{"nothing is tried without tries", `{"a":1,"b":2}`, 0, has(`"a"`), `{"a":1,"b":2}`},
	} {
		calls := 0
		got := contract.Shrink([]byte(test.body), test.tries, func(body []byte) bool {
			calls++
			return test.fails(body)
		})
		if test.want != "" && string(got) != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if calls > test.tries {
			t.Errorf("%s: %d calls, want at most %d", test.name, calls, test.tries)
		}
	}
}
