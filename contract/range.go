package contract

import (
	"errors"
	"math"

	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// mayConform reports whether a response body may conform although jsonbody.Parse
// refuses it: it is nested deeper than Check reads, or it has numbers beyond the
// range of a double, but only where the schema allows anything.
func mayConform(err error, body *jsonbody.Value, s *openapi.Schema) bool {
	if errors.Is(err, jsonbody.ErrRange) {
		return !declaresInfinite(body, s)
	}
	refused, ok := errors.AsType[*strictjson.Error](err)
	return ok && refused.Kind == strictjson.TooDeep
}

// declaresInfinite reports whether a number beyond the range of a double is where the
// schema declares something.
func declaresInfinite(v *jsonbody.Value, s *openapi.Schema) bool {
	if s == nil || len(s.Types) == 0 && len(s.Props) == 0 && s.Items == nil && s.Extra == nil {
		return false
	}
	if v.Type() == strictjson.TypeNumber {
		return math.IsInf(jsonbody.Double(v), 0)
	}
	items, members := v.Items(), v.Members()
	for i := range items {
		if declaresInfinite(&items[i], s.Items) {
			return true
		}
	}
	for i := range members {
		below := s.Extra
		if p := s.Prop(members[i].Name); p != nil {
			below = p.Schema
		}
		if declaresInfinite(&members[i].Value, below) {
			return true
		}
	}
	return false
}
