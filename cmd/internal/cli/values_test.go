package cli

import "testing"

func TestReachable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, want string
		addr       Addr
	}{
		{"an address is unchanged", "192.0.2.1:80", "192.0.2.1:80"},
		{"a name is unchanged", "localhost:80", "localhost:80"},
		{"the unspecified IPv4 address becomes loopback", "127.0.0.1:80", "0.0.0.0:80"},
		{"the unspecified IPv6 address becomes loopback", "127.0.0.1:80", "[::]:80"},
		{"a missing host becomes loopback", "127.0.0.1:80", ":80"},
		{"IPv6 keeps its brackets", "[::1]:80", "[::1]:80"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := test.addr.Reachable(); got != test.want {
				t.Errorf("reachable = %s; want %s", got, test.want)
			}
		})
	}
}
