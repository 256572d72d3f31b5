package strictjson

import (
	"strings"
	"testing"
)

// TestScanner_keepsNoText reads a text that is complete and one that breaks off. A
// scanner is used again, so it must not hold what it has read, nor much memory.
func TestScanner_keepsNoText(t *testing.T) {
	for name, text := range map[string]string{
		"complete":    `{"a": {"b": [1, "c"]}, "d": 2}`,
		"breaks off":  `{"a": [1, {"b": 2, "c": [3`,
		"many values": "[" + strings.Repeat("1,", maxKept+1) + "1]",
	} {
		s := new(scanner)
		s.begin([]byte(text), Limits{}, true)
		_, _ = s.tree()
		s.release()
		for _, m := range s.openMembers[:cap(s.openMembers)] {
			if m.Name != "" || m.Value.raw != nil {
				t.Errorf("%s: the scanner still has the member %q", name, m.Name)
			}
		}
		for _, v := range s.openItems[:cap(s.openItems)] {
			if v.raw != nil {
				t.Errorf("%s: the scanner still has the item %s", name, v.raw)
			}
		}
		if n := cap(s.openItems); n > maxKept {
			t.Errorf("%s: the scanner has room for %d items; want at most %d", name, n, maxKept)
		}
	}
}
