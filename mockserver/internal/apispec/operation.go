package apispec

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/mockgates/mockgates/internal/suggest"
)

// BasePath is the documented base path of the API.
const BasePath = "/api/v1"

// BasePaths are the base paths that clients use, the documented one first. The
// fake serves the API under each of them.
var BasePaths = []string{BasePath, "/v1", ""}

// An Access says which credential an operation needs.
type Access int

const (
	ManagementKey Access = iota // a management key; any other valid key gets 403
	AnyKey                      // any valid key
	NoCredential                // none
)

// An Operation is one method and path of the API.
type Operation struct {
	ID        string // operationId
	Method    string
	Path      string // below the base path, with {variables}
	Alias     string // another path that clients of the family use for it; "" for none
	Companion bool   // modelled on the family's API, and not in the two published documents
	Access    Access
	Success   int   // status
	Errors    []int // documented error statuses, ascending
}

// Documents reports whether the operation documents the status.
func (o *Operation) Documents(status int) bool {
	return status == o.Success || slices.Contains(o.Errors, status)
}

// Statuses returns every documented status, success first.
func (o *Operation) Statuses() []int { return append([]int{o.Success}, o.Errors...) }

// Paths returns Path, and Alias if there is one.
func (o *Operation) Paths() []string {
	if o.Alias == "" {
		return []string{o.Path}
	}
	return []string{o.Path, o.Alias}
}

// Operations are the operations of the API: those of the two published
// documents first, then the companion operations.
var Operations = []*Operation{
	{
		ID: "create-keys", Method: http.MethodPost, Path: "/keys", Access: ManagementKey,
		Success: 201, Errors: []int{400, 401, 403, 429, 500},
	},
	{
		ID: "create-auth-keys-code", Method: http.MethodPost, Path: "/auth/keys/code", Access: AnyKey,
		Success: 200, Errors: []int{400, 401, 409, 500},
	},
	{
		ID: "list-keys", Method: http.MethodGet, Path: "/keys", Companion: true, Access: ManagementKey,
		Success: 200, Errors: []int{400, 401, 403, 429, 500},
	},
	{
		ID: "get-key", Method: http.MethodGet, Path: "/keys/{hash}", Companion: true, Access: ManagementKey,
		Success: 200, Errors: []int{401, 403, 404, 429, 500},
	},
	{
		ID: "update-keys", Method: http.MethodPatch, Path: "/keys/{hash}", Companion: true, Access: ManagementKey,
		Success: 200, Errors: []int{400, 401, 403, 404, 429, 500},
	},
	{
		ID: "delete-keys", Method: http.MethodDelete, Path: "/keys/{hash}", Companion: true, Access: ManagementKey,
		Success: 200, Errors: []int{401, 403, 404, 429, 500},
	},
	{
		ID: "get-current-key", Method: http.MethodGet, Path: "/key", Alias: "/auth/key", Companion: true, Access: AnyKey,
		Success: 200, Errors: []int{401, 500},
	},
	{
		ID: "exchange-auth-code", Method: http.MethodPost, Path: "/auth/keys", Companion: true, Access: NoCredential,
		Success: 200, Errors: []int{400, 403, 500},
	},
}

// OperationByID returns the operation with an operationId, or nil.
func OperationByID(id string) *Operation {
	for _, op := range Operations {
		if op.ID == id {
			return op
		}
	}
	return nil
}

// Matching returns the operations that match a pattern: all of them for "*",
// otherwise the one with that operationId. The error for an unknown operationId
// names the nearest known one.
func Matching(pattern string) ([]*Operation, error) {
	if pattern == "*" {
		return Operations, nil
	}
	if op := OperationByID(pattern); op != nil {
		return []*Operation{op}, nil
	}
	ids := []string{"*"}
	for _, op := range Operations {
		ids = append(ids, op.ID)
	}
	return nil, fmt.Errorf("operation %q is not known%s", pattern, suggest.Hint(pattern, ids))
}
