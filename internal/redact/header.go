package redact

import (
	"net/http"
	"slices"
	"strings"
)

// schemes are the authentication schemes that stay visible in front of a credential
// (those of the IANA registry, and some others in common use), in lower case.
var schemes = []string{
	"apikey", "aws4-hmac-sha256", "basic", "bearer", "concealed", "digest", "dpop", "gnap", "hoba", "key", "mutual", "negotiate", "ntlm",
	"oauth", "privatetoken", "scram-sha-1", "scram-sha-256", "token", "vapid",
}

// maxScheme is the length of the longest scheme.
const maxScheme = len("aws4-hmac-sha256")

func isScheme(s string) bool {
	return len(s) <= maxScheme && slices.Contains(schemes, strings.ToLower(s))
}

// Header returns h without its secrets: the values of credential headers as
// [Redactor.Credential] has them, and those of others as [Redactor.String] does.
// It does not change h. Values without secrets are shared with it.
func (r *Redactor) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		copied := false
		for i, v := range values {
			redacted := r.HeaderValue(name, v)
			if redacted == v {
				continue
			}
			if !copied {
				values, copied = slices.Clone(values), true
			}
			values[i] = redacted
		}
		name = r.headerName(name)
		if same := out[name]; len(same) > 0 {
			values = slices.Concat(same, values) // two names that differed in a secret only
		}
		out[name] = values
	}
	return out
}

// HeaderField is [Redactor.Header] for one header field.
func (r *Redactor) HeaderField(name, value string) (redactedName, redactedValue string) {
	return r.headerName(name), r.HeaderValue(name, value)
}

// HeaderValue is [Redactor.HeaderField] for a header whose name is not secret.
func (r *Redactor) HeaderValue(name, value string) string {
	if slices.Contains(r.headers, http.CanonicalHeaderKey(name)) {
		return r.Credential(value)
	}
	redacted, _ := r.String(value)
	return redacted
}

// ordinaryNames are the names of headers that most requests and responses have.
var ordinaryNames = map[string]bool{
	"Accept": true, "Accept-Encoding": true, "Accept-Language": true, "Authorization": true, "Cache-Control": true, "Connection": true,
	"Content-Length": true, "Content-Type": true, "Date": true, "Host": true, "Location": true, "Origin": true, "Referer": true, "Retry-After": true,
	"User-Agent": true,
}

// headerName returns the name of a header without secrets. HTTP changes the case of
// names, so a secret is looked for in lower case too.
func (r *Redactor) headerName(name string) string {
	if len(name) < MinLength || ordinaryNames[name] {
		return name
	}
	if redacted, found := r.String(name); found {
		return redacted
	}
	if redacted, found := r.String(strings.ToLower(name)); found {
		return redacted
	}
	return name
}

// Credential returns the value of a credential header without its secret, which
// is all that follows the authentication scheme, or all of the value if there
// is no scheme.
func (r *Redactor) Credential(value string) string {
	scheme, secret, _ := strings.Cut(value, " ")
	if !isScheme(scheme) {
		scheme, secret = "", value
	} else {
		scheme = value[:len(value)-len(secret)]
	}
	if secret = strings.TrimSpace(secret); secret == "" {
		return scheme
	}
	return scheme + r.label(secret)
}
