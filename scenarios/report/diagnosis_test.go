package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
)

// A departure that two scenarios met is one diagnosis with two places.
func TestReport_Diagnoses(t *testing.T) {
	t.Parallel()
	r := sample.Failing()
	list := r.Diagnoses()
	failures := 0
	for _, s := range r.Scenarios {
		failures += len(s.Failures)
	}
	places := 0
	for _, d := range list {
		places += 1 + len(d.Also)
	}
	if len(list) != 5 || places != failures {
		t.Fatalf("%d diagnoses with %d places, want 5 with %d", len(list), places, failures)
	}
	d := list[0]
	if want := []report.Place{{ID: "limit_reset_kept/failure-1", File: "suite/limit_reset_kept.txtar", Line: 3}}; !slices.Equal(d.Also, want) {
		t.Errorf("also at %v, want %v", d.Also, want)
	}
	if d.Kind() != finding.KindFormat || len(d.Findings) != 2 || d.Exchange == nil || d.Exchange.ID != "limit_reset_again/exchange-2" {
		t.Errorf("kind %s, findings %v of %v", d.Kind(), d.Findings, d.Exchange)
	}
}

// Failures about different operations are not the same, even if they say the same.
func TestReport_Diagnoses_ofTwoOperations(t *testing.T) {
	t.Parallel()
	one, two := sample.Departing("one"), sample.Departing("two")
	two.Exchanges[1].Operation = "list-keys"
	r := report.New(report.Run{}, report.Coverage{})
	r.Add([]report.Scenario{one, two})
	if n := len(r.Diagnoses()); n != 2 {
		t.Errorf("%d diagnoses, want 2", n)
	}
}

