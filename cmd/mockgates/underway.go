package main

import (
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/mockgates/mockgates/mockserver"
)

// An underWay counts the requests that have begun and not ended. Its zero
// value has none.
type underWay struct{ requests atomic.Int64 }

// count is h with its requests counted.
func (u *underWay) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.requests.Add(1)
		defer u.requests.Add(-1)
		h.ServeHTTP(w, r)
	})
}

// waits names what a shutdown waits for: how many requests, and which gates
// they are parked at.
func (u *underWay) waits(server *mockserver.Server) []string {
	n := u.requests.Load()
	if n == 0 {
		return nil
	}
	list := []string{fmt.Sprintf("%d under way", n)}
	for _, world := range server.Worlds() {
		for _, gate := range world.Gates() {
			if gate.Parked > 0 {
				list = append(list, fmt.Sprintf("%d parked at gate %q of world %q", gate.Parked, gate.Name, world.Name()))
			}
		}
	}
	return list
}
