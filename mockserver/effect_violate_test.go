package mockserver_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		operation string
		status    int
		want      []string // all, or those that must be among them
		count     int
	}{
		{
			"the body of a code", "create-auth-keys-code", 200,
			[]string{
				"body:null", "body:type", "/data:missing", "/data:null", "/data:type",
				"/data/id:missing", "/data/id:null", "/data/id:type",
				"/data/app_id:missing", "/data/app_id:null", "/data/app_id:type",
				"/data/created_at:missing", "/data/created_at:null", "/data/created_at:type",
			},
			14,
		},
		{
			"the body of an error", "create-keys", 429,
			[]string{
				"body:null", "body:type", "/error:missing", "/error:null", "/error:type",
				"/error/code:missing", "/error/code:null", "/error/code:type",
				"/error/message:missing", "/error/message:null", "/error/message:type",
				"/error/metadata:type", "/user_id:type", "/modelgates_metadata:type",
			},
			14,
		},
		{"a nullable member has no place for null", "create-keys", 201, []string{"/data/limit:missing", "/data/limit:type", "/data/expires_at:type", "/data/expires_at:format"}, 2 + 3 + 15*3 + 5*2 + 2 + 3},
		{"a list", "list-keys", 200, []string{"/data:max-items", "/data/0:null", "/data/0:type", "/data/0/hash:missing"}, 2 + 4 + 2 + 15*3 + 5*2 + 2},
		{"a constant", "delete-keys", 200, []string{"/deleted:missing", "/deleted:const"}, 6},
		{"an undocumented error", "create-keys", 503, []string{"/error/code:type"}, 14},
		{"a status that is not an error", "create-keys", 302, nil, 0},
		{"an unknown operation", "create-key", 201, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := fault.Places(test.operation, test.status)
			if len(got) != test.count {
				t.Errorf("got %d places, want %d: %q", len(got), test.count, got)
			}
			for _, want := range test.want {
				if !slices.Contains(got, want) {
					t.Errorf("no place %q in %q", want, got)
				}
			}
			if len(test.want) == test.count && !cmp.Equal(test.want, got) {
				t.Errorf("order (-want +got):\n%s", cmp.Diff(test.want, got))
			}
		})
	}
}

func TestViolate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		place string
		at    string // of the response
		want  any    // there; nil for null and for absence
	}{
		{"/data/hash:missing", "data.hash", nil},
		{"/data/hash:null", "data.hash", nil},
		{"/data/hash:type", "data.hash", 7.0},
		{"/data/disabled:type", "data.disabled", "7"},
		{"/data/limit:type", "data.limit", "7"},
		{"/data/expires_at:format", "data.expires_at", "the day after tomorrow"},
		{"/data:type", "data", []any{}},
		{"/key:type", "key", 7.0},
	} {
		t.Run(test.place, func(t *testing.T) {
			t.Parallel()
			s, _ := newServerWithFaults(t, "create-keys effect=violate times=1 at="+test.place)
			a := call(t, s, "POST", "/api/v1/keys", nightly)
			if a.status != 201 || a.json == nil {
				t.Fatalf("got %d %s", a.status, a.body)
			}
			if got := a.at(test.at); !cmp.Equal(test.want, got) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if got := a.header.Get(mockserver.PlaceHeader); got != test.place {
				t.Errorf("place: got %q", got)
			}
			if strings.HasSuffix(test.place, ":null") != strings.Contains(a.body, `"hash":null`) {
				t.Errorf("null and absence are confused: %s", a.body)
			}
			b := call(t, s, "POST", "/api/v1/keys", nightly)
			broken, whole := countMembers(t, a.body), countMembers(t, b.body)
			if strings.HasSuffix(test.place, ":missing") {
				broken++
			}
			if test.place != "/data:type" && broken != whole {
				t.Errorf("%d members, want %d: something else is broken", broken, whole)
			}
		})
	}
}

// countMembers returns the number of members of data in a response.
func countMembers(t *testing.T, body string) int {
	t.Helper()
	var v struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	_ = json.Unmarshal(v.Data, &m) // an array has no members
	return len(m)
}

