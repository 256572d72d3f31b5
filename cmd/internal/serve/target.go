package serve

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// A Target holds the flags that say where a fake listens which another process of the
// program serves.
type Target struct {
	Addr    cli.Addr `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address that the fake listens on."`
	TLS     bool     `name:"tls" help:"The fake serves HTTPS."`
	Process int      `placeholder:"PID" help:"Take --addr and --tls from the command line of this process, such as 1 in a container, and find its port if that is any free one. Only on Linux."`
}

// Origin returns the URL of the API's port without a path.
func (t *Target) Origin(p *cli.Process) (string, error) {
	if t.Process != 0 {
		if err := t.follow(p); err != nil {
			return "", exit.Failf(exit.Usage, "--process %d: %w", t.Process, err)
		}
	}
	return origin(t.TLS, t.Addr), nil
}

// follow sets the flags to those of the process.
func (t *Target) follow(p *cli.Process) error {
	line, err := os.ReadFile(filepath.Join(proc, strconv.Itoa(t.Process), "cmdline"))
	if err != nil {
		return err
	}
	args := serveArgs(line)
	command, flags, err := p.Flags(args)
	if err != nil {
		return err
	}
	if command != "serve" {
		return fmt.Errorf("its command is %q; want serve", command)
	}
	t.Addr, _ = flags["addr"].(cli.Addr)
	t.TLS, _ = flags["tls"].(bool)
	host, port, _ := net.SplitHostPort(string(t.Addr)) // cannot fail: UnmarshalText has split it
	if port != "0" {
		return nil
	}
	ports, err := listeningPorts(t.Process)
	if err == nil && len(ports) == 0 {
		err = errors.New("the process does not listen")
	}
	if err != nil {
		return fmt.Errorf("its port is any free one, and cannot be found: %w", err)
	}
	t.Addr = cli.Addr(net.JoinHostPort(host, ports[0])) // Listen opens that of --addr first
	return nil
}

// serveArgs returns the arguments of the program in a command line as /proc has it:
// each ends with a NUL. A small init, which runs the program as its child, has it after
// "--".
func serveArgs(line []byte) []string {
	var args []string
	for arg := range bytes.SplitSeq(bytes.TrimSuffix(line, []byte{0}), []byte{0}) {
		args = append(args, string(arg))
	}
	if i := slices.Index(args, "--"); i >= 0 {
		args = args[i+1:]
	}
	return args[min(1, len(args)):]
}
