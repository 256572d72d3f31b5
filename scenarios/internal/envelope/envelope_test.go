package envelope

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/keyledger"
)

const run = "0badcafe"

var all = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.All) })

func newBounds(t *testing.T) *Bounds {
	t.Helper()
	c, err := all()
	if err != nil {
		t.Fatal(err)
	}
	return &Bounds{Base: "https://host.example/api/v1", Run: run, Limit: 5, Expiry: 15 * time.Minute, Contract: c}
}

// newKey returns a request for a key with the members of a body.
func newKey(body string) Request {
	return Request{Method: http.MethodPost, Path: "/keys", Header: http.Header{}, Body: []byte(body)}
}

// boundedKey returns the body of a key within the bounds, with the limit and the time
// until it expires.
func boundedKey(limit float64, expiry time.Duration) string {
	return fmt.Sprintf(`{"name":"of %s","limit":%v,"expires_at":%q}`, run, limit, time.Now().Add(expiry).UTC().Format(time.RFC3339))
}

// TestBounds_check sends what a limit and an expiry allow, and refuses the rest.
func TestBounds_check(t *testing.T) {
	t.Parallel()
	b := newBounds(t)
	for name, test := range map[string]struct {
		request Request
		sent    bool
	}{
		"the largest limit":              {newKey(boundedKey(5, time.Minute)), true},
		"a larger limit":                 {newKey(boundedKey(5.01, time.Minute)), false},
		"a negative limit":               {newKey(boundedKey(-1, time.Minute)), false},
		"a later expiry":                 {newKey(boundedKey(5, time.Hour)), false},
		"no limit":                       {newKey(`{"name":"` + run + `"}`), false},
		"a name without the run":         {newKey(strings.Replace(boundedKey(0, time.Minute), run, "another", 1)), false},
		"two limits":                     {newKey(`{"limit":0,` + boundedKey(0, time.Minute)[1:]), false},
		"a limit in upper case":          {newKey(`{"Limit":9,` + boundedKey(0, time.Minute)[1:]), false},
		"a body that is not an object":   {newKey(`[]`), false},
		"a request that only reads":      {Request{Method: "GET", Path: "/nowhere"}, true},
		"a change without an operation":  {Request{Method: "PUT", Path: "/nowhere"}, false},
		"a path that leads to create":    {Request{Method: "POST", Path: "/x/../keys", Body: []byte(`{}`)}, false},
		"a header that names a method":   {Request{Method: "GET", Path: "/keys", Header: http.Header{"X-Http-Method-Override": {"POST"}}}, false},
		"an update that lifts the limit": {Request{Method: "PATCH", Path: "/keys/h", Body: []byte(`{"limit":null}`)}, false},
		"an update of the name":          {Request{Method: "PATCH", Path: "/keys/h", Body: []byte(`{"name":"x"}`)}, true},
	} {
		err := b.Check(test.request)
		if _, refused := errors.AsType[*Refusal](err); refused == test.sent || !refused && err != nil {
			t.Errorf("%s: %v, want sent %t", name, err, test.sent)
		}
	}
}

// TestBounds_codes exchanges a code only if a request within the bounds made it, unless
// nothing is bounded.
func TestBounds_codes(t *testing.T) {
	t.Parallel()
	exchange := Request{Method: http.MethodPost, Path: "/auth/keys", Body: []byte(`{"code":"c1"}`)}
	code := strings.Replace(boundedKey(1, time.Minute), "name", "key_label", 1)
	for name, test := range map[string]struct {
		change func(*Bounds)
		sent   bool
	}{
		"somebody else's code":      {func(*Bounds) {}, false},
		"a code within the bounds":  {func(b *Bounds) { noteCode(b, code, 200) }, true},
		"a code beyond the bounds":  {func(b *Bounds) { noteCode(b, strings.Replace(code, ":1,", ":6,", 1), 200) }, false},
		"a code that was not given": {func(b *Bounds) { noteCode(b, code, 400) }, false},
		"no bound at all":           {func(b *Bounds) { b.Limit, b.Expiry = math.Inf(1), -1 }, true},
	} {
		b := newBounds(t)
		test.change(b)
		if err := b.Check(exchange); (err == nil) != test.sent {
			t.Errorf("%s: %v, want sent %t", name, err, test.sent)
		}
	}
}

