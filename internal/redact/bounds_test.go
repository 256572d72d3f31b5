package redact

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// perByte is how much work a byte of text may take at most: it is examined up
// to 64 times, each time by some searches.
const perByte = 64 * 20

func testConfig() Config {
	return Config{
		Shapes: []Shape{{Prefix: "sk-x-mgmt-", Min: 11}, {Prefix: "sk-"}, {Prefix: "auth_code_"}},
		Fields: []string{"code_verifier", "codeVerifier"},
	}
}

// distinctKeys returns n keys that begin alike and end alike.
func distinctKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("token.v1.%032d.%016x.%032d", 0, i*7919, 0)
	}
	return keys
}

// TestRedact_workIsLinear doubles hostile texts and counts the bytes looked at.
func TestRedact_workIsLinear(t *testing.T) {
	t.Parallel()
	for name, hostile := range map[string]func(n int) string{
		"distinct code_verifier members": func(n int) string {
			var b strings.Builder
			for i := 0; b.Len() < n; i++ {
				fmt.Fprintf(&b, `"code_verifier": "%x", `, i)
			}
			return b.String()
		},
		"code_verifier members without an end": func(n int) string { return strings.Repeat(`"code_verifier":[`, n/17) },
		"escaped members without an end":       func(n int) string { return strings.Repeat(`"code\u005fverifier":["`, n/23) },
		"nested percent signs":                 func(n int) string { return "%" + strings.Repeat("25", n/2) },
		"many percent signs":                   func(n int) string { return strings.Repeat("%25", n/3) },
		"percent signs and backslashes":        func(n int) string { return strings.Repeat(`%255c\\u005c%5C\u0025`, n/21) },
		"backslashes":                          func(n int) string { return strings.Repeat(`\`, n) },
		"white space after a name":             func(n int) string { return `"code_verifier"` + strings.Repeat(" ", n) },
		"names and white space":                func(n int) string { return strings.Repeat(`"code_verifier"   `, n/18) },
		"form fields":                          func(n int) string { return strings.Repeat("code_verifier=", n/14) },
		"prefixes of keys":                     func(n int) string { return strings.Repeat("sk-", n/3) },
		"prefixes of keys in a word":           func(n int) string { return "a" + strings.Repeat("sk-a", n/4) },
		"one byte":                             func(n int) string { return strings.Repeat("a", n) },
		"almost a secret, again and again":     func(n int) string { return strings.Repeat("token.v1.", n/9) },
		"base64 of base64":                     func(n int) string { return strings.Repeat("VmxkMGEySXlUbkpq", n/16) },
		"base64 at every alignment":            func(n int) string { return strings.Repeat("QUFB", n/4) },
		"keys that are known":                  func(n int) string { return strings.Join(distinctKeys(n/91), " ") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := New(testConfig())
			r.Add(distinctKeys(1000)...)
			r.Add(strings.Repeat("a", 1000)+"b", strings.Repeat("a", 500))
			small := hostile(1 << 12)
			_, _, once := r.redact(small)
			big := hostile(1 << 15)
			_, _, eight := r.redact(big)
			if limit := perByte * (len(big) + 64<<10); eight > limit {
				t.Errorf("%d bytes took work of %d; want at most %d", len(big), eight, limit)
			}
			if eight > 12*once {
				t.Errorf("8 times the text took %.1f times the work", float64(eight)/float64(once))
			}
		})
	}
}

// TestRedact_largeHostileTexts redacts the texts that once took seconds.
func TestRedact_largeHostileTexts(t *testing.T) {
	t.Parallel()
	r := New(testConfig())
	var members strings.Builder
	for i := 0; members.Len() < 1<<20; i++ {
		fmt.Fprintf(&members, `"code_verifier": "%040x", `, i)
	}
	known := r.With(r.Secrets(members.String())...)
	got, _, work := known.redact(members.String())
	if strings.ReplaceAll(got, `"code_verifier": "[secret]", `, "") != "" {
		t.Errorf("%.200s", got)
	}
	if limit := 40 * members.Len(); work > limit {
		t.Errorf("1 MiB of members took work of %d; want at most %d", work, limit)
	}
	nested := "%" + strings.Repeat("25", 1<<20)
	if got, _, work := r.redact(nested); got != Unexamined || work > 100*len(nested) {
		t.Errorf("2 MiB of nested percent signs: %.100s, with work of %d", got, work)
	}
}

func TestHeader_manyCredentialsAreLinear(t *testing.T) {
	t.Parallel()
	h := http.Header{}
	for i := range 40_000 {
		h.Add("Authorization", fmt.Sprintf("Bearer %040d", i))
	}
	secrets := make([]string, len(h["Authorization"]))
	for i, v := range h["Authorization"] {
		secrets[i] = strings.TrimPrefix(v, "Bearer ")
	}
	r := New(testConfig()).With(secrets...)
	if n := len(r.local.autos) + len(r.local.few); n != 1 {
		t.Errorf("a text is searched %d times for 40,000 secrets", n)
	}
	for _, v := range r.Header(h)["Authorization"] {
		if v != "Bearer [secret]" {
			t.Fatal(v)
		}
	}
}

// TestAdd_oneByOneIsCheap learns thousands of keys while texts are redacted,
// and counts the nodes that are made.
func TestAdd_oneByOneIsCheap(t *testing.T) {
	t.Parallel()
	keys := distinctKeys(8000)
	r := New(testConfig())
	made, before := 0, map[*automaton]bool{}
	for _, key := range keys {
		r.Add(key)
		p := r.known.load()
		for _, a := range p.autos {
			if !before[a] {
				before[a] = true
				made += a.size
			}
		}
		if len(p.autos) > 12 || len(p.few) > maxFew {
			t.Fatalf("a text is searched %d times", len(p.autos)+len(p.few))
		}
	}
	size := len(strings.Join(keys, ""))
	if made > 12*size {
		t.Errorf("%d bytes of keys were taken into automatons of %d bytes in all", size, made)
	}
	text := strings.Join(keys, "\n")
	got, _, work := r.redact(text)
	if strings.Trim(strings.ReplaceAll(got, Hidden, ""), "\n") != "" {
		t.Errorf("%.200s", got)
	}
	if limit := 80 * len(text); work > limit {
		t.Errorf("8,000 keys in %d bytes took work of %d; want at most %d", len(text), work, limit)
	}

	atOnce := New(testConfig())
	for _, key := range keys {
		atOnce.Add(key)
	}
	if n := len(atOnce.known.load().autos); n != 1 {
		t.Errorf("keys added before a text comes make %d automatons", n)
	}
}

func TestRedact_doesNotAllocateForNothing(t *testing.T) {
	r := New(testConfig())
	r.Add("a configured token", "another-configured-token")
	r = r.With("sk-x-mgmt-a-test", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
	for _, text := range []string{request, path} {
		if n := testing.AllocsPerRun(100, func() { r.String(text) }); n != 0 {
			t.Errorf("%v allocations for %s", n, text)
		}
	}
}

const (
	key      = "sk-x-v1-fa4e0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab"
	path     = "/api/v1/keys/4f0e9a6b1c2d3e4f5a6b7c8d9e0f1a2b4f0e9a6b1c2d3e4f5a6b7c8d9e0f1a2b?include_disabled=true"
	request  = `{"name": "nightly build of the mobile application", "limit": 12.5, "limit_reset": "monthly", "include_byok_in_limit": true, "expires_at": "2027-01-01T00:00:00Z", "creator_user_id": "user_2dHFtVWx2n56w6HkM0000000000", "metadata": {"team": "payments", "cost_center": "4711", "note": "made by the pipeline"}}`
	response = `{"data": {"hash": "4f0e9a6b1c2d3e4f5a6b7c8d9e0f1a2b4f0e9a6b1c2d3e4f5a6b7c8d9e0f1a2b", "name": "nightly build of the mobile application", "label": "sk-x-v1-fa4...9ab", "disabled": false, "limit": 12.5, "limit_remaining": 12.5, "limit_reset": "monthly", "include_byok_in_limit": true, "usage": 0, "usage_daily": 0, "usage_weekly": 0, "usage_monthly": 0, "byok_usage": 0, "created_at": "2026-05-01T12:30:45.123Z", "updated_at": null, "expires_at": "2027-01-01T00:00:00Z", "creator_user_id": "user_2dHFtVWx2n56w6HkM0000000000"}, "key": "` + key + `"}`
)

func BenchmarkString(b *testing.B) {
	r := New(testConfig())
	r.Add("a-configured-token", "another-configured-token")
	for _, bench := range []struct{ name, text string }{{"request", request}, {"response", response}, {"path", path}, {"escaped path", path + "%20x"}} {
		b.Run(bench.name, func(b *testing.B) {
			r := r.With("sk-x-mgmt-a-test", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", key)
			b.SetBytes(int64(len(bench.text)))
			b.ReportAllocs()
			for b.Loop() {
				r.String(bench.text)
			}
		})
	}
}

func BenchmarkWith(b *testing.B) {
	r := New(testConfig())
	b.ReportAllocs()
	for b.Loop() {
		r.With("sk-x-mgmt-a-test", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", key)
	}
}

func BenchmarkAdd8000(b *testing.B) {
	keys := distinctKeys(8000)
	for b.Loop() {
		r := New(testConfig())
		for _, key := range keys {
			r.Add(key)
		}
		r.String(key)
	}
}

func BenchmarkHostile(b *testing.B) {
	r := New(testConfig())
	var members strings.Builder
	for i := 0; members.Len() < 1<<20; i++ {
		fmt.Fprintf(&members, `"code_verifier": "%x", `, i)
	}
	for _, bench := range []struct{ name, text string }{
		{"members", members.String()},
		{"percent", "%" + strings.Repeat("25", 1<<20)},
		{"both escapes", strings.Repeat(`%255c\\u005c%5C\u0025`, 1<<20/21)},
		{"base64", strings.Repeat("VmxkMGEySXlUbkpq", 1<<16)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				r.With(r.Secrets(bench.text)...).String(bench.text)
			}
		})
	}
}
