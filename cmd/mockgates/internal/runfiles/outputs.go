package runfiles

import (
	"bytes"
	"errors"
	"io"

	"github.com/mockgates/mockgates/cmd/internal/files"
	"github.com/mockgates/mockgates/scenarios/report"
)

// An Output is a form of a report that goes to a file.
type Output struct {
	Flag  string // that names the file, without dashes
	Path  string // "" for no file
	Write func(io.Writer, report.Report) error
}

// Outputs are the files of a report that were asked for.
type Outputs []struct {
	file  files.Atomic
	write func(io.Writer, report.Report) error
}

// OpenOutputs checks that the files of the outputs can be written, before the run.
func OpenOutputs(list []Output) (Outputs, error) {
	var out Outputs
	for _, o := range list {
		if o.Path == "" {
			continue
		}
		file, err := files.OpenAtomic(o.Flag, o.Path)
		if err != nil {
			return nil, err
		}
		out = append(out, struct {
			file  files.Atomic
			write func(io.Writer, report.Report) error
		}{file, o.Write})
	}
	return out, nil
}

// Write writes the report to each file.
func (o Outputs) Write(r report.Report) error {
	var errs []error
	for _, output := range o {
		var text bytes.Buffer
		err := output.write(&text, r)
		if err == nil {
			err = output.file.Write(text.Bytes())
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
