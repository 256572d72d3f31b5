package serve

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// proc is where Linux shows processes: see proc(5).
const proc = "/proc"

// listeningPorts returns the TCP ports on which a process listens, in the order of its
// file descriptors. For a process without any, such as a small init, it returns those of
// its children. It needs the rights of the same user.
func listeningPorts(pid int) ([]string, error) {
	dir := filepath.Join(proc, strconv.Itoa(pid))
	byInode, err := listeningSockets(dir)
	if err != nil {
		return nil, err
	}
	ports, err := portsOf(dir, byInode)
	if err != nil || len(ports) > 0 {
		return ports, err
	}
	children, err := os.ReadFile(filepath.Join(dir, "task", strconv.Itoa(pid), "children"))
	if err != nil {
		return nil, err
	}
	for child := range strings.FieldsSeq(string(children)) {
		of, err := portsOf(filepath.Join(proc, child), byInode)
		if err != nil && !errors.Is(err, os.ErrNotExist) { // a child may have ended
			return nil, err
		}
		ports = append(ports, of...)
	}
	return ports, nil
}

// portsOf returns the ports of those sockets that a process has open.
func portsOf(dir string, byInode map[string]string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil {
		return nil, err
	}
	var numbers []int
	for _, entry := range entries {
		if n, err := strconv.Atoi(entry.Name()); err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	var ports []string
	for _, n := range numbers {
		link, err := os.Readlink(filepath.Join(dir, "fd", strconv.Itoa(n)))
		if err != nil {
			continue // closed meanwhile
		}
		inode, ok := strings.CutPrefix(link, "socket:[")
		if port, listens := byInode[strings.TrimSuffix(inode, "]")]; ok && listens {
			ports = append(ports, port)
		}
	}
	return ports, nil
}

// listeningSockets returns the ports of the TCP sockets that listen in the network of a
// process, by inode.
func listeningSockets(dir string) (map[string]string, error) {
	byInode := map[string]string{}
	for _, name := range []string{"tcp", "tcp6"} {
		table, err := os.ReadFile(filepath.Join(dir, "net", name))
		if name == "tcp6" && errors.Is(err, os.ErrNotExist) {
			continue // a system without IPv6
		}
		if err != nil {
			return nil, err
		}
		// The columns: sl local_address rem_address st … inode; the port is hexadecimal.
		for line := range bytes.Lines(table) {
			fields := strings.Fields(string(line))
			if len(fields) < 10 || fields[3] != "0A" {
				continue
			}
			_, hex, _ := strings.Cut(fields[1], ":")
			port, err := strconv.ParseUint(hex, 16, 16)
			if err != nil {
				return nil, fmt.Errorf("net/%s: %q is not a valid address", name, fields[1])
			}
			byInode[fields[9]] = strconv.FormatUint(port, 10)
		}
	}
	return byInode, nil
}
