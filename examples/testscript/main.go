// Command keymaker creates an API key and prints its secret. It is an example of a
// program under test: main_test.go plays the scripts in testdata against it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: keymaker NAME")
		os.Exit(2)
	}
	secret, err := create(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "keymaker:", err)
		os.Exit(1)
	}
	fmt.Println(secret)
}

// create creates the key with a name. If an attempt fails, its key may exist all the
// same, and nobody can read its secret again. So before each attempt create deletes
// the keys of that name.
func create(name string) (secret string, err error) {
	for range 3 {
		if err = remove(name); err == nil {
			var created struct{ Key string }
			if err = call("POST", "/keys", map[string]any{"name": name, "limit": 5}, &created); err == nil {
				return created.Key, nil
			}
		}
		var refused *refusal
		if errors.As(err, &refused) {
			if refused.status < 500 && refused.status != http.StatusTooManyRequests {
				return "", err // another attempt would fail too
			}
			time.Sleep(refused.wait)
		}
	}
	return "", err
}

// remove deletes the keys with a name.
func remove(name string) error {
	var list struct {
		Data []struct{ Hash, Name string }
	}
	if err := call("GET", "/keys", nil, &list); err != nil {
		return err
	}
	for _, key := range list.Data {
		if key.Name == name {
			if err := call("DELETE", "/keys/"+key.Hash, nil, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// A refusal is a response other than success.
type refusal struct {
	status int
	wait   time.Duration // before another attempt
}

func (r *refusal) Error() string { return fmt.Sprintf("status %d", r.status) }

// call sends a request with a JSON body, nil for none, and decodes the response.
func call(method, path string, body, into any) error {
	text := ""
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		text = string(data)
	}
	req, err := http.NewRequest(method, os.Getenv("MODELGATES_BASE_URL")+path, strings.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("MODELGATES_API_KEY"))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 400 {
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return &refusal{res.StatusCode, time.Duration(min(max(seconds, 0), 60)) * time.Second}
	}
	data, err := io.ReadAll(res.Body)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(data, into)
}
