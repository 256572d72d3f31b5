package clientrun

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// pipeGrace is how long the output of a command may stay open after the command has
// ended, as when a program in the background holds it.
const pipeGrace = 500 * time.Millisecond

// A Command is a program to run, and how.
type Command struct {
	Args           []string // program first
	Env            []string // NAME=VALUE
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Limit          time.Duration // after which the command is killed; 0 for never
	OwnGroup       bool          // run it in a process group of its own, where the system has them
	LeaveNothing   bool          // kill the rest of the group when the command has ended
}

// An End says how a command ended.
type End struct {
	Code     int    // exit code; 128 and the number of the signal that ended it
	TimedOut bool   // it was killed at the limit
	Reason   string // such as "exit code 1"; "" for success
}

// Run runs the command until it ends, and forwards the signals to it. When ctx is
// done without a signal, it asks the command to terminate. The error says why the
// command could not be run.
func (c Command) Run(ctx context.Context, signals <-chan os.Signal) (End, error) {
	cmd := exec.Command(c.Args[0], c.Args[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = c.Env, c.Stdin, c.Stdout, c.Stderr, pipeGrace
	setProcessAttributes(cmd, c.OwnGroup)
	started, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		// Linux sends the signal of a dead parent when the thread that started the
		// command ends, so that thread must last as long as the command.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return End{}, &exit.Failure{Code: exit.Usage, Err: fmt.Errorf("run the command: %w", err), Hint: "want a program in PATH, or the path of one"}
	}
	end, err := c.wait(ctx, cmd, signals, ended)
	if c.LeaveNothing {
		killGroup(cmd.Process.Pid, c.OwnGroup)
	}
	return end, err
}

// wait waits for a command that runs.
func (c Command) wait(ctx context.Context, cmd *exec.Cmd, signals <-chan os.Signal, ended <-chan error) (End, error) {
	var expired <-chan time.Time
	if c.Limit > 0 {
		timer := time.NewTimer(c.Limit)
		defer timer.Stop()
		expired = timer.C
	}
	pid, timedOut, done := cmd.Process.Pid, false, ctx.Done()
	for {
		select {
		case err := <-ended:
			return endOf(cmd.ProcessState, err, timedOut)
		case s := <-signals:
			if c.OwnGroup || !sentByTerminal(s) { // otherwise the terminal has sent it to the command too
				forward(pid, c.OwnGroup, s)
			}
		case <-done:
			done = nil
			switch {
			case c.LeaveNothing:
				killGroup(pid, c.OwnGroup)
			case signals == nil || errors.Is(context.Cause(ctx), context.Canceled): // otherwise a signal is the cause
				forward(pid, c.OwnGroup, syscall.SIGTERM)
			}
		case <-expired:
			timedOut = true
			killGroup(pid, c.OwnGroup)
		}
	}
}

// endOf returns how a command ended.
func endOf(state *os.ProcessState, err error, timedOut bool) (End, error) {
	_, exited := errors.AsType[*exec.ExitError](err)
	if err != nil && !exited && !errors.Is(err, exec.ErrWaitDelay) {
		return End{}, fmt.Errorf("wait for the command: %w", err)
	}
	end := End{Code: state.ExitCode(), TimedOut: timedOut}
	if s, ok := state.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		end.Code = 128 + int(s.Signal())
		end.Reason = "signal: " + s.Signal().String()
	} else if end.Code != 0 {
		end.Reason = fmt.Sprintf("exit code %d", end.Code)
	}
	return end, nil
}

// Signals returns the signals of this process that are passed on to a command; see
// [Command.Run]. The caller must call stop.
func Signals() (signals <-chan os.Signal, stop func()) {
	list := make(chan os.Signal, 8)
	signal.Notify(list, forwardedSignals...)
	return list, func() { signal.Stop(list) }
}
