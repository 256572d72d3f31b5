package samples

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/internal/openapi"
)

// sampleDepth is the depth from which a sample has only required members. A
// schema may contain itself.
const sampleDepth = 4

// Of returns a value that meets the schema, with every declared property. depth is
// how deep it is in the whole sample.
func Of(s *openapi.Schema, depth int) *openapi.Node {
	if s == nil {
		return openapi.Text("anything")
	}
	if len(s.Values) > 0 {
		return s.Values[0]
	}
	if s.First != nil && len(s.Props) > 0 && depth < 2*sampleDepth {
		return Of(s.First, depth+1)
	}
	switch firstType(s) {
	case "string":
		return openapi.Text(sampleText(s))
	case "number", "integer":
		return openapi.Number(strconv.FormatFloat(sampleNumber(s), 'f', -1, 64))
	case "boolean":
		return openapi.Boolean(true)
	case "null":
		return openapi.Null()
	case "array":
		if s.Items == nil || depth > 2*sampleDepth {
			return openapi.Array()
		}
		return openapi.Array(Of(s.Items, depth+1))
	default:
		return sampleObject(s, depth)
	}
}

func sampleObject(s *openapi.Schema, depth int) *openapi.Node {
	o := openapi.Object()
	for _, p := range s.Props {
		if depth > sampleDepth && !slices.Contains(s.Required, p.Name) {
			continue
		}
		if depth > 2*sampleDepth {
			break
		}
		o.Members = append(o.Members, openapi.Member{Name: p.Name, Value: sampleMember(p, depth+1)})
	}
	if s.Open && len(s.Props) == 0 {
		o.Members = append(o.Members, openapi.Member{Name: "anything", Value: Of(s.Extra, depth+1)})
	}
	return o
}

// sampleMember returns a value that meets the schema of a property, and what the
// documents say only in prose about properties with its name.
func sampleMember(p openapi.Property, depth int) *openapi.Node {
	if firstType(p.Schema) == "string" && len(p.Values) == 0 && p.Format == "" {
		switch p.Name {
		case "created_at", "updated_at":
			return openapi.Text("2026-11-30T23:59:59Z")
		case "limit_reset":
			return openapi.Text("weekly")
		}
	}
	return Of(p.Schema, depth)
}

// firstType returns the first type that is not null. A schema without types is
// taken for an object if it declares properties, and otherwise for a string.
func firstType(s *openapi.Schema) string {
	for _, t := range s.Types {
		if t != "null" {
			return t
		}
	}
	switch {
	case len(s.Types) > 0:
		return "null"
	case len(s.Props) > 0:
		return "object"
	}
	return "string"
}

// sampleNumber returns the least number from 1 on that minimum and multipleOf
// allow.
func sampleNumber(s *openapi.Schema) float64 {
	least, _ := s.Limit("minimum").Number()
	least = max(least, 1)
	if step, ok := s.Limit("multipleOf").Number(); ok && step > 0 {
		return math.Ceil(least/step) * step
	}
	return least
}

func sampleText(s *openapi.Schema) string {
	switch s.Format {
	case "date-time":
		return "2029-11-30T23:59:59Z"
	case "date":
		return "2029-11-30"
	case "uri":
		return "https://example.com/callback"
	case "uuid":
		return "0df9e665-d932-5740-b2c7-b52af166bc11"
	}
	sample := "sample"
	if least, ok := s.Limit("minLength").Number(); ok && len(sample) < int(least) {
		sample = strings.Repeat("a", int(least))
	}
	if most, ok := s.Limit("maxLength").Number(); ok && len(sample) > int(most) {
		sample = sample[:int(most)]
	}
	return sample
}

// Complete returns the object o with the declared properties that it lacks. It
// returns a sample if o is not an object.
func Complete(s *openapi.Schema, o *openapi.Node) *openapi.Node {
	if o == nil || o.Kind != openapi.MappingNode {
		return Of(s, 0)
	}
	full := openapi.Object(slices.Clone(o.Members)...)
	for _, p := range s.Props {
		if o.Get(p.Name) == nil {
			full.Members = append(full.Members, openapi.Member{Name: p.Name, Value: Of(p.Schema, 1)})
		}
	}
	return full
}

// A place is one value in a sample, with its schema.
type place struct {
	path     []string
	required bool // of the object it is a member of
	unsure   bool // it is in an object with a folded schema, whose alternatives may differ about it
	*openapi.Schema
}

// Places returns every value below the root that has a schema.
func Places(s *openapi.Schema, sample *openapi.Node, path []string) []place {
	var found []place
	if s == nil {
		return nil
	}
	for _, p := range s.Props {
		at := append(slices.Clone(path), p.Name)
		v := sample.Get(p.Name)
		if v == nil {
			continue
		}
		found = append(found, place{at, slices.Contains(s.Required, p.Name), s.Folded, p.Schema})
		found = append(found, placesWithin(p.Schema, s.Folded, v, at)...)
	}
	if s.Items != nil && sample.Kind == openapi.SequenceNode {
		for i, item := range sample.Items {
			at := append(slices.Clone(path), strconv.Itoa(i))
			found = append(found, place{at, false, s.Folded, s.Items})
			found = append(found, placesWithin(s.Items, s.Folded, item, at)...)
		}
	}
	return found
}

// placesWithin returns the places of sample, all of them unsure if the place
// around them is.
func placesWithin(s *openapi.Schema, unsure bool, sample *openapi.Node, path []string) []place {
	found := Places(s, sample, path)
	for i := range found {
		found[i].unsure = found[i].unsure || unsure
	}
	return found
}

// oneOfEachType returns a value of each JSON type except null.
func oneOfEachType() []struct {
	name  string
	value *openapi.Node
} {
	return []struct {
		name  string
		value *openapi.Node
	}{
		{"string", openapi.Text("text")},
		{"integer", openapi.Number("7")},
		{"number", openapi.Number("1.5")},
		{"boolean", openapi.Boolean(true)},
		{"array", openapi.Array()},
		{"object", openapi.Object()},
	}
}
