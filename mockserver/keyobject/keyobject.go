// Package keyobject is the key object of the API as data: what the responses show of a
// key. It does no computing; the fake fills it in.
package keyobject

// An Object is the key object of the API.
type Object struct {
	Hash     string `json:"hash"`
	Name     string `json:"name"`
	Label    string `json:"label"`
	Disabled bool   `json:"disabled"`
	Budget
	CreatedAt     string  `json:"created_at"`
	UpdatedAt     *string `json:"updated_at"`
	ExpiresAt     *string `json:"expires_at"`
	CreatorUserID *string `json:"creator_user_id"`
	WorkspaceID   string  `json:"workspace_id"`
}

// A Budget is the part of the key object about limit and usage, in USD.
type Budget struct {
	Limit          *float64 `json:"limit"`
	LimitRemaining *float64 `json:"limit_remaining"`
	LimitReset     *string  `json:"limit_reset"`
	IncludeBYOK    bool     `json:"include_byok_in_limit"`
	Usage          float64  `json:"usage"`
	UsageDaily     float64  `json:"usage_daily"`
	UsageWeekly    float64  `json:"usage_weekly"`
	UsageMonthly   float64  `json:"usage_monthly"`
	BYOK           float64  `json:"byok_usage"`
	BYOKDaily      float64  `json:"byok_usage_daily"`
	BYOKWeekly     float64  `json:"byok_usage_weekly"`
	BYOKMonthly    float64  `json:"byok_usage_monthly"`
}
