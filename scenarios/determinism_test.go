package scenarios_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/scenarios"
	"github.com/mockgates/mockgates/scenarios/report"
)

// TestRun_sameSeedSameBytes compares runs with the same seed and a frozen clock, which
// are equal in every byte, however many scenarios are played at a time. They pass in the
// last second of a leap day far in the future, and reach every documented response,
// without an injected fault wherever the fake can produce it. With -short only some
// scenarios and generated cases are compared, and the rest is played once.
func TestRun_sameSeedSameBytes(t *testing.T) {
	t.Parallel()
	const some = "^(faults|requests|keys_[a-f].*|generated/(create-keys|list-keys))"
	one, four := transcribe(t, 1, 7, short(some)), transcribe(t, 4, 7, short(some))
	if !strings.Contains(one.text, " 0 failed, 0 skipped)") {
		t.Errorf("not every scenario passes:\n%s", one.text)
	}
	if diff := cmp.Diff(one.text, four.text); diff != "" {
		t.Errorf("reports (-one +four at a time):\n%s", diff)
	}
	if diff := cmp.Diff(one.transcript, four.transcript); diff != "" {
		t.Errorf("transcripts (-one +four at a time):\n%s", diff)
	}
	if diff := cmp.Diff(one.record, four.record); diff != "" {
		t.Errorf("records (-one +four at a time):\n%s", diff)
	}
	if testing.Short() {
		one = transcribe(t, 4, 7, "")
	}
	checkReached(t, one.report)
}

func TestRun_otherSeedOtherTranscript(t *testing.T) {
	t.Parallel()
	if seven, eight := transcribe(t, 1, 7, "^keys_created$"), transcribe(t, 1, 8, "^keys_created$"); seven.transcript == eight.transcript {
		t.Error("two seeds give the same transcript")
	}
}

// A transcript is everything that a run writes.
type transcript struct {
	transcript string // of every exchange
	text       string
	record     string // without the members that may differ
	report     report.Report
}

func transcribe(t *testing.T, parallel int, seed uint64, run string) transcript {
	t.Helper()
	clock := mockserver.ClockSetting{Now: time.Date(2096, time.February, 29, 23, 59, 59, 0, time.UTC), Frozen: true}
	var out bytes.Buffer
	r, text := play(t, scenarios.Options{Run: run, Clock: clock, Seed: seed, Parallel: parallel, Verbose: true, Output: &out, MaxRequests: short(200)})
	return transcript{out.String(), text, timeless.ReplaceAllString(record(t, r), ""), r}
}

// timeless matches the members of a record in which two equal runs may differ.
var timeless = regexp.MustCompile(`,"(started":"[^"]*"|duration_ns":\d+)`)
