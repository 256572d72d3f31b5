package scenarios

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mockgates/mockgates/scenarios/keyledger"
	"github.com/mockgates/mockgates/scenarios/report"
)

// The values of Options.Leftovers.
const (
	LeftoversFail   = "fail"
	LeftoversIgnore = "ignore"
)

// The bounds of a cleanup.
const (
	cleanupTimeout = time.Minute // after an interrupt
	maxUnanswered  = 3           // calls without a response until it gives up
	maxListed      = 100         // pages of keys that it reads
	maxNamed       = 20          // leftovers that a report names
)

// A cleaner deletes the keys that a ledger lists, and no others.
type cleaner struct {
	*session
	unanswered int // calls without a response
}

// cleanUp deletes the keys of the run that are left on a live target, if it
// offers that, and adds to the report what is left after it. An interrupt of the
// run does not end it, but gives it cleanupTimeout.
func (t *target) cleanUp(ctx context.Context, found *report.Report) {
	if t.account == nil {
		return
	}
	if t.companions() {
		interrupted := ctx.Err() != nil
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		if interrupted {
			ctx, cancel = context.WithTimeout(ctx, cleanupTimeout)
		}
		defer cancel()
		if ses, err := t.newSession(ctx, "cleanup", nil); err == nil { // only a fake can fail
			(&cleaner{session: ses}).deleteAll(t.account.ledger.Left(t.account.target))
		}
	}
	t.reportLeft(found)
}

// deleteAll deletes the keys of some entries. Those whose hash is not known are
// looked for by their names among the keys of the target.
func (c *cleaner) deleteAll(left []keyledger.Entry) {
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
			_ = c.account.ledger.Note(e) // an entry that cannot be written stays in memory
			c.delete(e)
		}
		if complete && len(hashes[e.Name]) == 0 {
			e.State = keyledger.NotMade
			_ = c.account.ledger.Note(e)
		}
	}
}

// delete deletes the key of an entry. That it is gone is noted by the call.
func (c *cleaner) delete(e keyledger.Entry) {
	c.call(http.MethodDelete, "/keys/"+url.PathEscape(e.Hash), "")
}

// call makes a call as management. It returns nil if there is no response, or
// were none to several calls before.
func (c *cleaner) call(method, path, query string) *completedCall {
	if c.unanswered >= maxUnanswered {
		return nil
	}
	done, err := c.send(c.ctx, call{method: method, path: path, query: query, token: c.managementKey()})
	if err != nil || done.broken != nil {
		c.unanswered++
		return nil
	}
	return done
}

// listed returns the hashes of all keys of the target by their names, and whether
// these are all. Keys in other workspaces than the default one are not among them.
func (c *cleaner) listed() (hashes map[string][]string, complete bool) {
	hashes = map[string][]string{}
	seen := map[string]bool{}
	for range maxListed {
		done := c.call(http.MethodGet, "/keys", fmt.Sprintf("include_disabled=true&offset=%d", len(seen)))
		var body struct {
			Data []struct{ Hash, Name string }
		}
		if done == nil || done.Status != http.StatusOK || json.Unmarshal(done.ResponseBody, &body) != nil {
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

// reportLeft adds the keys that are left on the target. Those that can spend
// nothing and expire soon are only counted, unless the target offers to delete keys
// and has not deleted them. A run without any bound says that its target costs
// nothing, so all of them are only counted.
func (t *target) reportLeft(found *report.Report) {
	within := t.LiveExpiry
	if within < 0 {
		within = defaultLiveExpiry
	}
	var leftovers []string
	for _, e := range t.account.ledger.Left(t.account.target) {
		kept := e.State == keyledger.Made && e.Hash != "" && t.companions()
		switch {
		case e.Run != t.run:
		case !kept && e.Ends(within):
			found.LeftKeys.Expiring++
		default:
			leftovers = append(leftovers, t.hide(e.String()))
		}
	}
	if t.Leftovers == LeftoversIgnore || !t.bounded() {
		found.LeftKeys.Ignored = len(leftovers)
		return
	}
	for _, text := range leftovers[:min(len(leftovers), maxNamed)] {
		found.AddProblem(report.Problem{Exit: report.ExitLeftovers, Text: "left on the target: " + text})
	}
	if more := len(leftovers) - maxNamed; more > 0 {
		found.AddProblem(report.Problem{Exit: report.ExitLeftovers, Text: fmt.Sprintf("left on the target: %s more", report.Plural(more, "further key"))})
	}
}

// decodedPath returns a path as a server reads it.
func decodedPath(path string) string {
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return decoded
}

// CleanUp deletes the keys that a ledger lists for the target of the options, and
// no others, and returns what may be left of them. A key whose hash the ledger
// does not hold is deleted if its name is the one of the intent, and carries the
// id of the run. The error is one of the options, or of ctx.
func CleanUp(ctx context.Context, o Options, ledger *keyledger.Ledger) ([]keyledger.Entry, error) {
	o.Companions = true
	o, _, err := o.complete()
	if err != nil {
		return nil, err
	}
	t, err := o.open()
	if err != nil {
		return nil, err
	}
	defer t.close()
	if t.account == nil {
		return nil, fmt.Errorf("a cleanup wants a target")
	}
	t.account.ledger = ledger
	ses, err := t.newSession(ctx, "cleanup", nil)
	if err != nil {
		return nil, err
	}
	(&cleaner{session: ses}).deleteAll(ledger.Left(t.account.target))
	return ledger.Left(t.account.target), context.Cause(ctx)
}
