package control

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"

	"github.com/mockgates/mockgates/mockserver"
)

// DefaultMaxStreams is the default of Config.MaxStreams.
const DefaultMaxStreams = 64

// streamsPerWorld is the part of all streams that one world may have: one in so
// many, and at least one stream.
const streamsPerWorld = 4

// streams counts the open streams of requests.
type streams struct {
	max      int // in all worlds
	maxWorld int // in one world

	mu    sync.Mutex // guards all below
	total int
	world map[string]int // by name of the world; without those that have none
	slow  int64          // ended because their clients were too slow
}

// newStreams returns the count for a Config.
func newStreams(most int) (*streams, error) {
	if most < 0 {
		return nil, fmt.Errorf("control API: at most %d streams: want 1 or more, or 0 for %d", most, DefaultMaxStreams)
	}
	if most == 0 {
		most = DefaultMaxStreams
	}
	return &streams{max: most, maxWorld: max(1, most/streamsPerWorld), world: map[string]int{}}, nil
}

// open counts one stream more, unless that would be too many.
func (s *streams) open(world string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.total >= s.max:
		return refuse(http.StatusServiceUnavailable, "max-streams is reached: the server has at most %d streams of requests", s.max)
	case s.world[world] >= s.maxWorld:
		return refuse(http.StatusServiceUnavailable, "max-streams is reached: a world has at most %d of the %d streams of requests", s.maxWorld, s.max)
	}
	s.total++
	s.world[world]++
	return nil
}

// close counts one stream less. err is why it has ended.
func (s *streams) close(world string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total--
	if s.world[world]--; s.world[world] == 0 {
		delete(s.world, world)
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		s.slow++
	}
}

// usage returns how many streams are open, and how many have ended because their
// clients were too slow.
func (s *streams) usage() (open mockserver.Amount, slow int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return mockserver.Amount{Now: int64(s.total), Max: int64(s.max)}, s.slow
}
