package main

import (
	"fmt"
	"strings"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/envvar"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/livekey"
)

// liveFlags are the flags of the commands that play on a live target.
type liveFlags struct {
	Ledger    string `placeholder:"FILE" help:"Append to this file which keys the run makes on the target: what it intends before each call, and the hash after it. Default: in memory only."`
	Leftovers string `enum:"fail,ignore" default:"fail" placeholder:"fail|ignore" help:"Whether keys that stay on the target are exit code 7. Those that can spend nothing and expire by themselves are only counted, and so are all if --live-limit and --live-expiry are none."`

	Target string `placeholder:"URL" help:"Run against this live endpoint, such as https://host/api/v1, instead of a fake."`
	managementKeyFlag
	Companions bool        `help:"Test the companion operations on the target too."`
	LiveLimit  limitValue  `default:"0" placeholder:"USD|none" help:"Highest spending limit of a key created on the target."`
	LiveExpiry expiryValue `default:"15m" placeholder:"DURATION|none" help:"Longest lifetime of a key created on the target."`
}

// A managementKeyFlag is the flag that the commands for a live target share.
type managementKeyFlag struct {
	ManagementKeyFile cli.File `placeholder:"FILE" help:"File that holds the management key of the target. Default: the variable MODELGATES_MANAGEMENT_KEY."`
}

// managementKey returns the credential for a target. It is "" for the fake, which
// has keys of its own. Connections to an https target trust the authorities of the
// program from then on.
func (f managementKeyFlag) managementKey(target string, p *cli.Process) (string, error) {
	if target == "" {
		return "", nil
	}
	if strings.HasPrefix(target, "https:") {
		if err := trustRoots(); err != nil {
			return "", err
		}
	}
	key, err := livekey.Read(string(f.ManagementKeyFile), p.Env)
	if other := cli.Variable("management-key"); err == nil && key == "" && p.Env[other] != "" {
		fmt.Fprintf(p.Stderr, "warning: %s is for the fake, and not sent to a target; the variable of its management key is %s\n", other, envvar.ManagementKey)
	}
	return key, err
}
