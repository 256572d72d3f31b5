package operation

import (
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/form"
	"github.com/mockgates/mockgates/mockserver/internal/refusal"
	"github.com/mockgates/mockgates/mockserver/keyobject"
)

// pageSize is the number of keys on one page of a list.
const pageSize = 100

// keyShown is the body of a 200 that shows one key.
type keyShown struct {
	Data keyobject.Object `json:"data"`
}

// keysListed is the body of a 200 that shows a page of keys.
type keysListed struct {
	Data []keyobject.Object `json:"data"`
}

// showKey returns the body that shows a key at now.
func showKey(k *account.Key, now time.Time) *keyShown { return &keyShown{KeyObject(k, now)} }

// listKeys prepares GET /keys: one page of the keys of a workspace, newest first.
func listKeys(_ Txn, req *Request) (Plan, error) {
	q := form.NewQuery(req.Query, "list.parameters")
	offset, _ := q.Count("offset", "list.offset")
	withDisabled, _ := q.Flag("include_disabled", "list.include-disabled")
	workspace, chosen := q.UUID("workspace_id", "list.workspace")
	q.RefuseUnknown("list-keys")
	if err := refusal.Invalid(q.Issues); err != nil {
		return Plan{}, err
	}
	return Plan{Commit: func(tx Txn, _ *Request) (Response, error) {
		if !chosen {
			workspace = tx.World.Workspace
		}
		page := tx.Page(workspace, withDisabled, offset, pageSize)
		data := make([]keyobject.Object, len(page))
		for i := range page {
			data[i] = KeyObject(page[i], tx.Now)
		}
		return Response{Status: 200, Body: &keysListed{data}, Rules: append([]string{"list.page"}, q.Used...)}, nil
	}}, nil
}

var getFound = []string{"get.found"}

// getKey prepares GET /keys/{hash}.
func getKey(tx Txn, req *Request) (Plan, error) {
	_, err := tx.key(req, "get.missing")
	return Plan{Commit: showKeyOfPath}, err
}

// showKeyOfPath commits GET /keys/{hash}. It captures nothing, which would need memory.
func showKeyOfPath(tx Txn, req *Request) (Response, error) {
	k, err := tx.key(req, "get.missing")
	if err != nil {
		return Response{}, err
	}
	return Response{Status: 200, Body: showKey(k, tx.Now), Rules: getFound}, nil
}

// deleteKey prepares DELETE /keys/{hash}.
func deleteKey(tx Txn, req *Request) (Plan, error) {
	_, err := tx.key(req, "delete.missing")
	return Plan{Commit: func(tx Txn, req *Request) (Response, error) {
		k, err := tx.key(req, "delete.missing")
		if err != nil {
			return Response{}, err
		}
		tx.DeleteKey(k.Hash)
		return Response{Status: 200, Body: map[string]bool{"deleted": true}, Rules: []string{"delete.deleted"}}, nil
	}}, err
}

// key returns the key that the path names, or a 404 with the rule.
func (tx Txn) key(req *Request, rule string) (*account.Key, error) {
	if hash, ok := account.ParseHash(req.variable()); ok {
		if k := tx.Key(hash); k != nil {
			return k, nil
		}
	}
	return nil, refusal.New(404, rule)
}
