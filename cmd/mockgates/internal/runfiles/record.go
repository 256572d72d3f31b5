package runfiles

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A Record is where check and exec write the record of a run. Its zero value writes
// none.
type Record struct {
	stdout io.Writer // nil if the record goes to the file, or nowhere
	file   files.Atomic
}

// OpenRecord checks that the record can be written to the file of
// --report-json, which is - for stdout and "" for none.
func OpenRecord(path string, stdout io.Writer) (f Record, err error) {
	switch path {
	case "":
	case "-":
		f.stdout = stdout
	default:
		f.file, err = files.OpenAtomic("report-json", path)
	}
	return f, err
}

// ToStdout reports whether the record is written to stdout, so that nothing else may be.
func (f Record) ToStdout() bool { return f.stdout != nil }

// Write writes the record of a report.
func (f Record) Write(r report.Report) error {
	switch {
	case f.stdout != nil:
		return r.WriteRecord(f.stdout)
	case f.file.Path() == "":
		return nil
	}
	var text bytes.Buffer
	if err := r.WriteRecord(&text); err != nil {
		return err
	}
	return f.file.Write(text.Bytes())
}

// ReadRecord reads the record in a file, or from standard input if it is -.
func ReadRecord(file string, stdin io.Reader) (report.Report, error) {
	from, name := stdin, "standard input"
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return report.Report{}, err
		}
		defer func() { _ = f.Close() }()
		from, name = f, file
	}
	r, err := report.ReadRecord(from)
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return r, err
}
