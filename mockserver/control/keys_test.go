package control_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestSpend(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	_, hash := f.createKey(t, `{"name": "k", "limit": 5, "limit_reset": "daily", "include_byok_in_limit": true}`)
	a := f.call(t, "POST", "keys/"+hash+"/usage", `{"usd": 1.25, "byok": 0.4}`)
	if a.status != 200 || a.at("data.usage") != 1.25 || a.at("data.byok_usage_daily") != 0.4 || a.at("data.limit_remaining") != 3.35 {
		t.Errorf("spend: %d %s", a.status, a.body)
	}
	unknown := strings.Repeat("0", 64)
	if a := f.call(t, "POST", "keys/"+unknown+"/usage", `{"usd": 1}`); a.status != 404 || !strings.Contains(a.message(), unknown) {
		t.Errorf("spend on an unknown key: %d %s", a.status, a.body)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	a := f.call(t, "PUT", "limits", `{"limits": ["create-keys 1/1m"]}`)
	if a.status != 200 || strings.TrimSpace(a.body) != `{"limits":["create-keys 1/1m0s"]}` {
		t.Errorf("set: %d %s", a.status, a.body)
	}
	f.createKey(t, `{"name": "k"}`)
	if a := f.api(t, "POST", "/keys", `{"name": "k"}`); a.status != 429 {
		t.Errorf("over the limit: %d; want 429", a.status)
	}
	f.call(t, "PUT", "limits", `{"limits": []}`)
	if a := f.call(t, "GET", "limits", ""); strings.TrimSpace(a.body) != `{"limits":[]}` {
		t.Errorf("none: %s", a.body)
	}
	f.createKey(t, `{"name": "k"}`)
}
