package generated

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestShare_dividesEveryRequest gives each operation as many requests as the one before
// it or one fewer, unless it can use no more, and loses none that one of them can use.
// What an operation cannot use goes to the others.
func TestShare_dividesEveryRequest(t *testing.T) {
	t.Parallel()
	read, one, body := contract.MatrixCase{Path: "/keys"}, contract.MatrixCase{Path: "/keys/${HASH}"}, contract.MatrixCase{Path: "/keys", Body: []byte("{}")}
	rooms := []int{3, 5, 9, 41} // what the operations can use
	for requests := range 61 {  // more than all can use
		list := []*Cases{
			{Cases: []contract.MatrixCase{one}},
			{Cases: slices.Repeat([]contract.MatrixCase{read}, 4)},
			{Cases: slices.Repeat([]contract.MatrixCase{one}, 4)},
			{Cases: slices.Repeat([]contract.MatrixCase{body}, 20)},
		}
		Share(list, requests)
		sum := 0
		for i, g := range list {
			sum += g.Most
			if g.Most > rooms[i] || i > 0 && list[i-1].Most > g.Most+1 {
				t.Errorf("%d requests: operation %d may send %d of %d, and the one before it %d", requests, i, g.Most, rooms[i], list[max(0, i-1)].Most)
			}
		}
		if want := min(requests, 3+5+9+41); sum != want {
			t.Errorf("%d requests: %d are shared, want %d", requests, sum, want)
		}
	}
}

var all = sync.OnceValues(func() (*contract.Contract, error) { return contract.New(contract.All) })

// deletes are the cases of an operation that needs a key.
func deletes(t *testing.T) (*contract.Contract, *Cases) {
	t.Helper()
	c, err := all()
	if err != nil {
		t.Fatal(err)
	}
	const operation = "delete-keys"
	g := &Cases{Operation: operation, Cases: c.Matrix(contract.MatrixOptions{Companions: true, Family: true, Operation: operation}), Most: -1}
	if len(g.Cases) < 5 {
		t.Fatalf("%d cases of %s, want 5 or more", len(g.Cases), operation)
	}
	return c, g
}

// A target answers every call with one status, and gives keys.
func target(c *contract.Contract, status int, sent *[]Request, f *report.Failure) Target {
	return Target{
		Contract: c, Run: "0badcafe", ManagementKey: "of the run", KeyLimit: 1,
		Now: func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) },
		Send: func(r Request) (Answer, *report.Failure) {
			*sent = append(*sent, r)
			x := contract.Exchange{Method: r.Method, Path: r.Path, Status: status, ResponseBody: []byte(`{"key":"k","data":{"hash":"h"}}`)}
			if r.CaseID == "" {
				x.Status = http.StatusCreated
				return Answer{Exchange: x}, nil
			}
			return Answer{Exchange: x}, f
		},
		MayBeSent: func(Request) (string, bool) { return "", true },
		Hide:      func(text string) string { return text },
	}
}

func TestPlay_sendsEachCaseOnce(t *testing.T) {
	t.Parallel()
	c, g := deletes(t)
	var sent []Request
	found := g.Play(t.Context(), target(c, 404, &sent, nil), "")
	cases := map[string]int{}
	for _, r := range sent {
		if strings.Contains(r.Path+string(r.Body), "${") {
			t.Errorf("%s %s %s holds a placeholder", r.Method, r.Path, r.Body)
		}
		if r.CaseID != "" {
			cases[r.CaseID]++
		}
	}
	for _, m := range g.Cases {
		if cases[m.ID] != 1 {
			t.Errorf("case %s is sent %d times, want once", m.ID, cases[m.ID])
		}
	}
	if len(found.Failures)+len(found.Notes) > 0 {
		t.Errorf("found %v, %v; want nothing", found.Failures, found.Notes)
	}
}

func TestPlay_sendsNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	c, g := deletes(t)
	for most := range 4 {
		var sent []Request
		g.Most = most
		found := g.Play(t.Context(), target(c, 404, &sent, nil), "")
		if len(sent) > most || len(found.Notes) != 1 || !strings.Contains(found.Notes[0], "left out") {
			t.Errorf("%d requests and the notes %q, want at most %d and one about what was left out", len(sent), found.Notes, most)
		}
	}
}

// TestPlay_failuresThatAreAlike makes one failure of all cases that fail alike, and
// writes one scenario for it.
func TestPlay_failuresThatAreAlike(t *testing.T) {
	t.Parallel()
	c, g := deletes(t)
	var sent []Request
	folder := t.TempDir()
	found := g.Play(t.Context(), target(c, 500, &sent, &report.Failure{Text: "it fails"}), folder)
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 || len(found.Failures) != 1 || !strings.Contains(found.Failures[0].Detail, "also: ") {
		t.Errorf("%d files, %v, and the failures %v; want one of each, which names the others", len(files), err, found.Failures)
	}
}

func TestPlay_casesBeyondTheBoundsAreNotSent(t *testing.T) {
	t.Parallel()
	c, g := deletes(t)
	var sent []Request
	to := target(c, 404, &sent, nil)
	to.MayBeSent = func(Request) (string, bool) { return "beyond the bounds", false }
	found := g.Play(t.Context(), to, "")
	for _, r := range sent {
		if r.CaseID != "" {
			t.Errorf("case %s is sent", r.CaseID)
		}
	}
	if len(found.Notes) != 1 || !strings.HasSuffix(found.Notes[0], "not sent: beyond the bounds") {
		t.Errorf("the notes are %q, want one that counts the cases", found.Notes)
	}
}
