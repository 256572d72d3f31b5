package target

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios/report"
)

// mustSend sends a call and returns what Check says about it.
func mustSend(t *testing.T, c *Client, call Call) (*Completed, error) {
	t.Helper()
	done, err := c.Send(t.Context(), call)
	if err != nil {
		t.Fatal(err)
	}
	return done, c.Check(t.Context(), done)
}

// TestClient_records puts into the report what was sent and received, and how.
func TestClient_records(t *testing.T) {
	t.Parallel()
	recorded := 0
	c := newClient(t, openTarget(t, Config{Recorded: func() { recorded++ }}), "records")
	addFault(t, c, "status=500 when.name=unlucky")
	key, invalid := c.ManagementKey(), Expectations{Invalid: true}
	calls := []Call{
		{Line: 3, Method: "GET", Path: "/keys", Query: "offset=1", Token: key},
		{Method: "GET", Path: "/key", Token: "sk-nobody", Credential: "Bearer {key}", CaseID: "case"},
		{Method: "GET", Path: "/key", Token: key, Scheme: "basic", Expectations: invalid},
		{Method: "GET", Path: "/key", Token: key, Scheme: "raw", Expectations: invalid},
		{Method: "POST", Path: "/keys", Token: key, Body: []byte(`{"name":"unlucky"}`)},
	}
	for _, call := range calls {
		if _, err := mustSend(t, c, call); err != nil {
			t.Errorf("%s %s: %v", call.Method, call.Path, err)
		}
	}
	want := []report.Exchange{
		{Line: 3, Method: "GET", Path: "/keys?offset=1", Status: 200, Operation: "list-keys", Management: true, Rules: []string{"list.page", "list.offset"}},
		{Method: "GET", Path: "/key", Status: 401, Operation: "get-current-key", Credential: "Bearer {key}", Case: "case", Rules: []string{"auth.unknown"}},
		{Method: "GET", Path: "/key", Status: 401, Operation: "get-current-key", Credential: "Basic " + report.CredentialBasic, Rules: []string{"auth.malformed"}},
		{Method: "GET", Path: "/key", Status: 401, Operation: "get-current-key", Credential: "Basic " + report.CredentialKey, Rules: []string{"auth.malformed"}},
		{Method: "POST", Path: "/keys", Status: 500, Operation: "create-keys", Management: true, Injected: true, Rules: []string{"fault.injected"}},
	}
	ignore := cmpopts.IgnoreFields(report.Exchange{},
		"RequestHeader", "RequestBody", "RequestSize", "ResponseHeader", "ResponseBody", "ResponseSize", "Duration", "DocumentedResponse", "Features", "Findings")
	if diff := cmp.Diff(want, c.Exchanges, ignore); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
	if recorded != len(calls) {
		t.Errorf("Recorded was called %d times, want %d", recorded, len(calls))
	}
	if first := c.Exchanges[0]; first.DocumentedResponse == nil || first.DocumentedResponse.Status != 200 || !slices.Contains(first.Features, "query offset") {
		t.Errorf("a list reaches %v with the features %q, want 200 with query offset", first.DocumentedResponse, first.Features)
	}
}

// answering opens a live target that answers every call alike, with the rule header of
// a fake.
func answering(t *testing.T, status int, body string) *Target {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set(mockserver.RuleHeader, "fault.injected")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return openTarget(t, Config{URL: server.URL, ManagementKey: "management", KeyExpiry: time.Minute})
}

// TestClient_hidesSecrets hides the secrets that were sent, and those that came back.
func TestClient_hidesSecrets(t *testing.T) {
	t.Parallel()
	target := answering(t, 201, `{"key":"a-key-of-an-odd-form"}`)
	if _, err := newClient(t, target, "").Send(t.Context(), Call{Method: "POST", Path: "/keys", Token: "a-token-of-somebody"}); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"a-token-of-somebody", "a-key-of-an-odd-form", "management"} {
		if got := target.Secrets.Hide("it is " + secret); strings.Contains(got, secret) {
			t.Errorf("the secret %q is not hidden in %q", secret, got)
		}
	}
}

// TestClient_liveAnswers allows a live target to send undocumented members, and no other
// departure. The rule header does not mark its responses as injected.
func TestClient_liveAnswers(t *testing.T) {
	t.Parallel()
	const refusal = `{"error":{"code":401,"message":"no"}`
	for name, test := range map[string]struct {
		body string
		want string // in the error; "" for none
	}{
		"what is documented":     {refusal + "}", ""},
		"a member more":          {refusal + `,"region":"eu"}`, ""},
		"a member less":          {`{}`, "the response departs from the contract"},
		"a body of another type": {`[]`, "the response departs from the contract"},
	} {
		c := newClient(t, answering(t, 401, test.body), "")
		_, err := mustSend(t, c, Call{Method: "GET", Path: "/key", Token: "another"})
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
		if c.Exchanges[0].Injected {
			t.Errorf("%s: the response of a live target is called injected", name)
		}
	}
}

// TestClient_followsNoRedirect returns a redirect as it is.
func TestClient_followsNoRedirect(t *testing.T) {
	t.Parallel()
	done, err := newClient(t, answering(t, 302, ""), "").Send(t.Context(), Call{Method: "GET", Path: "/key"})
	if err != nil || done.Status != 302 {
		t.Errorf("status %d and error %v, want 302", done.Status, err)
	}
}

