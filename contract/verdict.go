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

// A Verdict is what the documents say about a request, and who says it.
type Verdict struct {
	Expect   Expectation
	Statuses []int  // that meet the expectation; nil if it is open
	Source   Source // of the fact that decides
	Rule     string // id of the open question, as "keys.negative-limit"; "" if it has none
	Reason   string // in a few words
	Where    string // place in the request that decides; "" if none does
	Document string // that states the rule; "" if none does
	Line     int    // of the rule in it; 0 if unknown
}

// A caller is what is known of the one who sends a request.
type caller int

const (
	callerUnknown    caller = iota // nothing is known of the token
	callerManagement               // a management key
	callerPlain                    // a key that is no management key
	callerRevoked                  // a key that was deleted, disabled or has expired
)

// A judge decides what the documents say about one request.
type judge struct {
	*operation
	exchange Exchange
	findings []Finding // of Check, about the request
	caller   caller
	now      time.Time
	body     *value // nil if there is none, or none that can be parsed
}

// newJudge returns a judge of an exchange with the findings of Check.
func newJudge(op *operation, x Exchange, findings []Finding, who caller, now time.Time) *judge {
	j := &judge{operation: op, exchange: x, findings: findings, caller: who, now: now}
	if op.body != nil && len(x.RequestBody) > 0 && len(x.RequestBody) <= MaxRequestBody {
		if body, err := parseJSON(x.RequestBody); err == nil {
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
		if j.operation.body != nil && (faulty || isOpen || j.body == nil) {
			v.Statuses = append(v.Statuses, http.StatusBadRequest) // whichever is checked first
		}
		return j.withNotFound(v)
	case faulty:
		v := j.refusal(fault)
		v.Statuses = append(v.Statuses, http.StatusBadRequest)
		if j.credential > 0 && j.caller == callerUnknown {
			v.Statuses = append(v.Statuses, http.StatusUnauthorized)
			if j.needsManagementKey() {
				v.Statuses = append(v.Statuses, http.StatusForbidden)
			}
		}
		return j.withNotFound(v)
	case isOpen:
		return open
	case j.credential > 0 && j.caller == callerUnknown:
		return Verdict{Source: SourceDoc, Reason: "nothing is known of the credential"}
	}
	v := Verdict{Expect: MustAccept, Source: j.source(), Reason: "the request conforms to the specification", Document: j.document.name, Line: j.line}
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
		return SourceFamily
	}
	return SourceDoc
}

// refusal returns v as a demand to refuse, of the operation's own source unless
// v has one.
func (j *judge) refusal(v Verdict) Verdict {
	v.Expect = MustRefuse
	if v.Source == "" {
		v.Source = j.source()
	}
	if v.Document == "" && v.Source != SourceFamily {
		v.Document = j.document.name
	}
	return v
}

// withNotFound allows 404 for an operation on one resource, which may not exist.
func (j *judge) withNotFound(v Verdict) Verdict {
	if j.responses["404"] != nil {
		v.Statuses = append(v.Statuses, http.StatusNotFound)
	}
	return v
}

// needsManagementKey reports whether the operation takes management keys only:
// it documents 403 for a credential that is valid and may not do this.
func (op *operation) needsManagementKey() bool {
	return op.credential > 0 && op.responses["403"] != nil
}

