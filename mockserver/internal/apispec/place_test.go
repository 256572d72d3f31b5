package apispec

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sample returns a value that satisfies the schema and has every member.
func sample(s schema) any {
	switch s.kind {
	case anObject:
		object := map[string]any{}
		for _, m := range s.members {
			object[m.name] = sample(m)
		}
		return object
	case anArray:
		if s.items == nil {
			return []any{}
		}
		return []any{sample(*s.items)}
	case aString:
		if s.format == "date-time" {
			return "2026-03-04T12:00:00Z"
		}
		return "text"
	case aBoolean:
		return true
	}
	return 1.5
}

// differences returns the JSON pointers of the outermost values in which a and b
// differ.
func differences(a, b any, pointer string) []string {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			return []string{pointer}
		}
		names := maps.Clone(a)
		maps.Copy(names, b)
		var list []string
		for _, name := range slices.Sorted(maps.Keys(names)) {
			one, inA := a[name]
			two, inB := b[name]
			if inA != inB {
				list = append(list, pointer+"/"+name)
				continue
			}
			list = append(list, differences(one, two, pointer+"/"+name)...)
		}
		return list
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return []string{pointer}
		}
		var list []string
		for i := range a {
			list = append(list, differences(a[i], b[i], pointer+"/"+strconv.Itoa(i))...)
		}
		return list
	}
	if reflect.DeepEqual(a, b) {
		return nil
	}
	return []string{pointer}
}

// valueAt returns the value at a JSON pointer, and whether there is one.
func valueAt(v any, path []string) (any, bool) {
	for _, name := range path {
		switch at := v.(type) {
		case map[string]any:
			child, ok := at[name]
			if !ok {
				return nil, false
			}
			v = child
		case []any:
			v = at[0]
		}
	}
	return v, true
}

// kindOf returns the JSON type of a decoded value. Every number is a number.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return aString
	case bool:
		return aBoolean
	case []any:
		return anArray
	case map[string]any:
		return anObject
	}
	return aNumber
}

// broken reports whether the value at the place breaks its constraint.
func (p Place) broken(body any) bool {
	v, found := valueAt(body, p.path())
	switch p.constraint {
	case breakMissing:
		return !found
	case breakNull:
		return found && v == nil
	case breakType:
		return kindOf(v) != p.schema.kind && !(kindOf(v) == aNumber && p.schema.kind == aInteger)
	case breakFormat:
		text, ok := v.(string)
		_, err := ParseTime(text)
		return ok && err != nil
	case breakConst:
		return v == false
	case breakMaxItems:
		items, ok := v.([]any)
		return ok && len(items) == p.schema.maxItems+1
	}
	return false
}

// eachResponse calls f for every documented response, with a body that satisfies
// its schema.
func eachResponse(t *testing.T, f func(t *testing.T, op *Operation, status int, body []byte)) {
	for _, op := range Operations {
		for _, status := range op.Statuses() {
			t.Run(fmt.Sprintf("%s %d", op.ID, status), func(t *testing.T) {
				t.Parallel()
				s, ok := responseSchema(op.ID, status)
				if !ok {
					t.Fatal("there is no schema")
				}
				body, err := json.Marshal(sample(s))
				if err != nil {
					t.Fatal(err)
				}
				f(t, op, status, body)
			})
		}
	}
}

func TestBreakBreaksExactlyThePlace(t *testing.T) {
	t.Parallel()
	eachResponse(t, func(t *testing.T, op *Operation, status int, body []byte) {
		var intact any
		if err := json.Unmarshal(body, &intact); err != nil {
			t.Fatal(err)
		}
		for _, p := range Places(op.ID, status, "") {
			data, place, ok := Break(op.ID, status, body, p.String(), 0)
			if !ok || place != p.String() {
				t.Fatalf("%s: Break returns the place %q, %v", p, place, ok)
			}
			var got any
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatalf("%s: %v", p, err)
			}
			if d := differences(intact, got, ""); !slices.Equal(d, []string{p.pointer}) {
				t.Errorf("%s: the body differs at %q, want only %q", p, d, p.pointer)
			}
			if p.broken(intact) || !p.broken(got) {
				t.Errorf("%s: the constraint holds in %s", p, data)
			}
		}
	})
}

func TestBreakTakesThePlacesInTurn(t *testing.T) {
	t.Parallel()
	eachResponse(t, func(t *testing.T, op *Operation, status int, body []byte) {
		places := Places(op.ID, status, "")
		for _, turn := range []int{0, 1, len(places) - 1, len(places), len(places) + 1} {
			want := places[turn%len(places)].String()
			if _, got, ok := Break(op.ID, status, body, "", turn); got != want || !ok {
				t.Errorf("turn %d breaks %q, want %q", turn, got, want)
			}
		}
	})
}

