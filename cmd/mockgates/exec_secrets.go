package main

import (
	"regexp"

	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/scenarios"
)

// sentCredential matches a credential in an argument that writes a header of HTTP, such as
// one of curl -H. A shorter one could be an ordinary word.
const sentCredential = `(?i)\b(?:authorization|x-api-key)\s*:\s*(?:(?:bearer|basic|token)\s+)?([^\s"'$]{8,})`

// secrets returns the secrets that a command may have on its command line: keys by their
// form, and by value those that exec itself is given and those in a header. A shell has
// expanded the variables of the arguments.
func (c *execCmd) secrets(env map[string]string) *scenarios.Secrets {
	s := scenarios.NewSecrets(c.ManagementKey...)
	s.Add(string(c.AdminToken), env[envvar.ManagementKey], env[envvar.APIKey])
	sent := regexp.MustCompile(sentCredential) // here, since most commands do not need it
	for _, arg := range c.Command {
		for _, match := range sent.FindAllStringSubmatch(arg, -1) {
			s.Add(match[1])
		}
	}
	return s
}

// shown returns a command without secrets. Each argument is looked at before it is quoted.
func shown(command []string, secrets *scenarios.Secrets) []string {
	list := make([]string, len(command))
	for i, arg := range command {
		list[i] = secrets.Hide(arg)
	}
	return list
}
