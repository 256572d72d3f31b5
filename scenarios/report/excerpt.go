package report

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/internal/printable"
)

// The limits on a body that is indented. A deeper one is shown as it was sent,
// because its indentation would be much longer than itself; places beyond the
// limit are not marked.
const (
	maxIndented = 64 // levels of objects and arrays
	maxPlaces   = 32 // places that are marked
)

// A Line is a line of a body that is shown to people, safe to print.
type Line struct {
	Text   string
	Marked bool // a finding is about it
}

// Lines returns a body as lines. JSON is indented; anything else, and JSON that
// is nested more than 64 levels deep, is shown as it is. It marks the first line
// at each place, a JSON pointer in which * stands for any name. If a place does not
// exist, such as a missing member, it marks the nearest value that should contain it.
func (b Body) Lines(places ...string) []Line {
	if b == "" {
		return nil
	}
	lines, ok := indent(string(b), places)
	if !ok {
		lines = nil
		for text := range strings.Lines(string(b)) {
			lines = append(lines, Line{Text: strings.TrimRight(text, "\r\n")})
		}
	}
	for i := range lines {
		lines[i].Text = printable.Text(lines[i].Text)
	}
	return lines
}

// Places returns the JSON pointers of the findings about a part of an exchange.
func Places(part string, findings []finding.Finding) []string {
	var places []string
	for _, f := range findings {
		if f.Part == part && strings.HasPrefix(f.Where, "/") {
			places = append(places, f.Where)
		}
	}
	return places
}

// IsMarked reports whether a finding is about a place of a part of an exchange that is not in
// its body: "status", or "header Retry-After" in any case.
func IsMarked(part, where string, findings []finding.Finding) bool {
	return slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Part == part && strings.EqualFold(f.Where, where) })
}

// Around returns the lines that are at most n lines before or after a marked one,
// with a line … for each gap. Without a marked line it returns the first 2n+1.
func Around(lines []Line, n int) []Line {
	keep := make([]bool, len(lines)+1)
	marked := false
	for i, line := range lines {
		if line.Marked {
			marked = true
			for j := max(0, i-n); j <= min(len(lines)-1, i+n); j++ {
				keep[j] = true
			}
		}
	}
	if !marked {
		for j := range min(len(lines), 2*n+1) {
			keep[j] = true
		}
	}
	var out []Line
	gap := false
	for i, line := range lines {
		switch {
		case keep[i]:
			out, gap = append(out, line), false
		case !gap:
			out, gap = append(out, Line{Text: "…"}), true
		}
	}
	return out
}

// An indenter writes JSON as lines and remembers where the places are.
type indenter struct {
	from   *json.Decoder
	lines  []Line
	levels []level    // the objects and arrays that are open
	places [][]string // the steps of each
	found  []match    // the deepest line that is on the way to each
}

// A level is an object or an array that is open.
type level struct {
	object bool
	items  int
	name   string // of the member whose value comes next
	named  bool   // name was read
	toward []int  // the places that may be inside
}

// A match is how far a line is on the way to a place.
type match struct{ line, depth int }

// indent returns JSON text as indented lines, and false if it is not JSON or is
// nested too deep.
func indent(text string, places []string) ([]Line, bool) {
	in := indenter{from: json.NewDecoder(strings.NewReader(text))}
	in.from.UseNumber()
	var all []int
	for i, place := range places[:min(len(places), maxPlaces)] {
		steps := strings.Split(strings.TrimPrefix(place, "/"), "/")
		for j := range steps {
			steps[j] = strings.NewReplacer("~1", "/", "~0", "~").Replace(steps[j])
		}
		in.places, all = append(in.places, steps), append(all, i)
	}
	in.found = make([]match, len(in.places))
	for {
		if !in.token(all) {
			return nil, false
		}
		if len(in.levels) == 0 {
			break
		}
	}
	if _, err := in.from.Token(); err != io.EOF {
		return nil, false
	}
	for _, m := range in.found {
		in.lines[m.line].Marked = true
	}
	return in.lines, true
}

// token writes the next token. all are the places of the whole text.
func (in *indenter) token(all []int) bool {
	token, err := in.from.Token()
	if err != nil || len(in.levels) > maxIndented {
		return false
	}
	var top *level
	if n := len(in.levels); n > 0 {
		top = &in.levels[n-1]
	}
	if name, ok := token.(string); ok && top != nil && top.object && !top.named {
		top.name, top.named = name, true
		return true
	}
	delim, _ := token.(json.Delim)
	if delim == '}' || delim == ']' {
		in.levels = in.levels[:len(in.levels)-1]
		in.write(delim.String() + in.comma())
		return true
	}
	in.value(token, top, all)
	return true
}

// value writes a scalar, or opens an object or array.
func (in *indenter) value(token json.Token, top *level, all []int) {
	toward, label := all, ""
	if top != nil {
		step := strconv.Itoa(top.items)
		if top.object {
			step = top.name
			quoted, _ := marshal(top.name) // a string can always be written
			label = string(quoted) + ": "
		}
		toward = in.follow(top.toward, step)
		top.items++
		top.named = false
	}
	if delim, ok := token.(json.Delim); ok {
		if in.from.More() {
			in.write(label + delim.String())
			in.levels = append(in.levels, level{object: delim == '{', toward: toward})
			return
		}
		end, _ := in.from.Token() // the end of the empty object or array, or an error that the next call meets
		in.write(label + delim.String() + delimText(end) + in.comma())
		return
	}
	text, _ := marshal(token)
	in.write(label + string(text) + in.comma())
}

// follow returns the places that a step leads toward, and notes that the line which
// is written next is on the way to them.
func (in *indenter) follow(toward []int, step string) []int {
	depth := len(in.levels)
	var on []int
	for _, i := range toward {
		steps := in.places[i]
		if depth > len(steps) || steps[depth-1] != step && steps[depth-1] != "*" {
			continue
		}
		if in.found[i].depth < depth {
			in.found[i] = match{len(in.lines), depth}
		}
		on = append(on, i)
	}
	return on
}

func (in *indenter) write(text string) {
	in.lines = append(in.lines, Line{Text: strings.Repeat("  ", len(in.levels)) + text})
}

// comma returns the comma after a value that is not the last.
func (in *indenter) comma() string {
	if len(in.levels) > 0 && in.from.More() {
		return ","
	}
	return ""
}

func delimText(token json.Token) string {
	if d, ok := token.(json.Delim); ok {
		return d.String()
	}
	return ""
}

// Shorten returns at most limit bytes of a text, and … if there are more. It cuts
// between characters.
func Shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit] + "…"
}
