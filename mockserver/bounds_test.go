package mockserver_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/fault"
)

// wantBound fails the test unless err says that a bound was reached.
func wantBound(t *testing.T, err error, bound string) {
	t.Helper()
	if e, ok := errors.AsType[*mockserver.BoundError](err); !ok || e.Bound != bound || !strings.Contains(err.Error(), bound) {
		t.Errorf("got error %v, want that %s is reached", err, bound)
	}
}

func TestWorldsAreBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{MaxWorlds: 2})
	for i, want := range []int{201, 201, 503, 503} {
		a := call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", fmt.Sprintf("Bearer sk-mg-mgmt-w%d", i))
		if a.status != want || want == 503 && (a.rule() != "fake.bounds" || !strings.Contains(a.body, "max-worlds")) {
			t.Errorf("world %d: got %d, rule %q, %s; want %d", i, a.status, a.rule(), a.body, want)
		}
	}
	if a := call(t, s, "POST", "/api/v1/keys", nightly); a.status != 201 {
		t.Errorf("the default world: got %d, want 201: it does not count", a.status)
	}
	_, err := s.World("w9")
	wantBound(t, err, "max-worlds")
	if got := len(s.Worlds()); got != 3 {
		t.Errorf("got %d worlds, want 3", got)
	}
	if a := call(t, s, "GET", "/auth?auto=allow&world=w9&callback_url=https://app.test/cb", ""); a.status != 503 {
		t.Errorf("a decision at the consent page: got %d, want 503", a.status)
	}
}

func TestOnlyAManagementKeyOpensAWorld(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{MaxWorlds: 1})
	for i := range 100 {
		for _, credential := range []string{"", "Basic x", "Bearer sk-mg-v1-unknown", "Bearer sk-mg-mgmt-" + strings.Repeat("x", 200)} {
			a := call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", credential, mockserver.WorldHeader, fmt.Sprintf("w%d", i))
			if a.status != 401 || a.header.Get(mockserver.WorldHeader) != fmt.Sprintf("w%d", i) {
				t.Fatalf("%q: got %d in the world %q", credential, a.status, a.header.Get(mockserver.WorldHeader))
			}
		}
		call(t, s, "GET", fmt.Sprintf("/auth?world=w%d&callback_url=https://app.test/cb", i), "")
	}
	if got := len(s.Worlds()); got != 0 {
		t.Errorf("got %d worlds, want none", got)
	}
	if got := s.ViolationCount(); got != 0 {
		t.Errorf("got %d violations that nobody can list", got)
	}
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "")
	if w := worldOf(t, s, mockserver.DefaultWorld); w.CountRequests(mockserver.Filter{}) != 1 || len(w.Violations()) != 1 {
		t.Error("a request without a credential or a world is not in the journal of the default world")
	}
	w := worldOf(t, s, "w0")
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "", mockserver.WorldHeader, "w0")
	if w.CountRequests(mockserver.Filter{}) != 1 || s.ViolationCount() != 2 {
		t.Error("a request without a credential is not in the journal of the world that it names")
	}
}

// TestDefaultWorldIsOpenedByName sends a request without a credential that names the
// default world, which nobody has opened.
func TestDefaultWorldIsOpenedByName(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "", mockserver.WorldHeader, mockserver.DefaultWorld)
	if got := worldOf(t, s, mockserver.DefaultWorld).CountRequests(mockserver.Filter{}); got != 1 {
		t.Errorf("%d requests are in its journal, want 1", got)
	}
}

func TestPeekKeepsNoWorld(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w, err := s.Peek("a")
	if err != nil || w.Name() != "a" || w == worldOf(t, s, "a") {
		t.Fatalf("got %v, %v, want a world of its own", w, err)
	}
	if again, _ := s.Peek("a"); again != worldOf(t, s, "a") {
		t.Error("Peek does not return the world that exists")
	}
	if _, err := s.Peek("a b"); !errors.Is(err, mockserver.ErrWorldName) {
		t.Errorf("got error %v, want ErrWorldName", err)
	}
}

func TestFaultsAndGatesAreBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{MaxFaults: 3, MaxGates: 2})
	w := worldOf(t, s, "default")
	hold := func(gate string) fault.Fault {
		return fault.Fault{Operation: "create-keys", Hold: gate, Skip: 1000}
	}
	if _, err := w.AddFaults(hold("a"), hold("b"), hold("a")); err != nil {
		t.Fatal(err)
	}
	_, err := w.AddFault(fault.Fault{Operation: "*", Status: 500})
	wantBound(t, err, "max-faults")
	w.RemoveFaults()
	_, err = w.AddFaults(hold("a"), hold("c"))
	wantBound(t, err, "max-gates")
	if len(w.Faults()) != 0 {
		t.Error("AddFaults added a part of its faults")
	}
	_, err = w.OpenGate("c")
	wantBound(t, err, "max-gates")
	if _, err := w.OpenGate("a"); err != nil {
		t.Errorf("a gate that exists: %v", err)
	}
	if got := len(w.Gates()); got != 2 {
		t.Errorf("got %d gates, want 2", got)
	}
}

func TestCodesAreBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{MaxCodes: 2})
	w := worldOf(t, s, "default")
	create := func(want int) string {
		t.Helper()
		a := call(t, s, "POST", codesPath, newApp)
		if a.status != want || want == 503 && (a.rule() != "fake.bounds" || !strings.Contains(a.body, "max-codes")) {
			t.Fatalf("got %d, rule %q, %s; want %d", a.status, a.rule(), a.body, want)
		}
		id, _ := a.at("data.id").(string)
		return id
	}
	exchange := func(id string) response {
		return call(t, s, "POST", "/api/v1/auth/keys", `{"code": "`+id+`"}`)
	}
	first := create(200)
	create(200)
	create(503)
	if a := exchange(first); a.status != 200 {
		t.Fatalf("exchange: %d %s", a.status, a.body)
	}
	create(200) // in place of the used one
	if a := exchange(first); a.status != 400 || !strings.Contains(a.rule(), "exchange.unknown") {
		t.Errorf("the code that was replaced: got %d, rule %q", a.status, a.rule())
	}
	create(503)
	if _, err := w.Advance(10 * time.Minute); err != nil {
		t.Fatal(err)
	}
	create(200) // in place of one that has expired
	if got := len(w.State().Codes); got != 2 {
		t.Errorf("got %d codes, want 2", got)
	}
}

// TestRestoreCountsTheWorldsThatStay checks that the worlds of a snapshot and those that
// it resets do not together exceed the bound of a server.
func TestRestoreCountsTheWorldsThatStay(t *testing.T) {
	t.Parallel()
	saved := newServer(t, mockserver.Config{})
	for _, name := range []string{"a", "b", mockserver.DefaultWorld} {
		createKey(t, saved, nightly, "Authorization", "Bearer sk-mg-mgmt-"+name)
	}
	state := string(snapshot(t, saved))
	for _, tt := range []struct {
		name string
		has  []string
		ok   bool
	}{
		{"nothing", nil, true},
		{"the default world", []string{mockserver.DefaultWorld}, true},
		{"one world of the snapshot and another", []string{"a", "c"}, true},
		{"two other worlds", []string{"c", "d"}, false},
	} {
		t.Run("a server with "+tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{MaxWorlds: 3})
			for _, name := range tt.has {
				createKey(t, s, `{"name": "before"}`, "Authorization", "Bearer sk-mg-mgmt-"+name)
			}
			before := string(snapshot(t, s))
			err := s.Restore(strings.NewReader(state))
			if tt.ok {
				if got := string(snapshot(t, s)); err != nil || got != state {
					t.Errorf("got %v and %s", err, got)
				}
				return
			}
			wantBound(t, err, "max-worlds")
			if after := string(snapshot(t, s)); after != before {
				t.Errorf("a refused snapshot changed the server: %s", after)
			}
		})
	}
}

