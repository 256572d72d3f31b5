package generated

import (
	"net/http"
	"strings"
	"time"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Target sends and judges requests.
type Target struct {
	Contract      *contract.Contract
	Live          bool          // it is an endpoint, not a fake
	Companions    bool          // it offers the companion operations
	Run           string        // id of the run
	ManagementKey string        // that requests are sent with
	KeyLimit      float64       // of the keys that prepare cases, in USD
	KeyExpiry     time.Duration // the longest time until they expire; 0 or less is 10m

	Schemes map[string]func(token string) string // the ways to send a token that "as management" knows, by name

	Now       func() time.Time                         // the time of the target, if known; otherwise that of the machine
	Send      func(Request) (Answer, *report.Failure)  // sends a request and judges the answer
	MayBeSent func(Request) (reason string, sent bool) // reports whether a request may be sent, and if not, why
	Hide      func(text string) string                 // returns a text without secrets
}

// A Request is a filled case, or a call that prepares cases or cleans up after them.
type Request struct {
	Method, Path string
	Header       http.Header // nil values leave a header out
	Token        string      // sent as Bearer; "" for none
	Body         []byte      // nil for none
	Invalid      bool        // the request breaks the contract
	Credential   string      // the header Authorization with placeholders; "" if it is a plain key or the management key as a bearer token, and for none

	CaseID string                                    // "" if it is not a case
	Judge  func(status int) (contract.Finding, bool) // judges the status by what the documents say; nil for no judgement
}

// An Answer is the response to a request.
type Answer struct {
	contract.Exchange
	Broken bool // the response is incomplete
}

// is reports whether the request had this method and path.
func (a Answer) is(method, path string) bool {
	return a.Method == method && strings.TrimSuffix(a.Path, "/") == path
}
