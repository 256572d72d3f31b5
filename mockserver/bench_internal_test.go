package mockserver

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver/internal/account"
)

// BenchmarkKeys measures the operations on keys, from the request to the response,
// in a world with few keys and in one with a million. Keys are deleted oldest first.
// The metric B/key is the heap that a key takes, in its world and in the index.
func BenchmarkKeys(b *testing.B) {
	for _, n := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { benchmarkKeys(b, n) })
	}
}

func benchmarkKeys(b *testing.B, n int) {
	s, err := New(Config{Journal: JournalSize{Entries: 1}})
	if err != nil {
		b.Fatal(err)
	}
	before := heap()
	hashes := storeKeys(b, mustWorld(b, s, DefaultWorld), n)
	perKey := float64(heap()-before-32*n) / float64(n) // without the hashes
	send := func(method, path, body string) {
		r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer sk-mg-mgmt-default")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 300 {
			b.Fatal(method, path, w.Code, w.Body)
		}
	}
	next := 0
	hash := func() string { // in an order that is neither that of creation nor that of a map
		next = (next + 7919) % n
		return fmt.Sprintf("%x", hashes[next])
	}
	b.Run("heap", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(perKey, "B/key")
	})
	oldest := 0
	for _, operation := range []struct {
		name string
		run  func(*testing.B)
	}{
		{"get", func(*testing.B) { send("GET", "/keys/"+hash(), "") }},
		{"patch", func(*testing.B) { send("PATCH", "/keys/"+hash(), `{"limit": 5}`) }},
		{"first-page", func(*testing.B) { send("GET", "/keys", "") }},
		{"late-page", func(*testing.B) { send("GET", fmt.Sprintf("/keys?offset=%d", n*9/10), "") }},
		{"create", func(*testing.B) { send("POST", "/keys", `{"name": "Analytics Service Key", "limit": 100}`) }},
		{"delete", func(b *testing.B) { // the oldest
			if oldest == n {
				b.StopTimer()
				hashes, oldest = storeKeys(b, mustWorld(b, s, DefaultWorld), n), 0
				b.StartTimer()
			}
			send("DELETE", fmt.Sprintf("/keys/%x", hashes[oldest]), "")
			oldest++
		}},
	} {
		b.Run(operation.name, func(b *testing.B) {
			for b.Loop() {
				operation.run(b)
			}
		})
	}
}

// storeKeys creates n keys as POST /keys does, each with a name, a limit and an expiry
// of its own, and returns their hashes, oldest first.
func storeKeys(b *testing.B, w *World, n int) [][32]byte {
	b.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	tx := w.txn()
	hashes := make([][32]byte, n)
	for i := range hashes {
		k := &account.Key{}
		tx.Mint(k)
		limit := float64(i)
		k.Name, k.Workspace, k.Limit, k.LimitReset = fmt.Sprintf("service key %07d", i), w.view.Workspace, &limit, "weekly"
		k.ExpiresAt = strings.Clone("2029-11-30T23:59:59Z")
		tx.PutKey(k)
		hashes[i] = k.Hash
	}
	return hashes
}

// heap returns the bytes of the heap in use.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// BenchmarkState measures a snapshot and its restoration. The metric ms-waited is the
// longest that a request took meanwhile, and µs-locked how long a snapshot holds the
// lock of the world. The metric peak/live is the largest heap meanwhile, in parts of
// the heap that the keys take.
func BenchmarkState(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			empty := heap()
			s, err := New(Config{})
			if err != nil {
				b.Fatal(err)
			}
			w := mustWorld(b, s, DefaultWorld)
			storeKeys(b, w, n)
			live := heap() - empty
			b.Run("snapshot", func(b *testing.B) {
				w.mu.Lock()
				began := machineTime()
				_ = w.freezeLocked()
				locked := machineTime().Sub(began)
				w.mu.Unlock()
				defer func() { b.ReportMetric(float64(locked.Nanoseconds())/1000, "µs-locked") }()
				defer requestMeanwhile(b, s)()
				for b.Loop() {
					if err := w.Snapshot(io.Discard); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("snapshot-heap", func(b *testing.B) {
				for b.Loop() {
					peak := peakHeap(b, func() error { return w.Snapshot(io.Discard) })
					b.ReportMetric(float64(peak-empty)/float64(live), "peak/live")
				}
			})
			var state bytes.Buffer
			if err := w.Snapshot(&state); err != nil {
				b.Fatal(err)
			}
			b.Run("restore", func(b *testing.B) {
				defer requestMeanwhile(b, s)()
				b.ReportAllocs()
				for b.Loop() {
					if err := w.Restore(bytes.NewReader(state.Bytes())); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("restore-heap", func(b *testing.B) { // into an empty world
				for b.Loop() {
					w.Reset()
					base := heap()
					peak := peakHeap(b, func() error { return w.Restore(bytes.NewReader(state.Bytes())) })
					b.ReportMetric(float64(peak-base)/float64(live), "peak/live")
				}
			})
		})
	}
}

// peakHeap returns the bytes of the largest heap while f runs. Garbage is collected
// when the heap has grown by a tenth, so that little of it counts.
func peakHeap(b *testing.B, f func() error) int {
	b.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	before := heap()
	ended := make(chan error, 1)
	go func() { ended <- f() }()
	peak := before
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	every := time.NewTicker(time.Millisecond)
	defer every.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				b.Fatal(err)
			}
			return peak
		case <-every.C:
			metrics.Read(sample)
			peak = max(peak, int(sample[0].Value.Uint64()))
		}
	}
}

// requestMeanwhile requests keys, a thousand a second and every fourth a new one, until
// the function is called that it returns.
func requestMeanwhile(b *testing.B, s *Server) (end func()) {
	ctx, cancel := context.WithCancel(b.Context())
	longest := make(chan time.Duration)
	go func() {
		var most time.Duration
		every := time.NewTicker(time.Millisecond)
		defer every.Stop()
		for i := 0; ctx.Err() == nil; i++ {
			r := httptest.NewRequest("GET", "/api/v1/keys?offset=1", nil)
			if i%4 == 0 {
				r = httptest.NewRequest("POST", "/api/v1/keys", strings.NewReader(`{"name": "meanwhile"}`))
			}
			r.Header.Set("Authorization", "Bearer sk-mg-mgmt-default")
			r.Header.Set("Content-Type", "application/json")
			began := machineTime()
			s.ServeHTTP(httptest.NewRecorder(), r)
			most = max(most, machineTime().Sub(began))
			<-every.C
		}
		longest <- most
	}()
	return func() {
		cancel()
		b.ReportMetric(float64((<-longest).Microseconds())/1000, "ms-waited")
	}
}
