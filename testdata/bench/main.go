// Command bench measures the program mockgates under load and compares it with two
// handlers of net/http, which it serves itself:
//
//   - bare reads the body of the request and writes as many bytes as mockgates does;
//   - duties also does what any server of this kind must do: it sends the headers of
//     mockgates, bounds how long a client may take, and logs one line a request.
//
// Each server is a process of its own. The load alternates between them in short
// slices, so that what else happens on the machine hits them alike, and each round
// gives one ratio. The program prints the median of the ratios and their quartiles,
// and the CPU time of the server processes, which depends less on the machine's other
// work than throughput does.
//
//	go run ./testdata/bench -program bin/mockgates
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"
)

// connections is how many clients send requests at the same time.
const connections = 32

// manyKeys is the number of management keys of the comparison with one key.
const manyKeys = 64

const keyBody = `{"name": "Analytics Service Key", "expires_at": "2029-11-30T23:59:59Z", "include_byok_in_limit": false, "limit": 100, "limit_reset": "weekly"}`

// A bench is one run of the program.
type bench struct {
	program string        // path of mockgates
	rounds  int           // in which each server has one slice
	slice   time.Duration // of load
	out     io.Writer
}

func main() {
	b := bench{out: os.Stdout}
	flag.StringVar(&b.program, "program", "bin/mockgates", "the program to measure")
	flag.IntVar(&b.rounds, "rounds", 12, "rounds of each measurement")
	flag.DurationVar(&b.slice, "slice", 500*time.Millisecond, "length of one slice of load")
	only := flag.String("only", "", "measure only post, get, keys or start")
	serve := flag.String("serve", "", "serve a handler for comparison, bare or duties, as the program does itself")
	size := flag.Int("bytes", 0, "size of the response of the handler that is served")
	var programs peerPrograms
	peers := flag.Bool("peers", false, "compare with other mock servers")
	flag.StringVar(&programs.prism, "prism", "prism", "program of Prism")
	flag.StringVar(&programs.mockoon, "mockoon", "mockoon-cli", "program of Mockoon")
	flag.StringVar(&programs.wiremock, "wiremock", "wiremock-standalone.jar", "file of WireMock")
	flag.StringVar(&programs.stripeMock, "stripe-mock", "stripe-mock", "program of stripe-mock")
	flag.Parse()
	var err error
	switch {
	case *serve != "":
		err = serveHandler(*serve, *size)
	case *peers:
		err = b.comparePeers(programs)
	default:
		err = b.run(*only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run makes the measurements, or the one that only names.
func (b *bench) run(only string) error {
	fmt.Fprintf(b.out, "%s, %s/%s, %s, %d CPUs, %d connections, client on one CPU\n",
		time.Now().UTC().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU(), connections)
	runtime.GOMAXPROCS(1) // leaves the others to the server
	known := false
	for _, m := range []struct {
		name string
		run  func() error
	}{
		{"post", func() error { return b.compare("POST /keys", postWork) }},
		{"get", func() error { return b.compare("GET /keys/{hash}", getWork) }},
		{"keys", b.compareKeys},
		{"start", b.compareStart},
	} {
		if only != "" && only != m.name {
			continue
		}
		known = true
		if err := m.run(); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if !known {
		return fmt.Errorf("-only %q: want post, get, keys or start", only)
	}
	return nil
}
