package reproduce

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/internal/shell"
	"github.com/mockgates/mockgates/internal/strictjson"
	"github.com/mockgates/mockgates/scenarios/report"
)

// curl returns a plan as a shell script. It exits with 1 as long as the failure is
// there, and with 0 when it is gone.
func curl(p *plan) (string, error) {
	var b strings.Builder
	b.WriteString("#!/bin/sh\n")
	p.comment(&b, "# ", "sh reproduce.sh")
	b.WriteString("# It needs curl and jq. It exits with 1 if the failure is there, and with 0 if it is gone.\n\nset -eu\n")
	b.WriteString(`: "${MODELGATES_BASE_URL:?is the base URL of the API, such as http://127.0.0.1:8080/api/v1}"` + "\n")
	b.WriteString(`MODELGATES_MANAGEMENT_KEY=${MODELGATES_MANAGEMENT_KEY:-${MODELGATES_API_KEY:?is the management key}}` + "\n")
	for _, s := range p.secrets {
		fmt.Fprintf(&b, ": \"${%s:?is %s}\"\n", s.variable, inQuotes(s.where))
	}
	b.WriteString("dir=$(mktemp -d)\ntrap 'rm -rf \"$dir\"' EXIT\n")
	for i, s := range p.steps {
		if !utf8.ValidString(string(s.x.RequestBody)) || strings.ContainsRune(string(s.x.RequestBody), 0) {
			return "", fmt.Errorf("the request body of %s holds bytes that a script cannot; use --as go", s.x.ID)
		}
		b.WriteString("\n")
		s.curl(&b, i+1)
	}
	err := p.curlCheck(&b)
	return b.String(), err
}

// comment writes what the output reproduces, on which target it was seen, and how to run
// it.
func (p *plan) comment(b *strings.Builder, mark, command string) {
	d := p.failure
	fmt.Fprintf(b, "%sReproduces %s of %s:\n", mark, printable.Line(d.Failure.ID), printable.Line(d.Place().String()))
	fmt.Fprintf(b, "%s%s\n", mark, printable.Line(report.Shorten(d.Headline(), 300)))
	if d.Failure.Want != "" || d.Failure.Got != "" {
		fmt.Fprintf(b, "%swant %s, got %s\n", mark, printable.Line(report.Shorten(d.Failure.Want, 300)), printable.Line(report.Shorten(d.Failure.Got, 300)))
	}
	for _, f := range d.Findings {
		fmt.Fprintf(b, "%s%s %s: want %s, got %s\n", mark, f.Part, printable.Line(f.Where), printable.Line(f.Want), printable.Line(f.Got))
	}
	fmt.Fprintf(b, "%sIt was seen on %s.", mark, printable.Line(p.run.Where()))
	if !p.run.Live() {
		fmt.Fprintf(b, " To run it there: mockgates exec --seed %d%s -- %s", p.run.Seed, clockFlags(p.run.Clock), command)
	}
	b.WriteString("\n")
}

// clockFlags returns the flags that set the clock of a run, as report.Clock returns it, each
// after a space.
func clockFlags(clock string) string {
	flags := ""
	for word := range strings.FieldsSeq(clock) {
		if word == "frozen" {
			flags += " --clock-frozen"
		} else {
			flags += " --clock " + shell.Quote(printable.Line(word))
		}
	}
	return flags
}

// curl writes the request of a step, and captures what later steps need from the
// response.
func (s step) curl(b *strings.Builder, n int) {
	fmt.Fprintf(b, "# Request %d\n", n)
	fmt.Fprintf(b, `status=$(curl -sS -o "$dir/body" -D "$dir/header" -w '%%{http_code}' -X %s "$MODELGATES_BASE_URL"%s`, shell.Quote(s.x.Method), shellWord(s.path))
	for _, f := range s.fields {
		fmt.Fprintf(b, " \\\n  -H %s", shellWord(join(append([]part{{text: f.name + ": "}}, f.value...))))
	}
	if len(s.body) > 0 {
		if s.x.RequestHeader.Get("Content-Type") == "" {
			b.WriteString(" \\\n  -H 'Content-Type:'") // curl would send one of its own
		}
		fmt.Fprintf(b, " \\\n  --data-raw %s", shellWord(s.body))
	}
	b.WriteString(") || status=000\n")
	for _, c := range s.captures {
		fmt.Fprintf(b, "%s=$(jq -er %s \"$dir/body\")\n", c.variable, shell.Quote(jqPath(c.pointer)))
	}
}

// shellWord returns parts as one word of a shell.
func shellWord(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.management:
			b.WriteString(`"$MODELGATES_MANAGEMENT_KEY"`)
		case p.basic:
			b.WriteString(report.ShellBasic)
		case p.variable != "":
			b.WriteString(`"$` + p.variable + `"`)
		case p.later > 0:
			fmt.Fprintf(&b, `"$(jq -nr 'now + %d | floor | todate[:-1]')"`, int64(p.later.Seconds()))
		default:
			b.WriteString(shell.Quote(p.text))
		}
	}
	return b.String()
}

