package serve

import (
	"errors"
	"log/slog"
	"net"
	"os"

	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/mockserver"
)

// readyFiles are the files of --ready-file and --port-file, which tell other programs
// that the fake is ready. They are there only as long as it is.
type readyFiles struct{ url, port files.Atomic }

// openReadyFiles checks that the files can be written, and removes those of a process
// that was killed.
func (c *Command) openReadyFiles() (readyFiles, error) {
	var r readyFiles
	for _, file := range []struct {
		flag, path string
		open       *files.Atomic
	}{{"ready-file", string(c.ReadyFile), &r.url}, {"port-file", string(c.PortFile), &r.port}} {
		if file.path == "" {
			continue
		}
		var err error
		if *file.open, err = files.OpenAtomic(file.flag, file.path); err != nil {
			return r, err
		}
	}
	r.remove()
	return r, nil
}

// write writes the files. One that cannot be written now, although it could at start,
// is logged.
func (r *readyFiles) write(s *Server, log *slog.Logger) {
	_, port, _ := net.SplitHostPort(s.at.api.String()) // an address that was listened on
	var err error
	if r.port.Path() != "" {
		err = r.port.Write([]byte(port + "\n"))
	}
	if r.url.Path() != "" {
		err = errors.Join(err, r.url.Write([]byte(s.Origin()+mockserver.BasePath+"\n")))
	}
	if err != nil {
		log.Error("the fake is ready, but a file that says so was not written", "error", err)
	}
}

// remove removes the files that are there.
func (r *readyFiles) remove() {
	for _, file := range []files.Atomic{r.url, r.port} {
		if file.Path() != "" {
			_ = os.Remove(file.Path())
		}
	}
}
