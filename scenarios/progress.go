package scenarios

import "sync"

// A Progress says how far a run is.
type Progress struct {
	Done, All int // scenarios, those that are skipped included
	Exchanges int
	Failed    int // scenarios that failed
}

// A tally counts the progress of a run and tells it. Its zero value tells nobody.
type tally struct {
	tell func(Progress) // called for one change at a time; nil for none

	mu  sync.Mutex // guards now
	now Progress
}

func (t *tally) change(change func(*Progress)) {
	if t == nil || t.tell == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.now)
	t.tell(t.now)
}
