package report_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/scenarios/report"
	"github.com/mockgates/mockgates/scenarios/report/internal/sample"
	"github.com/mockgates/mockgates/scenarios/report/junit"
)

// An xmlElement is an element of a document, or of the schema, which is XML too.
type xmlElement struct {
	XMLName  xml.Name
	Attrs    []xml.Attr   `xml:",any,attr"`
	Children []xmlElement `xml:",any"`
	Text     string       `xml:",chardata"`
}

func (e xmlElement) attr(name string) string {
	i := slices.IndexFunc(e.Attrs, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return ""
	}
	return e.Attrs[i].Value
}

// within yields the elements of the schema below e with a name.
func (e xmlElement) within(name string) []xmlElement {
	var list []xmlElement
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			list = append(list, c)
		}
		list = append(list, c.within(name)...)
	}
	return list
}

func parseXML(t *testing.T, text string) xmlElement {
	t.Helper()
	var e xmlElement
	if err := xml.Unmarshal([]byte(text), &e); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return e
}

// A junitSchema is as much of an XML Schema as that of JUnit uses: which attributes and
// elements an element may have, which attributes it must have, and patterns.
type junitSchema struct {
	elements map[string]xmlElement
	patterns map[string]*regexp.Regexp
}

func readJUnitSchema(t *testing.T) junitSchema {
	t.Helper()
	data, err := os.ReadFile("junit/testdata/junit-10.xsd")
	if err != nil {
		t.Fatal(err)
	}
	s := junitSchema{map[string]xmlElement{}, map[string]*regexp.Regexp{}}
	for _, e := range parseXML(t, string(data)).Children {
		switch e.XMLName.Local {
		case "element":
			s.elements[e.attr("name")] = e
		case "simpleType":
			s.patterns[e.attr("name")] = regexp.MustCompile("^(?:" + e.within("pattern")[0].attr("value") + ")$")
		}
	}
	return s
}

// check returns what is wrong with an element.
func (s junitSchema) check(e xmlElement) error {
	name := e.XMLName.Local
	rule, ok := s.elements[name]
	if !ok {
		return fmt.Errorf("<%s> is not in the schema", name)
	}
	attributes := rule.within("attribute")
	for _, a := range e.Attrs {
		i := slices.IndexFunc(attributes, func(r xmlElement) bool { return r.attr("name") == a.Name.Local })
		if i < 0 {
			return fmt.Errorf("<%s> has the attribute %s", name, a.Name.Local)
		}
		if p := s.patterns[attributes[i].attr("type")]; p != nil && !p.MatchString(a.Value) {
			return fmt.Errorf("%s of <%s> is %q; want %v", a.Name.Local, name, a.Value, p)
		}
	}
	for _, r := range attributes {
		if has := slices.ContainsFunc(e.Attrs, func(a xml.Attr) bool { return a.Name.Local == r.attr("name") }); !has && r.attr("use") == "required" {
			return fmt.Errorf("<%s> has no attribute %s", name, r.attr("name"))
		}
	}
	var errs []error
	for _, c := range e.Children {
		if !slices.ContainsFunc(rule.within("element"), func(r xmlElement) bool { return r.attr("ref") == c.XMLName.Local }) {
			errs = append(errs, fmt.Errorf("<%s> is in <%s>", c.XMLName.Local, name))
		}
		errs = append(errs, s.check(c))
	}
	return errors.Join(errs...)
}

// TestJUnit_schemaRefuses shows that the check refuses what the schema does not allow.
func TestJUnit_schemaRefuses(t *testing.T) {
	t.Parallel()
	s := readJUnitSchema(t)
	for _, test := range []struct{ name, text, want string }{
		{"an unknown element", `<testsuites><suite/></testsuites>`, "<suite> is in <testsuites>"},
		{"an unknown attribute", `<testsuites skipped="1"/>`, "<testsuites> has the attribute skipped"},
		{"a missing attribute", `<testsuites><testsuite name="a" tests="1" failures="0"/></testsuites>`, "<testsuite> has no attribute errors"},
		{"a wrong time", `<testsuites time="long"/>`, `time of <testsuites> is "long"`},
		{"a correct document", `<testsuites time="1.5"/>`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := s.check(parseXML(t, test.text)); err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) || (test.want == "") != (got == "") {
				t.Errorf("error %q, want %q", got, test.want)
			}
		})
	}
}

func TestJUnit_conformsToTheSchema(t *testing.T) {
	t.Parallel()
	s := readJUnitSchema(t)
	for name, r := range map[string]report.Report{
		"a run that conforms": sample.Conforming(), "a run that fails": sample.Failing(), "an empty report": {},
	} {
		if err := s.check(parseXML(t, written(t, junit.Write, r))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each scenario is a test case, with the outcome that the report has.
func TestJUnit_oneTestCaseForEachScenario(t *testing.T) {
	t.Parallel()
	r := sample.Failing()
	suites := parseXML(t, written(t, junit.Write, r)).within("testsuite")
	cases := suites[0].within("testcase")
	if len(cases) != len(r.Scenarios) {
		t.Fatalf("%d test cases, want %d", len(cases), len(r.Scenarios))
	}
	for i, s := range r.Scenarios {
		want := map[report.Verdict]string{report.Passed: "", report.Failed: "failure", report.Skipped: "skipped"}[s.Verdict]
		if s.Name == "unreachable" {
			want = "error" // it tells nothing about the target
		}
		got := ""
		for _, c := range cases[i].Children {
			got += c.XMLName.Local
		}
		if got != want || cases[i].attr("name") != s.ID || cases[i].attr("time") != fmt.Sprintf("%.3f", s.Duration.Seconds()) {
			t.Errorf("%s: the test case is %q, time %s, outcome %q; want outcome %q", s.ID, cases[i].attr("name"), cases[i].attr("time"), got, want)
		}
	}
	for name, want := range map[string]string{"tests": "8", "failures": "5", "errors": "1", "skipped": "1"} {
		if got := suites[0].attr(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if p := suites[1].within("testcase"); len(p) != 1 || !strings.Contains(p[0].Children[0].attr("message"), r.Problems[0].Text) {
		t.Errorf("the problem is %+v", p)
	}
}

// A failure says where it is, what was wanted and got, and how to send the request.
func TestJUnit_failure(t *testing.T) {
	t.Parallel()
	out := parseXML(t, written(t, junit.Write, sample.Failing()))
	text := ""
	for _, f := range out.within("failure") {
		if f.attr("type") == "format" {
			text = f.attr("message") + "\n" + f.Text
			break
		}
	}
	for _, want := range []string{
		"the response departs from the contract: response /data/created_at: format and 1 further finding",
		"suite/limit_reset_again.txtar:3", "call POST /keys key.json", "want: a date-time", "modelgates.yaml:3", "$MODELGATES_MANAGEMENT_KEY",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the failure does not contain %q:\n%s", want, text)
		}
	}
}

// No text of a target can end the document early or make it unreadable.
func TestJUnit_hostileTextStaysText(t *testing.T) {
	t.Parallel()
	d := xml.NewDecoder(strings.NewReader(written(t, junit.Write, sample.Failing())))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "img") {
			t.Errorf("the document has an xmlElement <%s>", e.Name.Local)
		}
	}
}
