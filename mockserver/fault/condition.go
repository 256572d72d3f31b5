package fault

import (
	"encoding/json"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// A Condition is the When of a fault in a form that can be compared with request
// bodies. The nil Condition matches every request.
type Condition []comparison

type comparison struct {
	name  string // of a member, or a JSON pointer
	value json.RawMessage
}

// NewCondition returns the condition that the request body has every member of
// when, with an equal JSON value. A name with a leading / is a JSON pointer (RFC
// 6901). A value that cannot be marshalled equals nothing.
func NewCondition(when map[string]any) Condition {
	var c Condition
	for name, want := range when {
		value, _ := json.Marshal(want) // after an error, value is nil and matches nothing
		c = append(c, comparison{name, value})
	}
	return c
}

// Matches reports whether a request body meets the condition. A body that is not a
// JSON object meets only the nil Condition.
func (c Condition) Matches(body []byte) bool { return c == nil || c.matches(members(body)) }

func (c Condition) matches(body strictjson.Members) bool {
	for _, want := range c {
		got, ok := body.Lookup(want.name)
		if !ok || want.value == nil || !strictjson.Equal(got, want.value) {
			return false
		}
	}
	return true
}

// members returns the members of a JSON object, or nil for anything else.
func members(body []byte) strictjson.Members {
	m, err := strictjson.Object(body, strictjson.Limits{})
	if err != nil {
		return nil
	}
	return m
}
