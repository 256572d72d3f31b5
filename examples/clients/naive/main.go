// The naive client creates a key, and repeats the request whenever it fails. When
// the key was created and only the response was lost, it creates a second one.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	for range 5 {
		key, err := create()
		if err == nil {
			fmt.Println("created", key[:12])
			return
		}
		fmt.Fprintln(os.Stderr, "naive:", err)
		time.Sleep(20 * time.Millisecond)
	}
	os.Exit(1)
}

func create() (key string, err error) {
	body := strings.NewReader(`{"name": "nightly", "limit": 5}`)
	req, err := http.NewRequest(http.MethodPost, os.Getenv("MODELGATES_BASE_URL")+"/keys", body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("MODELGATES_API_KEY"))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("status %s", res.Status)
	}
	var created struct{ Key string }
	err = json.NewDecoder(res.Body).Decode(&created)
	return created.Key, err
}
