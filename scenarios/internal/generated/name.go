package generated

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/mockgates/mockgates/contract"
)

// withRun puts the id of the run into the name of a key, on a live target. It leaves a
// name of one character, and a placeholder, which contains the id already.
func (p *player) withRun(m contract.MatrixCase) contract.MatrixCase {
	var body struct{ Name string }
	if !p.Live || p.cases.Operation != "create-keys" || json.Unmarshal(m.Body, &body) != nil {
		return m
	}
	name := body.Name
	length := utf8.RuneCountInString(name)
	const placeholder = "${" + contract.PlaceholderRun + "}"
	switch {
	case length < 2 || strings.Contains(name, "${"):
		return m
	case length > 2*len(p.Run): // its length may be what the case is about
		name = string([]rune(name)[:length-len(p.Run)]) + placeholder
	default:
		name += placeholder
	}
	old, _ := json.Marshal(body.Name)
	now, _ := json.Marshal(name)
	m.Body = bytes.Replace(m.Body, old, now, 1)
	return m
}