func TestBody_Lines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		places     []string
		want       string // > before a marked line
	}{
		{"nothing", "", nil, ""},
		{"an object is indented", `{"a":1,"b":[true,null],"c":{}}`, nil, "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ],\n  \"c\": {}\n}\n"},
		{"a place is marked", `{"a":1,"b":[{"c":2},{"c":3}]}`, []string{"/b/1/c"}, "{\n  \"a\": 1,\n  \"b\": [\n    {\n      \"c\": 2\n    },\n    {\n>      \"c\": 3\n    }\n  ]\n}\n"},
		{"what should hold a missing member is marked", `{"a":{"b":1}}`, []string{"/a/c"}, "{\n>  \"a\": {\n    \"b\": 1\n  }\n}\n"},
		{"a star stands for any name", `{"a":{"x":1}}`, []string{"/a/*"}, "{\n  \"a\": {\n>    \"x\": 1\n  }\n}\n"},
		{"a step may hold a slash", `{"a/b":1}`, []string{"/a~1b"}, "{\n>  \"a/b\": 1\n}\n"},
		{"the whole text", `[]`, []string{"/0"}, ">[]\n"},
		{"numbers keep their digits", `{"n":1e400,"m":10.0}`, nil, "{\n  \"n\": 1e400,\n  \"m\": 10.0\n}\n"},
		{"what is no JSON stays as it is", "a\r\n{b\n", []string{"/a"}, "a\n{b\n"},
		{"two texts stay as they are", "1 2", nil, "1 2\n"},
		{"a text that ends early stays as it is", `{"a":[1,`, nil, "{\"a\":[1,\n"},
		{"control characters are escaped", "\x1b[2J", nil, "\\u001b[2J\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got strings.Builder
			for _, line := range report.Body(test.body).Lines(test.places...) {
				if line.Marked {
					got.WriteString(">")
				}
				got.WriteString(line.Text + "\n")
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// A body that is nested deeper than the limit is shown as it is: its indentation
// would be many times longer than itself.
func TestBody_Lines_ofDeepNesting(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		depth, lines int
	}{{64, 127}, {65, 129}, {66, 1}, {30_000, 1}} {
		body := report.Body(strings.Repeat("[", test.depth) + strings.Repeat("]", test.depth))
		if got := len(body.Lines("/0/0")); got != test.lines {
			t.Errorf("%d levels are %d lines, want %d", test.depth, got, test.lines)
		}
	}
}

func TestAround(t *testing.T) {
	t.Parallel()
	lines := func(text string) (list []report.Line) {
		for word := range strings.FieldsSeq(text) {
			list = append(list, report.Line{Text: strings.TrimPrefix(word, ">"), Marked: strings.HasPrefix(word, ">")})
		}
		return list
	}
	for _, test := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"around one", "a b c >d e f g", "… c >d e …"},
		{"around two that are close", "a >b c d >e f", "a >b c d >e f"},
		{"around two that are apart", ">a b c d e >f", ">a b … e >f"},
		{"no place", "a b c d", "a b c …"},
		{"no place and few lines", "a b c", "a b c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(lines(test.want), report.Around(lines(test.in), 1)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExchange_Curl(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		x    report.Exchange
		want string
	}{
		{"a read", report.Exchange{Method: "GET", Path: "/key"}, `curl -i "$MODELGATES_BASE_URL"/key`},
		{"the management key", sample.Passed("a", 1).Exchanges[0], `curl -i -X POST "$MODELGATES_BASE_URL"/keys -H "Authorization: Bearer $MODELGATES_MANAGEMENT_KEY" -H 'Content-Type: application/json' --data-binary '{"name": "nightly", "limit": 20, "limit_reset": "monthly"}'`},
		{"another credential", report.Exchange{Method: "GET", Path: "/key", RequestHeader: map[string][]string{"Authorization": {"Bearer sk-mg-v1-fa4...661"}}}, `curl -i "$MODELGATES_BASE_URL"/key -H 'Authorization: Bearer sk-mg-v1-fa4...661'`},
		{"a body in lines", report.Exchange{Method: "POST", Path: "/keys", RequestBody: "{\n}\n"}, "curl -i -X POST \"$MODELGATES_BASE_URL\"/keys --data-binary '{\n}\n'"},
		{"a body of a read", report.Exchange{Method: "GET", Path: "/key", RequestBody: "{}"}, `curl -i -X GET "$MODELGATES_BASE_URL"/key --data-binary '{}'`},
		{"a body that is not text", report.Exchange{Method: "POST", Path: "/keys", RequestBody: "-\x00%\\\xff'"}, `printf '\055\000%%\\\377'\''' | curl -i -X POST "$MODELGATES_BASE_URL"/keys --data-binary @-`},
		{"a body like the name of a file", report.Exchange{Method: "POST", Path: "/keys", RequestBody: "@/etc/x"}, `printf @/etc/x | curl -i -X POST "$MODELGATES_BASE_URL"/keys --data-binary @-`},
		{"what a shell would read", report.Exchange{Method: "GET", Path: "/keys?a=1&b=$(x)'"}, `curl -i "$MODELGATES_BASE_URL"'/keys?a=1&b=$(x)'\'''`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.x.Curl(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestReport_Cite(t *testing.T) {
	t.Parallel()
	r := sample.Failing()
	want := []report.Citation{
		{Document: "modelgates.yaml", Line: 1, Text: "openapi: 3.1.0"},
		{Document: "modelgates.yaml", Line: 3, Text: "enum: [daily, weekly, monthly]"},
		{Document: "modelgates.yaml", Line: 4, Text: "format: date-time"},
	}
	if diff := cmp.Diff(want, r.Citations); diff != "" {
		t.Errorf("citations (-want +got):\n%s", diff)
	}
	for _, c := range want {
		if got := r.Citation(finding.Finding{Document: c.Document, Line: c.Line}); got != c.Text {
			t.Errorf("the citation of line %d is %q, want %q", c.Line, got, c.Text)
		}
	}
	if got := r.Citation(finding.Finding{Document: "modelgates.yaml", Line: 2}); got != "" {
		t.Errorf("line 2 is cited as %q, and no finding names it", got)
	}
	r.Cite(nil)
	if len(r.Citations) != 0 {
		t.Errorf("citations of no document: %v", r.Citations)
	}
}

// TestPlace_String names a place even if its scenario is not a file.
func TestPlace_String(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		place report.Place
		want  string
	}{
		{report.Place{ID: "keys/failure-1", File: "keys.txtar", Line: 12}, "keys.txtar:12"},
		{report.Place{ID: "keys/failure-1", File: "keys.txtar"}, "keys.txtar"},
		{report.Place{ID: "command/failure-1"}, "command/failure-1"},
	} {
		if got := test.place.String(); got != test.want {
			t.Errorf("%+v is %q, want %q", test.place, got, test.want)
		}
	}
}

// TestReport_Cite_saysSomethingByItself cites a list with its key, wherever the list is written.
func TestReport_Cite_saysSomethingByItself(t *testing.T) {
	t.Parallel()
	const document = "type: # a comment\n" +
		"required:\n  - name\n  - limit\n" + // lines 2 to 4
		"enum:\n- daily\n- 'null'\n" + // lines 5 to 7, at the indentation of the key
		"anyOf:\n  - $ref: a\n  - type: string\n" + // lines 8 to 10
		"responses:\n  '201':\n    description: made\n" // lines 11 to 13
	for line, want := range map[int]string{
		2: "required: [name, limit]", 3: "required: - name", 4: "required: - limit", 5: "enum: [daily, 'null']", 7: "enum: - 'null'",
		8: "anyOf:", 10: "anyOf: - type: string", 11: "responses:", 12: "'201':", 13: "description: made",
	} {
		f := finding.Finding{Part: finding.PartResponse, Document: "a.yaml", Line: line}
		r := report.New(report.Run{}, report.Coverage{})
		r.Add([]report.Scenario{{Name: "a", Exchanges: []report.Exchange{{Findings: []finding.Finding{f}}}}})
		r.Cite(map[string]string{"a.yaml": document})
		if got := r.Citation(f); got != want {
			t.Errorf("line %d is cited as %q; want %q", line, got, want)
		}
	}
	f := finding.Finding{Document: "a.yaml", Line: 1}
	r := report.New(report.Run{}, report.Coverage{})
	r.Add([]report.Scenario{{Name: "a", Exchanges: []report.Exchange{{Findings: []finding.Finding{f}}}}})
	r.Cite(map[string]string{"a.yaml": "enum:" + strings.Repeat("\n- x", 21)})
	if got, want := r.Citation(f), "enum: ["+strings.Repeat("x, ", 20)+"…]"; got != want {
		t.Errorf("a long list is cited as %q; want %q", got, want)
	}
}

// TestTitle_doesNotRepeatThePlace reads the title of a finding in each output that has it.
func TestTitle_doesNotRepeatThePlace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ where, kind, title, reason string }{
		{"status", finding.KindStatus, "response status", "get-key status"},
		{"header Content-Type", finding.KindContentType, "response header Content-Type", "get-key header Content-Type"},
		{"header Retry-After", finding.KindHeader, "response header Retry-After", "get-key header Retry-After"},
		{"/limit", finding.KindType, "response /limit: type", "get-key type: /limit"},
		{"/status", finding.KindStatus, "response /status: status", "get-key status: /status"},
		{"header Retry-After", finding.KindFormat, "response header Retry-After: format", "get-key format: header Retry-After"},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			f := finding.Finding{Part: finding.PartResponse, Where: test.where, Kind: test.kind, Want: "one", Got: "another", Document: "modelgates.yaml", Line: 7}
			if got := f.Title(); got != test.title {
				t.Errorf("title = %q; want %q", got, test.title)
			}
			r := report.New(report.Run{Mode: report.ModeFake}, report.Coverage{})
			r.Add([]report.Scenario{{
				Name: "key", File: "key.txtar", Verdict: report.Failed,
				Exchanges: []report.Exchange{{Method: "GET", Path: "/key", Status: 200, Operation: "get-key", Findings: []finding.Finding{f}}},
				Failures: []report.Failure{
					{Line: 1, Text: "the response departs", Detail: "before\n" + f.String() + "\nafter", Exchange: 1}, {Line: 2, Text: "not true", Exchange: 1},
				},
			}})
			var text strings.Builder
			if err := r.WriteText(&text, false); err != nil {
				t.Fatal(err)
			}
			want := "   |   before\n   |   " + test.title + "\n   |     --> modelgates.yaml:7\n   |     want: one\n   |     got:  another\n   |   after\n"
			if !strings.Contains(text.String(), want) || !strings.Contains(text.String(), "     1  "+test.reason+"\n") {
				t.Errorf("the text has no %q or no reason %q\n%s", want, test.reason, &text)
			}
			if got, want := r.Diagnoses()[0].Headline(), "the response departs: "+test.title; got != want {
				t.Errorf("headline = %q; want %q", got, want)
			}
		})
	}
}
