package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// A work makes the request to measure, for a server of mockgates.
type work func(ours *server) (request []byte, err error)

func postWork(*server) ([]byte, error) { return keyRequest("default"), nil }

// keyRequest is POST /keys in a world.
func keyRequest(world string) []byte {
	return fmt.Appendf(nil, "POST /api/v1/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk-mg-mgmt-%s\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", world, len(keyBody), keyBody)
}

// getWork is GET of a key that it creates.
func getWork(ours *server) ([]byte, error) {
	body, err := ours.first(keyRequest("default"))
	if err != nil {
		return nil, err
	}
	var created struct {
		Data struct {
			Hash string `json:"hash"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &created); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "GET /api/v1/keys/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk-mg-mgmt-default\r\n\r\n", created.Data.Hash), nil
}

// first sends one request and returns the body of the response.
func (s *server) first(request []byte) ([]byte, error) {
	clients, err := dial(s.addr, 1, func(int) []byte { return request })
	if err != nil {
		return nil, err
	}
	defer hangUp(clients)
	return clients[0].read()
}

// compare loads mockgates and the two handlers with one kind of request.
func (b *bench) compare(title string, makeRequest work) error {
	ours, err := b.startOurs()
	if err != nil {
		return err
	}
	servers := []*server{ours}
	defer func() { stopAll(servers) }()
	request, err := makeRequest(ours)
	if err != nil {
		return err
	}
	body, err := ours.first(request)
	if err != nil {
		return err
	}
	for _, name := range []string{"bare", "duties"} {
		s, err := b.startHandler(name, len(body))
		if err != nil {
			return err
		}
		servers = append(servers, s)
	}
	fmt.Fprintf(b.out, "\n%s, %d bytes in the response, %d rounds of %v each\n", title, len(body), b.rounds, b.slice)
	same := func(int) []byte { return request }
	rates, err := b.alternate(servers, func(int) func(int) []byte { return same }, connections)
	if err != nil {
		return err
	}
	b.printRates(servers, rates)
	if err := b.compareLatency(servers, rates, same); err != nil {
		return err
	}
	b.printCPU(servers)
	servers = nil
	return nil
}

// alternate loads the servers in turn. It returns the requests a second of each, by
// round. Server n is sent the requests of request(n).
func (b *bench) alternate(servers []*server, request func(n int) func(i int) []byte, conns int) ([][]float64, error) {
	rates := make([][]float64, len(servers))
	for round := -1; round < b.rounds; round++ { // the first is to warm up
		for n, s := range servers {
			perSecond, err := s.load(request(n), conns, b.slice)
			if err != nil {
				return nil, err
			}
			if round >= 0 {
				rates[n] = append(rates[n], perSecond)
			}
		}
	}
	return rates, nil
}

// compareLatency sends each server half of the requests that it can answer.
func (b *bench) compareLatency(servers []*server, rates [][]float64, request func(int) []byte) error {
	spread := make([][]float64, len(servers))
	middle := make([][]float64, len(servers))
	for range b.rounds {
		for n, s := range servers {
			took, err := s.pace(request, connections, median(rates[n])/2, b.slice)
			if err != nil {
				return err
			}
			slices.Sort(took)
			p50, p99 := took[len(took)/2], took[len(took)*99/100]
			spread[n] = append(spread[n], float64(p99)/float64(p50))
			middle[n] = append(middle[n], float64(p50.Microseconds()))
		}
	}
	for n, s := range servers {
		fmt.Fprintf(b.out, "  %-10s at half that rate: p50 %4.0f µs, p99/p50 %s\n", s.name, median(middle[n]), quartiles(spread[n]))
	}
	return nil
}

// compareKeys loads mockgates with requests of one management key, and of many.
func (b *bench) compareKeys() error {
	one, err := b.startOurs()
	if err != nil {
		return err
	}
	servers := []*server{one}
	defer func() { stopAll(servers) }()
	many, err := b.startOurs()
	if err != nil {
		return err
	}
	one.name, many.name = "one key", fmt.Sprint(manyKeys, " keys")
	servers = append(servers, many)
	fmt.Fprintf(b.out, "\nPOST /keys over %d connections, %d rounds of %v each\n", manyKeys, b.rounds, b.slice)
	rates, err := b.alternate(servers, func(n int) func(int) []byte {
		return func(i int) []byte { return keyRequest(fmt.Sprintf("bench-%d", i*n)) }
	}, manyKeys)
	if err != nil {
		return err
	}
	slices.Reverse(servers)
	slices.Reverse(rates)
	b.printRates(servers, rates)
	b.printCPU(servers)
	servers = nil
	return nil
}

// compareStart measures the time from the start of a process to its first answer.
func (b *bench) compareStart() error {
	took := make([][]float64, 2)
	names := []string{"mockgates", "bare"}
	health := []byte("GET /_mockgates/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
	memory := ""
	for range b.rounds * 2 {
		for n, start := range []func() (*server, error){b.startOurs, func() (*server, error) { return b.startHandler("bare", 100) }} {
			begin := time.Now()
			s, err := start()
			if err != nil {
				return err
			}
			_, err = s.first(health)
			took[n] = append(took[n], float64(time.Since(begin).Microseconds())/1000)
			if n == 0 {
				memory = s.memory()
			}
			s.stop()
			if err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(b.out, "\nStart to the first healthy answer, %d times\n", len(took[0]))
	for n, name := range names {
		fmt.Fprintf(b.out, "  %-10s %s ms\n", name, quartiles(took[n]))
	}
	fmt.Fprintf(b.out, "  mockgates / bare: %s\n", quartiles(ratios(took[0], took[1])))
	if memory != "" {
		fmt.Fprintf(b.out, "  memory of mockgates then: %s\n", memory)
	}
	return nil
}

// memory returns the resident memory of the process, or "" if the system has no /proc.
func (s *server) memory() string {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	line, _, _ := strings.Cut(string(rest), "\n")
	return strings.TrimSpace(line)
}

// printRates prints the requests a second of each server, and the ratio of the first
// to each of the others.
func (b *bench) printRates(servers []*server, rates [][]float64) {
	for n, s := range servers {
		fmt.Fprintf(b.out, "  %-10s %6.0f requests a second\n", s.name, median(rates[n]))
	}
	for n, s := range servers[1:] {
		fmt.Fprintf(b.out, "  %s / %s: %s\n", servers[0].name, s.name, quartiles(ratios(rates[0], rates[n+1])))
	}
}

// printCPU stops the servers and prints the CPU time of each for a request.
func (b *bench) printCPU(servers []*server) {
	var first time.Duration
	for n, s := range servers {
		used := s.stop()
		if n == 0 {
			first = used
			fmt.Fprintf(b.out, "  %-10s %5.1f µs of CPU a request\n", s.name, float64(used)/1000)
			continue
		}
		fmt.Fprintf(b.out, "  %-10s %5.1f µs of CPU a request; %s / %s as requests by CPU: %.2f\n",
			s.name, float64(used)/1000, servers[0].name, s.name, float64(used)/float64(first))
	}
}

func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

func median(list []float64) float64 { return quantile(list, 0.5) }

func quantile(list []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[int(q*float64(len(sorted)-1)+0.5)]
}

// quartiles writes the median and the quartiles.
func quartiles(list []float64) string {
	return fmt.Sprintf("%.2f (%.2f to %.2f)", median(list), quantile(list, 0.25), quantile(list, 0.75))
}
