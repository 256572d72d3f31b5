package mocktest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver/mocktest"
)

// A client is a small client of the API that retries once after a 500.
type client struct{ url, key string }

func newClient(url, key string) client { return client{url, key} }

// CreateKey creates a key.
func (c client) CreateKey(ctx context.Context, name string) error {
	status := 0
	for range 2 {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/keys", strings.NewReader(fmt.Sprintf(`{"name": %q}`, name)))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+c.key)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		_ = resp.Body.Close()
		if status = resp.StatusCode; status != http.StatusInternalServerError {
			break
		}
	}
	if status != http.StatusCreated {
		return fmt.Errorf("create key %q: got status %d, want 201", name, status)
	}
	return nil
}

func TestClientRetries(t *testing.T) {
	t.Parallel()
	fake := mocktest.New(t, mocktest.WithFaults("create-keys status=500 times=1"))
	if err := newClient(fake.URL, fake.ManagementKey).CreateKey(t.Context(), "nightly"); err != nil {
		t.Error(err)
	}
}
