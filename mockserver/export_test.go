package mockserver

import "bytes"

// The parts of a snapshot, for external tests.
type (
	ServerState = serverState
	WorldState  = worldState
)

// State returns the contents of a snapshot of the world.
func (w *World) State() WorldState { return w.state() }

// ReadState reads a snapshot as Restore does.
func ReadState(data []byte) (ServerState, error) {
	return readState(bytes.NewReader(data), defaultBounds())
}

func defaultBounds() bounds {
	b, _ := newBounds(Config{})
	return b
}