// TestAServerTakesItsOwnSnapshot restores a snapshot with as many worlds as a server can
// have in a server that has another world, and uses that world again. Whether or not the
// snapshot was refused, the server accepts the next one that it makes itself.
func TestAServerTakesItsOwnSnapshot(t *testing.T) {
	t.Parallel()
	const most = 6
	saved := newServer(t, mockserver.Config{})
	use := func(s *mockserver.Server, world string) int {
		return call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "Bearer sk-mg-mgmt-"+world).status
	}
	for i := range most {
		use(saved, fmt.Sprintf("w%d", i))
	}
	for _, worlds := range [][]string{nil, {"x"}, {"x", mockserver.DefaultWorld}, {"x", "w0"}} {
		t.Run(fmt.Sprint(worlds), func(t *testing.T) {
			t.Parallel()
			s := newServer(t, mockserver.Config{MaxWorlds: most})
			for _, name := range worlds {
				if got := use(s, name); got != 201 {
					t.Fatalf("the world %s: got %d, want 201", name, got)
				}
			}
			refused := s.Restore(bytes.NewReader(snapshot(t, saved)))
			if refused != nil {
				wantBound(t, refused, "max-worlds")
			}
			for _, name := range []string{"x", "w0", "w5", mockserver.DefaultWorld} {
				use(s, name)
			}
			state := snapshot(t, s)
			if err := s.Restore(bytes.NewReader(state)); err != nil || !bytes.Equal(snapshot(t, s), state) {
				t.Errorf("after a restore that gave the error %v, the server refuses its own snapshot, or changes it: %v", refused, err)
			}
		})
	}
}

func TestStateIsBoundedLikeCalls(t *testing.T) {
	t.Parallel()
	full := newServer(t, mockserver.Config{})
	for i := range 3 {
		w := worldOf(t, full, fmt.Sprintf("w%d", i))
		for _, gate := range []string{"a", "b"} {
			if _, err := w.AddFault(fault.Fault{Operation: "*", Hold: gate}); err != nil {
				t.Fatal(err)
			}
		}
	}
	var state bytes.Buffer
	if err := full.Snapshot(&state); err != nil {
		t.Fatal(err)
	}
	for want, cfg := range map[string]mockserver.Config{
		"max-worlds": {MaxWorlds: 2},
		"max-faults": {MaxFaults: 1},
		"max-gates":  {MaxGates: 1},
	} {
		if err := newServer(t, cfg).Restore(bytes.NewReader(state.Bytes())); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %s", err, want)
		}
	}
}

func TestCountersDoNotOverflow(t *testing.T) {
	t.Parallel()
	const most = "9007199254740991"
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	addFault(t, w, "list-keys status=500 skip="+most)
	var b bytes.Buffer
	if err := w.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	state := b.String()
	for _, counter := range []string{`"requests":0`, `"draws":0`, `"created":0`, `"matched":0`} {
		name, _, _ := strings.Cut(counter, "0")
		if err := w.Restore(strings.NewReader(strings.Replace(state, counter, name+"9007199254740992", 1))); err == nil {
			t.Errorf("%s2^53 is accepted", name)
		}
		if err := w.Restore(strings.NewReader(strings.Replace(state, counter, name+most, 1))); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		call(t, s, "GET", "/api/v1/keys", "")
		a := call(t, s, "POST", "/api/v1/keys", nightly)
		exhausted := strings.Contains("draws created", strings.Trim(name, `":`))
		if want := map[bool]int{true: 503, false: 201}[exhausted]; a.status != want {
			t.Errorf("%s: a key: got %d, want %d", name, a.status, want)
		}
		b.Reset()
		if err := w.Snapshot(&b); err != nil {
			t.Fatal(err)
		}
		if err := w.Restore(&b); err != nil {
			t.Errorf("%s: the state after two requests does not restore: %v", name, err)
		}
	}
}

func TestHostileStatesAreRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	_, _ = createKey(t, s, nightly)
	addFault(t, w, "create-keys status=500 when.name=x")
	if _, err := w.Spend(w.State().Keys[0].Hash.String(), mockserver.Usage{USD: 1}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := w.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, want string }{
		{"a day of 1.7e308 USD", `"usd":1`, `"usd":1.7e308`, "want an amount in USD, 0 to 1e+15"},
		{"a condition nested 33 deep", `"name":"x"`, `"name":` + strings.Repeat("[", 33) + strings.Repeat("]", 33), "nested 33 deep; want at most 32"},
		{"a condition over 64 KiB", `"name":"x"`, `"name":"` + strings.Repeat("x", 1<<16) + `"`, "when has over 65536 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			state := strings.Replace(b.String(), test.old, test.new, 1)
			if state == b.String() {
				t.Fatalf("the state has no %s", test.old)
			}
			err := newServer(t, mockserver.Config{}).Restore(strings.NewReader(state))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

// TestViolationsOfOneRequestAreBounded sends more undeclared properties, and longer
// names, than a journal of 10 KiB has room for.
func TestViolationsOfOneRequestAreBounded(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Journal: mockserver.JournalSize{Bytes: 10 << 10}})
	w := worldOf(t, s, "default")
	var body strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&body, `, "%d": 0`, i)
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "x"`+body.String()+`}`)
	list := w.Violations()
	if last := list[len(list)-1].Message; !strings.HasSuffix(last, "4900 more properties") {
		t.Errorf("the last violation is %q, want that there are 4900 more", last)
	}
	if got := w.ViolationsEvicted() + int64(len(list)); got != 101 || s.ViolationCount() != 101 {
		t.Errorf("got %d violations, and the server counts %d; want 101", got, s.ViolationCount())
	}
	call(t, s, "POST", "/api/v1/keys", `{"name": "x", "`+strings.Repeat("n", 1<<16)+`": 0}`)
	list = w.Violations()
	if last := list[len(list)-1]; last.Pointer != "" || len(last.Message) > 1000 {
		t.Errorf("the pointer has %d bytes and the message %d; want none and a short one", len(last.Pointer), len(last.Message))
	}
	for size, want := range map[int]int{256: 257, 257: 0} {
		call(t, s, "POST", "/api/v1/keys", `{"name": "x", "`+strings.Repeat("n", size)+`": 0}`)
		list = w.Violations()
		if got := list[len(list)-1].Pointer; len(got) != want {
			t.Errorf("the pointer to a name of %d bytes has %d, want %d", size, len(got), want)
		}
	}
}

// TestClearedViolationsLeaveTheirRoom adds as many violations as a journal has room for,
// clears them, and adds as many again.
func TestClearedViolationsLeaveTheirRoom(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Journal: mockserver.JournalSize{Bytes: 1000}})
	w := worldOf(t, s, "default")
	add := func(n int) {
		for range n {
			call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "")
		}
	}
	add(20)
	most := len(w.Violations())
	w.ClearViolations()
	add(most)
	if got := len(w.Violations()); most < 2 || most > 19 || got != most {
		t.Errorf("the world keeps %d of 20 violations, and then %d of %d; want some of 20, and then all", most, got, most)
	}
}

func TestViolationsFromBeforeAResetCanBeCleared(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, "default")
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "")
	w.Reset()
	call(t, s, "POST", "/api/v1/keys", nightly, "Authorization", "")
	if listed, evicted := len(w.Violations()), w.ViolationsEvicted(); listed != 1 || evicted != 1 || s.ViolationCount() != 2 {
		t.Errorf("got %d listed, %d evicted and %d counted; want 1, 1 and 2: a reset forgives nothing", listed, evicted, s.ViolationCount())
	}
	w.Reset()
	w.ClearViolations()
	if s.ViolationCount() != 0 || w.ViolationsEvicted() != 0 {
		t.Errorf("got %d counted and %d evicted after clearing, want none", s.ViolationCount(), w.ViolationsEvicted())
	}
}
