package reproduce

import (
	"fmt"
	"go/format"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/scenarios/report"
)

// goHead is what every test begins with, after its comment.
const goHead = `package reproduce_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/relations"
)

`

// goTail is what every test ends with: how it sends a request and reads the response.
const goTail = `
// variable returns a variable of the environment, and skips the test without it.
func variable(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	t.Skipf("set %v to run this test", names)
	return ""
}

// basic returns a key as the password of the scheme Basic, without a user.
func basic(key string) string { return base64.StdEncoding.EncodeToString([]byte(":" + key)) }

// later returns a time in the future in UTC, without its offset.
func later(seconds int) string {
	return time.Now().UTC().Add(time.Duration(seconds) * time.Second).Format("2006-01-02T15:04:05")
}

// send sends a request and returns the exchange. Its status is 0 if no complete
// response arrives.
func send(t *testing.T, base, method, path string, header [][2]string, body string) contract.Exchange {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, base+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range header {
		req.Header.Add(field[0], field[1])
	}
	path, query, _ := strings.Cut(path, "?")
	x := contract.Exchange{Method: method, Path: path, Query: query, RequestHeader: req.Header.Clone(), RequestBody: []byte(body)}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Log(err)
		return x
	}
	defer res.Body.Close()
	x.ResponseBody, err = io.ReadAll(io.LimitReader(res.Body, contract.MaxResponseBody+1))
	if err != nil {
		t.Log(err)
		return x
	}
	x.Status, x.ResponseHeader = res.StatusCode, res.Header
	t.Logf("%s %s: %d\n%s", method, path, x.Status, x.ResponseBody)
	return x
}

// at returns the string at a place of a response.
func at(t *testing.T, x contract.Exchange, steps ...any) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(x.ResponseBody, &value); err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		switch v := value.(type) {
		case map[string]any:
			value = v[step.(string)]
		case []any:
			if i := step.(int); i < len(v) {
				value = v[i]
			}
		}
	}
	text, ok := value.(string)
	if !ok {
		t.Fatalf("%v of the response is %v, want a string", steps, value)
	}
	return text
}
`

// goTest returns a plan as the file of a Go test. If the failure is a departure from the
// contract, the test judges the last response with the validator.
func goTest(p *plan) (string, error) {
	if p.check.line != "" {
		return "", fmt.Errorf("a Go test of the package contract cannot make the assertion %q; use --as txtar", p.check.line)
	}
	var b strings.Builder
	p.comment(&b, "// ", "go test -v -run TestReproduce .")
	b.WriteString("\n" + goHead + "func TestReproduce(t *testing.T) {\n")
	b.WriteString("base := variable(t, \"MODELGATES_BASE_URL\")\nmanagementKey := variable(t, \"MODELGATES_MANAGEMENT_KEY\", \"MODELGATES_API_KEY\")\n")
	for _, s := range p.secrets {
		fmt.Fprintf(&b, "%s := variable(t, %q) // %s\n", goName(s.variable), s.variable, s.where)
	}
	b.WriteString("c, err := contract.New(contract.All)\nif err != nil {\nt.Fatal(err)\n}\n")
	b.WriteString("session := relations.NewSession(c, relations.Options{Companions: true, Family: true, ManagementKeys: []string{managementKey}})\n")
	b.WriteString("var (\nx contract.Exchange\nfound contract.Result\n)\n")
	for i, s := range p.steps {
		fmt.Fprintf(&b, "\n// Request %d\n", i+1)
		s.goCall(&b)
	}
	p.goCheck(&b)
	b.WriteString("}\n" + goTail)
	text, err := format.Source([]byte(b.String()))
	return string(text), err
}

// goCall writes the request of a step and its validation, and captures what later steps
// need from the response.
func (s step) goCall(b *strings.Builder) {
	fmt.Fprintf(b, "x = send(t, base, %q, %s, [][2]string{", s.x.Method, goText(s.path))
	for _, f := range s.fields {
		fmt.Fprintf(b, "\n{%q, %s},", f.name, goText(f.value))
	}
	if len(s.fields) > 0 {
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "}, %s)\n", goText(s.body))
	b.WriteString("if x.Status != 0 {\nif found, err = session.Check(x); err != nil {\nt.Fatal(err)\n}\n}\n")
	for _, c := range s.captures {
		fmt.Fprintf(b, "%s := at(t, x", goName(c.variable))
		for _, step := range c.pointer {
			fmt.Fprintf(b, ", %#v", step)
		}
		b.WriteString(")\n")
	}
}

// goCheck writes how the test finds out whether the failure is there.
func (p *plan) goCheck(b *strings.Builder) {
	c := p.check
	b.WriteString("\n// The failure\n")
	if len(c.findings) > 0 {
		p.goFindings(b)
		return
	}
	if c.want > 0 {
		fmt.Fprintf(b, "if x.Status != %d {\nt.Errorf(\"status %%d, want %d\", x.Status)\n}\n", c.want, c.want)
	} else {
		p.goStatus(b)
	}
	b.WriteString("_ = found\n")
}

// goFindings writes how the test finds out whether the findings are there. For a finding
// about the status it compares the status too: the verdict of a generated case may know
// more about the request than the validator.
func (p *plan) goFindings(b *strings.Builder) {
	var names []string
	aboutStatus := false
	for _, f := range p.check.findings {
		aboutStatus = aboutStatus || f.Where == "status"
		if name := strconv.Quote(f.Where + ": " + f.Kind); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	fmt.Fprintf(b, "for _, f := range found.ResponseFindings() {\nswitch f.Where + \": \" + f.Kind {\ncase %s:\nt.Errorf(\"%%v\", f)\n}\n}\n", strings.Join(names, ", "))
	if aboutStatus {
		p.goStatus(b)
	}
}

// goStatus writes a check of the status that the failure had.
func (p *plan) goStatus(b *strings.Builder) {
	fmt.Fprintf(b, "if x.Status == %d {\nt.Errorf(\"status %%d, as when it failed: %%s\", x.Status, %s)\n}\n",
		p.check.status, strconv.Quote(report.Shorten(p.failure.Headline(), 300)))
}

// goText returns parts as a Go expression.
func goText(parts []part) string {
	var list []string
	for _, p := range parts {
		switch {
		case p.management:
			list = append(list, "managementKey")
		case p.basic:
			list = append(list, "basic(managementKey)")
		case p.variable != "":
			list = append(list, goName(p.variable))
		case p.later > 0:
			list = append(list, fmt.Sprintf("later(%d)", int64(p.later.Seconds())))
		default:
			list = append(list, strconv.Quote(p.text))
		}
	}
	if len(list) == 0 {
		return `""`
	}
	return strings.Join(list, " + ")
}

// goName returns a variable as Go writes it: VALUE_1 is value1.
func goName(variable string) string {
	return strings.ToLower(strings.ReplaceAll(variable, "_", ""))
}
