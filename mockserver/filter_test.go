package mockserver_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mockgates/mockgates/mockserver"
)

func TestFilterValidate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		filter mockserver.Filter
		want   string // of the error; "" for none
	}{
		{"the zero filter", mockserver.Filter{}, ""},
		{"every member", mockserver.Filter{
			Operation: "create-keys", Method: "POST", Status: 201, Rule: "keys.created", Fault: "f1",
			Violation: "base-path", When: map[string]any{"name": "k"}, Since: 1,
		}, ""},
		{"the lowest status", mockserver.Filter{Status: 100}, ""},
		{"the highest status", mockserver.Filter{Status: 599}, ""},
		{"a status below the lowest", mockserver.Filter{Status: 99}, "status 99: want 100 to 599"},
		{"a status above the highest", mockserver.Filter{Status: 600}, "status 600: want 100 to 599"},
		{"every operation", mockserver.Filter{Operation: "*"}, "leave it out"},
		{"an unknown operation", mockserver.Filter{Operation: "create-key"}, "did you mean create-keys?"},
		{"an unknown method", mockserver.Filter{Method: "PSOT"}, "did you mean POST?"},
		{"a method in lower case", mockserver.Filter{Method: "post"}, "did you mean POST?"},
		{"an unknown rule", mockserver.Filter{Rule: "keys.craeted"}, "did you mean keys.created?"},
		{"an unknown violation", mockserver.Filter{Violation: "early-retri"}, "did you mean early-retry?"},
		{"a negative since", mockserver.Filter{Since: -1}, "since -1: want 0 or more"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.filter.Validate()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, mockserver.DefaultWorld)
	create := func(name string) { createKey(t, s, `{"name": "`+name+`"}`) }
	create("before")
	call(t, s, "GET", "/api/v1/keys", "") // the filter leaves it out
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	seen, done := make(chan int64), make(chan error, 1)
	go func() {
		done <- w.Follow(ctx, mockserver.Filter{Operation: "create-keys"}, func(e mockserver.Entry) error {
			seen <- e.Seq
			return nil
		})
	}()
	got := []int64{<-seen}
	create("after")
	got = append(got, <-seen)
	w.ClearJournal()
	create("after it was cleared")
	got = append(got, <-seen)
	w.Reset()
	create("after a reset")
	got = append(got, <-seen)
	if diff := cmp.Diff([]int64{1, 3, 4, 1}, got); diff != "" {
		t.Errorf("Seq (-want +got):\n%s", diff)
	}
	cause := errors.New("the test is over")
	cancel(cause)
	if err := <-done; err != cause {
		t.Errorf("got %v, want the cause", err)
	}
}

func TestFollowStopsAtAnError(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	w := worldOf(t, s, mockserver.DefaultWorld)
	createKey(t, s, nightly)
	createKey(t, s, nightly)
	enough, n := errors.New("enough"), 0
	err := w.Follow(t.Context(), mockserver.Filter{}, func(mockserver.Entry) error { n++; return enough })
	if err != enough || n != 1 {
		t.Errorf("got %v after %d entries, want %v after one", err, n, enough)
	}
}
