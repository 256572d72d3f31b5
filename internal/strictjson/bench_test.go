package strictjson_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/mockgates/mockgates/internal/strictjson"
)

// typicalBody is a request body of a typical size.
const typicalBody = `{"name": "Production key for the billing service", "limit": 125.5, "limit_reset": "monthly", "include_byok_in_limit": true, "expires_at": "2029-11-30T23:59:59Z", "metadata": {"team": "billing", "tags": [1, 2, 3]}}`

func BenchmarkValidate(b *testing.B) {
	body := []byte(typicalBody)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := strictjson.Validate(body, strictjson.Limits{Depth: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkObject(b *testing.B) {
	body := []byte(typicalBody)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := strictjson.Object(body, strictjson.Limits{Depth: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	body := []byte(typicalBody)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := strictjson.Parse(body, strictjson.Limits{Depth: 1000}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUnmarshal decodes 1,000 objects; BenchmarkUnmarshal_lenient is what
// encoding/json takes for them.
func BenchmarkUnmarshal(b *testing.B) {
	benchmarkUnmarshal(b, func(data []byte, v *[]setting) error { return strictjson.Unmarshal(data, v) })
}

func BenchmarkUnmarshal_lenient(b *testing.B) {
	benchmarkUnmarshal(b, func(data []byte, v *[]setting) error { return json.Unmarshal(data, v) })
}

type setting struct {
	Name   string   `json:"name"`
	Status *int     `json:"status"`
	Tags   []string `json:"tags"`
}

func benchmarkUnmarshal(b *testing.B, unmarshal func([]byte, *[]setting) error) {
	one := []byte(`{"name": "a name", "status": 200, "tags": ["a", "b"]}`)
	data := append([]byte("["), bytes.Join(slices.Repeat([][]byte{one}, 1000), []byte(",\n"))...)
	data = append(data, ']')
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		var list []setting
		if err := unmarshal(data, &list); err != nil || len(list) != 1000 {
			b.Fatal(err)
		}
	}
}
