package scenarios_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/scenarios/internal/lyingserver"
)

// everyOperation returns the contract of all operations.
func everyOperation(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.New(contract.All)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLyingServer_answersEachCall sends each call of each lie and compares the answer
// with that of the lie, byte for byte. A lie that is cut breaks off.
func TestLyingServer_answersEachCall(t *testing.T) {
	t.Parallel()
	lies, err := lyingserver.Lies(everyOperation(t), lyingserver.Mode{Companions: true})
	if err != nil {
		t.Fatal(err)
	}
	server, err := lyingserver.Start(lies)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	for i, l := range lies {
		for step, c := range l.Calls {
			req, err := http.NewRequestWithContext(t.Context(), c.Method, server.Base(i, step)+c.Path, bytes.NewReader(c.RequestBody))
			if err != nil {
				t.Fatal(err)
			}
			res, err := server.Client.Do(req)
			if err != nil {
				t.Fatalf("%s: %v", l.Name, err)
			}
			body, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			wantBody := c.ResponseBody
			if c.Status == http.StatusNoContent || c.Method == http.MethodHead {
				wantBody = nil
			}
			if res.StatusCode != c.Status || !bytes.Equal(body, wantBody) || (err != nil) != c.Truncated {
				t.Errorf("%s: got %d, %d bytes, error %v; want %d, %d bytes, broken %t", l.Name, res.StatusCode, len(body), err, c.Status, len(wantBody), c.Truncated)
			}
			if got, want := res.Header.Get("Content-Type"), c.ResponseHeader.Get("Content-Type"); got != want {
				t.Errorf("%s: Content-Type %q, want %q", l.Name, got, want)
			}
		}
	}
}

func TestLyingServer_otherPathsAreNotFound(t *testing.T) {
	t.Parallel()
	server, err := lyingserver.Start(lyingserver.Own())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	for _, path := range []string{"/", "/x/0/keys", "/0/7/keys", "/999/0/keys"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.Root+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := server.Client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %d, want 404", path, res.StatusCode)
		}
	}
}

// TestLies_modes checks how many lies each mode adds, and how many it excuses.
func TestLies_modes(t *testing.T) {
	t.Parallel()
	c := everyOperation(t)
	count := func(mode lyingserver.Mode) (all, silent int) {
		list, err := lyingserver.Lies(c, mode)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, l := range list {
			if names[l.Name] {
				t.Errorf("two lies have the name %q", l.Name)
			}
			names[l.Name] = true
			if l.Silent {
				silent++
				if !strings.HasPrefix(l.Name, "no lie") && (l.Kind != finding.KindUndocumented || !mode.Live) {
					t.Errorf("%+v: nothing excuses the lie %q of kind %q", mode, l.Name, l.Kind)
				}
			}
		}
		return len(list), silent
	}
	documented, honest := count(lyingserver.Mode{})
	companions, _ := count(lyingserver.Mode{Companions: true})
	live, excused := count(lyingserver.Mode{Live: true})
	if companions <= documented || live != documented || honest != 2 || excused <= honest {
		t.Errorf("documented %d, with companions %d, live %d; silent %d, live %d; want more with companions, and more silent ones live",
			documented, companions, live, honest, excused)
	}
}
