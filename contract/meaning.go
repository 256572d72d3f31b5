package contract

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mockgates/mockgates/contract/finding"
	"github.com/mockgates/mockgates/contract/internal/jsonbody"
	"github.com/mockgates/mockgates/contract/internal/openapi"
	"github.com/mockgates/mockgates/internal/strictjson"
)

// This file checks what the documents say in prose, and what the standards that they
// cite require, where the library does not check it.

// checkScalar reports strings and numbers that the library accepts by mistake: it
// rounds numbers to doubles, and is lenient with URIs.
func (c *checker) checkScalar(part string, v *jsonbody.Value, s *openapi.Schema) {
	switch v.Type() {
	case strictjson.TypeNumber:
		if s.Takes("integer") && !s.Takes("number") && !v.Number().IsInteger() {
			c.report(part, finding.KindType, c.pointer(), s.Describe(), jsonbody.Describe(v), s.LineOf("type"))
		}
	case strictjson.TypeString:
		if v.LoneSurrogate() {
			c.report(part, finding.KindJSON, c.pointer(), "text in Unicode", "half of a surrogate pair", s.LineOf("type"))
		}
		if s != nil && s.Format == "uri" && !isURI(v.Text()) {
			c.report(part, finding.KindFormat, c.pointer(), s.Describe(), jsonbody.Describe(v), s.LineOf("format"))
		}
	}
}

// isURI reports whether text is a URI with a scheme (RFC 3986).
func isURI(text string) bool {
	for i, c := range []byte(text) {
		switch {
		case c == '%':
			if i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2]) {
				return false
			}
		case !isUnreserved(string(c)) && !strings.ContainsRune(":/?#[]@!$&'()*+,;=", rune(c)):
			return false
		}
	}
	if strings.Count(text, "#") > 1 {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return false
	}
	outside := text[len(u.Scheme)+1:] // brackets are for the host only
	if host := strings.Index(outside, u.Host); u.Host != "" && host >= 0 {
		outside = outside[:host] + outside[host+len(u.Host):]
	}
	return !strings.ContainsAny(outside, "[]")
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// otherCharset reports whether a content type names a charset in which JSON
// cannot be sent (RFC 8259, section 8.1).
func otherCharset(contentType string) bool {
	if !strings.Contains(contentType, ";") {
		return false
	}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	charset, named := params["charset"]
	return named && !slices.Contains([]string{"utf-8", "utf8", "us-ascii"}, strings.ToLower(charset))
}

// checkMeaning reports members of a response that meet the schema but contradict
// their description: empty secrets and identifiers, timestamps that are not times,
// and limit resets that do not exist.
func (c *checker) checkMeaning(v *jsonbody.Value, s *openapi.Schema) {
	if s == nil || c.exchange.Status >= http.StatusMultipleChoices {
		return
	}
	items, members := v.Items(), v.Members()
	for i := range items {
		c.enter(strconv.Itoa(i))
		c.checkMeaning(&items[i], s.Items)
		c.leave()
	}
	for i := range members {
		p := s.Prop(members[i].Name)
		if p == nil {
			continue
		}
		c.enter(p.Name)
		if members[i].Value.Type() == strictjson.TypeString {
			c.checkText(p, &members[i].Value)
		}
		c.checkMeaning(&members[i].Value, p.Schema)
		c.leave()
	}
}

// checkText checks a member of a response that is a string.
func (c *checker) checkText(p *openapi.Property, v *jsonbody.Value) {
	switch p.Name {
	case "key", "hash", "id":
		if v.Text() == "" {
			c.report(finding.PartResponse, finding.KindEmpty, c.pointer(), "a text that is not empty", "an empty text", p.Line)
		}
	case "created_at", "updated_at":
		if _, ok := jsonbody.ParseTime(v.Text()); !ok {
			c.report(finding.PartResponse, finding.KindFormat, c.pointer(), "an ISO 8601 timestamp", jsonbody.Describe(v), p.Line)
		}
	case "limit_reset":
		if !slices.Contains([]string{"daily", "weekly", "monthly"}, v.Text()) {
			c.report(finding.PartResponse, finding.KindEnum, c.pointer(), `"daily", "weekly", "monthly" or null`, jsonbody.Describe(v), p.Line)
		}
	}
}

// retryAfter is the header that says how long to wait (RFC 9110, section 10.2.3).
const retryAfter = "Retry-After"

// isRetryAfter reports whether text is a number of seconds or an HTTP date.
func isRetryAfter(text string) bool {
	if _, err := http.ParseTime(text); err == nil {
		return true
	}
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// describeHeader says what a declared header must be.
func describeHeader(h openapi.Header) string {
	if h.Key == retryAfter {
		return wantRetryAfter
	}
	return describeWithMinimum(h.Schema)
}

const wantRetryAfter = "whole seconds or an HTTP date"

// checkRateHeaders checks the header Retry-After on statuses that do not declare
// it, and that no more requests remain than the limit allows.
func (c *checker) checkRateHeaders(response *openapi.Content) {
	declared := slices.ContainsFunc(response.Headers, func(h openapi.Header) bool { return h.Key == retryAfter })
	if !declared {
		c.findings = append(c.findings, retryAfterFindings(c.exchange.ResponseHeader)...)
	}
	left, most := c.exchange.ResponseHeader["X-Ratelimit-Remaining"], c.exchange.ResponseHeader["X-Ratelimit-Limit"]
	if len(left) == 0 || len(most) == 0 {
		return
	}
	remaining, err := strconv.ParseInt(left[0], 10, 64)
	limit, limitErr := strconv.ParseInt(most[0], 10, 64)
	if err == nil && limitErr == nil && remaining > limit {
		c.report(finding.PartResponse, finding.KindHeader, "header X-RateLimit-Remaining", "at most X-RateLimit-Limit", "more than it", 0)
	}
}

// retryAfterFindings checks the header Retry-After of any response.
func retryAfterFindings(h http.Header) []Finding {
	sent := h[retryAfter]
	got := ""
	switch {
	case len(sent) > 1:
		got = jsonbody.Count(len(sent), "header") + " of this name"
	case len(sent) == 1 && !isRetryAfter(sent[0]):
		got = describeText(sent[0])
	default:
		return nil
	}
	return []Finding{{Part: finding.PartResponse, Kind: finding.KindHeader, Where: "header " + retryAfter, Want: wantRetryAfter, Got: got}}
}

// unroutedHeaders checks the headers of a response to a request that matches no
// operation.
func unroutedHeaders(x Exchange) []Finding {
	fs := retryAfterFindings(x.ResponseHeader)
	if x.Status == http.StatusMethodNotAllowed && len(x.ResponseHeader["Allow"]) == 0 {
		fs = append(fs, Finding{
			Part: finding.PartResponse, Kind: finding.KindHeader, Where: "header Allow",
			Want: "the methods that are allowed", Got: "no such header",
		})
	}
	return fs
}
