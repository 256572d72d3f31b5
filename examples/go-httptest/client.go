// Package keyclient is an example of a client under test.
package keyclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// ErrRateLimited means that the API has answered 429.
var ErrRateLimited = errors.New("rate limited")

// A Client calls the API.
type Client struct {
	BaseURL string // such as https://modelgates.ai/api/v1
	Token   string
	HTTP    *http.Client
}

// CreateKey creates a key and returns its secret.
func (c *Client) CreateKey(ctx context.Context, name string) (secret string, err error) {
	body, err := json.Marshal(map[string]any{"name": name})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.BaseURL+"/keys", strings.NewReader(string(body)))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.HTTP.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusCreated:
		var created struct{ Key string }
		err = json.NewDecoder(res.Body).Decode(&created)
		return created.Key, err
	case http.StatusTooManyRequests:
		return "", ErrRateLimited
	}
	return "", fmt.Errorf("create key %q: %s", name, res.Status)
}