func TestViolateInTurn(t *testing.T) {
	t.Parallel()
	places := func(fault string, n int) (list []string) {
		s, _ := newServerWithFaults(t, fault)
		for range n {
			list = append(list, call(t, s, "POST", "/api/v1/keys", nightly).header.Get(mockserver.PlaceHeader))
		}
		return list
	}
	t.Run("without a place each one is broken in turn", func(t *testing.T) {
		t.Parallel()
		want := fault.Places("create-keys", 429)
		if diff := cmp.Diff(slices.Concat(want, want[:2]), places("create-keys status=429 effect=violate", len(want)+2)); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
	})
	t.Run("a pointer stands for each of its constraints", func(t *testing.T) {
		t.Parallel()
		want := []string{"/data/name:missing", "/data/name:null", "/data/name:type", "/data/name:missing"}
		if diff := cmp.Diff(want, places("create-keys effect=violate at=/data/name", 4)); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
	})
	t.Run("a request that passes does not count as a turn", func(t *testing.T) {
		t.Parallel()
		want := []string{"", "", "body:null", "body:type"}
		if diff := cmp.Diff(want, places("create-keys effect=violate at=body skip=2", 4)); diff != "" {
			t.Errorf("places (-want +got):\n%s", diff)
		}
	})
}

func TestViolateWithoutThePlace(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "create-keys effect=violate at=/data/hash:type times=1")
	a := call(t, s, "POST", "/api/v1/keys", `{}`)
	if a.status != 400 || a.header.Get(mockserver.FaultHeader) != "" || a.at("error.code") != 400.0 {
		t.Errorf("got %d, fault %q, %s; want a whole 400", a.status, a.header.Get(mockserver.FaultHeader), a.body)
	}
	if got := w.Faults()[0]; got.Matched != 1 || got.Fired != 0 || got.Remaining != 1 {
		t.Errorf("got %+v; want a fault that has not acted", got)
	}
	if got := call(t, s, "POST", "/api/v1/keys", nightly).at("data.hash"); got != 7.0 {
		t.Errorf("got %v, want 7", got)
	}
}

func TestViolateForAllOperations(t *testing.T) {
	t.Parallel()
	s, w := newServerWithFaults(t, "* effect=violate at=/data/app_id")
	if a := call(t, s, "POST", "/api/v1/keys", nightly); a.header.Get(mockserver.FaultHeader) != "" || w.Faults()[0].Matched != 0 {
		t.Error("an operation without the place was counted")
	}
	a := call(t, s, "POST", "/api/v1/auth/keys/code", `{"callback_url": "https://app.example/cb"}`)
	if got := a.header.Get(mockserver.PlaceHeader); got != "/data/app_id:missing" || a.at("data.app_id") != nil {
		t.Errorf("got place %q, %s", got, a.body)
	}
}

func TestViolateListItems(t *testing.T) {
	t.Parallel()
	list := func(t *testing.T, keys int, at string) response {
		t.Helper()
		s, w := newServerWithFaults(t)
		statuses(t, s, keys, nightly)
		addFault(t, w, "list-keys effect=violate at="+at)
		return call(t, s, "GET", "/api/v1/keys", "")
	}
	if a := list(t, 2, "/data:max-items"); len(a.json["data"].([]any)) != 101 {
		t.Errorf("got %d keys, want 101", len(a.json["data"].([]any)))
	}
	if a := list(t, 0, "/data:max-items"); len(a.json["data"].([]any)) != 0 || a.header.Get(mockserver.FaultHeader) != "" {
		t.Errorf("an empty list was broken: %s", a.body)
	}
	if a := list(t, 0, "/data/0/hash"); a.header.Get(mockserver.FaultHeader) != "" {
		t.Errorf("an empty list was broken: %s", a.body)
	}
	if a := list(t, 1, "/data/0:type"); !cmp.Equal(a.json["data"], any([]any{[]any{}})) {
		t.Errorf("got %s, want an array in place of the key", a.body)
	}
}
