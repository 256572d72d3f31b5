// The careful client creates a key, and survives every fault of the API.
//
// A request that failed may have created the key. Nobody can read the secret of a
// key again, so before each attempt the client deletes the key that an attempt
// before has left. The name must therefore be its own. It waits as long as
// Retry-After asks, and does not repeat what cannot succeed.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	name     = "nightly"
	attempts = 5
	pause    = 20 * time.Millisecond // before an attempt, if the API does not say how long
	patience = 10 * time.Second      // longest wait for one attempt
)

// A failure is an attempt that did not succeed.
type failure struct {
	status int // 0 if no complete response arrived
	wait   time.Duration
	err    error
}

func (f *failure) Error() string { return f.err.Error() }

// final reports whether another attempt would fail too.
func (f *failure) final() bool {
	return f.status >= 400 && f.status < 500 && f.status != http.StatusTooManyRequests || f.wait > patience
}

func main() {
	key, err := createOnce()
	if err != nil {
		fmt.Fprintln(os.Stderr, "careful:", err)
		os.Exit(1)
	}
	fmt.Println("created", key[:12])
}

// createOnce creates the key, so that there is one of its name in the end.
func createOnce() (key string, err error) {
	for range attempts {
		if err = deleteOwn(); err == nil {
			var created struct{ Key string }
			err = call(http.MethodPost, "/keys", `{"name": "`+name+`", "limit": 5}`, http.StatusCreated, &created)
			if err == nil {
				return created.Key, nil
			}
		}
		failed, ok := errors.AsType[*failure](err)
		if !ok || failed.final() {
			return "", err
		}
		time.Sleep(failed.wait)
	}
	return "", err
}

// deleteOwn deletes the keys of the client's name.
func deleteOwn() error {
	var list struct {
		Data []struct{ Hash, Name string }
	}
	if err := call(http.MethodGet, "/keys", "", http.StatusOK, &list); err != nil {
		return err
	}
	for _, key := range list.Data {
		if key.Name != name {
			continue
		}
		err := call(http.MethodDelete, "/keys/"+key.Hash, "", http.StatusOK, &struct{}{})
		if failed, ok := errors.AsType[*failure](err); ok && failed.status == http.StatusNotFound {
			failed.status, failed.wait = 0, pause // an attempt before may have deleted it: look again
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// call sends a request and decodes the response, which must be complete.
func call(method, path, body string, want int, into any) error {
	req, err := http.NewRequest(method, os.Getenv("MODELGATES_BASE_URL")+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("MODELGATES_API_KEY"))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	client := http.Client{Timeout: 10 * time.Second}
	res, err := client.Do(req)
	if err != nil {
		return &failure{0, pause, err}
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return &failure{0, pause, err}
	}
	if res.StatusCode != want {
		return &failure{res.StatusCode, retryAfter(res.Header), fmt.Errorf("%s %s: %s", method, path, res.Status)}
	}
	if media, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return &failure{0, pause, fmt.Errorf("the response is %q; want application/json", media)}
	}
	if err := json.Unmarshal(data, into); err != nil {
		return &failure{0, pause, err}
	}
	return nil
}

// retryAfter returns how long to wait for the next attempt: what the header asks
// for, as seconds or as a date, or a pause if it asks for nothing sensible.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil && seconds >= 0 {
		return max(pause, time.Duration(seconds)*time.Second)
	}
	if strings.Trim(value, "0123456789") == "" && value != "" {
		return patience + 1 // too many seconds for 32 bits
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(pause, time.Until(date))
	}
	return pause
}
