package mockserver

import (
	"bytes"

	"github.com/mockgates/mockgates/mockserver/internal/snapshot"
)

// The parts of a snapshot, for external tests.
type (
	ServerState = snapshot.State
	WorldState  = snapshot.World
)

// State returns the contents of a snapshot of the world.
func (w *World) State() WorldState { return w.state() }

// ReadState reads a snapshot as Restore does.
func ReadState(data []byte) (ServerState, error) {
	return snapshot.Read(bytes.NewReader(data), defaultBounds())
}

func defaultBounds() snapshot.Bounds {
	b, _, _ := newBounds(Config{})
	return b
}