func TestPlacesOfAPointer(t *testing.T) {
	t.Parallel()
	eachResponse(t, func(t *testing.T, op *Operation, status int, _ []byte) {
		all, byPointer := Places(op.ID, status, ""), 0
		var pointers []string
		for _, p := range all {
			if one := Places(op.ID, status, p.String()); len(one) != 1 || one[0].String() != p.String() {
				t.Errorf("%s stands for %v", p, one)
			}
			if !slices.Contains(pointers, p.value()) {
				pointers = append(pointers, p.value())
				byPointer += len(Places(op.ID, status, p.value()))
			}
		}
		if byPointer != len(all) {
			t.Errorf("the pointers stand for %d places, want %d", byPointer, len(all))
		}
	})
}

func TestBreakNeedsThePlaceInTheBody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, operation string
		status          int
		body, at        string
	}{
		{"an empty list has no item", "list-keys", 200, `{"data":[]}`, "/data/0/hash:missing"},
		{"an empty list cannot be made too long", "list-keys", 200, `{"data":[]}`, "/data:max-items"},
		{"a required member is absent", "create-keys", 201, `{"data":{},"key":"k"}`, "/data/hash:null"},
		{"a parent is absent", "create-keys", 201, `{"key":"k"}`, "/data/hash:type"},
		{"a parent is not an object", "create-keys", 201, `{"data":1,"key":"k"}`, "/data/hash:type"},
		{"the place is unknown", "create-keys", 201, `{"data":{},"key":"k"}`, "/data/hsah:type"},
		{"the body is not JSON", "create-keys", 201, `{"data"`, "body:type"},
		{"the status is not documented as a response", "create-keys", 204, `{}`, ""},
		{"the operation is unknown", "create-key", 201, `{}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if data, place, ok := Break(tt.operation, tt.status, []byte(tt.body), tt.at, 0); ok || data != nil || place != "" {
				t.Errorf("got %s, %q, %v", data, place, ok)
			}
		})
	}
}

// TestOptionalAndNullableMembers checks which members may be absent or null: those
// that have no place for it.
func TestOptionalAndNullableMembers(t *testing.T) {
	t.Parallel()
	nullable := []string{"/limit", "/limit_remaining", "/limit_reset", "/updated_at", "/expires_at", "/creator_user_id"}
	inError := []string{"/error/metadata", "/user_id", "/modelgates_metadata"}
	for _, tt := range []struct {
		operation          string
		status             int
		parent             string
		optional, nullable []string
	}{
		{"create-keys", 201, "/data", []string{"/expires_at"}, nullable},
		{"list-keys", 200, "/data/0", []string{"/expires_at"}, nullable},
		{"get-current-key", 200, "/data", []string{"/expires_at"}, []string{"/limit", "/limit_remaining", "/limit_reset", "/expires_at", "/creator_user_id"}},
		{"create-auth-keys-code", 200, "", nil, nil},
		{"exchange-auth-code", 200, "", nil, []string{"/user_id"}},
		{"delete-keys", 200, "", nil, nil},
		{"create-keys", 500, "", inError, inError},
	} {
		t.Run(fmt.Sprintf("%s %d", tt.operation, tt.status), func(t *testing.T) {
			t.Parallel()
			places := Places(tt.operation, tt.status, "")
			var optional, nullable []string
			for _, p := range places {
				if p.constraint != breakType || p.pointer == "" { // every value has one
					continue
				}
				has := func(constraint string) bool {
					return slices.ContainsFunc(places, func(q Place) bool { return q.pointer == p.pointer && q.constraint == constraint })
				}
				if !has(breakMissing) && p.schema.name != "" {
					optional = append(optional, strings.TrimPrefix(p.pointer, tt.parent))
				}
				if !has(breakNull) {
					nullable = append(nullable, strings.TrimPrefix(p.pointer, tt.parent))
				}
			}
			if !slices.Equal(sorted(optional), sorted(tt.optional)) || !slices.Equal(sorted(nullable), sorted(tt.nullable)) {
				t.Errorf("optional %q, want %q; nullable %q, want %q", optional, tt.optional, nullable, tt.nullable)
			}
		})
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

func TestBreakAddsAnAbsentOptionalMember(t *testing.T) {
	t.Parallel()
	data, _, ok := Break("create-keys", 201, []byte(`{"data":{},"key":"k"}`), "/data/expires_at:type", 0)
	if want := `{"data":{"expires_at":7},"key":"k"}`; !ok || string(data) != want {
		t.Errorf("got %s, %v, want %s", data, ok, want)
	}
}

func TestResponseSchemaBounds(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{199: false, 200: false, 201: true, 399: false, 400: true, 599: true, 600: false} {
		if _, ok := responseSchema("create-keys", status); ok != want {
			t.Errorf("%d: got %v, want %v", status, ok, want)
		}
	}
}

func TestEveryOperationHasASuccessSchema(t *testing.T) {
	t.Parallel()
	if len(successSchemas) != len(Operations) {
		t.Errorf("got %d schemas for %d operations", len(successSchemas), len(Operations))
	}
	for _, op := range Operations {
		if s := successSchemas[op.ID]; s.kind != anObject || len(s.members) == 0 {
			t.Errorf("%s: got %+v, want an object with members", op.ID, s)
		}
	}
}
