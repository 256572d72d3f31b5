package contract

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// An Expectation is what the documents demand of the response to a request.
type Expectation int

// The expectations.
const (
	Open       Expectation = iota // they do not say
	MustAccept                    // a success
	MustRefuse                    // a refusal with one of the given statuses
)

// String returns "open", "must accept" or "must refuse".
func (e Expectation) String() string {
	switch e {
	case Open:
		return "open"
	case MustAccept:
		return "must accept"
	case MustRefuse:
		return "must refuse"
	}
	return fmt.Sprintf("Expectation(%d)", int(e))
}

// A Verdict is what the documents say about a request, with its source.
type Verdict struct {
	Expect   Expectation
	Statuses []int  // that meet the expectation; nil if it is open
	Source   Source // of the fact that decides
	Rule     string // id of the open question, such as "keys.negative-limit"; "" if it has none
	Reason   string // in a few words
	Where    string // place in the request that decides; "" if no place does
	Document string // that states the rule; "" if none does
	Line     int    // of the rule in it; 0 if unknown
}

// A Caller is what is known about the sender of a request.
type Caller int

// The callers.
const (
	CallerUnknown    Caller = iota // nothing is known of the token
	CallerManagement               // a management key
	CallerPlain                    // a key that is not a management key
	CallerRevoked                  // a key that was deleted, disabled or has expired
)

// A judge decides what the documents say about one request.
type judge struct {
	*openapi.Operation
	exchange Exchange
	findings []Finding // of Check, about the request
	caller   Caller
	now      time.Time
	body     *jsonbody.Value // nil if there is none, or none that can be parsed
}

// Verdict returns what the documents say about the request of an exchange. result is
// that of Check. The verdict is open if the exchange matches no operation.
func (c *Contract) Verdict(x Exchange, result Result, who Caller, now time.Time) Verdict {
	op := c.operation(result.Operation)
	if op == nil {
		return Verdict{Source: finding.SourceDoc, Reason: "no operation matches"}
	}
	return newJudge(op, x, result.RequestFindings(), who, now).verdict()
}

// newJudge returns a judge of an exchange with the findings of Check.
func newJudge(op *openapi.Operation, x Exchange, findings []Finding, who Caller, now time.Time) *judge {
	j := &judge{Operation: op, exchange: x, findings: findings, caller: who, now: now}
	if op.Body != nil && len(x.RequestBody) > 0 && len(x.RequestBody) <= MaxRequestBody {
		if body, err := jsonbody.Parse(x.RequestBody); err == nil {
			j.body = &body
		}
	}
	return j
}

// verdict returns what the documents say about the request.
func (j *judge) verdict() Verdict {
	credential, refused := j.credentialFault()
	fault, faulty := j.fault()
	open, isOpen := j.openQuestion()
	switch {
	case refused:
		v := j.refusal(credential)
		if j.Operation.Body != nil && (faulty || isOpen || j.body == nil) {
			v.Statuses = append(v.Statuses, http.StatusBadRequest) // whichever is checked first
		}
		return j.withNotFound(v)
	case faulty:
		v := j.refusal(fault)
		v.Statuses = append(v.Statuses, http.StatusBadRequest)
		if j.Credential > 0 && j.caller == CallerUnknown {
			v.Statuses = append(v.Statuses, http.StatusUnauthorized)
			if needsManagementKey(j.Operation) {
				v.Statuses = append(v.Statuses, http.StatusForbidden)
			}
		}
		return j.withNotFound(v)
	case isOpen:
		return open
	case j.Credential > 0 && j.caller == CallerUnknown:
		return Verdict{Source: finding.SourceDoc, Reason: "nothing is known of the credential"}
	}
	v := Verdict{Expect: MustAccept, Source: j.source(), Reason: "the request conforms to the specification", Document: j.Document.Name, Line: j.Line}
	for _, status := range j.Statuses {
		if status < 300 {
			v.Statuses = append(v.Statuses, status)
		}
	}
	return v
}

// source returns the source of what the operation's document says.
func (j *judge) source() Source {
	if j.Companion {
		return finding.SourceFamily
	}
	return finding.SourceDoc
}

// refusal returns v as a demand to refuse. Its source is that of the operation unless
// v has one.
func (j *judge) refusal(v Verdict) Verdict {
	v.Expect = MustRefuse
	if v.Source == "" {
		v.Source = j.source()
	}
	if v.Document == "" && v.Source != finding.SourceFamily {
		v.Document = j.Document.Name
	}
	return v
}

// withNotFound allows 404 if the operation documents it: its resource may not exist.
func (j *judge) withNotFound(v Verdict) Verdict {
	if j.Responses["404"] != nil {
		v.Statuses = append(v.Statuses, http.StatusNotFound)
	}
	return v
}

// needsManagementKey reports whether the operation takes management keys only:
// it documents 403 for a credential that is valid and may not do this.
func needsManagementKey(op *openapi.Operation) bool {
	return op.Credential > 0 && op.Responses["403"] != nil
}

// credentialFault reports a credential that must be refused.
func (j *judge) credentialFault() (Verdict, bool) {
	line := j.Credential
	if line == 0 {
		return Verdict{}, false
	}
	for _, f := range j.findings {
		if f.Kind == finding.KindCredential {
			return Verdict{
				Statuses: []int{http.StatusUnauthorized}, Reason: "the credential is " + f.Got + ", want " + f.Want,
				Where: f.Where, Document: f.Document, Line: f.Line,
			}, true
		}
	}
	switch {
	case j.caller == CallerRevoked:
		return Verdict{
			Statuses: []int{http.StatusUnauthorized}, Reason: "the key was deleted, disabled or has expired",
			Where: "header Authorization", Line: line,
		}, true
	case j.caller == CallerPlain && needsManagementKey(j.Operation):
		return Verdict{
			Statuses: []int{http.StatusForbidden}, Reason: "the operation takes management keys only",
			Where: "header Authorization", Line: line,
		}, true
	}
	return Verdict{}, false
}