// TestClient_exchangesOnlyItsCodes refuses to exchange a code on a live target until the
// client has made it within the bounds.
func TestClient_exchangesOnlyItsCodes(t *testing.T) {
	t.Parallel()
	c := newClient(t, answering(t, 200, `{"data":{"id":"c1"}}`), "")
	exchange := Call{Method: "POST", Path: "/auth/keys", Body: []byte(`{"code":"c1"}`)}
	if err := c.CheckBounds(exchange); err == nil {
		t.Error("no error for a code that somebody else made")
	}
	body := fmt.Sprintf(`{"limit":0,"expires_at":%q}`, time.Now().Add(30*time.Second).UTC().Format(time.RFC3339))
	done, err := c.Send(t.Context(), Call{Method: "POST", Path: "/auth/keys/code", Body: []byte(body)})
	if err != nil {
		t.Fatal(err)
	}
	c.NoteCode(done)
	if err := c.CheckBounds(exchange); err != nil {
		t.Errorf("the code that was made cannot be exchanged: %v", err)
	}
}

// TestClient_judgesEachLimitedAnswer judges the answers before the last one too, and says
// so when a target asks to wait for too long.
func TestClient_judgesEachLimitedAnswer(t *testing.T) {
	t.Parallel()
	target, _ := liveTarget(t, 429, 200)
	c := newClient(t, target, "")
	if _, err := mustSend(t, c, Call{Method: "GET", Path: "/key", Token: "k"}); err == nil || len(c.Exchanges) != 2 {
		t.Errorf("%d exchanges and the error %v, want 2 that depart from the contract", len(c.Exchanges), err)
	}
	target, _ = liveTarget(t, 429)
	_, err := mustSend(t, newClient(t, target, ""), Call{Method: "GET", Path: "/key", Token: "k"})
	if err == nil || !strings.Contains(err.Error(), "is refused with 429 for longer than the run waits") {
		t.Errorf("error %v, want one that says for how long the target refuses", err)
	}
}

// TestClient_judgesAGeneratedCase reports a status that the documents do not expect of a
// generated request, once.
func TestClient_judgesAGeneratedCase(t *testing.T) {
	t.Parallel()
	c := newClient(t, openTarget(t, Config{}), "case")
	accepted := func(status int) (contract.Finding, bool) {
		return contract.Finding{Part: "response", Where: "status", Kind: finding.KindAcceptedInvalid, Want: "400", Got: "200"}, status < 300
	}
	for status, call := range map[int]Call{
		200: {Method: "GET", Path: "/keys", Token: c.ManagementKey(), Judge: accepted},
		401: {Method: "GET", Path: "/keys", Judge: accepted},
	} {
		done, err := mustSend(t, c, call)
		if done.Status != status || (err != nil) != (status == 200) {
			t.Errorf("status %d and error %v, want %d and an error for 200 alone", done.Status, err, status)
		}
	}
}

// TestClient_judgesAGeneratedCaseOnce leaves out what the session has found of the same
// kind, and adds what it has found of another kind at the same place.
func TestClient_judgesAGeneratedCaseOnce(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]int{finding.KindStatus: 1, finding.KindRefusedValid: 2} {
		c := newClient(t, answering(t, 418, `{"error":{"code":418,"message":"no"}}`), "")
		_, err := mustSend(t, c, Call{Method: "GET", Path: "/key", Token: "another", Judge: func(int) (finding.Finding, bool) {
			return finding.Finding{Part: finding.PartResponse, Where: "status", Kind: kind, Want: "200", Got: "418"}, true
		}})
		got := 0
		for _, f := range c.Exchanges[0].Findings {
			if f.Where == "status" {
				got++
			}
		}
		if got != want || err == nil {
			t.Errorf("%d findings about the status and the error %v, want %d with %s", got, err, want, kind)
		}
	}
}

// TestNewStandIn_isNotTheTarget sends nothing to the target, and notes nothing about it.
func TestNewStandIn_isNotTheTarget(t *testing.T) {
	t.Parallel()
	target, _ := liveTarget(t, 500)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(201)
		_, _ = w.Write([]byte(`{"key":"something"}`))
	}))
	t.Cleanup(server.Close)
	c := target.NewStandIn(server.URL, server.Client(), target.seen.Fork())
	c.Target.Base = server.URL
	done, err := c.Send(t.Context(), Call{Method: "POST", Path: "/keys", Body: []byte(`{"name":"a"}`)})
	if err != nil || done.Status != 201 {
		t.Errorf("status %d and error %v, want 201 of the other server", done.Status, err)
	}
	if left := target.Account.Ledger.Left(target.Account.Target); len(left) != 0 {
		t.Errorf("the ledger of the target has %v", left)
	}
	if target.Base == server.URL {
		t.Error("the target has changed")
	}
	const text = "something"
	if got := c.Target.Secrets.Hide(text); got == text {
		t.Error("the secret of the other server is not hidden in what that server sends")
	}
	if got := target.Secrets.Hide(text); got != text {
		t.Errorf("the secret of the other server is hidden in what the target sends: %q", got)
	}
}

// TestTarget_derive gives other bytes for another seed, purpose or count, and the same
// for the same.
func TestTarget_derive(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, got := range map[string][]byte{
		"the first":       (&Target{}).Derive("a", 1),
		"another count":   (&Target{}).Derive("a", 2),
		"another purpose": (&Target{}).Derive("b", 1),
		"another seed":    (&Target{Config: Config{Seed: 1}}).Derive("a", 1),
	} {
		if other := seen[string(got)]; other != "" || len(got) != 32 {
			t.Errorf("%s gives %x, as does %s", name, got, other)
		}
		seen[string(got)] = name
	}
	if again := (&Target{}).Derive("a", 1); seen[string(again)] != "the first" {
		t.Error("the same seed, purpose and count give other bytes")
	}
}
