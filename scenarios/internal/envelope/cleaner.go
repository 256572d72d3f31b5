package envelope

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mockgates/mockgates/scenarios/keyledger"
)

// The bounds of a cleanup.
const (
	maxUnanswered = 3   // calls without a response after which it gives up
	maxListed     = 100 // pages of keys that it reads
)

// A Cleaner deletes the keys that a ledger lists, and no others.
type Cleaner struct {
	Ledger *keyledger.Ledger
	Send   func(method, path, query string) *Answer // makes a call as management; nil for no response

	unanswered int // calls without a response
}

// DeleteAll deletes the keys of entries. It finds those whose hash is not known by their
// names, in the list of the target's keys.
func (c *Cleaner) DeleteAll(left []keyledger.Entry) {
	var nameless []keyledger.Entry
	for _, e := range left {
		if e.Hash == "" {
			nameless = append(nameless, e)
			continue
		}
		c.delete(e)
	}
	nameless = slices.DeleteFunc(nameless, func(e keyledger.Entry) bool { return !strings.Contains(e.Name, e.Run) })
	if len(nameless) == 0 {
		return
	}
	hashes, complete := c.listed()
	for _, e := range nameless {
		for _, hash := range hashes[e.Name] {
			e.State, e.Hash = keyledger.Made, hash
			_ = c.Ledger.Note(e) // an entry that cannot be written stays in memory
			c.delete(e)
		}
		if complete && len(hashes[e.Name]) == 0 {
			e.State = keyledger.NotMade
			_ = c.Ledger.Note(e)
		}
	}
}

// delete deletes the key of an entry. The call notes that it is gone.
func (c *Cleaner) delete(e keyledger.Entry) {
	c.call(http.MethodDelete, "/keys/"+url.PathEscape(e.Hash), "")
}

// call makes a call as management. It returns nil if there is no response, or if
// several calls before had none.
func (c *Cleaner) call(method, path, query string) *Answer {
	if c.unanswered >= maxUnanswered {
		return nil
	}
	got := c.Send(method, path, query)
	if got == nil || got.Broken {
		c.unanswered++
		return nil
	}
	return got
}

// listed returns the hashes of the keys in the default workspace by their names, and
// whether the list is complete.
func (c *Cleaner) listed() (hashes map[string][]string, complete bool) {
	hashes = map[string][]string{}
	seen := map[string]bool{}
	for range maxListed {
		done := c.call(http.MethodGet, "/keys", fmt.Sprintf("include_disabled=true&offset=%d", len(seen)))
		var body struct {
			Data []struct{ Hash, Name string }
		}
		if done == nil || done.Status != http.StatusOK || json.Unmarshal(done.Body, &body) != nil {
			return hashes, false
		}
		before := len(seen)
		for _, k := range body.Data {
			if k.Hash != "" && !seen[k.Hash] {
				seen[k.Hash] = true
				hashes[k.Name] = append(hashes[k.Name], k.Hash)
			}
		}
		if len(seen) == before { // the page past the end, or a target that has no pages
			return hashes, true
		}
	}
	return hashes, false
}
