package mockserver

import (
	"regexp"
	"strings"

	"github.com/mockgates/mockgates/internal/redact"
)

// newRedactor returns the redactor for the journals and the log of a server. It
// recognises keys and authorization codes by their shape, and code verifiers by
// their name.
func newRedactor(keyPrefix string) *redact.Redactor {
	return redact.New(redact.Config{
		Shapes: []redact.Shape{
			{Prefix: keyPrefix},
			{Prefix: managementPrefix, Min: len(managementPrefix) + 1, Extra: "./~+"},
			{Prefix: "sk-", Kind: regexp.MustCompile(`^sk-([a-z]+-v[0-9]+-)?`)},
			{Prefix: codePrefix},
		},
		Fields:  []string{"code_verifier", "codeVerifier"},
		Headers: []string{"X-Api-Key", "Mockgates-Admin-Token"},
	})
}

// redactor returns the redactor for the call. Beyond what the server's redactor
// knows, it redacts the credential and every code verifier that the client sent.
func (c *call) redactor() *redact.Redactor {
	if c.redact == nil {
		r := c.world.server.redactor
		secrets := append(r.Secrets(string(c.req.body.Data)), r.Secrets(c.req.query)...)
		for _, v := range c.req.header.Values("Authorization") {
			secrets = append(secrets, v[strings.LastIndexByte(v, ' ')+1:])
		}
		c.redact = r.With(secrets...)
	}
	return c.redact
}
