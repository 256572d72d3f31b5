package operation

import (
	"encoding/json"
	"math"
	"strconv"

	"github.com/mockgates/mockgates/mockserver/keyobject"
)

// AppendJSON appends what json.Marshal returns, which took a quarter of the time of a
// request for a key.
func (s *keyShown) AppendJSON(b []byte) []byte {
	b = appendKey(append(b, `{"data":`...), &s.Data)
	return append(b, '}')
}

// AppendJSON appends what json.Marshal returns.
func (c *keyCreated) AppendJSON(b []byte) []byte {
	b = appendKey(append(b, `{"data":`...), &c.Data)
	b = appendText(append(b, `,"key":`...), c.Key)
	return append(b, '}')
}

// AppendJSON appends what json.Marshal returns.
func (l *keysListed) AppendJSON(b []byte) []byte {
	b = append(b, `{"data":[`...)
	for i := range l.Data {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendKey(b, &l.Data[i])
	}
	return append(b, "]}"...)
}

// appendKey appends a key object. A test holds it to encoding/json.
func appendKey(b []byte, o *keyobject.Object) []byte {
	b = appendText(append(b, `{"hash":`...), o.Hash)
	b = appendText(append(b, `,"name":`...), o.Name)
	b = appendText(append(b, `,"label":`...), o.Label)
	b = strconv.AppendBool(append(b, `,"disabled":`...), o.Disabled)
	b = appendBudget(append(b, ','), &o.Budget)
	b = appendText(append(b, `,"created_at":`...), o.CreatedAt)
	b = appendTextOrNull(append(b, `,"updated_at":`...), o.UpdatedAt)
	b = appendTextOrNull(append(b, `,"expires_at":`...), o.ExpiresAt)
	b = appendTextOrNull(append(b, `,"creator_user_id":`...), o.CreatorUserID)
	b = appendText(append(b, `,"workspace_id":`...), o.WorkspaceID)
	return append(b, '}')
}

// appendBudget appends the members of a budget.
func appendBudget(b []byte, o *keyobject.Budget) []byte {
	b = appendAmountOrNull(append(b, `"limit":`...), o.Limit)
	b = appendAmountOrNull(append(b, `,"limit_remaining":`...), o.LimitRemaining)
	b = appendTextOrNull(append(b, `,"limit_reset":`...), o.LimitReset)
	b = strconv.AppendBool(append(b, `,"include_byok_in_limit":`...), o.IncludeBYOK)
	b = appendAmount(append(b, `,"usage":`...), o.Usage)
	b = appendAmount(append(b, `,"usage_daily":`...), o.UsageDaily)
	b = appendAmount(append(b, `,"usage_weekly":`...), o.UsageWeekly)
	b = appendAmount(append(b, `,"usage_monthly":`...), o.UsageMonthly)
	b = appendAmount(append(b, `,"byok_usage":`...), o.BYOK)
	b = appendAmount(append(b, `,"byok_usage_daily":`...), o.BYOKDaily)
	b = appendAmount(append(b, `,"byok_usage_weekly":`...), o.BYOKWeekly)
	return appendAmount(append(b, `,"byok_usage_monthly":`...), o.BYOKMonthly)
}

func appendTextOrNull(b []byte, s *string) []byte {
	if s == nil {
		return append(b, "null"...)
	}
	return appendText(b, *s)
}

// appendText appends a string. Only json.Marshal knows what it escapes, so it does all
// but the plainest text.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			text, _ := json.Marshal(s) // every string marshals
			return append(b, text...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

func appendAmountOrNull(b []byte, x *float64) []byte {
	if x == nil {
		return append(b, "null"...)
	}
	return appendAmount(b, *x)
}

// appendAmount appends a number. Most amounts are whole.
func appendAmount(b []byte, x float64) []byte {
	if n := int64(x); float64(n) == x && math.Abs(x) < 1<<53 && (n != 0 || !math.Signbit(x)) {
		return strconv.AppendInt(b, n, 10)
	}
	text, _ := json.Marshal(x) // an amount is finite
	return append(b, text...)
}
