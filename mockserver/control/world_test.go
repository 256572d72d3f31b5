package control_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestWorldOfACall(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("w", 128)
	for _, tt := range []struct {
		name    string
		query   string
		headers []string
		status  int
		want    string // the beginning of the world's name; or part of the message
	}{
		{"a management key", "", []string{"Authorization", "Bearer sk-mg-mgmt-Alpha"}, 200, "Alpha"},
		{"a scheme in small letters and many spaces", "", []string{"Authorization", "bearer   sk-mg-mgmt-Alpha "}, 200, "Alpha"},
		{"nothing", "", []string{"Authorization", ""}, 200, "default"},
		{"a management key of the server's own", "", []string{"Authorization", "Bearer <token>"}, 200, "key-"},
		{"a header", "", []string{"Authorization", "", "Mockgates-World", "beta"}, 200, "beta"},
		{"a parameter", "?world=Team/a.b_c~d%2Be", []string{"Authorization", ""}, 200, "Team/a.b_c~d+e"},
		{"a name as long as it can be", "?world=" + long, []string{"Authorization", ""}, 200, long},
		{"all three, which agree", "?world=Alpha", []string{"Authorization", "Bearer sk-mg-mgmt-Alpha", "Mockgates-World", "Alpha"}, 200, "Alpha"},
		{"a parameter against a key", "?world=beta", []string{"Authorization", "Bearer sk-mg-mgmt-alpha"}, 400, `"alpha"`},
		{"a header against a key", "", []string{"Authorization", "Bearer sk-mg-mgmt-alpha", "Mockgates-World", "beta"}, 400, `"alpha"`},
		{"a parameter against a header", "?world=beta", []string{"Authorization", "", "Mockgates-World", "gamma"}, 400, `"gamma"`},
		{"a name that is not valid", "?world=A%20B", []string{"Authorization", ""}, 400, `"A B"`},
		{"a name that is not valid, in the header", "", []string{"Authorization", "", "Mockgates-World", "A B"}, 400, "1 to 128"},
		{"a name that is too long", "?world=w" + long, []string{"Authorization", ""}, 400, "1 to 128"},
		{"a key that is not a management key", "", []string{"Authorization", "Bearer KEY"}, 401, "not a management key"},
		{"another scheme", "", []string{"Authorization", "Basic abc"}, 401, "not a management key"},
		{"no token", "", []string{"Authorization", "Bearer "}, 401, "not a management key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, mockserver.Config{ManagementKeys: []string{"<token>"}}, control.Config{})
			key, _ := f.createKey(t, `{"name": "k"}`, "Authorization", "Bearer sk-mg-mgmt-keys")
			for i, h := range tt.headers {
				tt.headers[i] = strings.Replace(h, "KEY", key, 1)
			}
			a := f.call(t, "POST", "reset"+tt.query, "", tt.headers...)
			switch worlds := fmt.Sprint(a.json["worlds"]); {
			case a.status != tt.status:
				t.Errorf("%d %s; want %d", a.status, a.body, tt.status)
			case tt.status == 200 && !strings.HasPrefix(worlds, "["+tt.want):
				t.Errorf("world %s; want %s", worlds, tt.want)
			case tt.status != 200 && (!strings.Contains(a.message(), tt.want) || strings.Contains(a.body, key)):
				t.Errorf("message %q; want %q in it and no credential", a.message(), tt.want)
			}
		})
	}
}

func TestWorldOfACall_withTwoCredentials(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	r := newRequest("GET", "/_mockgates/faults")
	r.Header["Authorization"] = []string{managementKey, managementKey}
	if a := serve(f.handler, r); a.status != 400 || !strings.Contains(a.body, "more than once") {
		t.Errorf("%d %s; want 400", a.status, a.body)
	}
}