func noteCode(b *Bounds, body string, status int) {
	b.NoteCode(Request{Method: http.MethodPost, Path: "/auth/keys/code", Body: []byte(body)}, status, []byte(`{"data":{"id":"c1"}}`))
}

// TestAccount_settles follows a key through the ledger: each end of its request leaves
// the entry that says what may be there.
func TestAccount_settles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer Answer
		want   string
		left   int
	}{
		"made":                        {Answer{Status: 201, Body: []byte(`{"data":{"hash":"h1"}}`)}, keyledger.Made, 1},
		"made, with a broken answer":  {Answer{Status: 201, Body: []byte(`{"da`), Broken: true}, keyledger.Unknown, 1},
		"refused":                     {Answer{Status: 400}, keyledger.NotMade, 0},
		"a server that failed":        {Answer{Status: 500}, keyledger.Unknown, 1},
		"no answer":                   {Answer{Broken: true}, keyledger.Unknown, 1},
		"no connection":               {Answer{Broken: true, Unsent: true}, keyledger.NotMade, 0},
		"refused, but the body broke": {Answer{Status: 400, Broken: true}, keyledger.Unknown, 1},
	} {
		a := &Account{Ledger: keyledger.New(nil, nil), Target: "host.example", Hide: func(text string) string { return text }}
		r := newKey(boundedKey(2, time.Minute))
		e, err := a.Intend(newBounds(t), r)
		if err == nil {
			err = a.Settle(e, r, test.answer)
		}
		left := a.Ledger.Left("host.example")
		if err != nil || len(left) != test.left || test.left == 1 && left[0].State != test.want {
			t.Errorf("%s: %v with error %v, want %d entries in the state %q", name, left, err, test.left, test.want)
		}
	}
}

// TestCleaner_deletesNoOther deletes the keys of the ledger by hash, those without one
// by a name that carries the id of the run, and gives up on a target that is silent.
func TestCleaner_deletesNoOther(t *testing.T) {
	t.Parallel()
	entry := func(name, hash string) keyledger.Entry {
		return keyledger.Entry{Run: run, Target: "host.example", Operation: "create-keys", Name: name, Hash: hash, State: keyledger.Made}
	}
	listed := []keyledger.Entry{entry("a "+run, "h1"), entry("b "+run, ""), entry("of somebody", "")}
	const page = `{"data":[{"hash":"h2","name":"b ` + run + `"},{"hash":"h3","name":"of somebody"}]}`
	var sent []string
	answer := func(method, path, _ string) *Answer {
		sent = append(sent, method+" "+path)
		if method == http.MethodGet {
			return &Answer{Status: 200, Body: []byte(page)}
		}
		return &Answer{Status: 200}
	}
	(&Cleaner{Ledger: keyledger.New(nil, nil), Send: answer}).DeleteAll(listed)
	if want := []string{"DELETE /keys/h1", "GET /keys", "GET /keys", "DELETE /keys/h2"}; !slices.Equal(sent, want) {
		t.Errorf("sent %q, want %q", sent, want)
	}
	silent := 0
	(&Cleaner{Ledger: keyledger.New(nil, nil), Send: func(string, string, string) *Answer { silent++; return nil }}).DeleteAll(
		slices.Repeat([]keyledger.Entry{entry("a "+run, "h1")}, 9))
	if silent != maxUnanswered {
		t.Errorf("%d calls to a silent target, want %d", silent, maxUnanswered)
	}
}
