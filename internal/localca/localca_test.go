package localca_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockgates/mockgates/internal/localca"
)

var (
	now   = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	names = []string{"modelgates.ai", "localhost", "127.0.0.1", "::1"}
)

func newAuthority(t *testing.T, names ...string) *localca.Authority {
	t.Helper()
	a, err := localca.New(names, now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// pool returns the pool of a client that trusts the authority.
func pool(t *testing.T, a *localca.Authority) *x509.CertPool {
	t.Helper()
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(a.PEM()) {
		t.Fatalf("no certificate in %s", a.PEM())
	}
	return p
}

func certificate(t *testing.T, a *localca.Authority) tls.Certificate {
	t.Helper()
	c, err := a.Certificate(now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAuthority_clientsTrustItsCertificate(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, names...)
	leaf := certificate(t, a).Leaf
	for _, name := range names {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool(t, a), CurrentTime: now}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"example.com", "api.modelgates.ai", "127.0.0.2"} {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: pool(t, a), CurrentTime: now}); err == nil {
			t.Errorf("the certificate is valid for %s", name)
		}
	}
	for when, at := range map[string]time.Time{
		"before it begins": now.Add(-2 * time.Hour), "after it ends": now.Add(localca.CertificateLifetime + time.Second),
	} {
		if _, err := leaf.Verify(x509.VerifyOptions{DNSName: names[0], Roots: pool(t, a), CurrentTime: at}); err == nil {
			t.Errorf("the certificate is valid %s", when)
		}
	}
}

// TestAuthority_aStolenKeySignsNothingElse signs certificates with the key of an
// authority, as a thief would.
func TestAuthority_aStolenKeySignsNothingElse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		what  string
		names []string // of the authority
		leaf  x509.Certificate
		valid bool
	}{
		{"one of its names", names, x509.Certificate{DNSNames: []string{"modelgates.ai"}}, true},
		{"a subdomain of it", names, x509.Certificate{DNSNames: []string{"www.modelgates.ai"}}, true},
		{"one of its addresses", names, x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, true},
		{"another name", names, x509.Certificate{DNSNames: []string{"example.com"}}, false},
		{"a name that ends in one of its names", names, x509.Certificate{DNSNames: []string{"notmodelgates.ai"}}, false},
		{"another address", names, x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 2)}}, false},
		{"another IPv6 address", names, x509.Certificate{IPAddresses: []net.IP{net.ParseIP("::2")}}, false},
		{"an address, if it has names only", names[:1], x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}, false},
		{"an IPv6 address, if it has names only", names[:1], x509.Certificate{IPAddresses: []net.IP{net.ParseIP("::1")}}, false},
		{"a name, if it has addresses only", names[2:], x509.Certificate{DNSNames: []string{"modelgates.ai"}}, false},
		{"an authority", names, x509.Certificate{DNSNames: []string{"modelgates.ai"}, IsCA: true, BasicConstraintsValid: true}, false},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			a, err := localca.Open(dir, row.names, now)
			if err != nil {
				t.Fatal(err)
			}
			leaf := forge(t, dir, row.leaf)
			host := "127.0.0.1"
			if len(leaf.DNSNames) > 0 {
				host = leaf.DNSNames[0]
			} else {
				host = leaf.IPAddresses[0].String()
			}
			options := x509.VerifyOptions{DNSName: host, Roots: pool(t, a), CurrentTime: now}
			if row.leaf.IsCA {
				options = x509.VerifyOptions{DNSName: host, Roots: pool(t, a), CurrentTime: now, Intermediates: x509.NewCertPool()}
				options.Intermediates.AddCert(leaf)
				leaf = signedBy(t, leaf)
			}
			if _, err := leaf.Verify(options); (err == nil) != row.valid {
				t.Errorf("verified: %v; want valid: %v", err, row.valid)
			}
		})
	}
}

var intermediateKey, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)

