package main

import "github.com/mockgates/mockgates/scenarios/report"

// A reportCmd is the command report.
type reportCmd struct {
	Schema bool `required:"" help:"Print the JSON Schema of an event of a record."`
}

// Run prints the schema.
func (*reportCmd) Run(p *process) error {
	_, err := p.stdout.Write(report.RecordSchema())
	return err
}
