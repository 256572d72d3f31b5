package reproduce

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/internal/shell"
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
	p.curlCheck(&b)
	return b.String(), nil
}

// comment writes what the output is, on which target it was seen, and how to run it.
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
		fmt.Fprintf(b, " To run it there: mockgates exec --seed %d -- %s", p.run.Seed, command)
	}
	b.WriteString("\n")
}

// curl writes the request of a step, and takes what later steps need from the
// response.
func (s step) curl(b *strings.Builder, n int) {
	fmt.Fprintf(b, "# Request %d\n", n)
	fmt.Fprintf(b, `status=$(curl -sS -o "$dir/body" -D "$dir/header" -w '%%{http_code}' -X %s "$MODELGATES_BASE_URL"%s`, shell.Quote(s.x.Method), shellWord(s.path))
	for _, f := range s.fields {
		fmt.Fprintf(b, " \\\n  -H %s", shellWord(join(append([]part{{text: f.name + ": "}}, f.value...))))
	}
	if len(s.body) > 0 {
		fmt.Fprintf(b, " \\\n  --data-binary %s", shellWord(s.body))
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
		case p.variable != "":
			b.WriteString(`"$` + p.variable + `"`)
		case p.later > 0:
			fmt.Fprintf(&b, `"$(jq -nr 'now + %d | floor | todate')"`, int64(p.later.Seconds()))
		default:
			b.WriteString(shell.Quote(p.text))
		}
	}
	return b.String()
}

// curlCheck writes how the script finds out whether the failure is there.
func (p *plan) curlCheck(b *strings.Builder) {
	b.WriteString("\ncat \"$dir/header\" \"$dir/body\" 2>/dev/null || true\necho\n")
	b.WriteString("gone() { echo \"not reproduced: $1\"; exit 0; }\n")
	c := p.check
	switch {
	case c.jq != "":
		fmt.Fprintf(b, "! jq -e %s \"$dir/body\" >/dev/null 2>&1 || gone 'the expression is true'\n", shell.Quote(c.jq))
	case c.want > 0:
		fmt.Fprintf(b, "[ \"$status\" != %d ] || gone 'the status is %d'\n", c.want, c.want)
	default:
		fmt.Fprintf(b, "[ \"$status\" = %03d ] || gone \"the status is $status, and was %03d\"\n", c.status, c.status)
	}
	body := p.steps[len(p.steps)-1].x.ResponseBody
	checked := map[string]bool{}
	for _, f := range c.findings {
		pointer, ok := steps(f.Where)
		if !ok || checked[f.Where] {
			continue
		}
		checked[f.Where] = true
		list, _ := json.Marshal(pointer) // of strings and numbers
		fmt.Fprintf(b, "now=$(jq -r --argjson at %s 'if any(path(..); . == $at) then getpath($at) | %s else \"missing\" end' \"$dir/body\")\n", shell.Quote(string(list)), jqOf(f))
		then := valueAt(string(body), pointer, f)
		fmt.Fprintf(b, "[ \"$now\" = %s ] || gone %s\"$now\"%s\n", shell.Quote(then), shell.Quote(f.Where+" is "), shell.Quote(", and was "+then))
	}
	fmt.Fprintf(b, "echo %s\nexit 1\n", shell.Quote("reproduced: "+printable.Line(report.Shorten(p.failure.Headline(), 300))))
}

// jqOf returns what of a value tells whether a finding is still there: the value
// itself if it is not one of those allowed, and otherwise its type.
func jqOf(f contract.Finding) string {
	if f.Kind == contract.KindEnum {
		return "tojson"
	}
	return "type"
}

// valueAt returns what jqOf asks for, of the body that the report has.
func valueAt(body string, pointer []any, f contract.Finding) string {
	var value any
	if json.Unmarshal([]byte(body), &value) != nil {
		return "missing"
	}
	for _, step := range pointer {
		switch v := value.(type) {
		case map[string]any:
			name, _ := step.(string)
			member, ok := v[name]
			if !ok {
				return "missing"
			}
			value = member
		case []any:
			i, ok := step.(int)
			if !ok || i >= len(v) {
				return "missing"
			}
			value = v[i]
		default:
			return "missing"
		}
	}
	if f.Kind == contract.KindEnum {
		text, _ := json.Marshal(value) // it was JSON
		return string(text)
	}
	switch value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	}
	return "null"
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

// inQuotes returns a text that can stand in double quotes of a shell, in the message
// of a variable that is not set.
func inQuotes(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`", "}", `\}`).Replace(text)
}
