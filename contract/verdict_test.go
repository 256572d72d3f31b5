package contract_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
)

// TestVerdict_dependsOnTheCaller pins the statuses that the documents allow for each
// caller, of a valid request and of one that is not.
func TestVerdict_dependsOnTheCaller(t *testing.T) {
	t.Parallel()
	const (
		management, plain, revoked, unknown = contract.CallerManagement, contract.CallerPlain, contract.CallerRevoked, contract.CallerUnknown
		accept, refuse, open                = contract.MustAccept, contract.MustRefuse, contract.Open
	)
	invalid, doubtful := send(`{}`), send(`{"name":"x","limit":-1}`)
	for _, test := range []struct {
		name     string
		edits    []func(*contract.Exchange)
		who      contract.Caller
		expect   contract.Expectation
		statuses []int
	}{
		{"a valid request", nil, management, accept, []int{201}},
		{"an invalid one", edits(invalid), management, refuse, []int{400}},
		{"an open one", edits(doubtful), management, open, nil},
		{"a valid one of nobody known", nil, unknown, open, nil},
		{"an invalid one of nobody known", edits(invalid), unknown, refuse, []int{400, 401, 403}},
		{"a valid one of a plain key", nil, plain, refuse, []int{403}},
		{"an invalid one of a plain key", edits(invalid), plain, refuse, []int{403, 400}},
		{"a valid one of a revoked key", nil, revoked, refuse, []int{401}},
		{"an invalid one of a revoked key", edits(invalid), revoked, refuse, []int{401, 400}},
		{"an open one of a revoked key", edits(doubtful), revoked, refuse, []int{401, 400}},
		{"one without a body of a revoked key", edits(send("")), revoked, refuse, []int{401, 400}},
		{"one without a credential", edits(requestHeader("Authorization")), unknown, refuse, []int{401}},
		{"a read of a revoked key", edits(call("GET", "/keys/h"), send(""), requestHeader("Content-Type")), revoked, refuse, []int{401, 404}},
		{"an invalid update", edits(call("PATCH", "/keys/h"), send(`{"name":1}`)), management, refuse, []int{400, 404}},
		{"a code of a plain key", edits(call("POST", "/auth/keys/code"), send(`{"callback_url":"https://example.com/"}`)), plain, accept, []int{200}},
		{"an unknown path", edits(call("GET", "/nowhere")), management, open, nil},
	} {
		v := verdictOn(t, exchange(test.edits...), test.who)
		if v.Expect != test.expect || !slices.Equal(v.Statuses, test.statuses) {
			t.Errorf("%s: %v %v, want %v %v", test.name, v.Expect, v.Statuses, test.expect, test.statuses)
		}
	}
}

// verdictTime is the time of the verdicts in these tests.
var verdictTime = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// verdictOn returns what both documents say about a request.
func verdictOn(t *testing.T, x contract.Exchange, who contract.Caller) contract.Verdict {
	t.Helper()
	c := newContract(t, contract.All)
	result, err := c.Check(x)
	if err != nil {
		t.Fatal(err)
	}
	return c.Verdict(x, result, who, verdictTime)
}

