package operation

import (
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/keyobject"
)

// KeyObject returns the key object at now. It refers to k, which must not change.
func KeyObject(k *account.Key, now time.Time) keyobject.Object {
	d := keyobject.Object{
		Hash: k.Hash.String(), Name: k.Name, Label: k.Label, Disabled: k.Disabled, Budget: budgetOf(k, now),
		CreatedAt: apispec.FormatTime(k.Created), ExpiresAt: orNull(&k.ExpiresAt), CreatorUserID: k.Creator, WorkspaceID: k.Workspace,
	}
	if !k.Updated.IsZero() {
		updated := apispec.FormatTime(k.Updated)
		d.UpdatedAt = &updated
	}
	return d
}

// budgetOf returns the limit and usage of the key object at now. It refers to k, which
// must not change.
func budgetOf(k *account.Key, now time.Time) keyobject.Budget {
	d := keyobject.Budget{Limit: k.Limit, LimitRemaining: k.Remaining(now), LimitReset: orNull(&k.LimitReset), IncludeBYOK: k.IncludeBYOK}
	if len(k.Spent) == 0 {
		return d
	}
	d.Usage, d.BYOK = k.Usage("", now)
	d.UsageDaily, d.BYOKDaily = k.Usage("daily", now)
	d.UsageWeekly, d.BYOKWeekly = k.Usage("weekly", now)
	d.UsageMonthly, d.BYOKMonthly = k.Usage("monthly", now)
	return d
}

// orNull returns s, or nil if it points to "".
func orNull(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
}
