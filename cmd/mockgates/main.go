package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	env, err := takeManagementKey(os.Args, os.Environ())
	if err != nil {
		printError(os.Stderr, err)
		os.Exit(exitCode(err))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], env, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
