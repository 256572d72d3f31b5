package main

import (
	"fmt"
	"io"
	"os"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	"github.com/mockgates/mockgates/contract"
	"github.com/mockgates/mockgates/internal/printable"
)

// A specCmd is the command spec.
type specCmd struct {
	Print specPrintCmd `cmd:"" help:"Print the specification."`
	Lint  specLintCmd  `cmd:"" help:"Check that a specification is valid OpenAPI 3.1."`
}

// A specPrintCmd is the command spec print.
type specPrintCmd struct {
	Documented bool   `xor:"scope" help:"Print the operations that ModelGates documents. This is the default."`
	Companion  bool   `xor:"scope" help:"Print the companion operations, which ModelGates does not document."`
	All        bool   `xor:"scope" help:"Print both in one document."`
	Format     string `default:"yaml" enum:"yaml,json" placeholder:"yaml|json" help:"Output format."`
}

// Run prints the specification.
func (c *specPrintCmd) Run(p *cli.Process) error {
	scope := contract.Documented
	switch {
	case c.Companion:
		scope = contract.Companions
	case c.All:
		scope = contract.All
	}
	text, err := contract.Print(scope, c.Format)
	if err != nil {
		return err
	}
	_, err = p.Stdout.Write(text)
	return err
}

// A specLintCmd is the command spec lint.
type specLintCmd struct {
	File string `arg:"" optional:"" help:"OpenAPI 3.1 document, or - for standard input. Default: the built-in specifications."`
}

// A document is a specification to lint.
type document struct {
	name string // in findings
	text []byte
}

// Run lints each document and prints its findings.
func (c *specLintCmd) Run(p *cli.Process) error {
	documents, err := c.documents(p.Stdin)
	if err != nil {
		return &exit.Failure{Code: exit.Unreadable, Err: err}
	}
	code := exit.OK
	for _, doc := range documents {
		findings, err := contract.Lint(p.Context, doc.text, doc.name)
		if err != nil {
			return &exit.Failure{Code: exit.Unreadable, Err: err}
		}
		for _, finding := range findings {
			fmt.Fprintln(p.Stdout, printable.Line(finding.String()))
			code = exit.Failed
		}
		if len(findings) == 0 {
			fmt.Fprintf(p.Stdout, "%s: valid OpenAPI 3.1\n", doc.name)
		}
	}
	return exit.Reported(code)
}

// documents returns the document on the command line, or the built-in ones.
func (c *specLintCmd) documents(stdin io.Reader) ([]document, error) {
	switch c.File {
	case "":
	case "-":
		text, err := io.ReadAll(stdin)
		return []document{{"standard input", text}}, err
	default:
		text, err := os.ReadFile(c.File)
		return []document{{c.File, text}}, err
	}
	var list []document
	for _, builtin := range []struct {
		scope contract.Scope
		name  string
	}{{contract.Documented, "modelgates.yaml"}, {contract.Companions, "companion.yaml"}} {
		text, err := contract.Print(builtin.scope, "yaml")
		if err != nil {
			return nil, err
		}
		list = append(list, document{builtin.name, text})
	}
	return list, nil
}
