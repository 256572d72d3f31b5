package control_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/mockserver"
	"github.com/mockgates/mockgates/mockserver/control"
)

func TestClock(t *testing.T) {
	t.Parallel()
	f := newFake(t, mockserver.Config{}, control.Config{})
	for _, step := range []struct{ method, path, body, want string }{
		{"GET", "clock", "", `{"now":"2026-03-04T12:00:00Z","frozen":true}`},
		{"POST", "clock/advance", `{"by": "36h"}`, `{"now":"2026-03-06T00:00:00Z","frozen":true}`},
		{"POST", "clock/advance", `{"to": "next-week"}`, `{"now":"2026-03-09T00:00:00Z","frozen":true}`},
		{"POST", "clock/advance", `{"to": "next-month"}`, `{"now":"2026-04-01T00:00:00Z","frozen":true}`},
		{"PUT", "clock", `{"now": "2096-02-29T23:59:59+02:00", "frozen": true}`, `{"now":"2096-02-29T21:59:59Z","frozen":true}`},
		{"POST", "clock/advance", `{"to": "next-day"}`, `{"now":"2096-03-01T00:00:00Z","frozen":true}`},
		{"POST", "clock/advance", `{"by": "0s"}`, `{"now":"2096-03-01T00:00:00Z","frozen":true}`},
	} {
		if a := f.call(t, step.method, step.path, step.body); a.status != 200 || strings.TrimSpace(a.body) != step.want {
			t.Errorf("%s %s %s: %d %s; want %s", step.method, step.path, step.body, a.status, a.body, step.want)
		}
	}
	if got := f.world(t, "default").Clock().Now; !got.Equal(time.Date(2096, 3, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the clock of the world: %v", got)
	}
	if a := f.call(t, "PUT", "clock", `{}`); a.status != 200 || a.json["frozen"] != false {
		t.Errorf("the time of the machine again: %d %s", a.status, a.body)
	}
}
