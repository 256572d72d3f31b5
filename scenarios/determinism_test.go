package scenarios_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/scenarios"
)

// Runs with the same seed and a frozen clock are equal in every byte, however
// many scenarios run at a time.
func TestRun_sameSeedSameBytes(t *testing.T) {
	t.Parallel()
	one, four := transcribe(t, 1, 7, ""), transcribe(t, 4, 7, "")
	if diff := cmp.Diff(one.text, four.text); diff != "" {
		t.Errorf("reports (-one +four at a time):\n%s", diff)
	}
	if diff := cmp.Diff(one.transcript, four.transcript); diff != "" {
		t.Errorf("transcripts (-one +four at a time):\n%s", diff)
	}
	if !bytes.Equal(one.data, four.data) {
		t.Error("the reports differ as JSON")
	}
}

func TestRun_otherSeedOtherTranscript(t *testing.T) {
	t.Parallel()
	if seven, eight := transcribe(t, 1, 7, "^keys_created$"), transcribe(t, 1, 8, "^keys_created$"); seven.transcript == eight.transcript {
		t.Error("two seeds give the same transcript")
	}
}

// A transcript is all that a run puts out.
type transcript struct {
	transcript string // sorted by scenario
	text       string
	data       []byte // the report as JSON
}

func transcribe(t *testing.T, parallel int, seed uint64, run string) transcript {
	t.Helper()
	var out bytes.Buffer
	r, text := play(t, scenarios.Options{Run: run, Clock: frozen, Seed: seed, Parallel: parallel, Verbose: true, Output: &out})
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return transcript{sortByScenario(out.String()), text, data}
}

// sortByScenario sorts the blocks of a transcript by scenario, since scenarios
// end in any order.
func sortByScenario(transcript string) string {
	blocks := strings.SplitAfter(transcript, "\n\n")
	slices.SortStableFunc(blocks, func(a, b string) int {
		return strings.Compare(scenarioOf.FindString(a), scenarioOf.FindString(b))
	})
	return strings.Join(blocks, "")
}

var scenarioOf = regexp.MustCompile(`^\w+:`)
