package account

import (
	"net"
	"net/url"
	"strings"

	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// Origin returns the origin of a callback URL: scheme, host in lower case, and port
// unless it is the default of the scheme. It is a URI: what is not ASCII in the host
// is percent-encoded. If the URL cannot be a callback, it returns
// what is wrong with it. The argument localhost accepts callbacks to this machine.
func Origin(u *url.URL, localhost bool) (origin, problem string) {
	origin, problem = readOrigin(u, localhost)
	if problem == "" && OriginOf(origin) != origin {
		return "", form.Quote(u.Host) + " is not a valid host"
	}
	return origin, problem
}

// readOrigin is Origin for a URL whose host may be one that no URL can have.
func readOrigin(u *url.URL, localhost bool) (origin, problem string) {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if u.Opaque != "" || host == "" {
		return "", form.Quote(u.String()) + " has no host"
	}
	if strings.Contains(host, "%") { // RFC 6874; only the machine that sent it knows the zone
		return "", "its host " + form.Quote(host) + " has a zone"
	}
	local := localhost && (host == "localhost" || host == "127.0.0.1" || host == "::1")
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", "its scheme is " + form.Quote(u.Scheme)
	}
	if !local && port != "" && port != "443" && port != "3000" {
		return "", "its port is " + form.Quote(port)
	}
	return originOfHost(u.Scheme, host, port), ""
}

// OriginOf returns the origin of a callback URL that any setting accepts, or "".
func OriginOf(callback string) string {
	u, ok := form.ParseURI(callback)
	if !ok {
		return ""
	}
	origin, problem := readOrigin(u, true)
	if problem != "" {
		return ""
	}
	return origin
}

// originOfHost returns an origin without the default port of its scheme.
func originOfHost(scheme, host, port string) string {
	switch {
	case port != "" && port != map[string]string{"https": "443", "http": "80"}[scheme]:
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return (&url.URL{Scheme: scheme, Host: host}).String()
}

// AppName returns the name of the app of a callback: its host.
func AppName(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