// TestVerdict_bounds goes to both sides of each bound up to which a value must be
// accepted. Beyond it the value is refused, or the documents do not say.
func TestVerdict_bounds(t *testing.T) {
	t.Parallel()
	const accept, refuse, open = contract.MustAccept, contract.MustRefuse, contract.Open
	key := func(member string) contract.Exchange { return exchange(send(`{"name":"x",` + member + `}`)) }
	expiry := func(after time.Duration) contract.Exchange {
		return key(`"expires_at":"` + verdictTime.Add(after).Format(time.RFC3339) + `"`)
	}
	code := func(callback, more string) contract.Exchange {
		return exchange(call("POST", "/auth/keys/code"), send(`{"callback_url":"`+callback+`"`+more+`}`))
	}
	label := func(text string) contract.Exchange { return code("https://example.com/", `,"key_label":"`+text+`"`) }
	challenge := func(size int) contract.Exchange {
		return code("https://example.com/", `,"code_challenge_method":"plain","code_challenge":"`+strings.Repeat("c", size)+`"`)
	}
	padded := func(size int) contract.Exchange {
		const start = "https://example.com/"
		return code(start+strings.Repeat("p", size-len(start)), "")
	}
	const year = 365 * 24 * time.Hour
	for _, test := range []struct {
		name   string
		x      contract.Exchange
		expect contract.Expectation
		rule   string
	}{
		{"a name of 100 characters", exchange(send(`{"name":"` + strings.Repeat("é", 100) + `"}`)), accept, ""},
		{"a name of 101 characters", exchange(send(`{"name":"` + strings.Repeat("é", 101) + `"}`)), open, ""},
		{"an empty name", exchange(send(`{"name":""}`)), refuse, ""},
		{"a name with a control character", exchange(send(`{"name":"a\u0000b"}`)), open, ""},
		{"a limit of a million", key(`"limit":1e6`), accept, ""},
		{"a limit over a million", key(`"limit":1000000.01`), open, ""},
		{"a limit of a cent", key(`"limit":0.01`), accept, ""},
		{"a limit under a cent", key(`"limit":0.009`), open, ""},
		{"a limit of 0", key(`"limit":0`), accept, ""},
		{"a limit of -0", key(`"limit":-0`), open, ""},
		{"a negative limit", key(`"limit":-1`), open, "keys.negative-limit"},
		{"an expiry in a minute", expiry(time.Minute), accept, ""},
		{"an expiry in less than a minute", expiry(time.Minute - time.Second), open, "keys.expires-at-past"},
		{"an expiry in 99 years", expiry(99 * year), accept, ""},
		{"an expiry in 101 years", expiry(101 * year), open, ""},
		{"an expiry with another offset", key(`"expires_at":"2027-01-01T00:00:00+01:00"`), refuse, ""},
		{"an expiry with the offset +00:00", key(`"expires_at":"2027-01-01T00:00:00+00:00"`), open, "keys.expires-at-offset-zero"},
		{"a body after a byte order mark", exchange(send("\xef\xbb\xbf" + `{"name":"x"}`)), open, ""},
		{"a body that breaks off", exchange(send(`{"name":"x"`)), refuse, ""},
		{"a label of 100 characters", label(strings.Repeat("é", 100)), accept, ""},
		{"a label of 101 characters", label(strings.Repeat("é", 101)), refuse, ""},
		{"a challenge of 43 characters", challenge(43), accept, ""},
		{"a challenge of 42 characters", challenge(42), open, "codes.challenge-form"},
		{"a challenge of 128 characters", challenge(128), accept, ""},
		{"a challenge of 129 characters", challenge(129), open, "codes.challenge-form"},
		{"a callback of 2000 bytes", padded(2000), accept, ""},
		{"a callback of 2001 bytes", padded(2001), open, "codes.callback-url"},
		{"a callback on port 3000", code("https://example.com:3000/", ""), accept, ""},
		{"a callback on port 3001", code("https://example.com:3001/", ""), refuse, ""},
		{"a callback on this machine by name", code("http://localhost:3001/", ""), open, "codes.callback-url"},
		{"a callback on this machine by its IPv4 address", code("http://127.0.0.1/", ""), open, "codes.callback-url"},
		{"a callback on this machine by its IPv6 address", code("http://[::1]:3001/", ""), open, "codes.callback-url"},
		{"a callback with user information", code("https://user@example.com/", ""), open, "codes.callback-url"},
		{"a callback with a fragment", code("https://example.com/#f", ""), open, "codes.callback-url"},
		{"a callback that only browsers accept", code("https://example.com/a b", ""), open, ""},
		{"a callback that is not an address", code("here", ""), refuse, ""},
	} {
		v := verdictOn(t, test.x, contract.CallerManagement)
		if v.Expect != test.expect || v.Rule != test.rule {
			t.Errorf("%s: %v by rule %q at %q, want %v by %q", test.name, v.Expect, v.Rule, v.Where, test.expect, test.rule)
		}
	}
}
