package snapshot

import (
	"bytes"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver/internal/account"
)

// A rewound is a reader that counts how often it is rewound.
type rewound struct {
	*strings.Reader
	times int
}

func (r *rewound) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		r.times++
	}
	return r.Reader.Seek(offset, whence)
}

// TestRead_anyReader reads valid and invalid states from readers that can seek, that
// cannot, and whose Seek fails.
func TestRead_anyReader(t *testing.T) {
	t.Parallel()
	world := validState(t)
	world.Deleted = []account.Hash{}
	st := State{Version: Version, Worlds: []World{*world}}
	var valid bytes.Buffer
	if err := st.Write(&valid, " "); err != nil {
		t.Fatal(err)
	}
	most := Bounds{Worlds: 1, Faults: 100, Gates: 100, Codes: 100}
	for name, tt := range map[string]struct{ text, err string }{
		"valid":                 {text: valid.String()},
		"of another version":    {text: strings.Replace(valid.String(), `"version": 1`, `"version": 7`, 1), err: "state: line 2, column 13: /version is 7; want 1"},
		"with an unknown field": {text: `{"versoin": 1}`, err: "state: line 1, column 13: /versoin is not a known member; did you mean version?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole, err := Read(strings.NewReader(tt.text), most)
			if got := errorText(err); got != tt.err {
				t.Fatalf("error %q; want %q", got, tt.err)
			}
			later := strings.NewReader("before" + tt.text)
			_, _ = later.Seek(int64(len("before")), io.SeekStart)
			pipe, in, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				_, _ = io.WriteString(in, tt.text)
				_ = in.Close()
			}()
			for from, reader := range map[string]io.Reader{"a pipe": pipe, "a stream": io.MultiReader(strings.NewReader(tt.text)), "the middle of a file": later} {
				part, err := Read(reader, most)
				if errorText(err) != tt.err || !reflect.DeepEqual(part, whole) {
					t.Errorf("from %s: error %q; want %q and the same state", from, errorText(err), tt.err)
				}
			}
			once := &rewound{Reader: strings.NewReader(tt.text)}
			if _, err := Read(once, most); (err == nil) != (once.times == 0) {
				t.Errorf("error %v, and the text is read anew %d times; a valid one must be read once", err, once.times)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
