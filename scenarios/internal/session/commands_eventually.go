package session

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mockgates/mockgates/scenarios/internal/failure"
)

// The waits of "eventually" between two reads. Each is twice as long as the one
// before it.
const (
	firstPause    = 100 * time.Millisecond
	longestPause  = 2 * time.Second
	maxEventually = 5 * time.Minute // the longest DURATION
)

// eventually is the command "eventually DURATION jq EXPR|status CODE". It checks the
// assertion against the last response, and sends that read again as long as it fails.
// DURATION bounds the sum of the waits; the reads themselves do not count.
func (s *session) eventually(args []string) error {
	if len(args) != 3 {
		return failure.Usagef("got %d arguments; want a duration and an assertion", len(args))
	}
	left, err := time.ParseDuration(args[0])
	if err != nil || left <= 0 || left > maxEventually {
		return failure.Usagef("%q is not a duration from 1ms to %v, such as 5s", args[0], maxEventually)
	}
	assert := map[string]func(*session, []string) error{"jq": (*session).jq, "status": (*session).status}[args[1]]
	if assert == nil {
		return failure.Usagef("%q is not an assertion that eventually can repeat%s", args[1], hint(args[1], []string{"jq", "status"}))
	}
	if err := s.requireResponse(); err != nil {
		return err
	}
	if reads := []string{http.MethodGet, http.MethodHead}; !slices.Contains(reads, s.last.Call.Method) {
		return failure.Usagef("the last call is %s %s; only a read, GET or HEAD, is sent again", s.last.Call.Method, s.last.Call.Path)
	}
	for pause, reads := firstPause, 1; ; pause, reads = min(2*pause, longestPause), reads+1 {
		err := assert(s, args[2:])
		if _, differs := err.(*failure.Mismatch); !differs {
			return err
		}
		if left <= 0 {
			return afterReads(err.(*failure.Mismatch), reads, args[0])
		}
		pause = min(pause, left)
		left -= pause
		if err := s.target.Retries.Sleep(s.ctx, pause); err != nil {
			return err
		}
		again := s.last.Call
		again.Line = s.line
		done, err := s.client.Send(s.ctx, again)
		if err != nil {
			return err
		}
		if err := s.complete(done); err != nil {
			return err
		}
	}
}

// afterReads adds to a mismatch how often the assertion was checked.
func afterReads(e *failure.Mismatch, reads int, within string) error {
	f := e.Failure
	f.Text = fmt.Sprintf("%s, %d reads within %s", f.Text, reads, within)
	return &failure.Mismatch{Failure: f}
}
