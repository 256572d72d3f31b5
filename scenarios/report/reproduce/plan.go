package reproduce

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/internal/printable"
	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/scenarios/report"
)

// minValue is the length of the shortest value that is taken from a response, in
// bytes. A shorter one, such as "monthly", may be equal by chance.
const minValue = 8

// A plan is the requests that reproduce a failure.
type plan struct {
	failure report.Diagnosis
	run     report.Run
	steps   []step
	check   check
	secrets []secret // that must be given
	taken   int      // values that are taken from responses
}

// A step is one request.
type step struct {
	x        report.Exchange
	path     []part
	fields   []field
	body     []part
	captures []capture // from the response
}

type field struct {
	name  string
	value []part
}

// A part is a piece of a text. Its first member that is not zero counts.
type part struct {
	variable   string        // the value of a variable
	later      time.Duration // that time from now in UTC, without its offset
	management bool          // the management key
	basic      bool          // the base64 of a colon and the management key
	text       string
}

// A capture takes a value from a response.
type capture struct {
	variable string
	pointer  []any // names and indices
}

// A secret is one that the report hides and no response shows.
type secret struct{ variable, where string }

// A source is where a value was seen first.
type source struct {
	step    int
	pointer []any
}

// A planner remembers the values that responses have shown.
type planner struct {
	*plan
	seen  map[string]source
	names map[string]string // of the variables, by value
	sent  map[string]bool   // values that a request had before any response
	key   *source           // of the last secret whose label no response has shown; nil if there is none
}

// newPlan returns the requests of a failure.
func newPlan(r report.Report, d report.Diagnosis) (*plan, error) {
	list := exchanges(d)
	if standsAlone(d) {
		list = planOf(r, d, list).needed(list)
	}
	for _, x := range list {
		if x.RequestSize > 0 {
			return nil, fmt.Errorf("the record has cut the request body of %s, which is %d bytes long; use --as txtar", x.ID, x.RequestSize)
		}
	}
	return planOf(r, d, list), nil
}

// planOf returns the plan that sends the requests of a list.
func planOf(r report.Report, d report.Diagnosis, list []report.Exchange) *plan {
	p := planner{
		plan: &plan{failure: d, run: r.Run, check: newCheck(d)},
		seen: map[string]source{}, names: map[string]string{}, sent: map[string]bool{},
	}
	for _, x := range list {
		p.steps = append(p.steps, p.step(x))
		p.remember(x)
	}
	return p.plan
}

// needed returns the last exchange of a list, and the earlier ones whose responses it needs
// directly or indirectly. The exchanges are those of the steps of the plan.
func (p *plan) needed(list []report.Exchange) []report.Exchange {
	var kept []report.Exchange
	used := map[string]bool{} // variables
	for i, s := range slices.Backward(p.steps) {
		makes := slices.ContainsFunc(s.captures, func(c capture) bool { return used[c.variable] })
		if i < len(p.steps)-1 && !makes {
			continue
		}
		kept = append(kept, list[i])
		parts := append(slices.Clone(s.path), s.body...)
		for _, f := range s.fields {
			parts = append(parts, f.value...)
		}
		for _, part := range parts {
			used[part.variable] = true
		}
	}
	slices.Reverse(kept)
	return kept
}

// step returns the request of an exchange.
func (p *planner) step(x report.Exchange) step {
	s := step{x: x, path: p.path(x.Path), body: p.body(x)}
	for _, f := range report.Fields(x.RequestHeader) {
		s.fields = append(s.fields, field{f.Name, p.header(x, f)})
	}
	return s
}

// path returns the path and query, whose segments and values may be taken from
// responses.
func (p *planner) path(text string) []part {
	var parts []part
	for text != "" {
		n := strings.IndexAny(text, "/?&=")
		if n < 0 {
			n = len(text)
		}
		parts = append(parts, p.value(text[:n], "the path")...)
		if n < len(text) {
			parts = append(parts, part{text: text[n : n+1]})
			n++
		}
		text = text[n:]
	}
	return join(parts)
}

func (p *planner) header(x report.Exchange, f report.HeaderField) []part {
	scheme, token, ok := strings.Cut(f.Value, " ")
	switch {
	case f.Name == "Authorization" && x.Credential != "":
		return credential(x.Credential)
	case f.Name != "Authorization" || !ok:
		return p.value(f.Value, "the header "+f.Name)
	case x.Management:
		return []part{{text: scheme + " "}, {management: true}}
	}
	return join(append([]part{{text: scheme + " "}}, p.value(token, "the header Authorization")...))
}

// credential returns the credential of an exchange, whose placeholders are known.
func credential(text string) []part {
	var parts []part
	for _, piece := range report.SplitCredential(text) {
		switch piece {
		case report.CredentialKey:
			parts = append(parts, part{management: true})
		case report.CredentialBasic:
			parts = append(parts, part{basic: true})
		default:
			parts = append(parts, part{text: piece})
		}
	}
	return parts
}

