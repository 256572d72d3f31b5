package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mockgates/mockgates/internal/suggest"
)

// Parse parses the text form of a fault: an operationId or *, then members of its
// JSON form as NAME=VALUE, where force alone means force=true. A member of when is
// when.NAME=VALUE. NAME may be a JSON string. VALUE is taken as a string unless it
// is a JSON value. White space in JSON is written \u0020.
//
//	create-keys status=429 times=2 retry_after=1s when.name=nightly
func Parse(text string) (Fault, error) {
	return ParseWords(strings.Fields(text))
}

// ParseWords is Parse for text that is already split into words, so that a value
// may contain spaces.
func ParseWords(words []string) (Fault, error) {
	if len(words) == 0 {
		return Fault{}, fmt.Errorf("fault is empty; want OPERATION NAME=VALUE…, such as create-keys status=429")
	}
	f := Fault{Operation: words[0]}
	seen := map[string]bool{}
	for _, word := range words[1:] {
		name, value, ok := strings.Cut(word, "=")
		if !ok && word == "force" {
			value, ok = "true", true
		}
		switch {
		case !ok:
			return Fault{}, fmt.Errorf("fault %q: %q is not NAME=VALUE", f.Operation, word)
		case !utf8.ValidString(word):
			return Fault{}, fmt.Errorf("fault %q: %q is not UTF-8", f.Operation, word)
		}
		member, err := f.set(name, value)
		switch {
		case err != nil:
			return Fault{}, fmt.Errorf("fault %q: %w", f.Operation, err)
		case seen[member]:
			return Fault{}, fmt.Errorf("fault %q: %s appears twice", f.Operation, member)
		}
		seen[member] = true
	}
	if err := f.Validate(); err != nil {
		return Fault{}, err
	}
	return f, nil
}

// set sets a member of the JSON form from text, and returns its name.
func (f *Fault) set(name, value string) (member string, err error) {
	if member, ok := strings.CutPrefix(name, "when."); ok {
		return f.setWhen(member, value)
	}
	switch name {
	case "phase":
		f.Phase = Phase(value)
	case "retry_after_form":
		f.RetryAfterForm = RetryAfterForm(value)
	case "effect":
		f.Effect = Effect(value)
	case "at":
		f.At = value
	case "hold":
		f.Hold = value
	case "on_unfired":
		f.OnUnfired = UnfiredPolicy(value)
	case "delay":
		d, err := ParseDelay(value)
		f.Delay = &d
		return name, err
	default:
		return name, f.setParsed(name, value)
	}
	return name, nil
}

// setParsed sets a member that is a number, a duration or a boolean.
func (f *Fault) setParsed(name, value string) error {
	var err error
	want := "is not an integer"
	switch name {
	case "status":
		f.Status, err = strconv.Atoi(value)
	case "skip":
		f.Skip, err = strconv.Atoi(value)
	case "times":
		f.Times, err = strconv.Atoi(value)
	case "probability":
		want = "is not a number greater than 0 and at most 1"
		if f.Probability, err = strconv.ParseFloat(value, 64); f.Probability == 0 {
			err = strconv.ErrRange
		}
	case "retry_after":
		want = "is not a duration such as 1m30s"
		if f.RetryAfter, err = time.ParseDuration(value); err == nil && f.RetryAfter == 0 {
			return fmt.Errorf("retry_after=%q is not greater than 0s; retry_after_form=zero sends a 0", value)
		}
	case "force":
		want = "is neither true nor false"
		f.Force, err = strconv.ParseBool(value)
	default:
		return fmt.Errorf("%q is not a member of a fault%s", name, suggest.Hint(name, faultWords))
	}
	if err != nil {
		return fmt.Errorf("%s=%q %s", name, value, want)
	}
	return nil
}

// faultWords are the members of a fault that can be set in text.
var faultWords = []string{
	"status", "skip", "times", "probability", "phase", "retry_after", "retry_after_form", "delay",
	"effect", "at", "hold", "on_unfired", "force", "when.NAME",
}

// setWhen sets a member of when from text.
func (f *Fault) setWhen(name, value string) (member string, err error) {
	if strings.HasPrefix(name, `"`) {
		var decoded string
		if json.Unmarshal([]byte(name), &decoded) != nil {
			return "", fmt.Errorf("when.%s is not a valid name; want a JSON string, or a name that does not begin with a quote", name)
		}
		name = decoded
	}
	var v any
	if json.Unmarshal([]byte(value), &v) != nil {
		v = value
	}
	if f.When == nil {
		f.When = map[string]any{}
	}
	f.When[name] = v
	return "when." + name, nil
}

// String returns the text form, which Parse reads back. It leaves out the ID.
func (f Fault) String() string {
	words := []string{f.Operation}
	word := func(name, value string, present bool) {
		if present {
			words = append(words, name+"="+value)
		}
	}
	word("status", strconv.Itoa(f.Status), f.Status != 0)
	word("skip", strconv.Itoa(f.Skip), f.Skip != 0)
	word("times", strconv.Itoa(f.Times), f.Times != 0)
	word("probability", strconv.FormatFloat(f.Probability, 'g', -1, 64), f.Probability != 0)
	word("phase", string(f.Phase), f.Phase != "")
	word("retry_after", f.RetryAfter.String(), f.RetryAfter != 0)
	word("retry_after_form", string(f.RetryAfterForm), f.RetryAfterForm != "")
	if f.Delay != nil {
		word("delay", f.Delay.String(), true)
	}
	word("effect", string(f.Effect), f.Effect != "")
	word("at", f.At, f.At != "")
	word("hold", f.Hold, f.Hold != "")
	word("on_unfired", string(f.OnUnfired), f.OnUnfired != "")
	if f.Force {
		words = append(words, "force")
	}
	for _, name := range slices.Sorted(maps.Keys(f.When)) {
		word("when."+whenName(name), whenValue(f.When[name]), true)
	}
	return strings.Join(words, " ")
}

// whenName formats the name of a member, as a JSON string if it must be one.
func whenName(name string) string {
	if strings.HasPrefix(name, `"`) || strings.ContainsFunc(name, func(r rune) bool { return r == '=' || unicode.IsSpace(r) }) {
		return spaceless(name)
	}
	return name
}

// whenValue formats a value as JSON, or as a bare string if that is unambiguous.
func whenValue(v any) string {
	if s, ok := v.(string); ok && !json.Valid([]byte(s)) && !strings.ContainsFunc(s, unicode.IsSpace) {
		return s
	}
	return spaceless(v)
}

// spaceless formats v as JSON in which white space and equals signs are escaped.
// They occur only in strings.
func spaceless(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "null" // Validate refuses such a value
	}
	var b strings.Builder
	for _, r := range string(data) {
		if r == '=' || unicode.IsSpace(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
