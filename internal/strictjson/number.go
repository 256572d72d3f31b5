package strictjson

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// A Number is the exact value of a JSON number, of any size and precision. Two
// Numbers are equal with == if and only if their values are: 4e2 is 400.0, and
// 400.00000000000000001 is not. The zero Number is 0.
type Number struct {
	negative bool
	digits   string // without zeros at either end; the value is 0.DIGITS times 10 to the exponent
	exponent string // a decimal integer of any size
}

// ParseNumber reads a JSON number. It reports false if text is anything else, or has
// anything beside the number.
func ParseNumber(text string) (Number, bool) {
	if text == "" || text[0] != '-' && !isDigit(text[0]) || !isDigit(text[len(text)-1]) ||
		Validate([]byte(text), Limits{}) != nil {
		return Number{}, false
	}
	return parseNumber(text), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// parseNumber reads text that is known to be a JSON number.
func parseNumber(text string) Number {
	mantissa, exponent := text, "0"
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], text[i+1:]
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	point := len(whole) - (len(whole) + len(fraction) - len(digits)) // places before the point
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return Number{}
	}
	return Number{negative, digits, addInt(exponent, point)}
}

// addInt adds n to a decimal integer of any size.
func addInt(decimal string, n int) string {
	magnitude, negative := strings.CutPrefix(strings.TrimPrefix(decimal, "+"), "-")
	magnitude = strings.TrimLeft(magnitude, "0")
	const block = 18 // digits that an int64 holds, with room for a carry
	if len(magnitude) <= block {
		m, _ := strconv.ParseInt("0"+magnitude, 10, 64)
		if negative {
			m = -m
		}
		return strconv.FormatInt(m+int64(n), 10)
	}
	if negative {
		n = -n
	}
	high, low := magnitude[:len(magnitude)-block], magnitude[len(magnitude)-block:]
	sum, _ := strconv.ParseInt(low, 10, 64)
	const base = 1_000_000_000_000_000_000
	switch sum += int64(n); { // n is no more than the length of a text, far less than base
	case sum < 0:
		sum += base
		high = carry(high, '9', '0', -1)
	case sum >= base:
		sum -= base
		high = carry(high, '0', '9', +1)
	}
	low = strconv.FormatInt(sum, 10)
	magnitude = strings.TrimLeft(high+strings.Repeat("0", block-len(low))+low, "0")
	if negative {
		return "-" + magnitude
	}
	return magnitude
}

// carry adds by, which is 1 or -1, to a positive decimal integer: the digits at its end
// that are full become empty, and the digit before them changes.
func carry(decimal string, empty, full byte, by int) string {
	digits := []byte("0" + decimal)
	i := len(digits) - 1
	for ; digits[i] == full; i-- {
		digits[i] = empty
	}
	digits[i] = byte(int(digits[i]) + by)
	return string(digits)
}

// IsInteger reports whether the number has no fraction.
func (n Number) IsInteger() bool {
	switch {
	case n.digits == "":
		return true
	case n.exponent[0] == '-':
		return false
	}
	places, _ := strconv.Atoi(n.exponent) // out of range is the largest int
	return places >= len(n.digits)
}

// Float64 returns the nearest double, and whether the number is in the range of a
// double. A number too small for a double becomes 0.
func (n Number) Float64() (f float64, ok bool) {
	if n.digits == "" {
		return 0, true
	}
	sign := ""
	if n.negative {
		sign = "-"
	}
	f, _ = strconv.ParseFloat(sign+"0."+n.digits+"e"+n.exponent, 64) // out of range is infinite
	return f, !math.IsInf(f, 0)
}

// Compare returns -1, 0 or +1 as n is less than, equal to or greater than m.
func (n Number) Compare(m Number) int {
	if n == m {
		return 0
	}
	if s, t := n.sign(), m.sign(); s != t {
		return cmp.Compare(s, t)
	}
	larger := compareDecimals(n.exponent, m.exponent)
	if larger == 0 {
		larger = strings.Compare(n.digits, m.digits)
	}
	return larger * n.sign()
}

// sign returns -1, 0 or +1.
func (n Number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.negative:
		return -1
	}
	return 1
}

// compareDecimals compares two decimal integers of any size.
func compareDecimals(a, b string) int {
	a, aNegative := strings.CutPrefix(a, "-")
	b, bNegative := strings.CutPrefix(b, "-")
	switch {
	case aNegative && !bNegative:
		return -1
	case !aNegative && bNegative:
		return 1
	case aNegative:
		a, b = b, a
	}
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}
