package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/mockserver"
)

// guard refuses a call that must not reach a live target: one that could make
// a key, or change one, outside of the envelope of the options.
func (s *session) guard(c call) error {
	if s.fake != nil || c.token == "" && c.expectations.header.Get("Authorization") == "" && !c.is(http.MethodPost, "/auth/keys") {
		return nil // without a credential it makes nothing that anyone pays for
	}
	switch {
	case c.is(http.MethodPost, "/keys"):
		return s.guardNew(c)
	case c.is(http.MethodPost, "/auth/keys") && (!math.IsInf(*s.LiveLimit, 1) || s.LiveExpiry >= 0):
		return s.outside("a request that states the bounds of the key", "an exchange, which states none")
	case c.method == http.MethodPatch && strings.HasPrefix(c.path, "/keys/"):
		body, ok := members(c.body)
		limit, limited := body["limit"].(float64)
		if _, named := body["limit"]; !ok || named && s.spends(limit, limited) {
			return s.outside(fmt.Sprintf("a limit of at most %v USD, or none named", *s.LiveLimit), "a higher limit, or a body that cannot be read")
		}
	}
	return nil
}

// is reports whether the call is of a method and a path.
func (c call) is(method, path string) bool {
	return c.method == method && strings.TrimSuffix(c.path, "/") == path
}

// spends reports whether a key with this limit could spend more than the
// options allow.
func (s *session) spends(limit float64, limited bool) bool {
	return !math.IsInf(*s.LiveLimit, 1) && (!limited || limit > *s.LiveLimit)
}

// guardNew refuses a request for a key that is not bounded by itself.
func (s *session) guardNew(c call) error {
	body, ok := members(c.body)
	if !ok {
		return s.outside("a JSON object with name, limit and expires_at, each once", "a body that cannot be read so")
	}
	if name, _ := body["name"].(string); !strings.Contains(name, s.run) {
		return s.outside("a name that holds $RUN, so that the key can be found", "a name without it")
	}
	limit, limited := body["limit"].(float64)
	if s.spends(limit, limited) {
		return s.outside(fmt.Sprintf("a limit of at most %v USD", *s.LiveLimit), "a higher limit, or none")
	}
	if s.LiveExpiry < 0 {
		return nil
	}
	latest := time.Now().Add(s.LiveExpiry)
	expiry, _ := body["expires_at"].(string)
	if at, err := time.Parse(time.RFC3339, expiry); err == nil && !at.After(latest) {
		return nil
	}
	return s.outside(fmt.Sprintf("expires_at at most %v from now; $SOON is", s.LiveExpiry), "a later time, or none")
}

// members reads a JSON object whose members come once each: of two limits
// nobody knows which one the target takes.
func members(data []byte) (map[string]any, bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	out := map[string]any{}
	for d.More() {
		token, err := d.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, false
		}
		var value any
		if _, twice := out[name]; twice || d.Decode(&value) != nil {
			return nil, false
		}
		out[name] = value
	}
	return out, true
}

// outside is the mistake of a scenario that would make a key without bounds.
func (s *session) outside(want, got string) error {
	return &fatal{Failure{Text: "not sent: on a live target a call that makes a key must bound it", Want: want, Got: got}}
}

// unfit says why a script cannot be played on the target, "" if it can. What
// stands behind a condition that does not hold there is left out.
func (s *script) unfit(t *target) string {
	companions := map[string]bool{"consent": true}
	for _, st := range s.steps {
		if !t.allows(st) {
			continue
		}
		known, name := commands()[st.command()], st.command()
		if st.command() == "cleanup" {
			name = "call"
		}
		switch {
		case st.command() == "skip" && t.decided(st):
			return "" // it says so itself
		case t.live() && known.fakeOnly:
			return fmt.Sprintf("line %d needs the fake: %s", st.line, st.command())
		case t.live() && name == "header" && len(st.words) > 1 && strings.EqualFold(st.words[1].text, "Prefer"):
			return fmt.Sprintf("line %d needs the fake: Prefer", st.line)
		case !t.companions() && (companions[name] || name == "call" && t.unknown(st)):
			return fmt.Sprintf("line %d needs a companion operation", st.line)
		}
	}
	if t.live() {
		for _, r := range mockserver.Rules() {
			if slices.Contains(s.rules, r.ID) && (r.Source == "choice" || r.Choices != nil) {
				return "it holds an open question: " + r.ID
			}
		}
	}
	return ""
}

// decided reports whether all conditions of a step are ours, so that it is
// known to run.
func (t *target) decided(st step) bool {
	return !slices.ContainsFunc(st.conds, func(cond string) bool {
		_, err := t.Condition(strings.TrimSpace(strings.TrimPrefix(cond, "!")))
		return err != nil
	})
}

// unknown reports whether a call is of a companion operation.
func (t *target) unknown(st step) bool {
	words := st.words[1:]
	if st.command() == "cleanup" && len(words) > 0 {
		words = words[1:]
	}
	if len(words) < 2 {
		return false
	}
	path, _, _ := strings.Cut(words[1].text, "?")
	return t.companion(words[0].text, path)
}

// companion reports whether a method and a path lead to a companion operation.
// A segment with a variable in it is taken for any value.
func (t *target) companion(method, path string) bool {
	all, err := judgeAll()
	if err != nil {
		return false // open has reported it
	}
	segments := strings.Split(strings.TrimSuffix(path, "/"), "/")
	return slices.ContainsFunc(all.Operations(), func(op contract.Operation) bool {
		return op.Companion && op.Method == method && slices.EqualFunc(strings.Split(op.Path, "/"), segments, func(want, got string) bool {
			return want == got || strings.HasPrefix(want, "{")
		})
	})
}
