package relations_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/lies"
	"github.com/mockgates/mockgates/contract/relations"
)

// honest returns the honest exchange before a lie with this name.
func honest(t *testing.T, name string) contract.Exchange {
	t.Helper()
	for _, lie := range append(lies.Documented(), lies.Companion()...) {
		if lie.Name == name {
			return lie.Exchanges[0]
		}
	}
	t.Fatalf("there is no lie %q", name)
	return contract.Exchange{}
}

func honestKey(t *testing.T) contract.Exchange {
	t.Helper()
	return honest(t, "a hash is used again")
}

// changed returns x with parts of its response replaced, wherever they are.
func changed(x contract.Exchange, pairs ...string) contract.Exchange {
	x.ResponseBody = []byte(strings.NewReplacer(pairs...).Replace(string(x.ResponseBody)))
	return x
}

// requested returns x with another request body.
func requested(x contract.Exchange, body string) contract.Exchange {
	x.RequestBody = []byte(body)
	return x
}

func TestSession_isSilentOnFaithfulDialects(t *testing.T) {
	t.Parallel()
	key := honestKey(t)
	refusal := func(status int) contract.Exchange {
		x := key
		x.Status, x.ResponseBody = status, fmt.Appendf(nil, `{"error":{"code":%d,"message":"Nein."},"user_id":"u"}`, status)
		return x
	}
	for _, test := range []struct {
		name string
		x    contract.Exchange
	}{
		{"an expiry with microseconds and an offset of zero", changed(key, `"2099-01-02T03:04:05Z"`, `"2099-01-02T03:04:05.000000+00:00"`)},
		{"a creation with microseconds", changed(key, `"2026-01-01T00:00:00Z"`, `"2026-01-01T00:00:00.123456+00:00"`)},
		{"numbers with fractions of zero", changed(key, `"limit":5,`, `"limit":5.00,`, `"limit_remaining":5`, `"limit_remaining":5.0`, `"usage":0`, `"usage":0.0`)},
		{"another form of key", changed(key, "sk-lie-v1-1111111111111111111111111111111111111111", "mg.0f0f0f0f0f0f0f0f0f0f")},
		{"the caller's own id stands in for none", requested(changed(key, `"creator_user_id":null`, `"creator_user_id":"user_1"`), `{"name":"Nightly","limit":5,"limit_reset":"weekly","include_byok_in_limit":true,"expires_at":"2099-01-02T03:04:05Z","creator_user_id":null}`)},
		{"a workspace in another case", requested(key, `{"name":"Nightly","limit":5,"limit_reset":"weekly","expires_at":"2099-01-02T03:04:05Z","include_byok_in_limit":true,"workspace_id":"0DF9E665-D932-5740-B2C7-B52AF166BC11"}`)},
		{"an unknown workspace is refused", requested(refusal(400), `{"name":"Nightly","workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"}`)},
		{"an unknown user is refused", requested(refusal(403), `{"name":"Nightly","creator_user_id":"user_1"}`)},
		{"an expiry in the past is refused", requested(refusal(400), `{"name":"Nightly","expires_at":"2020-01-01T00:00:00Z"}`)},
		{"an expiry with +00:00 is refused", requested(refusal(400), `{"name":"Nightly","expires_at":"2099-01-02T03:04:05+00:00"}`)},
		{"a negative limit is refused", requested(refusal(400), `{"name":"Nightly","limit":-1}`)},
		{"an empty name is refused", requested(refusal(400), `{"name":""}`)},
		{"a long name is refused", requested(refusal(400), `{"name":"`+strings.Repeat("a", 1000)+`"}`)},
		{"an undeclared member is refused", requested(refusal(400), `{"name":"Nightly","colour":"red"}`)},
		{"a duplicate member is refused", requested(refusal(400), `{"name":"Nightly","name":"Other"}`)},
		{"a rate limit", refusal(429)},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if findings := errorsOf(t, newSession(t, relations.Options{Companions: true}), test.x); len(findings) > 0 {
				t.Errorf("got %v, want none", findings)
			}
		})
	}
}

func TestSession_knowsNothingOfAnUnknownCredential(t *testing.T) {
	t.Parallel()
	s := relations.NewSession(newContract(t, contract.Documented), relations.Options{})
	x := honestKey(t)
	x.Status, x.ResponseBody = 401, []byte(`{"error":{"code":401,"message":""}}`)
	if findings := errorsOf(t, s, x); len(findings) > 0 {
		t.Errorf("an unknown key is refused: got %v, want none", findings)
	}
	if findings := errorsOf(t, s, honestKey(t)); len(findings) > 0 {
		t.Errorf("it is accepted: got %v, want none", findings)
	}
	if findings := errorsOf(t, s, x); len(findings) != 1 || findings[0].Kind != finding.KindRefusedValid {
		t.Errorf("it is refused after it was accepted: got %v, want %s", findings, finding.KindRefusedValid)
	}
}

