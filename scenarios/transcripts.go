package scenarios

import (
	"sync"

	"github.com/mockgates/mockgates/internal/redact"
	"github.com/mockgates/mockgates/scenarios/internal/redaction"
	"github.com/mockgates/mockgates/scenarios/report"
)

// transcripts writes what the scenarios of a run sent and received. It keeps the order of
// the run, whatever the order in which they end.
type transcripts struct {
	secrets *redaction.Secrets
	played  []report.Scenario // each is set before end is called for it

	mu    sync.Mutex     // guards what follows
	out   *redact.Writer // removes the secrets
	ended []bool
	next  int // the first one that is not written yet
}

// newTranscripts returns the transcripts of a run, or nil if the options ask for none.
func (r *run) newTranscripts(played []report.Scenario) *transcripts {
	if !r.Verbose {
		return nil
	}
	return &transcripts{secrets: r.target.Secrets, played: played, out: r.target.Secrets.Writer(r.Output), ended: make([]bool, len(played))}
}

// end notes that a scenario has ended. It writes the transcripts of all scenarios up to
// the first that has not ended.
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
