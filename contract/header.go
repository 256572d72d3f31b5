package contract

import (
	"strconv"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
)

// checkHeaders checks that the declared headers of the response are valid, and that
// the required ones are there.
func (c *checker) checkHeaders(response *openapi.Content) {
	for _, h := range response.Headers {
		got := ""
		switch sent := c.exchange.ResponseHeader[h.Key]; {
		case len(sent) == 0 && h.Required:
			got = "no such header"
		case len(sent) > 1:
			got = jsonbody.Count(len(sent), "header") + " of this name"
		case len(sent) == 1 && !validHeader(h, sent[0]):
			got = describeText(sent[0])
		default:
			continue
		}
		c.findings = append(c.findings, Finding{
			Part: finding.PartResponse, Kind: finding.KindHeader, Where: "header " + h.Name,
			Want: describeHeader(h), Got: got, Document: h.Document, Line: h.Line,
		})
	}
}

// describeText describes a string that was sent outside a body.
func describeText(text string) string {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return "an integer out of range"
	}
	return "a text of " + jsonbody.Count(len(text), "byte")
}

// describeWithMinimum describes what a schema accepts, including its minimum.
func describeWithMinimum(s *openapi.Schema) string {
	words := s.Describe()
	if least := s.Limit("minimum"); least != nil {
		words += ", at least " + least.Text
	}
	return words
}

// validHeader reports whether the value of a header is valid.
func validHeader(h openapi.Header, text string) bool {
	if h.Key == retryAfter {
		return isRetryAfter(text)
	}
	return h.Valid(text)
}
