package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/mockgates/mockgates/cmd/mockgates/internal/exit"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/livekey"
)

func main() {
	env, err := livekey.Take(os.Args, os.Environ())
	if err != nil {
		printError(os.Stderr, err)
		os.Exit(exit.Code(err))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	code := run(ctx, os.Args[1:], env, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
