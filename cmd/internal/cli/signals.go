package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilStopped returns a context that is done when the process is told to stop, by
// SIGINT or SIGTERM. A second signal ends the process at once. The function frees what
// the context uses.
func UntilStopped() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
