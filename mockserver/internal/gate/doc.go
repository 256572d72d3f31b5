// Package gate holds requests at named barriers until they are opened.
//
//	fault with hold ─► Set.Shut
//	request ─────────► Set.Hold ─── waits for ──► Set.Open, or Set.End
//	test ────────────► Set.WaitForHeld
//
// A [Set] is the gates of one world, from one reset to the next. It has a lock of
// its own, so that a request that waits holds no other.
package gate
