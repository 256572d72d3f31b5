// Package random derives everything random in a world from its seed: the same seed
// and the same count give the same bytes on any machine.
//
//	seed, world ─► Source
//	purpose, count ─► Source.Bytes ─► secrets, hashes, UUID
//	                  Source.Roll  ─► delays, probabilities
package random

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"
)

// A Source is what the random bytes of one world are derived from. It may be used
// from any goroutine.
type Source struct {
	mu  sync.Mutex // guards all below
	mac hash.Hash  // kept, since a new one takes longer than its use
	in  []byte
	out []byte
}

// New returns the Source of the world with a name.
func New(seed uint64, world string) *Source {
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, seed))
	mac.Write([]byte(world))
	return &Source{mac: hmac.New(sha256.New, mac.Sum(nil))}
}

// Bytes returns 32 pseudorandom bytes that depend only on the source, the purpose and
// the count.
func (s *Source) Bytes(purpose string, count int64) (b [sha256.Size]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in = append(append(s.in[:0], purpose...), 0)
	s.in = binary.BigEndian.AppendUint64(s.in, uint64(count))
	s.mac.Reset()
	s.mac.Write(s.in)
	s.out = s.mac.Sum(s.out[:0])
	copy(b[:], s.out)
	return b
}

// Roll returns two pseudorandom numbers, uniform in [0, 1), from the first 16 of
// Bytes.
func (s *Source) Roll(purpose string, count int64) (u, v float64) {
	b := s.Bytes(purpose, count)
	even := func(b []byte) float64 { return float64(binary.BigEndian.Uint64(b)>>11) / (1 << 53) }
	return even(b[:]), even(b[8:])
}

// UUID formats the first 16 bytes of b as a version 4 UUID (RFC 9562).
func UUID(b []byte) string {
	b = append([]byte(nil), b[:16]...)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
