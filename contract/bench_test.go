package contract_test

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/contract"
)

func BenchmarkCheck(b *testing.B) {
	c := newContract(b, contract.All)
	for _, bench := range benchmarkExchanges() {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Check(bench.x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCheck_parallel shows whether the validator scales over goroutines.
func BenchmarkCheck_parallel(b *testing.B) {
	c := newContract(b, contract.All)
	for _, bench := range benchmarkExchanges() {
		b.Run(bench.name, func(b *testing.B) {
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := c.Check(bench.x); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

type benchmarkExchange struct {
	name string
	x    contract.Exchange
}

func benchmarkExchanges() []benchmarkExchange {
	return []benchmarkExchange{
		{"create-keys", exchange()},
		{"create-auth-keys-code", exchange(call("POST", "/auth/keys/code"),
			send(`{"callback_url":"https://myapp.com/auth/callback","code_challenge_method":"S256","limit":100}`),
			answer(200, `{"data":{"app_id":1,"created_at":"2026-01-01T00:00:00Z","id":"auth_code"}}`))},
		{"get-key", exchange(call("GET", "/keys/h"), send(""), answer(200, strings.Replace(newKey, `"key":"sk",`, "", 1)), requestHeader("Content-Type"))},
		{"create-keys, with findings", exchange(send(`{"name":1,"limit_reset":"hourly"}`), answer(500, failed))},
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := contract.New(contract.All); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSelfTest(b *testing.B) {
	c := newContract(b, contract.All)
	for b.Loop() {
		if err := c.SelfTest(); err != nil {
			b.Fatal(err)
		}
	}
}
