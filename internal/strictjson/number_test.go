package strictjson_test

import (
	"math"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
)

func number(t *testing.T, text string) strictjson.Number {
	t.Helper()
	n, ok := strictjson.ParseNumber(text)
	if !ok {
		t.Fatalf("%s is not a number", text)
	}
	return n
}

func TestParseNumber_refuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " 1", "1 ", "+1", "01", "1.", ".5", "-", "1e", "1e+", "0x10", "1_000", "NaN", "Infinity", "1 1", `"1"`, "[1]", "-a1", "1\n"} {
		if n, ok := strictjson.ParseNumber(text); ok {
			t.Errorf("%q is read as %v", text, n)
		}
	}
}

func TestNumber_IsInteger(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0": true, "-0": true, "0.0": true, "0e-5": true, "0.000e400": true, "1": true, "-1": true, "10": true, "1.0": true, "100e-2": true,
		"1.5": false, "-0.1": false, "1e-1": false, "10e-2": false, "1.50e1": true, "1.55e1": false, "1e400": true, "1e-400": false,
		"9007199254740993.5": false, "9007199254740993.0": true, "400.00000000000000001": false,
		"1e99999999999999999999": true, "1e-99999999999999999999": false, "0e99999999999999999999": true,
		"1" + strings.Repeat("0", 1000) + "e-1000":  true,
		"1" + strings.Repeat("0", 1000) + "e-1001":  false,
		"0." + strings.Repeat("0", 1000) + "1e1001": true,
		"0." + strings.Repeat("0", 1000) + "1e1000": false,
	} {
		if got := number(t, text).IsInteger(); got != want {
			t.Errorf("%.40s is an integer: %v, want %v", text, got, want)
		}
	}
}

func TestNumber_Compare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"0", "-0", 0},
		{"0e5", "0.00", 0},
		{"1", "1.0", 0},
		{"4e2", "400", 0},
		{"400.00000000000000001", "400", 1},
		{"399.99999999999999999", "400", -1},
		{"-400.00000000000000001", "-400", -1},
		{"9007199254740993", "9007199254740992", 1},
		{"0.1", "0.09", 1},
		{"9", "10", -1},
		{"-9", "-10", 1},
		{"-1", "0", -1},
		{"-1", "1", -1},
		{"0", "1e-400", -1},
		{"0", "-1e-400", 1},
		{"1e-400", "1e-401", 1},
		{"1e99999999999999999999", "1e99999999999999999998", 1},
		{"1e99999999999999999999", "10e99999999999999999998", 0},
		{"0.1e100000000000000000000", "1e99999999999999999999", 0},
		{"1e-99999999999999999999", "0.1e-99999999999999999998", 0},
		{"100e-100000000000000000001", "1e-99999999999999999999", 0},
		{"1e-99999999999999999999", "1e99999999999999999999", -1},
		{"1e+0000000000000000000000000000002", "100", 0},
		{"0.01e1000000000000000000", "1e999999999999999998", 0},
		{"1e1000000000000000000", "1000e999999999999999997", 0},
		{"1e-1000000000000000000", "0.001e-999999999999999997", 0},
	} {
		a, b := number(t, tt.a), number(t, tt.b)
		if got := a.Compare(b); got != tt.want {
			t.Errorf("%s compared with %s is %d, want %d", tt.a, tt.b, got, tt.want)
		}
		if got := b.Compare(a); got != -tt.want {
			t.Errorf("%s compared with %s is %d, want %d", tt.b, tt.a, got, -tt.want)
		}
		if (a == b) != (tt.want == 0) {
			t.Errorf("%s == %s is %v", tt.a, tt.b, a == b)
		}
	}
}

func TestNumber_Float64(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"0": 0, "-0": 0, "1": 1, "-1.5": -1.5, "0.1": 0.1, "400": 400, "12345678901234567890": 12345678901234567890,
		"1.7976931348623157e308": math.MaxFloat64, "5e-324": 5e-324, "1e-400": 0, "2e-99999999999999999999": 0,
		"0." + strings.Repeat("0", 20000) + "1e20001": 1,
	} {
		if got, ok := number(t, text).Float64(); !ok || got != want {
			t.Errorf("%.40s is %v, %v; want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"1e309", "1e400", "1e99999999999999999999", "1.8e308"} {
		if got, ok := number(t, "-"+text).Float64(); ok || !math.IsInf(got, -1) {
			t.Errorf("-%s is %v, %v; want it out of range", text, got, ok)
		}
	}
}
