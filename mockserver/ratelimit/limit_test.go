package ratelimit_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver/ratelimit"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       ratelimit.Limit
	}{
		{"a duration", "create-keys 3/1m", ratelimit.Limit{Operation: "create-keys", Requests: 3, Per: time.Minute}},
		{"a unit alone", "* 100/s", ratelimit.Limit{Operation: "*", Requests: 100, Per: time.Second}},
		{"spaces around", "  list-keys   1/h ", ratelimit.Limit{Operation: "list-keys", Requests: 1, Per: time.Hour}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ratelimit.Parse(test.text)
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
	for _, test := range []struct{ name, text, want string }{
		{"nothing", "", "want OPERATION REQUESTS/DURATION"},
		{"no operation", "3/1m", "want OPERATION REQUESTS/DURATION"},
		{"no duration", "create-keys 3", `"3" is not REQUESTS/DURATION such as 3/1m`},
		{"an invalid count", "create-keys few/1m", `"few/1m" is not REQUESTS/DURATION such as 3/1m`},
		{"an invalid duration", "create-keys 3/minute", `"minute" is not a duration such as 1m`},
		{"no requests", "create-keys 0/1m", "0 requests; want 1 to 9007199254740991"},
		{"a window that is too short", "create-keys 1/1us", "the window is 1µs; want 1ms to 8784h0m0s"},
		{"a negative window", "create-keys 1/-1s", "the window is -1s; want 1ms to 8784h0m0s"},
		{"a window that is too long", "create-keys 1/8785h", "want 1ms to 8784h0m0s"},
		{"an unknown operation", "create-key 3/1m", "did you mean create-keys?"},
		{"an operation that documents no 429", "create-auth-keys-code 3/1m", "the operation does not document 429; want one of *, create-keys, list-keys"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := ratelimit.Parse(test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) || got != (ratelimit.Limit{}) {
				t.Errorf("got %+v, %v, want %q", got, err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"create-keys 3/1m", "* 100/s", "list-keys 1/8784h", "update-keys +7/1.5s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ratelimit.Parse(text)
		if err != nil {
			return
		}
		data, err := json.Marshal(first)
		if err != nil {
			t.Fatal(err)
		}
		var again ratelimit.Limit
		if err := json.Unmarshal(data, &again); err != nil || first != again {
			t.Errorf("%q is %s in JSON, which reads as %+v, %v", text, data, again, err)
		}
	})
}

// TestRestore_endsAreInUTC restores the window of a snapshot whose time has an offset.
func TestRestore_endsAreInUTC(t *testing.T) {
	t.Parallel()
	ends := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 2*60*60))
	limit := ratelimit.Limit{Operation: "create-keys", Requests: 3, Per: time.Minute}
	set := ratelimit.Restore([]ratelimit.State{{Limit: limit, Windows: []ratelimit.Window{{Caller: "c", Ends: ends, Used: 1}}}})
	if got := set.State()[0].Windows[0].Ends; !got.Equal(ends) || got.Location() != time.UTC {
		t.Errorf("the window ends at %v, want %v in UTC", got, ends)
	}
}
