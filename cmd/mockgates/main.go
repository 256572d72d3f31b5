package main

import (
	"os"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/internal/exit"
	_ "github.com/mockgates/mockgates/cmd/internal/gcpercent" // collects garbage less often
	"github.com/mockgates/mockgates/cmd/mockgates/internal/livekey"
)

func main() {
	env, err := livekey.Take(os.Args, os.Environ())
	if err != nil {
		cli.PrintError(program.Name, os.Stderr, err)
		os.Exit(exit.Code(err))
	}
	ctx, stop := cli.UntilStopped()
	code := program.Run(ctx, os.Args[1:], env, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