// forge signs a certificate with the key in a folder.
func forge(t *testing.T, dir string, c x509.Certificate) *x509.Certificate {
	t.Helper()
	ca, err := tls.LoadX509KeyPair(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return sign(t, c, ca.Leaf, ca.PrivateKey)
}

// signedBy signs a certificate for modelgates.ai with the key of a forged
// authority.
func signedBy(t *testing.T, authority *x509.Certificate) *x509.Certificate {
	t.Helper()
	return sign(t, x509.Certificate{DNSNames: []string{"modelgates.ai"}}, authority, intermediateKey)
}

func sign(t *testing.T, c x509.Certificate, parent *x509.Certificate, key any) *x509.Certificate {
	t.Helper()
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(7), now.Add(-time.Hour), now.Add(time.Hour)
	c.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, &c, parent, intermediateKey.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func TestOpen_keepsTheAuthority(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	first, err := localca.Open(dir, names, now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := localca.Open(dir, names[:2], now.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.PEM(), again.PEM()) {
		t.Error("the second call made another authority")
	}
	if got := again.Names(); !slices.Equal(got, names[:2]) {
		t.Errorf("names = %v; want %v", got, names[:2])
	}
	if _, err := certificate(t, again).Leaf.Verify(x509.VerifyOptions{DNSName: names[0], Roots: pool(t, first), CurrentTime: now}); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(filepath.Join(dir, "ca-key.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key has the mode %v, %v; want 0600", info.Mode().Perm(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%d files, %v; want the certificate and the key", len(entries), err)
	}
}

func TestOpen_refuses(t *testing.T) {
	t.Parallel()
	spoil := func(name, content string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, row := range []struct {
		what  string
		names []string
		at    time.Time
		spoil func(*testing.T, string)
		want  string
	}{
		{"a name that the authority is not for", append(names[:1:1], "example.com"), now, nil, "the CA is for modelgates.ai, localhost, 127.0.0.1, ::1, and not for example.com"},
		{"an authority that has expired", names, now.Add(localca.AuthorityLifetime + time.Second), nil, "the CA expired at 2028-01-05T12:00:00Z"},
		{"a file that is not a certificate", names, now, spoil("ca.pem", "x"), "ca.pem is not a PEM file of one certificate"},
		{"a file that is not a key", names, now, spoil("ca-key.pem", "x"), "ca-key.pem is not a PEM file of one private key"},
		{"a damaged key", names, now, spoil("ca-key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}))), "ca-key.pem: asn1"},
		{"a missing key", names, now, func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "ca-key.pem")); err != nil {
				t.Fatal(err)
			}
		}, "ca-key.pem: no such file"},
		{"the key of another authority", names, now, func(t *testing.T, dir string) {
			other := t.TempDir()
			if _, err := localca.Open(other, names, now); err != nil {
				t.Fatal(err)
			}
			key, err := os.ReadFile(filepath.Join(other, "ca-key.pem"))
			if err != nil {
				t.Fatal(err)
			}
			spoil("ca-key.pem", string(key))(t, dir)
		}, "ca-key.pem is not the key of the CA in ca.pem"},
	} {
		t.Run(row.what, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if _, err := localca.Open(dir, names, now); err != nil {
				t.Fatal(err)
			}
			if row.spoil != nil {
				row.spoil(t, dir)
			}
			if _, err := localca.Open(dir, row.names, row.at); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error = %v; want %q", err, row.want)
			}
		})
	}
}

func TestNew_refusesNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a b", "-a", "a-", "a..b", "*.modelgates.ai", "é.example", strings.Repeat("a", 64), strings.Repeat("a.", 127) + "a", "fe80::1%eth0", "a:443"} {
		if _, err := localca.New([]string{name}, now); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	many := make([]string, localca.MaxNames+1)
	for i := range many {
		many[i] = "host" + big.NewInt(int64(i)).String()
	}
	if _, err := localca.New(many, now); err == nil {
		t.Errorf("%d names were accepted", len(many))
	}
	if _, err := localca.New(many[1:], now); err != nil {
		t.Errorf("%d names: %v", len(many)-1, err)
	}
	if _, err := localca.New(nil, now); err == nil {
		t.Error("an empty list of names was accepted")
	}
}

func TestAuthority_has(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, "ModelGates.ai", "::ffff:127.0.0.1", "0:0::1", "modelgates.ai")
	if got, want := a.Names(), []string{"modelgates.ai", "127.0.0.1", "::1"}; !slices.Equal(got, want) {
		t.Errorf("names = %v; want %v", got, want)
	}
	for host, want := range map[string]bool{"MODELGATES.AI": true, "127.0.0.1": true, "[::1]": true, "::1": true, "www.modelgates.ai": false, "": false, "127.0.0.2": false} {
		if got := a.Has(host); got != want {
			t.Errorf("Has(%q) = %v", host, got)
		}
	}
}
