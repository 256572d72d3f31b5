package main

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
)

// pipeGrace is how long the output of a command may stay open after the command has
// ended, as when a program in the background holds it.
const pipeGrace = 500 * time.Millisecond

// A childCommand is a command that exec runs.
type childCommand struct {
	args           []string // program first
	env            []string // NAME=VALUE
	stdin          io.Reader
	stdout, stderr io.Writer
	limit          time.Duration // after which the command is killed; 0 for never
	ownGroup       bool          // run it in a process group of its own, where the system has them
	leaveNothing   bool          // kill what is left of the group when the command has ended
}

// A commandEnd says how a command ended.
type commandEnd struct {
	code     int // exit code; 128 and the number of the signal that ended it
	timedOut bool
	reason   string // such as "exit code 1"; "" for success
}

// run runs the command until it ends, and forwards the signals to it. When ctx is
// done without a signal, it asks the command to terminate. The error says why the
// command could not be run.
func (c childCommand) run(ctx context.Context, signals <-chan os.Signal) (commandEnd, error) {
	cmd := exec.Command(c.args[0], c.args[1:]...)
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = c.env, c.stdin, c.stdout, c.stderr, pipeGrace
	setProcessAttributes(cmd, c.ownGroup)
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
		return commandEnd{}, &failure{exitUsage, fmt.Errorf("run the command: %w", err), "want a program in PATH, or the path of one"}
	}
	end, err := c.wait(ctx, cmd, signals, ended)
	if c.leaveNothing {
		killGroup(cmd.Process.Pid, c.ownGroup)
	}
	return end, err
}

// wait waits for a command that runs.
func (c childCommand) wait(ctx context.Context, cmd *exec.Cmd, signals <-chan os.Signal, ended <-chan error) (commandEnd, error) {
	var expired <-chan time.Time
	if c.limit > 0 {
		timer := time.NewTimer(c.limit)
		defer timer.Stop()
		expired = timer.C
	}
	pid, timedOut, done := cmd.Process.Pid, false, ctx.Done()
	for {
		select {
		case err := <-ended:
			return endOf(cmd.ProcessState, err, timedOut)
		case s := <-signals:
			if c.ownGroup || !sentByTerminal(s) { // otherwise the terminal has sent it to the command too
				forward(pid, c.ownGroup, s)
			}
		case <-done:
			done = nil
			switch {
			case c.leaveNothing:
				killGroup(pid, c.ownGroup)
			case signals == nil || errors.Is(context.Cause(ctx), context.Canceled): // otherwise a signal is the cause
				forward(pid, c.ownGroup, syscall.SIGTERM)
			}
		case <-expired:
			timedOut = true
			killGroup(pid, c.ownGroup)
		}
	}
}

// endOf returns how a command ended.
func endOf(state *os.ProcessState, err error, timedOut bool) (commandEnd, error) {
	_, exited := errors.AsType[*exec.ExitError](err)
	if err != nil && !exited && !errors.Is(err, exec.ErrWaitDelay) {
		return commandEnd{}, fmt.Errorf("wait for the command: %w", err)
	}
	end := commandEnd{code: state.ExitCode(), timedOut: timedOut}
	if s, ok := state.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		end.code = 128 + int(s.Signal())
		end.reason = "signal: " + s.Signal().String()
	} else if end.code != 0 {
		end.reason = fmt.Sprintf("exit code %d", end.code)
	}
	return end, nil
}

// notifyForwarded returns the signals that exec passes on to the command. stop ends
// this.
func notifyForwarded() (signals <-chan os.Signal, stop func()) {
	list := make(chan os.Signal, 8)
	signal.Notify(list, forwardedSignals...)
	return list, func() { signal.Stop(list) }
}

// isInteractive reports whether somebody can type into stdin and interrupt what
// reads it: it is a terminal, and not the null device, which looks like one.
func isInteractive(stdin io.Reader) bool {
	file, ok := stdin.(*os.File)
	if !ok || !isTerminal(file) {
		return false
	}
	info, err := file.Stat()
	null, nullErr := os.Stat(os.DevNull)
	return err == nil && (nullErr != nil || !os.SameFile(info, null))
}
