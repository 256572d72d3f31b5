package operation

import (
	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/token"
	"github.com/mockgates/mockgates/mockserver/keyobject"
)

// currentData is the key object of get-current-key.
type currentData struct {
	Label string `json:"label"`
	keyobject.Budget
	IsFreeTier     bool     `json:"is_free_tier"`
	IsManagement   bool     `json:"is_management_key"`
	IsProvisioning bool     `json:"is_provisioning_key"` // older name of is_management_key
	CreatorUserID  *string  `json:"creator_user_id"`
	ExpiresAt      *string  `json:"expires_at"`
	RateLimit      rateData `json:"rate_limit"`
}

// A rateData is the deprecated property rate_limit, which always says that there
// is no limit.
type rateData struct {
	Requests int    `json:"requests"` // always -1
	Interval string `json:"interval"`
	Note     string `json:"note"`
}

// currentKey prepares GET /key, which describes the key that it is called with. A
// management key has no limit and no usage, and belongs to the account's user.
func currentKey(Txn, *Request) (Plan, error) {
	return Plan{Commit: func(tx Txn, req *Request) (Response, error) {
		k := tx.Key(req.Caller.Hash)
		management := req.Caller.Management
		if management {
			sent, _ := Bearer(req.Header)
			user := tx.World.User
			k = &account.Key{Label: token.ManagementLabel(sent), Creator: &user}
		} else if err := tx.Admit(apispec.AnyKey, &req.Caller); err != nil {
			return Response{}, err // the key was deleted, disabled or expired while the request was held
		}
		return Response{Status: 200, Rules: []string{"current.shown"}, Body: map[string]currentData{"data": {
			Label: k.Label, Budget: budgetOf(k, tx.Now),
			IsManagement: management, IsProvisioning: management, CreatorUserID: k.Creator, ExpiresAt: orNull(&k.ExpiresAt),
			RateLimit: rateData{Requests: -1, Interval: "10s", Note: "Deprecated: it says nothing and can be ignored."},
		}}}, nil
	}}, nil
}
