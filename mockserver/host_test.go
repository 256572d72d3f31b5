package mockserver_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver"
)

func TestAllowsHost(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{AllowedHosts: []string{"Fake.Example.com."}})
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.0.0.1:8080": true, "203.0.113.7": true, "[::1]": true, "[::1]:8080": true, "::1": true,
		"localhost": true, "localhost:8080": true, "LOCALHOST": true, "mockgates": true, "mock_gates-1:80": true,
		"app.localhost": true, "fake.local": true, "fake.internal": true, "a.b.test:443": true, "fake.test.": true,
		"fake.example.com": true, "FAKE.example.com:8080": true, "fake.example.com.": true,
		"example.com": false, "other.example.com": false, "evil.test.example.com": false, "127.0.0.1.nip.io": false,
		"": false, ":8080": false, "local host": false, "lo\u0441al": false, "a/b": false, ".test.example": false, "notlocal.example": false,
	} {
		if got := s.AllowsHost(host); got != want {
			t.Errorf("%q: got %v, want %v", host, got, want)
		}
	}
}

func TestNewRefusesInvalidHosts(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"", "http://fake", "fake:8080", "fake/path", "two names", "*.example.com"} {
		_, err := mockserver.New(mockserver.Config{AllowedHosts: []string{host}})
		if err == nil || !strings.Contains(err.Error(), "want a host name without scheme, port or path") {
			t.Errorf("%q: got %v", host, err)
		}
	}
}