// body returns the body of a request. The strings of JSON may be taken from responses.
func (p *planner) body(x report.Exchange) []part {
	text := string(x.RequestBody)
	var parts []part
	done := 0
	d := json.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		value, ok := token.(string)
		if !ok {
			continue
		}
		end := int(d.InputOffset())
		begin := end - len(value) - 2
		if begin < done || text[begin:end] != `"`+value+`"` {
			continue // it has escapes
		}
		parts = append(parts, part{text: text[done : begin+1]})
		parts = append(parts, p.value(value, "the body")...)
		done = end - 1
	}
	return join(append(parts, part{text: text[done:]}))
}

// value returns a value of a request: a variable for a value that a response has shown, a
// time that is as far in the future as it was, a secret that the user must give, or the
// value itself.
func (p *planner) value(text, where string) []part {
	if from, ok := p.seen[text]; ok && !p.sent[text] {
		return []part{{variable: p.capture(text, from)}}
	}
	if isLabel(text) && p.key != nil {
		p.seen[text], p.key = *p.key, nil
		return []part{{variable: p.capture(text, p.seen[text])}}
	}
	if isHidden(text) {
		v := fmt.Sprintf("SECRET_%d", len(p.secrets)+1)
		p.secrets = append(p.secrets, secret{v, fmt.Sprintf("%s of request %d, which the report shows as %s", where, len(p.steps)+1, printable.Line(text))})
		return []part{{variable: v}}
	}
	return p.moved(text)
}

// localTime is the layout of a time without its offset.
const localTime = "2006-01-02T15:04:05"

// moved returns a time that is as far in the future as it was, with the offset and the
// fraction that it had; any other text it returns as it is.
func (p *planner) moved(text string) []part {
	n := min(len(text), len(localTime))
	at, err := time.Parse(localTime, text[:n])
	if later := at.Sub(p.run.Started).Round(time.Second); err == nil && p.run.Clock == "" && later > 0 {
		return []part{{later: later}, {text: text[n:]}}
	}
	return []part{{text: text}}
}

// capture returns the variable of a value that a response has shown.
func (p *planner) capture(text string, from source) string {
	if name, ok := p.names[text]; ok {
		return name
	}
	p.taken++
	name := fmt.Sprintf("VALUE_%d", p.taken)
	p.names[text] = name
	s := &p.steps[from.step]
	s.captures = append(s.captures, capture{name, from.pointer})
	return name
}

// remember notes what the response of the last step has shown, and what its request
// has sent.
//
// A report hides a key in a body, and shows its label in the credential of a later
// request. The response that made the key may contain the label too.
func (p *planner) remember(x report.Exchange) {
	walk(string(x.RequestBody), func(text string, _ []any) {
		if _, ok := p.seen[text]; !ok {
			p.sent[text] = true
		}
	})
	var key *source
	var labels []string
	walk(string(x.ResponseBody), func(text string, pointer []any) {
		here := source{len(p.steps) - 1, pointer}
		switch {
		case text == redact.Hidden && pointer[len(pointer)-1] == "key":
			key = &here
		case isLabel(text):
			labels = append(labels, text)
		case len(text) >= minValue && p.seen[text].pointer == nil:
			p.seen[text] = here
		}
	})
	switch {
	case key == nil:
	case len(labels) == 0:
		p.key = key
	default:
		for _, label := range labels {
			p.seen[label] = *key
		}
	}
}

// walk calls visit for each string of a JSON text, other than names, in an object or
// array.
func walk(text string, visit func(text string, pointer []any)) {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return
	}
	var descend func(value any, pointer []any)
	descend = func(value any, pointer []any) {
		pointer = pointer[:len(pointer):len(pointer)]
		switch v := value.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				descend(v[name], append(pointer, name))
			}
		case []any:
			for i := range v {
				descend(v[i], append(pointer, i))
			}
		case string:
			if len(pointer) > 0 {
				visit(v, pointer)
			}
		}
	}
	descend(value, nil)
}

// isLabel reports whether a value is the label of a key.
func isLabel(text string) bool {
	return strings.HasPrefix(text, "sk-") && strings.Contains(text, "...")
}

// literal reports whether the part is a text.
func (p part) literal() bool { return p == part{text: p.text} }

// isHidden reports whether a text is a label or contains a hidden secret.
func isHidden(text string) bool { return isLabel(text) || strings.Contains(text, redact.Hidden) }

// join joins neighbouring texts, and leaves out empty ones.
func join(parts []part) []part {
	var out []part
	for _, p := range parts {
		if p == (part{}) {
			continue
		}
		if n := len(out) - 1; p.literal() && n >= 0 && out[n].literal() {
			out[n].text += p.text
			continue
		}
		out = append(out, p)
	}
	return out
}
