package mockserver

import (
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// pageSize is the number of keys on one page of a list.
const pageSize = 100

// keyShown is the body of a 200 that shows one key.
type keyShown struct {
	Data KeyObject `json:"data"`
}

// showKey returns the body that shows a key at now.
func showKey(k account.Key, now time.Time) *keyShown {
	shown := &struct { // one allocation, for the body refers to the key
		key  account.Key
		body keyShown
	}{key: k}
	shown.body.Data = objectOf(&shown.key, now)
	return &shown.body
}

// listKeys prepares GET /keys: one page of the keys of a workspace, newest first.
func listKeys(_ txn, req *request) (plan, error) {
	q := form.NewQuery(req.query, "list.parameters")
	offset, _ := q.Count("offset", "list.offset")
	withDisabled, _ := q.Flag("include_disabled", "list.include-disabled")
	workspace, chosen := q.UUID("workspace_id", "list.workspace")
	q.RefuseUnknown("list-keys")
	if err := badRequest(q.Issues); err != nil {
		return plan{}, err
	}
	return plan{commit: func(tx txn) (response, error) {
		if !chosen {
			workspace = tx.world.workspace
		}
		page := tx.Page(workspace, withDisabled, offset, pageSize)
		data := make([]KeyObject, len(page))
		for i := range page {
			data[i] = objectOf(&page[i], tx.now)
		}
		return response{status: 200, body: map[string][]KeyObject{"data": data}, rules: append([]string{"list.page"}, q.Used...)}, nil
	}}, nil
}

var getFound = []string{"get.found"}

// getKey prepares GET /keys/{hash}.
func getKey(tx txn, req *request) (plan, error) {
	_, err := tx.key(req, "get.missing")
	return plan{commit: func(tx txn) (response, error) {
		k, err := tx.key(req, "get.missing")
		if err != nil {
			return response{}, err
		}
		return response{status: 200, body: showKey(k, tx.now), rules: getFound}, nil
	}}, err
}

// deleteKey prepares DELETE /keys/{hash}.
func deleteKey(tx txn, req *request) (plan, error) {
	_, err := tx.key(req, "delete.missing")
	return plan{commit: func(tx txn) (response, error) {
		k, err := tx.key(req, "delete.missing")
		if err != nil {
			return response{}, err
		}
		tx.DeleteKey(k.Hash)
		return response{status: 200, body: map[string]bool{"deleted": true}, rules: []string{"delete.deleted"}}, nil
	}}, err
}

// key returns the key that the path names, or a 404 with the rule.
func (tx txn) key(req *request, rule string) (account.Key, error) {
	if hash, ok := account.ParseHash(variableOf(req.path)); ok {
		if k, ok := tx.Key(hash); ok {
			return k, nil
		}
	}
	return account.Key{}, refuse(404, rule)
}
