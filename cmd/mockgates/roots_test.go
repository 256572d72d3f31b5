package main

import (
	"crypto/x509"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// TestFallbackRoots_holdEveryAuthority verifies each certificate of the bundle with
// the pool. One whose constraint refuses the chain is in the pool too, so only an
// unknown authority is a failure.
func TestFallbackRoots_holdEveryAuthority(t *testing.T) {
	t.Parallel()
	pool, err := fallbackRoots()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for root := range bundle.Roots() {
		n++
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		options := x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, CurrentTime: cert.NotBefore}
		if _, err := cert.Verify(options); err != nil && strings.Contains(err.Error(), "unknown authority") {
			t.Errorf("%s: %v", cert.Subject, err)
		}
	}
	if n < 50 {
		t.Errorf("%d authorities; want at least 50", n)
	}
}

// TestTrustRoots runs a process that finds no certificates of the system: a
// connection that it verifies must know the authorities of the program after
// trustRoots, and none before.
func TestTrustRoots(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), executable(t), "-test.run", "^TestTrustRoots_process$", "-test.v")
	cmd.Env = append(cmd.Environ(), "MOCKGATES_TEST_ROOTS=1", "SSL_CERT_FILE="+t.TempDir()+"/none", "SSL_CERT_DIR="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: TestTrustRoots_process") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestTrustRoots_process is the process that TestTrustRoots runs.
func TestTrustRoots_process(t *testing.T) {
	if os.Getenv("MOCKGATES_TEST_ROOTS") == "" {
		t.Skip("run by TestTrustRoots")
	}
	cert := unconstrainedRoot(t)
	options := x509.VerifyOptions{KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, CurrentTime: cert.NotBefore}
	if _, err := cert.Verify(options); err == nil {
		t.Errorf("%s is trusted before trustRoots", cert.Subject)
	}
	for range 2 { // the second call changes nothing
		if err := trustRoots(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := cert.Verify(options); err != nil {
		t.Errorf("%s is not trusted after trustRoots: %v", cert.Subject, err)
	}
}

// unconstrainedRoot returns an authority of the bundle that may vouch for any name.
func unconstrainedRoot(t *testing.T) *x509.Certificate {
	t.Helper()
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	t.Fatal("every authority of the bundle has a constraint")
	return nil
}

// executable returns the path of this test binary.
func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
