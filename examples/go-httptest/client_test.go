package keyclient

import (
	"errors"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver/mocktest"
)

func TestCreateKey(t *testing.T) {
	t.Parallel()
	fake := mocktest.New(t)
	c := Client{BaseURL: fake.URL, Token: fake.ManagementKey, HTTP: fake.Client}
	secret, err := c.CreateKey(t.Context(), "nightly")
	if err != nil || !strings.HasPrefix(secret, "sk-mg-v1-") {
		t.Errorf("CreateKey = %q, %v; want a secret", secret, err)
	}
}

func TestCreateKey_rateLimited(t *testing.T) {
	t.Parallel()
	fake := mocktest.New(t, mocktest.WithFaults("create-keys status=429 times=1"))
	c := Client{BaseURL: fake.URL, Token: fake.ManagementKey, HTTP: fake.Client}
	if _, err := c.CreateKey(t.Context(), "nightly"); !errors.Is(err, ErrRateLimited) {
		t.Errorf("CreateKey = %v; want %v", err, ErrRateLimited)
	}
}