// curlCheck writes how the script finds out whether the failure is there. It returns an
// error if the script could not tell.
func (p *plan) curlCheck(b *strings.Builder) error {
	b.WriteString("\ncat \"$dir/header\" \"$dir/body\" 2>/dev/null || true\necho\n")
	b.WriteString("gone() { echo \"not reproduced: $1\"; exit 0; }\n")
	c := p.check
	switch {
	case c.jq == "" && c.line != "":
		return fmt.Errorf("a shell script cannot make the assertion %q; use --as txtar", c.line)
	case c.jq != "":
		fmt.Fprintf(b, "! jq -e %s \"$dir/body\" >/dev/null 2>&1 || gone 'the expression is true'\n", shell.Quote(c.jq))
	case c.want > 0:
		fmt.Fprintf(b, "[ \"$status\" != %d ] || gone 'the status is %d'\n", c.want, c.want)
	default:
		fmt.Fprintf(b, "[ \"$status\" = %03d ] || gone \"the status is $status, and was %03d\"\n", c.status, c.status)
	}
	if err := p.curlFindings(b); err != nil {
		return err
	}
	fmt.Fprintf(b, "echo %s\nexit 1\n", shell.Quote("reproduced: "+printable.Line(report.Shorten(p.failure.Headline(), 300))))
	return nil
}

// curlFindings writes how the script finds out whether the findings are there.
func (p *plan) curlFindings(b *strings.Builder) error {
	x := p.steps[len(p.steps)-1].x
	checked := map[string]bool{}
	var failed error
	told := len(p.check.findings) == 0 // the script can tell
	for _, f := range p.check.findings {
		pointer, ok := steps(f.Where)
		if !ok || checked[f.Where] {
			told = told || !ok
			continue
		}
		filter, then, err := comparison(x, pointer, f)
		if err != nil {
			failed = err
			continue
		}
		told, checked[f.Where] = true, true
		list, _ := json.Marshal(pointer) // of strings and numbers
		fmt.Fprintf(b, "now=$(jq -r --argjson at %s 'if any(path(..); . == $at) then getpath($at) | %s else \"missing\" end' \"$dir/body\")\n", shell.Quote(string(list)), filter)
		fmt.Fprintf(b, "[ \"$now\" = %s ] || gone %s\"$now\"%s\n", shell.Quote(then), shell.Quote(f.Where+" is "), shell.Quote(", and was "+then))
	}
	if !told {
		return failed
	}
	return nil
}

// byType are the kinds of findings that depend on whether a value exists and on its type.
// The others depend on the value itself.
var byType = []string{finding.KindRequired, finding.KindResurrected, finding.KindType, finding.KindUndocumented}

// comparison returns a jq filter for the value at a place, and its result in the exchange
// of the report. If the result is the same again, the finding is still there. It returns
// an error if the value differs from run to run: a secret, or a string that the target
// may have made, such as a time or an id.
func comparison(x report.Exchange, pointer []any, f finding.Finding) (filter, then string, err error) {
	value, ok := at(string(x.ResponseBody), pointer)
	kind := strictjson.TypeOf(marshal(value)).String()
	if slices.Contains(byType, f.Kind) || f.Kind == finding.KindEcho && kind != sentType(x, pointer) {
		filter, then = "type", kind
	} else {
		filter, then = "tojson", string(marshal(value))
	}
	if !ok {
		return filter, "missing", nil
	}
	text, _ := value.(string)
	_, notTime := time.Parse(time.RFC3339, text)
	constant := f.Kind == finding.KindEnum || f.Kind == finding.KindEcho || len(text) < minValue
	if filter == "tojson" && (!constant || notTime == nil || isHidden(text)) {
		err = fmt.Errorf("a shell script cannot tell whether %s is there: %s at %s is another text in each run; use --as go", f.Kind, f.Part, f.Where)
	}
	return filter, then, err
}

// sentType returns the type of the member of the request that a place of the response
// echoes: that of name for /data/name.
func sentType(x report.Exchange, pointer []any) string {
	sent, _ := at(string(x.RequestBody), pointer[len(pointer)-1:])
	return strictjson.TypeOf(marshal(sent)).String()
}

// at returns the value at a place of a JSON text, and false if there is none.
func at(text string, pointer []any) (any, bool) {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return nil, false
	}
	for _, step := range pointer {
		switch v := value.(type) {
		case map[string]any:
			name, _ := step.(string)
			member, ok := v[name]
			if !ok {
				return nil, false
			}
			value = member
		case []any:
			i, ok := step.(int)
			if !ok || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// marshal returns the JSON of a value that was JSON, as the function tojson of jq does.
func marshal(value any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // it was JSON
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// steps returns the names and indices of a JSON pointer, and false if the place is
// none or names any member.
func steps(where string) ([]any, bool) {
	if !strings.HasPrefix(where, "/") || strings.Contains(where, "*") {
		return nil, false
	}
	var list []any
	for s := range strings.SplitSeq(where[1:], "/") {
		s = strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
		if n := 0; len(s) > 0 && len(s) < 7 && strings.Trim(s, "0123456789") == "" {
			_, _ = fmt.Sscan(s, &n) // it is a number
			list = append(list, n)
			continue
		}
		list = append(list, s)
	}
	return list, true
}

// jqPath returns a pointer as a path of jq: .data[0].hash.
func jqPath(pointer []any) string {
	var b strings.Builder
	for _, step := range pointer {
		text, _ := json.Marshal(step) // a string or a number
		fmt.Fprintf(&b, "[%s]", text)
	}
	return "." + b.String()
}

// inQuotes escapes a text for double quotes of a shell, in the message for an unset
// variable.
func inQuotes(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`", "}", `\}`).Replace(text)
}
