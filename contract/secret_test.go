package contract_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

// planted is a secret that no finding may contain. The tests put it wherever an
// exchange can carry one.
const planted = "zqxjkvbwplanted"

func TestFinding_neverQuotesTheExchange(t *testing.T) {
	t.Parallel()
	c := newContract(t, contract.All)
	everywhere := exchange(
		call("PATCH", "/keys/"+planted+"?"+planted+"="+planted+"&offset="+planted),
		requestHeader("Authorization", "Basic "+planted),
		send(fmt.Sprintf(`{"%[1]s":"%[1]s","%[1]s":1,"name":["%[1]s"],"limit_reset":"%[1]s","limit":{"%[1]s":1}}`, planted)),
		answer(429, fmt.Sprintf(`{"%[1]s":1,"error":{"%[1]s":"%[1]s","code":"%[1]s","metadata":{"%[1]s":{"a":1,"a":"%[1]s"},"%[1]s":2}}}`, planted)),
		responseHeader("Retry-After", planted),
	)
	type edit = func(*contract.Exchange)
	for name, x := range map[string][]edit{
		"in every member":            nil,
		"in a body that is not JSON": {send(planted), answer(200, planted)},
		"after the JSON":             {send(`{"name":"x"}` + planted), answer(200, `{} `+planted)},
		"in a content type":          {requestHeader("Content-Type", planted+"/"+planted), responseHeader("Content-Type", planted)},
		"in a path":                  {call("POST", "/"+planted)},
		"in a method":                {call(planted, "/keys")},
		"in an answer to a 404":      {call("GET", "/keyz"), answer(404, fmt.Sprintf(`{"error":{"code":%q,"x%s":1}}`, planted, planted))},
		"in a query":                 {call("GET", "/keys?workspace_id="+planted+"&offset="+planted+"&"+planted)},
	} {
		for _, edit := range x {
			edit(&everywhere)
		}
		result, err := c.Check(everywhere)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(result.Findings) == 0 {
			t.Errorf("%s: got no finding", name)
		}
		for _, f := range result.Findings {
			if leaks(t, f, planted) {
				t.Errorf("%s: a finding contains the secret: %+v", name, f)
			}
		}
	}
}

// leaks reports whether a finding contains secret, as text or as JSON.
func leaks(t testing.TB, f contract.Finding, secret string) bool {
	t.Helper()
	record, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(strings.ToLower(f.String()+string(record)), secret)
}

// FuzzCheck checks three laws for any exchange: Check does not panic, it returns
// the same result twice, and its findings never quote the exchange. SECRET in an
// input stands for the planted secret.
func FuzzCheck(f *testing.F) {
	c := newContract(f, contract.All)
	f.Add("POST", "/keys", "", "Bearer token", "application/json", goodKey, 201, newKey)
	f.Fuzz(func(t *testing.T, method, path, query, auth, mediaType, request string, status int, response string) {
		plant := func(s string) string { return strings.ReplaceAll(s, "SECRET", planted) }
		x := contract.Exchange{
			Method: plant(method), Path: plant(path), Query: plant(query), Status: status,
			RequestHeader:  http.Header{"Authorization": {plant(auth)}, "Content-Type": {plant(mediaType)}},
			RequestBody:    []byte(plant(request)),
			ResponseHeader: http.Header{"Content-Type": {"application/json"}, "Retry-After": {plant(mediaType)}},
			ResponseBody:   []byte(plant(response)),
		}
		first, err := c.Check(x)
		if err != nil {
			if method != "" && status >= 100 && status <= 999 {
				t.Fatalf("Check: %v", err)
			}
			return
		}
		again, err := c.Check(x)
		if err != nil || fmt.Sprint(again) != fmt.Sprint(first) {
			t.Fatalf("first %v, then %v, error %v", first, again, err)
		}
		for _, f := range first.Findings {
			if leaks(t, f, planted) {
				t.Fatalf("a finding contains the secret: %+v", f)
			}
		}
	})
}
