package main

import (
	"fmt"
	"io"
	"os"

	"github.com/mockgates/mockgates/contract"
)

// A specCmd is the command spec.
type specCmd struct {
	Print specPrintCmd `cmd:"" help:"Print the specification."`
	Lint  specLintCmd  `cmd:"" help:"Prove a specification valid against OpenAPI 3.1."`
}

// A specPrintCmd is the command spec print.
type specPrintCmd struct {
	Documented bool   `xor:"scope" help:"What ModelGates documents. This is the default."`
	Companion  bool   `xor:"scope" help:"The companion operations, which it does not document."`
	All        bool   `xor:"scope" help:"Both in one document."`
	Format     string `default:"yaml" enum:"yaml,json" placeholder:"yaml|json" help:"How to write it."`
}

// Run prints the specification.
func (c *specPrintCmd) Run(p *process) error {
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
	_, err = p.stdout.Write(text)
	return err
}

// A specLintCmd is the command spec lint.
type specLintCmd struct {
	File string `arg:"" optional:"" help:"An OpenAPI 3.1 document, or - for the standard input. The built-in ones if not said."`
}

// A document is a specification and the name that findings call it by.
type document struct {
	name string
	text []byte
}

// Run tells what is wrong with each document, or that nothing is.
func (c *specLintCmd) Run(p *process) error {
	documents, err := c.documents(p.stdin)
	if err != nil {
		return &failure{code: exitUnreadable, err: err}
	}
	code := exitOK
	for _, doc := range documents {
		findings, err := contract.Lint(doc.text, doc.name)
		if err != nil {
			return &failure{code: exitUnreadable, err: err}
		}
		for _, finding := range findings {
			fmt.Fprintln(p.stdout, finding)
			code = exitFailed
		}
		if len(findings) == 0 {
			fmt.Fprintf(p.stdout, "%s: valid OpenAPI 3.1\n", doc.name)
		}
	}
	return told(code)
}

// documents are the file that was named, or the built-in specifications.
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
	for _, built := range []struct {
		scope contract.Scope
		name  string
	}{{contract.Documented, "modelgates.yaml"}, {contract.Companions, "companion.yaml"}} {
		text, err := contract.Print(built.scope, "yaml")
		if err != nil {
			return nil, err
		}
		list = append(list, document{built.name, text})
	}
	return list, nil
}
