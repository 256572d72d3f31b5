package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "update the files that the scripts compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mockgates": main})
}

// servedKey is the key of a script's *served.
type servedKey struct{}

// A served is the fake that a script has started.
type served struct {
	process  *exec.Cmd // nil if the script has not started one
	out, log *buffer
	unread   []*os.File // what the fake writes to if nobody reads its output
}

// TestScripts runs the scripts in testdata/script. They run the program as a
// process of its own, and cover what tests in this process cannot: signals, the
// environment, and the exit code. The process is this test, started again.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, "GORACE=atexit_sleep_ms=0") // otherwise each process sleeps for a second when it exits
			root, err := filepath.Abs(fromRoot("."))
			e.Setenv("ROOT", root)
			e.Values[servedKey{}] = new(served)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"call":    scriptCall,
			"ends":    scriptEnds,
			"exits":   scriptExits,
			"hangup":  scriptHangup,
			"islink":  scriptIsLink,
			"leaves":  scriptLeaves,
			"repeat":  scriptRepeat,
			"starts":  scriptStarts,
			"ignored": scriptIgnored,
		},
	})
}

// scriptExits implements "exits CODE PROGRAM [ARG...]": it runs a program that
// must exit with the code.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code program [arg...]")
	}
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code = %d; want %s", code, args[0])
	}
}

// scriptStarts implements "starts [FLAG...]": it runs mockgates serve on a free
// port in the background, and sets BASE to its URL.
func scriptStarts(ts *testscript.TestScript, neg bool, args []string) {
	program, err := exec.LookPath("mockgates")
	ts.Check(err)
	s := ts.Value(servedKey{}).(*served)
	if neg || s.process != nil {
		ts.Fatalf("usage: starts [flag...], unless a fake runs")
	}
	s.out, s.log = new(buffer), new(buffer)
	s.process = serveProcess(ts, program, args)
	s.process.Stdout, s.process.Stderr = s.out, s.log
	ts.Check(s.process.Start())
	process := s.process.Process
	ts.Defer(func() { _ = process.Kill() })
	text, ok := s.out.wait("}'\n")
	if !ok {
		ts.Fatalf("the fake did not start: %s%s", text, s.log)
	}
	setBase(ts, text)
}

// serveProcess returns a process of mockgates serve on a free port.
func serveProcess(ts *testscript.TestScript, program string, args []string) *exec.Cmd {
	cmd := exec.Command(program, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(pair string) bool {
		return strings.HasPrefix(pair, "MOCKGATES_") // such as MOCKGATES_DOCUMENTS, which only tests read
	}), "TMPDIR="+ts.Getenv("TMPDIR"))
	return cmd
}

// setBase sets BASE to the URL in what the fake has printed.
func setBase(ts *testscript.TestScript, greeting string) {
	base, _, _ := strings.Cut(strings.TrimPrefix(greeting, "listening on "), "\n")
	ts.Setenv("BASE", base)
}

// scriptIgnored implements "ignored [FLAG...]": it is like starts, but after the
// greeting nobody reads stdout and stderr.
func scriptIgnored(ts *testscript.TestScript, neg bool, args []string) {
	program, err := exec.LookPath("mockgates")
	ts.Check(err)
	s := ts.Value(servedKey{}).(*served)
	if neg || s.process != nil {
		ts.Fatalf("usage: ignored [flag...], unless a fake runs")
	}
	s.out, s.log = new(buffer), new(buffer)
	s.process = serveProcess(ts, program, args)
	stdout, outEnd, err := os.Pipe()
	ts.Check(err)
	stderr, logEnd, err := os.Pipe()
	ts.Check(err)
	s.process.Stdout, s.process.Stderr, s.unread = outEnd, logEnd, []*os.File{stdout, stderr}
	ts.Check(s.process.Start())
	process := s.process.Process
	ts.Defer(func() { _ = process.Kill() })
	ts.Check(errors.Join(outEnd.Close(), logEnd.Close()))
	line, err := bufio.NewReader(stdout).ReadString('\n')
	ts.Check(err)
	setBase(ts, line)
}

// scriptLeaves implements "leaves": the reader of an ignored fake closes stdout
// and stderr.
func scriptLeaves(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	if neg || len(args) != 0 || s.unread == nil {
		ts.Fatalf("usage: leaves (after ignored)")
	}
	for _, file := range s.unread {
		ts.Check(file.Close())
	}
}

// scriptHangup implements "hangup TEXT": it sends HUP to the fake, and waits
// until the fake logs the text.
func scriptHangup(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	if neg || len(args) != 1 || s.process == nil {
		ts.Fatalf("usage: hangup text (after starts)")
	}
	ts.Check(s.process.Process.Signal(syscall.SIGHUP))
	if text, ok := s.log.wait(args[0]); !ok {
		ts.Fatalf("no %q in the log:\n%s", args[0], text)
	}
}

// scriptRepeat implements "repeat N PATH TOKEN BODY": it repeats a call.
func scriptRepeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: repeat n path token body")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	for range n {
		scriptCall(ts, false, args[1:])
	}
}

// scriptEnds implements "ends SIGNAL CODE": it sends TERM, INT or KILL to
// the fake, which must exit with the code, -1 if it was killed. Its output becomes stdout and stderr.
func scriptEnds(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(servedKey{}).(*served)
	signals := map[string]os.Signal{"TERM": syscall.SIGTERM, "INT": os.Interrupt, "KILL": os.Kill}
	if neg || len(args) != 2 || signals[args[0]] == nil || s.process == nil {
		ts.Fatalf("usage: ends TERM|INT|KILL code (after starts)")
	}
	ts.Check(s.process.Process.Signal(signals[args[0]]))
	_ = s.process.Wait() // the exit code is checked below
	if code := s.process.ProcessState.ExitCode(); strconv.Itoa(code) != args[1] {
		ts.Fatalf("exit code = %d; want %s\n%s", code, args[1], s.log)
	}
	fmt.Fprint(ts.Stdout(), s.out)
	fmt.Fprint(ts.Stderr(), s.log)
	s.process = nil
}

// scriptCall implements "call PATH [TOKEN] [BODY]": it sends one request to a
// path below BASE, a POST if there is a body. Status and body become stdout.
func scriptCall(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 3 {
		ts.Fatalf("usage: call path [token] [body]")
	}
	args = append(args, "", "")
	method := http.MethodGet
	if args[2] != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequest(method, ts.Getenv("BASE")+args[0], strings.NewReader(args[2]))
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+args[1])
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d\n%s\n", res.StatusCode, data)
}

// scriptIsLink implements "islink FILE": the file must be a symbolic link.
func scriptIsLink(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: islink file")
	}
	_, err := os.Readlink(ts.MkAbs(args[0]))
	ts.Check(err)
}
