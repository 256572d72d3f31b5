package random

import (
	"bytes"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

// TestBytesDependOnAllThatNamesThem checks that random bytes are the same for the same
// seed, world, purpose and count, and that each of the four changes them.
func TestBytesDependOnAllThatNamesThem(t *testing.T) {
	t.Parallel()
	texts := rapid.SampledFrom([]string{"", "a", "ab", "b", "\x00", "a\x00", "\x00\x00\x00\x00\x00\x00\x00\x01"})
	rapid.Check(t, func(t *rapid.T) {
		seed, count := rapid.Uint64().Draw(t, "seed"), rapid.Int64Min(0).Draw(t, "count")
		world, purpose := texts.Draw(t, "world"), texts.Draw(t, "purpose")
		want := New(seed, world).Bytes(purpose, count)
		if again := New(seed, world).Bytes(purpose, count); again != want {
			t.Fatalf("got %x, and then %x", want, again)
		}
		used := New(seed, world)
		used.Bytes(texts.Draw(t, "earlier purpose"), 1)
		if got := used.Bytes(purpose, count); got != want {
			t.Fatalf("got %x after other bytes, want %x", got, want)
		}
		bit := rapid.IntRange(0, 62).Draw(t, "bit")
		other := texts.Draw(t, "other text")
		for what, got := range map[string][32]byte{
			"seed":    New(seed^1<<bit, world).Bytes(purpose, count),
			"world":   New(seed, world+"x").Bytes(purpose, count),
			"purpose": New(seed, world).Bytes(purpose+"x", count),
			"count":   New(seed, world).Bytes(purpose, count^1<<bit),
		} {
			if got == want {
				t.Fatalf("another %s gives the same bytes", what)
			}
		}
		if got := New(seed, other).Bytes(world, count); other != world && got == New(seed, world).Bytes(other, count) {
			t.Fatalf("the world %q and the purpose %q can change places", world, other)
		}
	})
}

// TestBytesStayTheSame compares a value with that of earlier releases. Users have secrets
// in snapshots and golden files, so every release must derive the same from a seed.
func TestBytesStayTheSame(t *testing.T) {
	t.Parallel()
	const want = "dd193f39-360f-4257-894e-0d7cb29f9e8b"
	id := New(1, "default").Bytes("account", 0)
	if got := UUID(id[16:]); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRollIsUniform(t *testing.T) {
	t.Parallel()
	const rolls, slots = 10_000, 10
	s := New(1, "default")
	var first, second [slots]int
	for i := range rolls {
		u, v := s.Roll("chance", int64(i))
		if u < 0 || u >= 1 || v < 0 || v >= 1 || u == v {
			t.Fatalf("roll %d is %v and %v, want two numbers in [0, 1)", i, u, v)
		}
		first[int(u*slots)]++
		second[int(v*slots)]++
	}
	for i := range slots { // 5 standard deviations are 150
		for _, n := range []int{first[i], second[i]} {
			if n < rolls/slots-150 || n > rolls/slots+150 {
				t.Errorf("%d of %d rolls are in slot %d, want about %d", n, rolls, i, rolls/slots)
			}
		}
	}
}

func TestUUIDHasItsVersion(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for _, b := range [][]byte{make([]byte, 16), bytes.Repeat([]byte{0xff}, 32)} {
		before := bytes.Clone(b)
		if got := UUID(b); !form.MatchString(got) {
			t.Errorf("%x gives %s, want a version 4 UUID", b, got)
		}
		if !bytes.Equal(b, before) {
			t.Error("UUID changes what it is given")
		}
	}
}
