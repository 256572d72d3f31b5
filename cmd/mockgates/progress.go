package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mockgates/mockgates/cmd/internal/cli"
	"github.com/mockgates/mockgates/cmd/mockgates/internal/clientrun"
	"github.com/mockgates/mockgates/scenarios"
)

// progressInterval is the shortest time between two updates of the line.
const progressInterval = 100 * time.Millisecond

// A progressLine shows how far a run is, on one line that is updated in place. What
// is written to it replaces the line, which comes back below with the next update.
type progressLine struct {
	out io.Writer
	now func() time.Time

	mu    sync.Mutex // guards the fields below, and what is on the line
	drawn time.Time  // of the last update; zero before the first
	shown bool       // the cursor is at the end of the line
}

// progress returns the line of a run on stderr, nil unless that is a terminal of
// somebody who watches.
func progress(p *cli.Process) *progressLine {
	if p.Env["CI"] != "" || p.Env["TERM"] == "dumb" || !cli.IsTerminal(p.Stderr) {
		return nil
	}
	return &progressLine{out: p.Stderr, now: time.Now}
}

// told returns what a run tells its progress, nil for nobody.
func (l *progressLine) told() func(scenarios.Progress) {
	if l == nil {
		return nil
	}
	return l.update
}

// toldFaults is told for the runs of exec --every-fault.
func (l *progressLine) toldFaults() func(clientrun.Progress) {
	if l == nil {
		return nil
	}
	return func(p clientrun.Progress) {
		left := ""
		if p.Left > 0 {
			left = fmt.Sprintf(", about %v left", p.Left)
		}
		l.draw("%d of %d faults%s", p.Ended, p.All, left)
	}
}

// update shows how far a run of scenarios is.
func (l *progressLine) update(p scenarios.Progress) {
	l.draw("%d of %d scenarios, %d exchanges, %d failed", p.Done, p.All, p.Exchanges, p.Failed)
}

// draw draws a text on the line, unless it was drawn a moment ago.
func (l *progressLine) draw(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if !l.drawn.IsZero() && now.Sub(l.drawn) < progressInterval {
		return
	}
	l.drawn, l.shown = now, true
	_, _ = fmt.Fprintf(l.out, "\r\x1b[K"+format, args...)
}

// clear removes the line, so that the report does not follow it.
func (l *progressLine) clear() {
	if l != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.erase()
	}
}

// erase removes the line if it is shown. The caller holds the mutex.
func (l *progressLine) erase() {
	if l.shown {
		l.shown = false
		_, _ = io.WriteString(l.out, "\r\x1b[K")
	}
}

// Write writes whole lines, such as those of a log, in place of the line.
func (l *progressLine) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.erase()
	return l.out.Write(text)
}