func TestSession_sourceDecidesWhatIsAnError(t *testing.T) {
	t.Parallel()
	local := changed(honestKey(t), `"created_at":"2026-01-01T00:00:00Z"`, `"created_at":"2026-01-01T02:00:00+02:00"`)
	for _, family := range []bool{false, true} {
		s := newSession(t, relations.Options{Family: family})
		result, err := s.Check(local)
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Findings) != 1 {
			t.Fatalf("got %v, want one finding", result.Findings)
		}
		f := result.Findings[0]
		if f.Kind != finding.KindNotUTC || f.Source != finding.SourceFamily || f.Note() == family || result.Conforms() == family {
			t.Errorf("family %v: got %v, source %s, a note: %v", family, f, f.Source, f.Note())
		}
	}
}

func TestSession_fork(t *testing.T) {
	t.Parallel()
	s := newSession(t, relations.Options{Companions: true})
	if findings := errorsOf(t, s.Fork(), honestKey(t)); len(findings) > 0 {
		t.Fatal(findings)
	}
	fork := s.Fork()
	kinds := make(map[string]bool)
	for _, f := range errorsOf(t, fork, honestKey(t)) {
		kinds[f.Kind] = true
	}
	if !kinds[finding.KindReused] {
		t.Errorf("a secret that another fork saw: got %v, want %s", kinds, finding.KindReused)
	}
	for _, lie := range lies.Companion() {
		if lie.Name != "a key is read with another name" {
			continue
		}
		if findings := errorsOf(t, s.Fork(), lie.Exchanges[1]); len(findings) > 0 {
			t.Errorf("a key that another fork wrote: got %v, want none", findings)
		}
	}
}

func TestSession_forget(t *testing.T) {
	t.Parallel()
	s := newSession(t, relations.Options{})
	for range 2 {
		if findings := errorsOf(t, s, honestKey(t)); len(findings) > 0 {
			t.Errorf("got %v, want none", findings)
		}
		s.Forget()
	}
	for _, lie := range lies.Documented() {
		if lie.Name == "the secret is in a later error" {
			if findings := errorsOf(t, s, lie.Exchanges[1]); len(findings) != 1 || findings[0].Kind != finding.KindSecretExposed {
				t.Errorf("an earlier secret: got %v, want %s", findings, finding.KindSecretExposed)
			}
		}
	}
}

func TestSession_injectedResponsesAreNotJudged(t *testing.T) {
	t.Parallel()
	x := honestKey(t)
	x.Status, x.ResponseBody = 500, []byte(`{"error":{"code":500,"message":"Internal Server Error"}}`)
	x.ResponseHeader = http.Header{"Content-Type": {"application/json"}, "Fault": {"1"}}
	s := newSession(t, relations.Options{Injected: func(x contract.Exchange) bool { return x.ResponseHeader.Get("Fault") != "" }})
	if findings := errorsOf(t, s, x); len(findings) > 0 {
		t.Errorf("got %v, want none", findings)
	}
	x.ResponseHeader.Del("Fault")
	if findings := errorsOf(t, s, x); len(findings) != 1 {
		t.Errorf("got %v, want one: no fault made the failure", findings)
	}
}

func TestSession_neverQuotesASecret(t *testing.T) {
	t.Parallel()
	for _, lie := range append(lies.Documented(), lies.Companion()...) {
		s := newSession(t, relations.Options{Companions: true})
		for _, x := range lie.Exchanges {
			result, err := s.Check(x)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range result.Findings {
				for _, secret := range []string{"sk-lie", "Nightly", lies.ManagementKey} {
					if strings.Contains(f.String(), secret) {
						t.Errorf("%s: the finding quotes %q: %v", lie.Name, secret, f)
					}
				}
			}
		}
	}
}

func TestSession_isSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	s := newSession(t, relations.Options{Companions: true})
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			fork := s
			if worker%2 == 0 {
				fork = s.Fork()
			}
			for i := range 20 {
				secret := fmt.Sprintf("sk-lie-v1-%040d", worker*100+i)
				x := changed(honestKey(t), "sk-lie-v1-1111111111111111111111111111111111111111", secret, "aaaaaaaa", fmt.Sprintf("%08d", worker*100+i))
				result, err := fork.Check(x)
				if err != nil || !result.Reached() {
					t.Errorf("got %v and error %v, want none", result.Findings, err)
				}
			}
		})
	}
	group.Wait()
}
