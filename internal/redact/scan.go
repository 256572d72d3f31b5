package redact

import (
	"cmp"
	"slices"
	"strings"
)

// A scan looks for secrets in one text and in what it decodes to.
type scan struct {
	r       *Redactor
	known   *patterns
	views   [MaxDepth + 1]view // views[0] is the text; each of the others was decoded from the one before
	spans   []span
	limit   int  // bytes of views that may be examined
	over    bool // more would have to be examined
	decoded bool // some span was found in what the text decodes to
	work    int  // bytes looked at
	learn   bool // collect the secrets that are found by shape or field
	learned []string
}

// An encoding is the way from one view to the next.
type encoding byte

const (
	none encoding = iota
	percent
	escape
	base64
)

// A view is a text, and where its bytes come from.
type view struct {
	text string
	from encoding
	deep bool // decoded from base64, by this or an earlier step

	// For percent and escape: where in the view before each byte begins, and
	// where the last one ends.
	at []int32

	// For base64: where the run begins in the view before, and how many of its
	// bytes were left out.
	start, skip int
}

// A span is a part of a text that is to be replaced.
type span struct {
	from, to int
	label    string
}

// run examines text.
func (s *scan) run(text string) {
	if text == "" || text == Unexamined {
		return
	}
	s.known = s.r.known.load()
	s.limit = 64*len(text) + 64<<10
	s.views[0] = view{text: text}
	s.examine(0)
}

// examine looks for secrets in views[d] and in what it decodes to.
func (s *scan) examine(d int) {
	v := &s.views[d]
	s.limit -= len(v.text)
	if s.limit < 0 {
		s.over = true
	}
	if s.over {
		return
	}
	s.findShapes(d)
	s.findFields(d)
	if !s.learn {
		s.findKnown(d, s.known)
		s.findKnown(d, s.r.local)
	}
	s.work += 3 * len(v.text) // two searches for escapes, one for base64
	if first := nextPercent(v.text, 0); first >= 0 {
		s.descend(d, percent, first)
	}
	if first := nextEscape(v.text, 0); first >= 0 {
		s.descend(d, escape, first)
	}
	s.findBase64(d)
}

// descend examines what views[d] decodes to. The first escape is at first.
func (s *scan) descend(d int, from encoding, first int) {
	if d == MaxDepth {
		s.over = true
	}
	if s.over {
		return
	}
	v := view{from: from, deep: s.views[d].deep}
	s.work += len(s.views[d].text)
	if from == percent {
		v.text, v.at = decodePercent(s.views[d].text, first)
	} else {
		v.text, v.at = decodeEscapes(s.views[d].text, first)
	}
	s.views[d+1] = v
	s.examine(d + 1)
}

// hide marks a part of views[d] for replacement.
func (s *scan) hide(d, from, to int, label string) {
	if from >= to || s.learn {
		return
	}
	s.decoded = s.decoded || d > 0
	for ; d > 0; d-- {
		from, to = s.views[d].source(from, to)
	}
	if n := len(s.spans); n > 0 && from < s.spans[n-1].to && to >= s.spans[n-1].to && from >= s.spans[n-1].from {
		last := &s.spans[n-1]
		if from != last.from || to != last.to || label != last.label {
			last.to, last.label = to, mergeLabels(*last, span{from, to, label})
		}
		return
	}
	s.spans = append(s.spans, span{from, to, label})
}

// mergeLabels returns the label of two spans that overlap, of which a begins no
// later than b and ends no later.
func mergeLabels(a, b span) string {
	if a.from == b.from && a.to < b.to {
		return b.label
	}
	return Hidden
}

// source returns where a part of the view comes from in the view before.
func (v *view) source(from, to int) (int, int) {
	if v.from == base64 {
		return v.start + (v.skip+from)*8/6, v.start + ((v.skip+to)*8+5)/6
	}
	end := to
	for v.at[end] == v.at[to-1] {
		end++ // of a character that one escape stands for, all is taken
	}
	return int(v.at[from]), int(v.at[end])
}

// escaped reports whether byte i of the view was decoded from an escape.
func (v *view) escaped(i int) bool { return v.at != nil && v.at[i+1]-v.at[i] != 1 }

// replace returns text with a label in place of each span, and whether that
// changes it.
func replace(text string, spans []span) (redacted string, changed bool) {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	var out strings.Builder
	end := 0
	for i := 0; i < len(spans); {
		s := spans[i]
		for i++; i < len(spans) && spans[i].from < s.to; i++ {
			next := spans[i]
			switch {
			case next.to > s.to:
				s.to, s.label = next.to, Hidden
			case next.from == s.from && next.to == s.to && next.label != s.label:
				s.label = Hidden
			}
		}
		if text[s.from:s.to] == s.label {
			continue // it is a label already
		}
		if !changed {
			out.Grow(len(text))
			changed = true
		}
		out.WriteString(text[end:s.from])
		out.WriteString(s.label)
		end = s.to
	}
	if !changed {
		return text, false
	}
	out.WriteString(text[end:])
	return out.String(), true
}
