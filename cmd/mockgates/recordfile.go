package main

import (
	"bytes"
	"io"

	"github.com/mockgates/mockgates/scenarios/report"
)

// A recordFile is where check writes the record of a run.
type recordFile struct {
	stdout io.Writer // nil if the record goes to the file, or nowhere
	file   atomicFile
}

// openRecordFile checks that the record can be written to the file of
// --report-json, which is - for stdout and "" for none.
func openRecordFile(path string, stdout io.Writer) (f recordFile, err error) {
	switch path {
	case "":
	case "-":
		f.stdout = stdout
	default:
		f.file, err = openAtomicFile("report-json", path)
	}
	return f, err
}

// write writes the record of a report.
func (f recordFile) write(r report.Report) error {
	switch {
	case f.stdout != nil:
		return r.WriteRecord(f.stdout)
	case f.file.path == "":
		return nil
	}
	var text bytes.Buffer
	if err := r.WriteRecord(&text); err != nil {
		return err
	}
	return f.file.write(text.Bytes())
}
