package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockgates/mockgates/cmd/internal/exit"
)

// TestServe_tls reaches a server in each way that the greeting shows.
func TestServe_tls(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "ca")
	f := startFake(t, nil, "--tls", "--tls-dir", dir, "--tls-host", "api.example", "--plain-addr", "127.0.0.1:0")
	_, plain, _ := strings.Cut(f.out.await(t, "HTTPS_PROXY="), "and on ")
	plain, _, _ = strings.Cut(plain, "\n")
	code, ca, stderr := mockgates(t, nil, "", "ca", "--tls-dir", dir)
	if code != exit.OK || !strings.HasPrefix(ca, "-----BEGIN CERTIFICATE-----\n") {
		t.Fatalf("ca: exit code %d, %q\n%s", code, ca, stderr)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(ca))
	for _, row := range []struct{ how, proxy, base string }{
		{"its port", "", f.base},
		{"the name that the documents have, and its port as a proxy", f.root(), "https://modelgates.ai/api/v1"},
		{"a name of --tls-host, and its port as a proxy", f.root(), "https://api.example/api/v1"},
		{"the name that the documents have, and the plain port as a proxy", plain, "https://modelgates.ai/api/v1"},
		{"the plain port", "", plain},
	} {
		t.Run(row.how, func(t *testing.T) {
			t.Parallel()
			tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
			if row.proxy != "" {
				proxy, err := url.Parse(strings.Replace(row.proxy, "https:", "http:", 1))
				if err != nil {
					t.Fatal(err)
				}
				tr.Proxy = http.ProxyURL(proxy)
			}
			t.Cleanup(tr.CloseIdleConnections)
			for path, want := range map[string]string{"/api/v1/key": "Missing Authentication header", "/_mockgates/health": `"ok"`, "/_mockgates/ca.pem": ca, "/auth": "callback_url"} {
				resp, err := (&http.Client{Transport: tr}).Get(strings.TrimSuffix(row.base, "/api/v1") + path)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				if err != nil || resp.StatusCode == http.StatusForbidden || !strings.Contains(strings.ToLower(string(body)), strings.ToLower(want)) {
					t.Errorf("%s: %d %s, %v; want %q", path, resp.StatusCode, body, err, want)
				}
			}
		})
	}
}

func TestHealthcheck_tls(t *testing.T) {
	t.Parallel()
	f := startFake(t, nil, "--tls")
	addr := strings.TrimPrefix(f.root(), "https://")
	if code, _, stderr := mockgates(t, []string{"MOCKGATES_TLS=true"}, "", "healthcheck", "--addr", addr); code != exit.OK {
		t.Errorf("exit code = %d\n%s", code, stderr)
	}
	if code, _, _ := mockgates(t, nil, "", "healthcheck", "--addr", addr); code != exit.Inconclusive {
		t.Errorf("without --tls: exit code = %d; want %d", code, exit.Inconclusive)
	}
}

// TestExec_tls runs a client that trusts what SSL_CERT_FILE names.
func TestExec_tls(t *testing.T) {
	t.Parallel()
	naive := client(t, "Go", "naive")
	folder := t.TempDir()
	variables := append(childVariables(), "TMPDIR="+folder)
	code, out, stderr := mockgates(t, variables, "", append([]string{"exec", "--tls", "--"}, naive...)...)
	if code != exit.OK || !strings.HasPrefix(out, "created ") {
		t.Errorf("exit code = %d, %q\n%s", code, out, stderr)
	}
	code, out, stderr = mockgates(t, variables, "", append([]string{"exec", "--tls", "--every-fault", "--effects", "lost-reset", "--"}, naive...)...)
	if code != exit.Failed || !strings.Contains(out, "it left 2 of the key") {
		t.Errorf("with a fault: exit code = %d, %q\n%s", code, out, stderr)
	}
}

func TestTLS_refuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	kept := t.TempDir()
	if code, _, stderr := mockgates(t, nil, "", "ca", "--tls-dir", kept); code != exit.OK {
		t.Fatalf("ca: exit code %d\n%s", code, stderr)
	}
	for _, row := range []struct {
		what string
		args []string
		want string
	}{
		{"names without --tls", []string{"serve", "--tls-host", "a"}, "add --tls"},
		{"a folder without --tls", []string{"exec", "--tls-dir", "a", "true"}, "add --tls"},
		{"a plain port beside a plain port", []string{"serve", "--plain-addr", "127.0.0.1:0"}, "--plain-addr adds plain HTTP to HTTPS"},
		{"a name that cannot be one", []string{"serve", "--tls", "--tls-host", "a b"}, `"a b" is neither a host name nor an IP address`},
		{"a folder that is a file", []string{"serve", "--tls", "--tls-dir", file}, "not a directory"},
		{"a name that the kept CA is not for", []string{"serve", "--tls", "--tls-dir", kept, "--tls-host", "api.example"}, "and not for api.example; delete the folder"},
		{"a CA in memory", []string{"ca"}, "add --tls-dir DIR"},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			if code, _, stderr := mockgates(t, nil, "", row.args...); code != exit.Usage || !strings.Contains(stderr, row.want) {
				t.Errorf("exit code = %d\n%s\nwant %d and %q", code, stderr, exit.Usage, row.want)
			}
		})
	}
}