// credentialFault reports a credential that must be refused.
func (j *judge) credentialFault() (Verdict, bool) {
	line := j.credential
	if line == 0 {
		return Verdict{}, false
	}
	for _, f := range j.findings {
		if f.Kind == KindCredential {
			return Verdict{
				Statuses: []int{http.StatusUnauthorized}, Reason: "the credential is " + f.Got + ", want " + f.Want,
				Where: f.Where, Document: f.Document, Line: f.Line,
			}, true
		}
	}
	switch {
	case j.caller == callerRevoked:
		return Verdict{
			Statuses: []int{http.StatusUnauthorized}, Reason: "the key was deleted, disabled or has expired",
			Where: "header Authorization", Line: line,
		}, true
	case j.caller == callerPlain && j.needsManagementKey():
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

// mustRefuse reports whether a finding about a request is one that the documents
// call invalid. What they do not speak of, such as duplicate members or the size
// of a body, is open.
func (j *judge) mustRefuse(f Finding) bool {
	switch f.Kind {
	case KindType, KindEnum, KindRequired, KindSchema, KindEmpty, KindParameter:
		return true
	case KindContentType:
		return len(j.exchange.RequestHeader["Content-Type"]) == 1 && !isJSONName(mediaName(j.exchange.RequestHeader.Get("Content-Type")))
	case KindFormat:
		return !j.isWebAddress(f.Where)
	case KindJSON:
		_, err := strictjson.Parse(j.exchange.RequestBody, strictjson.Limits{Depth: maxDepth, Values: maxValues})
		if bytes.HasPrefix(j.exchange.RequestBody, []byte("\xef\xbb\xbf")) {
			return false // a reader may pass over a byte order mark (RFC 8259, section 8.1)
		}
		broken, ok := errors.AsType[*strictjson.Error](err)
		return ok && (broken.Kind == strictjson.Syntax || broken.Kind == strictjson.TrailingData || broken.Kind == strictjson.Empty)
	}
	return false
}

func isJSONName(mediaType string) bool { return mediaType == "application/json" }

// isWebAddress reports whether a text at a pointer of the body is not a URI but
// has the form of one for most readers, as browsers take it: such as one with a
// space in its path.
func (j *judge) isWebAddress(pointer string) bool {
	text, ok := j.text(pointer[1:])
	if !ok {
		return false
	}
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// text returns a member of the body that is a text.
func (j *judge) text(name string) (string, bool) {
	v := j.body.Member(name)
	if v == nil || v.Type() != strictjson.TypeString {
		return "", false
	}
	return v.Text(), true
}

// sent returns a member of the body that is not null.
func (j *judge) sent(name string) *value {
	v := j.body.Member(name)
	if v == nil || v.Type() == strictjson.TypeNull {
		return nil
	}
	return v
}

// lineOfProperty returns the line of a property of the request body.
func (op *operation) lineOfProperty(name string) int {
	if op.body == nil {
		return 0
	}
	if p := op.body.jsonSchema().prop(name); p != nil {
		return p.line
	}
	return 0
}

// proseFault reports what the documents refuse in prose and not by a schema.
func (j *judge) proseFault() (Verdict, bool) {
	refuse := func(name, reason string) (Verdict, bool) {
		return Verdict{Reason: reason, Where: "/" + name, Document: j.document.name, Line: j.lineOfProperty(name)}, true
	}
	switch j.ID {
	case "create-keys":
		if text, ok := j.text("expires_at"); ok {
			if t, err := time.Parse(time.RFC3339, text); err == nil && offset(t) != 0 {
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

// familyFault reports what the family of APIs refuses and the documents do not
// speak of.
func (j *judge) familyFault() (Verdict, bool) {
	refuse := func(name, reason string) (Verdict, bool) {
		return Verdict{Source: SourceFamily, Reason: reason, Where: "/" + name}, true
	}
	switch j.ID {
	case "create-keys":
		for _, name := range []string{"name", "creator_user_id"} {
			if text, ok := j.text(name); ok && text == "" {
				return refuse(name, "an empty text is refused")
			}
		}
	case "create-auth-keys-code":
		if text, ok := j.text("key_label"); ok && len([]rune(text)) > 100 {
			return refuse("key_label", "at most 100 characters are allowed")
		}
	}
	return Verdict{}, false
}

// offset returns the offset of a time from UTC, in seconds.
func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// isLocal reports whether a host is the machine itself.
func isLocal(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// openQuestion returns the first thing in the request about which the documents
// do not say whether it is accepted.
func (j *judge) openQuestion() (Verdict, bool) {
	open := func(rule, where, reason string) (Verdict, bool) {
		return Verdict{Source: SourceChoice, Rule: rule, Where: where, Reason: reason}, true
	}
	for _, f := range j.findings {
		if f.Kind != KindCredential {
			return open("", f.Where, "no document says what becomes of this: "+f.Kind)
		}
	}
	if where := unusualText(j.body, ""); where != "" {
		return open("", where, "no document bounds texts")
	}
	if rule, where := j.openAmount(); where != "" {
		return open(rule, where, "no document bounds the amount")
	}
	if rule, where := j.openTime(); where != "" {
		return open(rule, where, "no document says which times are accepted")
	}
	switch j.ID {
	case "create-keys":
		switch {
		case j.sent("workspace_id") != nil:
			return open("keys.unknown-workspace", "/workspace_id", "the caller may not have this workspace")
		case j.sent("creator_user_id") != nil:
			return open("", "/creator_user_id", "no document says which users are accepted")
		}
	case "create-auth-keys-code":
		if rule, where := j.openCode(); where != "" {
			return open(rule, where, "no document says which combinations are accepted")
		}
	case "update-keys":
		if j.body != nil && len(j.body.Members()) == 0 {
			return open("", "body", "no document says whether nothing can be changed")
		}
	case "exchange-auth-code":
		return open("", "/code", "the code may be unknown, used or expired")
	}
	return Verdict{}, false
}

// maxUsualText is the length in characters up to which a text must be accepted.
const maxUsualText = 100

// unusualText returns the place of a text below v that a target may refuse,
// though no document bounds it: an empty one, a long one, or one with control
// characters or half of a surrogate pair.
func unusualText(v *value, pointer string) string {
	if v == nil {
		return ""
	}
	if v.Type() == strictjson.TypeString {
		text := v.Text()
		if text == "" || len([]rune(text)) > maxUsualText && pointer != "/callback_url" && pointer != "/code_challenge" ||
			v.LoneSurrogate() || slices.ContainsFunc([]rune(text), func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return pointer
		}
	}
	members := v.Members()
	for i := range members {
		if where := unusualText(&members[i].Value, pointer+"/"+strictjson.EscapePointer(members[i].Name)); where != "" {
			return where
		}
	}
	return ""
}

// openAmount returns the rule and the place of a limit that a target may refuse.
func (j *judge) openAmount() (rule, where string) {
	v := j.sent("limit")
	if v == nil || v.Type() != strictjson.TypeNumber {
		return "", ""
	}
	f, ok := v.Number().Float64()
	switch {
	case !ok || f > 1e6 || f != 0 && f > 0 && f < 1e-2 || v.Raw()[0] == '-' && f == 0:
		return "", "/limit"
	case f < 0:
		return "keys.negative-limit", "/limit"
	}
	return "", ""
}

// openTime returns the rule and the place of an expiry that a target may refuse.
func (j *judge) openTime() (rule, where string) {
	text, ok := j.text("expires_at")
	if !ok {
		return "", ""
	}
	t, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil:
		return "", "/expires_at" // valid, such as with a leap second
	case text[len(text)-1] != 'Z':
		return "keys.expires-at-offset-zero", "/expires_at"
	case t.Before(j.now.Add(time.Minute)):
		return "keys.expires-at-past", "/expires_at"
	case t.After(j.now.AddDate(20, 0, 0)):
		return "", "/expires_at"
	}
	return "", ""
}

// openCode returns the rule and the place of a combination that a target may
// refuse.
func (j *judge) openCode() (rule, where string) {
	if text, ok := j.text("callback_url"); ok {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || isLocal(u.Hostname()) || len(text) > 2000 {
			return "codes.callback-url", "/callback_url"
		}
	}
	challenge, hasChallenge := j.text("code_challenge")
	method, hasMethod := j.text("code_challenge_method")
	switch {
	case hasChallenge && !hasMethod:
		return "codes.method-default", "/code_challenge"
	case hasMethod && !hasChallenge:
		return "codes.method-alone", "/code_challenge_method"
	case hasChallenge && (!isUnreserved(challenge) || len(challenge) < 43 || len(challenge) > 128 || method == "S256" && len(challenge) != 43):
		return "codes.challenge-form", "/code_challenge"
	}
	return "", ""
}

// isUnreserved reports whether text has only characters of a code verifier
// (RFC 7636, section 4.1).
func isUnreserved(text string) bool {
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' && c != '~' {
			return false
		}
	}
	return true
}

// Judge returns the finding if a response with this status does not meet the
// verdict, and false if it does or the verdict is open.
func (v Verdict) Judge(status int) (Finding, bool) {
	f := Finding{
		Part: PartResponse, Where: "status", Got: strconv.Itoa(status),
		Source: v.Source, Document: v.Document, Line: v.Line,
	}
	reason := ": " + v.Reason
	if v.Where != "" {
		reason = ": the request's " + v.Where + ": " + v.Reason
	}
	switch {
	case v.Expect == MustRefuse && status >= 200 && status < 300:
		f.Kind = KindAcceptedInvalid
	case v.Expect == MustRefuse && (isRefusal(status) || status >= 500) && !slices.Contains(v.Statuses, status):
		f.Kind = KindStatus
	case v.Expect == MustAccept && (isRefusal(status) && status != http.StatusNotFound || status >= 500):
		f.Kind = KindRefusedValid
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
