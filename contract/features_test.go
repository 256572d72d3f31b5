package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract"
)

// featuresOf returns the names of the features that an exchange exercises.
func featuresOf(t *testing.T, c *contract.Contract, x contract.Exchange) []string {
	t.Helper()
	res, err := c.Check(x)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range c.Features(x, res) {
		names = append(names, f.Name)
	}
	return names
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	c, err := contract.New(contract.All)
	if err != nil {
		t.Fatal(err)
	}
	json := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	bearer := func(credential string) http.Header {
		h := json.Clone()
		h.Set("Authorization", credential)
		return h
	}
	for _, test := range []struct {
		name   string
		header http.Header
		body   string
		status int
		want   []string
	}{
		{"nothing", nil, "", 401, []string{"credential: none", "body: no content type"}},
		{"an empty body", bearer("bearer k"), "", 400, []string{"credential: bearer", "body: empty"}},
		{"a refused credential", bearer("Bearer k"), "{", 403, []string{"credential: bearer, refused", "body: not JSON"}},
		{"another scheme", bearer("Basic k"), "{} {}", 401, []string{"credential: another scheme", "body: text after the value"}},
		{"no scheme", bearer("k"), "[]", 401, []string{"credential: no scheme", "body: not an object", "body: wrong type"}},
		{"no token", bearer("Bearer "), `{"name":"a","name":"b"}`, 401, []string{"credential: no token", "body: duplicate member", "/name"}},
		{
			"values and formats", bearer("Bearer k"), `{"name":"a","limit":null,"limit_reset":"daily","include_byok_in_limit":false,"expires_at":"2029-11-30T23:59:59Z","workspace_id":"x"}`, 201,
			[]string{
				"credential: bearer", "/expires_at", "/expires_at: date-time", "/include_byok_in_limit", "/include_byok_in_limit = false",
				"/limit", "/limit = null", "/limit_reset", `/limit_reset = "daily"`, "/name", "/workspace_id", "/workspace_id: not uuid",
			},
		},
		{
			"a value outside of its enum, and a member that is not declared", bearer("Bearer k"), `{"limit_reset":"hourly","lim":1}`, 400,
			[]string{"credential: bearer", "body: undeclared member", "body: required member left out", "/limit_reset", "/limit_reset = another value"},
		},
		{"a valid body", bearer("Bearer k"), `{"name":"a"}`, 201, []string{"credential: bearer", "body: valid", "/name"}},
		{"another content type", http.Header{"Content-Type": {"text/plain"}}, `{"name":"a"}`, 400, []string{"credential: none", "body: another content type"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			x := contract.Exchange{Method: "POST", Path: "/keys", RequestHeader: test.header, RequestBody: []byte(test.body), Status: test.status}
			if diff := cmp.Diff(test.want, featuresOf(t, c, x)); diff != "" {
				t.Errorf("features (-want +got):\n%s", diff)
			}
		})
	}
	list := contract.Exchange{Method: "GET", Path: "/keys", Query: "offset=1&include_disabled=true&workspace_id=x", Status: 200}
	want := []string{
		"credential: none", "query offset", "query include_disabled", `query include_disabled = "true"`,
		"query workspace_id", "query workspace_id: not uuid",
	}
	if diff := cmp.Diff(want, featuresOf(t, c, list)); diff != "" {
		t.Errorf("features of a query (-want +got):\n%s", diff)
	}
	if got := featuresOf(t, c, contract.Exchange{Method: "GET", Path: "/nowhere", Status: 404}); got != nil {
		t.Errorf("features of a path without an operation: %q", got)
	}
}

// The matrix of the specification exercises every feature of a request with a
// body, and no other.
func TestFeatures_matrixExercisesAll(t *testing.T) {
	t.Parallel()
	c, err := contract.New(contract.All)
	if err != nil {
		t.Fatal(err)
	}
	exercised := map[contract.Feature]bool{}
	for _, m := range c.Matrix(contract.MatrixOptions{Companions: true}) {
		m = m.Fill(func(string) string { return "2030-01-01T00:15:00" })
		for _, status := range []int{200, 401} {
			x := contract.Exchange{Method: m.Method, Path: m.Path, RequestHeader: m.Header, RequestBody: m.Body, Status: status}
			res, err := c.Check(x)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range c.Features(x, res) {
				exercised[f] = true
			}
		}
	}
	all := c.AllFeatures()
	for _, f := range all {
		if !exercised[f] && !strings.HasPrefix(f.Name, "query ") {
			t.Errorf("no case exercises %v", f)
		}
	}
	for f := range exercised {
		if !slices.Contains(all, f) {
			t.Errorf("%v is exercised, but not listed", f)
		}
	}
}

func TestAllFeatures_areDistinct(t *testing.T) {
	t.Parallel()
	c, err := contract.New(contract.All)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[contract.Feature]bool{}
	for _, f := range c.AllFeatures() {
		if seen[f] {
			t.Errorf("%v is listed twice", f)
		}
		seen[f] = true
	}
	if len(seen) < 100 {
		t.Errorf("%d features, want at least 100", len(seen))
	}
}
