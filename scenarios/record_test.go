package scenarios_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// played returns the reports of real runs: all scenarios on the fake, scenarios
// that fail, a file that cannot be read, and a live target.
func played(t *testing.T) map[string]report.Report {
	t.Helper()
	failing, err := filepath.Glob("testdata/failing/*.txtar")
	if err != nil || len(failing) == 0 {
		t.Fatal("no files", err)
	}
	reports := map[string]report.Report{}
	most := 0
	if testing.Short() {
		most = 60 // one event is like another
	}
	for name, o := range map[string]scenarios.Options{
		"all scenarios":                        {MaxRequests: most},
		"scenarios that fail":                  {Files: failing},
		"generated cases that fail":            {Run: "^generated/delete-keys$", Handler: closed},
		"a file that is missing":               {Files: []string{"nowhere.txtar"}},
		"a live target that cannot be reached": {Target: "http://127.0.0.1:1/api/v1", ManagementKey: "k", Companions: true},
	} {
		r, err := scenarios.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		reports[name] = r
	}
	return reports
}

// closed is a target that accepts no credential: every case fails that needs one.
func closed(fake http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			r.Header.Del("Authorization")
		}
		fake.ServeHTTP(w, r)
	})
}

// compileSchema compiles the published schema.
func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.RecordSchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("record.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("record.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestRun_recordFollowsItsSchema validates the events of real runs against the published
// schema, and reads them back. An event with one more member is refused by both.
func TestRun_recordFollowsItsSchema(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	kinds := map[string]bool{}
	for name, r := range played(t) {
		var text strings.Builder
		if err := r.WriteRecord(&text); err != nil {
			t.Fatal(err)
		}
		got, err := report.ReadRecord(strings.NewReader(text.String()))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("%s: report (-want +got):\n%s", name, diff)
		}
		for line := range strings.Lines(text.String()) {
			var event map[string]any
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(event); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, line)
			}
			kind := event["event"].(string)
			if kinds[kind] {
				continue
			}
			kinds[kind] = true
			event["unheard_of"] = true
			if schema.Validate(event) == nil {
				t.Errorf("the schema accepts an unknown member of %s", kind)
			}
		}
	}
	var published struct {
		Of []struct {
			Ref string `json:"$ref"`
		} `json:"oneOf"`
	}
	if err := json.Unmarshal(report.RecordSchema(), &published); err != nil {
		t.Fatal(err)
	}
	for _, of := range published.Of {
		if kind := strings.TrimPrefix(of.Ref, "#/$defs/"); !kinds[kind] {
			t.Errorf("no run has the event %s", kind)
		}
	}
}
