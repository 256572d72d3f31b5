package strictjson_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// A slowText is a text that is read in small parts, and counts how often it is begun anew.
type slowText struct {
	text   *bytes.Reader
	size   int // of a part
	begins int
}

func newSlowText(text string, size int) *slowText {
	return &slowText{text: bytes.NewReader([]byte(text)), size: size}
}

func (s *slowText) Read(p []byte) (int, error) { return s.text.Read(p[:min(s.size, len(p))]) }

func (s *slowText) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		s.begins++
	}
	return s.text.Seek(offset, whence)
}

// readAs compares UnmarshalRead with Unmarshal, for a text that is read in parts of a size.
func readAs(t *testing.T, text string, size int) {
	t.Helper()
	var got, want document
	from := newSlowText(text, size)
	err, wantErr := strictjson.UnmarshalRead(from, &got), strictjson.Unmarshal([]byte(text), &want)
	if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
		t.Errorf("parts of %d bytes: UnmarshalRead: %v; Unmarshal: %v: %q", size, err, wantErr, text)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("parts of %d bytes of %q: the value is\n%+v\nthat of Unmarshal\n%+v", size, text, got, want)
	}
	if wantBegins := min(1, from.begins); (wantErr == nil) != (wantBegins == 0) {
		t.Errorf("%q is read anew %d times; Unmarshal: %v", text, from.begins, wantErr)
	}
}

func TestUnmarshalRead(t *testing.T) {
	t.Parallel()
	texts := []string{
		wholeDocument, "{}", "\n{} \n", `{"name": "käse 鍵 😀"}`, `{"name": "\ud800"}`, `{"any": "` + strings.Repeat("é", 5000) + `"}`,
		`{"pair": [1]}`, `{"pair": [1, 2, 3]}`, `{"pair": []}`, `{"name": "a", "name": "b"}`, `{"any": {"a": 1, "a": 2}}`, `{"raw": [{"b": 1, "b": 2}]}`,
		"", " ", "{", "{} {}", "{}x", `{"name": "` + "\xff" + `"}`, `{"name": "` + "\xc3" + `"}`, "{}\xc3", "{}\xff", `{"name": "` + "\xe9\x8d" + `"}`, `null`, `[]`, `{"tags": [1]}`, `{"nmae": 1}`,
		`{"any": ` + strings.Repeat("[", strictjson.MaxDepth-1) + strings.Repeat("]", strictjson.MaxDepth-1) + "}",
		`{"any": ` + strings.Repeat("[", strictjson.MaxDepth) + strings.Repeat("]", strictjson.MaxDepth) + "}",
	}
	for _, tt := range refusals {
		texts = append(texts, tt.text)
	}
	for _, text := range texts {
		for _, size := range []int{1, 2, 3, 7, 64 << 10} {
			readAs(t, text, size)
		}
	}
}

func TestUnmarshalRead_beginsWhereTheReaderStands(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`{"name": "a"}`: "", `{"name": 1}`: "line 1, column 10: /name must be a string, not a number"} {
		from := strings.NewReader("before" + text)
		_, _ = from.Seek(int64(len("before")), io.SeekStart)
		got := ""
		if err := strictjson.UnmarshalRead(from, &document{}); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: error %q; want %q", text, got, want)
		}
	}
}

// A failing text cannot be read.
type failing struct {
	io.Reader
	io.Seeker
}

func TestUnmarshalRead_returnsTheErrorOfTheReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is broken")
	var d document
	if err := strictjson.UnmarshalRead(failing{iotest.ErrReader(broken), strings.NewReader("")}, &d); !errors.Is(err, broken) {
		t.Errorf("UnmarshalRead: %v; want %v", err, broken)
	}
}

// FuzzUnmarshalRead compares with Unmarshal.
func FuzzUnmarshalRead(f *testing.F) {
	for _, tt := range refusals {
		f.Add(tt.text, 1)
	}
	f.Add(wholeDocument, 3)
	f.Fuzz(func(t *testing.T, text string, size int) { readAs(t, text, max(size, 1)) })
}
