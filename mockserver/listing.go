package mockserver

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// pageSize is the number of keys on one page of a list.
const pageSize = 100

// keyShown is the body of a 200 that shows one key.
type keyShown struct {
	Data keyData `json:"data"`
}

// listKeys is GET /keys: one page of the keys of a workspace, newest first.
func listKeys(_ txn, req *request) (plan, error) {
	q := newParams(req.query, "list.parameters")
	offset, _ := q.count("offset", "list.offset")
	disabledToo, _ := q.flag("include_disabled", "list.include-disabled")
	workspace, chosen := q.uuid("workspace_id", "list.workspace")
	if err := q.err("list-keys"); err != nil {
		return plan{}, err
	}
	return plan{commit: func(tx txn) (response, error) {
		if !chosen {
			workspace = tx.world.workspace
		}
		page := tx.pageOfKeys(workspace, disabledToo, offset, pageSize)
		data := make([]keyData, len(page))
		for i := range page {
			data[i] = page[i].data(tx.now)
		}
		return response{status: 200, body: map[string][]keyData{"data": data}, rules: append([]string{"list.page"}, q.used...)}, nil
	}}, nil
}

// getKey is GET /keys/{hash}.
func getKey(tx txn, req *request) (plan, error) {
	show := func(tx txn) (response, error) {
		k, err := tx.key(req, "get.missing")
		if err != nil {
			return response{}, err
		}
		return response{status: 200, body: keyShown{k.data(tx.now)}, rules: []string{"get.found"}}, nil
	}
	_, err := show(tx)
	return plan{commit: show}, err
}

// deleteKey is DELETE /keys/{hash}.
func deleteKey(tx txn, req *request) (plan, error) {
	_, err := tx.key(req, "delete.missing")
	return plan{commit: func(tx txn) (response, error) {
		k, err := tx.key(req, "delete.missing")
		if err != nil {
			return response{}, err
		}
		tx.dropKey(k.Hash)
		return response{status: 200, body: map[string]bool{"deleted": true}, rules: []string{"delete.deleted"}}, nil
	}}, err
}

// key returns the key that the path names, or the 404 that rule decides.
func (tx txn) key(req *request, rule string) (Key, error) {
	k, ok := tx.keys[req.vars["hash"]]
	if !ok {
		return Key{}, refuse(404, rule)
	}
	return k, nil
}

// A params reads the parameters of a query, each at most once, and gathers
// every problem instead of stopping at the first.
type params struct {
	values url.Values
	rule   string   // decides on problems of the query as a whole
	known  []string // the names that were asked for
	used   []string // the rules of those that were there
	issues []Issue
}

// newParams begins to read a raw query, or the problem that it has as a whole.
func newParams(raw, rule string) *params {
	values, err := url.ParseQuery(raw)
	q := &params{values: values, rule: rule}
	if err != nil {
		q.refuse("", rule, "must be escaped names and values, joined by &")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if len(values[name]) > 1 {
			q.refuse(name, rule, "must not come twice")
		}
	}
	return q
}

func (q *params) refuse(name, rule, wanted string) {
	q.issues = append(q.issues, Issue{Path: "?" + name, Message: wanted, rule: rule})
}

// text reads a parameter as it is. One that comes twice was refused already
// and reads as if it were not there.
func (q *params) text(name, rule string) (string, bool) {
	q.known = append(q.known, name)
	sent := q.values[name]
	if len(sent) != 1 {
		return "", false
	}
	q.used = appendNew(q.used, rule)
	return sent[0], true
}

// count reads a whole number, 0 or more, in decimal digits. One beyond what an
// int holds is the largest int.
func (q *params) count(name, rule string) (int, bool) {
	s, ok := q.text(name, rule)
	if !ok {
		return 0, false
	}
	if s == "" || strings.Trim(s, "0123456789") != "" {
		q.refuse(name, rule, "must be an integer, 0 or more, not "+quote(s))
		return 0, false
	}
	n, _ := strconv.Atoi(s) // out of range, it returns the largest int
	return n, true
}

// flag reads true or false.
func (q *params) flag(name, rule string) (b, ok bool) {
	s, ok := q.text(name, rule)
	if ok && s != "true" && s != "false" {
		q.refuse(name, rule, "must be true or false, not "+quote(s))
		return false, false
	}
	return s == "true", ok
}

// uuid reads a UUID, and returns it in lower case.
func (q *params) uuid(name, rule string) (string, bool) {
	s, ok := q.text(name, rule)
	if ok && !isUUID(s) {
		q.refuse(name, rule, "must be a UUID, not "+quote(s))
		return "", false
	}
	return strings.ToLower(s), ok
}

// err refuses what no call has read, and returns the 400 with every problem,
// or nil. The operation is named in the messages.
func (q *params) err(operation string) error {
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		if !slices.Contains(q.known, name) {
			q.refuse(name, q.rule, "is no parameter of "+operation+didYouMean(name, q.known))
		}
	}
	return badRequest(q.issues)
}