// fault reports a request that must be refused with 400.
func (j *judge) fault() (Verdict, bool) {
	for _, f := range j.findings {
		if j.mustRefuse(f) {
			return Verdict{Reason: f.Kind + ": want " + f.Want + ", got " + f.Got, Where: f.Where, Document: f.Document, Line: f.Line}, true
		}
	}
	return j.proseFault()
}

// mustRefuse reports whether the documents call a request with this finding invalid.
// What they do not mention, such as duplicate members or the size of a body, is open.
func (j *judge) mustRefuse(f Finding) bool {
	switch f.Kind {
	case finding.KindType, finding.KindEnum, finding.KindRequired, finding.KindSchema, finding.KindEmpty, finding.KindParameter:
		return true
	case finding.KindContentType:
		return len(j.exchange.RequestHeader["Content-Type"]) == 1 && !isJSONName(mediaName(j.exchange.RequestHeader.Get("Content-Type")))
	case finding.KindFormat:
		return !j.isWebAddress(f.Where)
	case finding.KindJSON:
		_, err := strictjson.Parse(j.exchange.RequestBody, strictjson.Limits{Depth: jsonbody.MaxDepth, Values: jsonbody.MaxValues})
		if bytes.HasPrefix(j.exchange.RequestBody, []byte("\xef\xbb\xbf")) {
			return false // a reader may pass over a byte order mark (RFC 8259, section 8.1)
		}
		broken, ok := errors.AsType[*strictjson.Error](err)
		return ok && (broken.Kind == strictjson.Syntax || broken.Kind == strictjson.TrailingData || broken.Kind == strictjson.Empty)
	}
	return false
}

func isJSONName(mediaType string) bool { return mediaType == "application/json" }

// isWebAddress reports whether a string in the body, which is not a URI, is an address
// that browsers accept nevertheless, such as one with a space in its path.
func (j *judge) isWebAddress(pointer string) bool {
	text, ok := j.text(pointer[1:])
	if !ok {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// text returns a member of the body that is a string.
func (j *judge) text(name string) (string, bool) {
	v := j.body.Member(name)
	if v == nil || v.Type() != strictjson.TypeString {
		return "", false
	}
	return v.Text(), true
}

// sent returns a member of the body that is not null.
func (j *judge) sent(name string) *jsonbody.Value {
	v := j.body.Member(name)
	if v == nil || v.Type() == strictjson.TypeNull {
		return nil
	}
	return v
}

// proseFault reports what the documents refuse in prose and not by a schema.
func (j *judge) proseFault() (Verdict, bool) {
	refuse := func(name, reason string) (Verdict, bool) {
		return Verdict{Reason: reason, Where: "/" + name, Document: j.Document.Name, Line: propertyOf(j.Operation, finding.PartRequest, "/"+name).Line}, true
	}
	switch j.ID {
	case "create-keys":
		if text, ok := j.text("expires_at"); ok {
			if t, err := time.Parse(time.RFC3339, text); err == nil && jsonbody.Offset(t) != 0 {
				return refuse("expires_at", "only UTC is allowed")
			}
		}
	case "create-auth-keys-code":
		if text, ok := j.text("callback_url"); ok {
			if u, err := url.Parse(text); err == nil && !isLocal(u.Hostname()) {
				if u.Scheme != "https" || !slices.Contains([]string{"", "443", "3000"}, u.Port()) {
					return refuse("callback_url", "only https on the ports 443 and 3000 is allowed")
				}
			}
		}
	}
	return j.familyFault()
}

// familyFault reports what the family of APIs refuses although the documents do not
// mention it.
func (j *judge) familyFault() (Verdict, bool) {
	refuse := func(name, reason string) (Verdict, bool) {
		return Verdict{Source: finding.SourceFamily, Reason: reason, Where: "/" + name}, true
	}
	switch j.ID {
	case "create-keys":
		for _, name := range []string{"name", "creator_user_id"} {
			if text, ok := j.text(name); ok && text == "" {
				return refuse(name, "an empty string is refused")
			}
		}
	case "create-auth-keys-code":
		if text, ok := j.text("key_label"); ok && len([]rune(text)) > 100 {
			return refuse("key_label", "at most 100 characters are allowed")
		}
	}
	return Verdict{}, false
}

// isLocal reports whether a host is the machine itself.
func isLocal(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// Judge returns the finding if a response with this status does not meet the
// verdict, and false if it does or the verdict is open.
func (v Verdict) Judge(status int) (Finding, bool) {
	f := Finding{
		Part: finding.PartResponse, Where: "status", Got: strconv.Itoa(status),
		Source: v.Source, Document: v.Document, Line: v.Line,
	}
	reason := ": " + v.Reason
	if v.Where != "" {
		reason = ": the request's " + v.Where + ": " + v.Reason
	}
	switch {
	case v.Expect == MustRefuse && status >= 200 && status < 300:
		f.Kind = finding.KindAcceptedInvalid
	case v.Expect == MustRefuse && (isRefusal(status) || status >= 500) && !slices.Contains(v.Statuses, status):
		f.Kind = finding.KindStatus
	case v.Expect == MustAccept && (isRefusal(status) && status != http.StatusNotFound || status >= 500):
		f.Kind = finding.KindRefusedValid
	default:
		return Finding{}, false
	}
	f.Want = describeStatuses(v.Statuses) + reason
	return f, true
}

// isRefusal reports whether a status refuses the request itself, and not for
// another reason such as a rate limit or a conflict.
func isRefusal(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return false
}
