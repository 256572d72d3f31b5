package scenarios

import (
	"sync"

	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/scenarios/internal/redaction"
	"github.com/mockgates/mockgates/scenarios/report"
)

// A transcripts writes what scenarios sent and received, one after the other in the
// order of the run, in whatever order they end.
type transcripts struct {
	secrets *redaction.Secrets
	played  []report.Scenario // each is set before its end

	mu    sync.Mutex     // guards what follows
	out   *redact.Writer // removes the secrets
	ended []bool
	next  int // the first that is not written
}

// newTranscripts returns the transcripts of a run, nil if the options ask for none.
func (r *run) newTranscripts(played []report.Scenario) *transcripts {
	if !r.Verbose {
		return nil
	}
	return &transcripts{secrets: r.target.Secrets, played: played, out: r.target.Secrets.Writer(r.Output), ended: make([]bool, len(played))}
}

// end writes the transcript of a scenario that has ended, unless one before it has not,
// and those that waited for it.
func (t *transcripts) end(i int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended[i] = true
	for ; t.next < len(t.ended) && t.ended[t.next]; t.next++ {
		t.secrets.Without(t.played[t.next]).WriteTranscript(t.out)
	}
	if t.next == len(t.ended) {
		_ = t.out.Flush() // the verdict does not depend on the console
	}
}
