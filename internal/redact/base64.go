package redact

// A run of fewer base64 digits cannot hold a secret of MinLength bytes.
const minRun = (MinLength*8 + 5) / 6

// digits holds the value of each base64 digit of either alphabet, plus one.
var digits = func() (table [256]byte) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for i := range len(alphabet) {
		table[alphabet[i]] = byte(i + 1)
	}
	table['+'], table['-'] = 63, 63
	table['/'], table['_'] = 64, 64
	return table
}()

// findBase64 examines what the runs of base64 digits in views[d] decode to.
func (s *scan) findBase64(d int) {
	v := &s.views[d]
	for i := 0; i < len(v.text); i++ {
		from, changed := i, false
		for i < len(v.text) && digits[v.text[i]] != 0 {
			if v.at != nil {
				changed = changed || v.escaped(i)
			}
			i++
		}
		if i-from < minRun || v.at != nil && !changed {
			continue // too short, or in the view before as it is here
		}
		// The encoding can begin anywhere in the run. It is the same
		// decoding for beginnings that are four digits apart.
		for begin := range 4 {
			s.findStretches(d, from+begin, i)
		}
	}
}

// findStretches decodes views[d].text[from:to] and examines what can hold a
// secret: printable text.
func (s *scan) findStretches(d, from, to int) {
	if to-from < minRun {
		return
	}
	run := s.views[d].text[from:to]
	s.work += len(run)
	if (s.known.binary || s.r.local.binary) && d < MaxDepth {
		s.examineBase64(d, from, run, 0, len(run)*6/8)
		return
	}
	for begin := 0; ; {
		at, end := nextStretch(run, begin)
		if at == end {
			return
		}
		s.examineBase64(d, from, run, at, end)
		begin = end + 1
	}
}

// nextStretch returns the next stretch of at least MinLength printable bytes in what run
// decodes to, from byte begin on. The stretch is empty if there is none.
//
// Most runs are not base64 and decode to noise. It is enough to look at every eighth
// byte, and backwards from it while that is printable.
func nextStretch(run string, begin int) (from, to int) {
	total := len(run) * 6 / 8
	for begin+MinLength <= total {
		last := begin + MinLength - 1
		for last >= begin && isPrintable(decodeByte(run, last)) {
			last--
		}
		if last >= begin {
			begin = last + 1
			continue
		}
		end := begin + MinLength
		for end < total && isPrintable(decodeByte(run, end)) {
			end++
		}
		return begin, end
	}
	return 0, 0
}

// examineBase64 examines the bytes [begin, end) that a run decodes to. The run
// is at from in views[d].
func (s *scan) examineBase64(d, from int, run string, begin, end int) {
	if end-begin < MinLength || s.over {
		return
	}
	if d == MaxDepth {
		s.over = true
		return
	}
	s.views[d+1] = view{text: decodeBase64(run, begin, end), from: base64, deep: true, start: from, skip: begin}
	s.work += end - begin
	s.examine(d + 1)
}

// decodeBase64 returns the bytes [begin, end) that run decodes to.
func decodeBase64(run string, begin, end int) string {
	out := make([]byte, 0, end-begin)
	for n := begin; n < end; n++ {
		out = append(out, decodeByte(run, n))
	}
	return string(out)
}

// decodeByte returns byte n of what run decodes to.
func decodeByte(run string, n int) byte {
	i := n * 8 / 6
	return byte((uint32(digits[run[i]]-1)<<6 | uint32(digits[run[i+1]]-1)) >> (4 - n*8%6))
}

// isPrintable reports whether c can be part of a line of ASCII text.
func isPrintable(c byte) bool {
	return ' ' <= c && c <= '~' || c == '\t' || c == '\n' || c == '\r'
}
