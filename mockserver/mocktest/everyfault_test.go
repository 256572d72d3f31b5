package mocktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver/everyfault"
	"github.com/mockgates/mockgates/mockserver/mocktest"
)

// errFinal is the error of a request that another attempt would not change.
var errFinal = errors.New("refused")

// send sends a request and decodes its response. The wait is how long to wait before
// another attempt.
func send(env mocktest.Env, method, path, body string, into any) (wait time.Duration, err error) {
	req, err := http.NewRequestWithContext(env.Context, method, env.URL+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+env.ManagementKey)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := env.Client.Do(req)
	if err != nil {
		return time.Second, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 400 {
		err = fmt.Errorf("status %d", res.StatusCode)
		if res.StatusCode < 500 && res.StatusCode != 429 {
			err = errFinal
		}
		return retryAfter(res.Header), err
	}
	return time.Second, json.NewDecoder(res.Body).Decode(into)
}

func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(min(seconds, 3600)) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return time.Until(date)
	}
	return time.Second
}

// createOnce is a client that deletes what an earlier attempt has left, and waits as long
// as Retry-After says.
func createOnce(_ *testing.T, env mocktest.Env) error {
	var err error
	for range 4 {
		var wait time.Duration
		if wait, err = attempt(env); err == nil || errors.Is(err, errFinal) {
			return err
		}
		if sleep(env.Context, wait) != nil {
			return err
		}
	}
	return err
}

func attempt(env mocktest.Env) (time.Duration, error) {
	var list struct {
		Data []struct{ Hash string }
	}
	if wait, err := send(env, http.MethodGet, "/keys", "", &list); err != nil {
		return wait, err
	}
	for _, key := range list.Data {
		if wait, err := send(env, http.MethodDelete, "/keys/"+key.Hash, "", &struct{}{}); err != nil {
			return wait, err
		}
	}
	return send(env, http.MethodPost, "/keys", `{"name": "nightly"}`, &struct{}{})
}

// sleep waits for d, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestEveryFault_inABubble tests a client that waits for minutes in a testing/synctest
// bubble, where waits take no time.
func TestEveryFault_inABubble(t *testing.T) {
	t.Parallel()
	mocktest.EveryFault(t, mocktest.EveryFaultOptions{
		Options:   everyfault.Options{RetryAfter: 2 * time.Minute, Patience: 5 * time.Minute, Slow: time.Minute},
		Bubble:    true,
		TimeLimit: 2 * time.Hour,
	}, createOnce)
}

func TestEveryFault_overLoopback(t *testing.T) {
	t.Parallel()
	mocktest.EveryFault(t, mocktest.EveryFaultOptions{Options: everyfault.Options{Effects: []string{"lost", "401"}, Slow: time.Millisecond}},
		func(t *testing.T, env mocktest.Env) error {
			if !strings.HasPrefix(env.URL, "http://127.0.0.1:") {
				t.Errorf("URL = %s; want loopback", env.URL)
			}
			return createOnce(t, env)
		})
}
