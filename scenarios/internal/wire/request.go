package wire

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"

	"github.com/mockgates/mockgates/mockserver"
)

// UserAgent is the User-Agent of the requests of a scenario.
const UserAgent = "mockgates"

// A Request is what a scenario sends.
type Request struct {
	Method string
	Path   string      // below the base URL
	Query  string      // raw
	Token  string      // "" for none
	Scheme string      // how the token is sent, one of Schemes; "" is Bearer
	Header http.Header // in addition to the usual ones; nil values leave a header out
	Body   []byte      // nil for none
	World  string      // of the fake; "" for none
}

// Build returns the request for net/http. The path is below the base URL.
func (r Request) Build(ctx context.Context, base string) (*http.Request, error) {
	url := base + r.Path
	if r.Query != "" {
		url += "?" + r.Query
	}
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, url, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", UserAgent)
	if r.Token != "" {
		req.Header.Set("Authorization", r.authorization())
	}
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.World != "" {
		req.Header.Set(mockserver.WorldHeader, r.World)
	}
	for name, values := range r.Header {
		if values == nil {
			req.Header.Del(name)
			continue
		}
		req.Header[name] = values
	}
	return req, nil
}

// Schemes are the ways to send a token, by name, that differ from "Bearer TOKEN". A
// target must refuse them.
var Schemes = map[string]func(token string) string{
	"bare":   func(token string) string { return token },
	"basic":  func(token string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(":"+token)) },
	"joined": func(token string) string { return "Bearer" + token },
	"raw":    func(token string) string { return "Basic " + token }, // not in base64
	"token":  func(token string) string { return "Token " + token },
	"twice":  func(token string) string { return "Bearer " + token + " " + token },
}

// authorization returns the header that carries the token of the request.
func (r Request) authorization() string {
	if form := Schemes[r.Scheme]; form != nil {
		return form(r.Token)
	}
	return "Bearer " + r.Token
}

// Token returns the token that a request carries, "" for none.
func Token(h http.Header) string {
	_, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.TrimSpace(token)
}
