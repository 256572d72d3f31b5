package mockserver

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver/internal/token"
)

func TestJournalEvictsOnlyWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		size      JournalSize
		bodies    []int   // bytes of the body of each record
		kept      []int64 // Seq
		bytes     int
		truncated bool // the last record
	}{
		{"one entry more than the maximum", JournalSize{2, 100}, []int{1, 2, 3}, []int64{2, 3}, 5, false},
		{"as many entries as the maximum", JournalSize{3, 100}, []int{1, 2, 3}, []int64{1, 2, 3}, 6, false},
		{"as many bytes as the maximum", JournalSize{9, 10}, []int{4, 6}, []int64{1, 2}, 10, false},
		{"one byte more than the maximum", JournalSize{9, 10}, []int{4, 7}, []int64{2}, 7, false},
		{"several records make room for one", JournalSize{9, 10}, []int{3, 3, 3, 8}, []int64{4}, 8, false},
		{"a record of the maximum", JournalSize{9, 10}, []int{10}, []int64{1}, 10, false},
		{"a record over the maximum loses its bodies", JournalSize{9, 10}, []int{2, 11}, []int64{1, 2}, 2, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var j journal
			j.reset(tt.size)
			for _, n := range tt.bodies {
				j.add(&record{request: strings.Repeat("q", n/2), response: strings.Repeat("p", n-n/2), size: n})
			}
			var kept []int64
			for _, r := range j.records {
				kept = append(kept, r.entry.Seq)
			}
			if diff := cmp.Diff(tt.kept, kept); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			if j.bytes != tt.bytes || j.evicted != int64(len(tt.bodies)-len(tt.kept)) {
				t.Errorf("got %d bytes and %d evicted, want %d and %d", j.bytes, j.evicted, tt.bytes, len(tt.bodies)-len(tt.kept))
			}
			last := j.records[len(j.records)-1]
			if last.entry.Truncated != tt.truncated || (last.request+last.response == "") != tt.truncated {
				t.Errorf("the last record: truncated %v, with the bodies %q and %q", last.entry.Truncated, last.request, last.response)
			}
		})
	}
	t.Run("the last record stays, even if its headers alone are too large", func(t *testing.T) {
		t.Parallel()
		var j journal
		j.reset(JournalSize{9, 10})
		j.add(&record{size: 1})
		j.add(&record{request: "q", size: 12})
		if len(j.records) != 1 || j.records[0].entry.Seq != 2 || j.bytes != 11 {
			t.Errorf("got %d records with %d bytes, want the second alone", len(j.records), j.bytes)
		}
	})
}

func TestJournalKeepsTheNewestViolations(t *testing.T) {
	t.Parallel()
	var j journal
	j.reset(JournalSize{1, 1 << 20})
	for i := range maxViolations + 2 {
		j.add(&record{entry: Entry{Violations: []Violation{{Kind: "k", Message: fmt.Sprint(i)}}}})
	}
	if len(j.violations) != maxViolations || j.violations[0].Message != "2" {
		t.Errorf("got %d from %q on, want %d from 2 on", len(j.violations), j.violations[0].Message, maxViolations)
	}
}

func TestMeasure_countsEachHeaderField(t *testing.T) {
	t.Parallel()
	r := record{header: []field{{name: "Ab", value: "c"}, {name: "Ab", value: "de"}}}
	if r.measure(); r.size != 2+1+2+2 {
		t.Errorf("got %d, want 7", r.size)
	}
}

func TestViolationsAreBoundedInBytes(t *testing.T) {
	t.Parallel()
	j := journal{}
	j.reset(JournalSize{1000, 1000})
	for i := range 10 {
		j.add(&record{entry: Entry{Violations: []Violation{{Kind: fmt.Sprint(i), Message: strings.Repeat("m", 299)}}}})
	}
	if len(j.violations) != 3 || j.violations[0].Kind != "7" || j.violationBytes != 900 {
		t.Errorf("got %d from %q on with %d bytes, want 3 from 7 on with 900", len(j.violations), j.violations[0].Kind, j.violationBytes)
	}
}

// TestJournalMasksAMintedSecretAsTheRedactorDoes compares the response with a new secret,
// as the journal has it, with the output of the redactor.
func TestJournalMasksAMintedSecretAsTheRedactorDoes(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{DefaultKeyPrefix, "sk-or-v1-", "x", "a-prefix-longer-than-any-secret-must-be-", `"<&>`} {
		s, err := New(Config{KeyPrefix: prefix})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", "/api/v1/keys", strings.NewReader(`{"name": "k"}`))
		r.Header.Set("Authorization", "Bearer sk-mg-mgmt-default")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		want, found := token.NewRedactor(prefix).String(w.Body.String())
		if got := mustWorld(t, s, DefaultWorld).journal.records[0].response; w.Code != 201 || got != want || !found {
			t.Errorf("%s: %d\n got %s\nwant %s", prefix, w.Code, got, want)
		}
	}
}
