package mockserver

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
)

// TestEncoder_encodesLikeMarshal compares an encoder that is used many times, also after
// values that cannot be encoded, with json.Marshal.
func TestEncoder_encodesLikeMarshal(t *testing.T) {
	t.Parallel()
	e := encoders.Get().(*encoder)
	for _, body := range []any{
		map[string]any{"a": "<&>\u2028", "b": []int{1, 2}}, struct{}{}, func() {}, "\n", 1.5e300, map[string]any{"bad": make(chan int)}, nil, strings.Repeat("x", 2*maxKept), "short",
	} {
		want, wantErr := json.Marshal(body)
		got, err := e.encode(body)
		if string(got) != string(want) || (err == nil) != (wantErr == nil) {
			t.Errorf("%T: got %.100s, %v; want %.100s, %v", body, got, err, want, wantErr)
		}
	}
}

// TestEncoder_isNotUsedTwiceAtOnce encodes in several goroutines and looks at the bytes
// until the encoder is released.
func TestEncoder_isNotUsedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 200 {
				e := encoders.Get().(*encoder)
				data, _ := e.encode(i)
				before := string(data)
				other := encoders.Get().(*encoder)
				_, _ = other.encode("something else")
				other.release()
				if string(data) != before {
					t.Errorf("%q became %q", before, data)
				}
				e.release()
			}
		})
	}
	all.Wait()
}
