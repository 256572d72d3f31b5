package account

import (
	"testing"

	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// TestOriginOf checks origins, each of which is a URI and its own origin.
func TestOriginOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, callback, want string }{
		{"a path, a query and a fragment", "https://app.example/cb?x=1#f", "https://app.example"},
		{"a user", "https://user:pw@app.example/", "https://app.example"},
		{"capitals", "HTTPS://App.Example/CB", "https://app.example"},
		{"the default port", "https://app.example:443/cb", "https://app.example"},
		{"another port", "https://app.example:3000/cb", "https://app.example:3000"},
		{"this machine", "http://localhost:8000/cb", "http://localhost:8000"},
		{"an IPv6 address", "https://[2001:DB8::1]:3000/cb", "https://[2001:db8::1]:3000"},
		{"what is not ASCII stays encoded", "https://a%e2%82%acb.example/cb", "https://a%E2%82%ACb.example"},
		{"what is not ASCII and not encoded is not a URI", "https://a€b.example/cb", ""},
		{"a host with brackets is not a URI", "https://a<b>.example/cb", ""},
		{"an IPv6 zone", "https://[fe80::1%25eth0]/cb", ""},
		{"no scheme", "//app.example/cb", ""},
		{"another scheme", "ftp://app.example/cb", ""},
		{"a port that is not allowed", "https://app.example:8443/cb", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := OriginOf(tt.callback)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if _, isURI := form.ParseURI(got); got != "" && (!isURI || OriginOf(got) != got) {
				t.Errorf("%q is not a URI, or has the origin %q", got, OriginOf(got))
			}
		})
	}
}
