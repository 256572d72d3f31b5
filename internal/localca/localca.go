// Package localca makes a certificate authority for a server on this machine.
//
//	names ─► Authority (in memory, or kept in a folder) ─► Certificate, for a TLS server
//	                                                    └► PEM, for clients to trust
//
// The authority is constrained to its names (RFC 5280, section 4.2.1.10): whoever
// steals its key can sign for them and their subdomains, and for nothing else. It
// signs servers only.
package localca

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// How long certificates are valid. Both begin an hour in the past, for clients
// whose clock is behind.
const (
	AuthorityLifetime   = 2 * 365 * 24 * time.Hour
	CertificateLifetime = 90 * 24 * time.Hour // at most until the authority expires
	backdate            = time.Hour
)

// MaxNames is the largest number of names of an authority.
const MaxNames = 100

// The files of an authority that is kept in a folder.
const (
	certificateFile = "ca.pem"
	keyFile         = "ca-key.pem"
)

// An Authority signs certificates for a fixed set of names.
type Authority struct {
	names []string
	cert  *x509.Certificate
	key   crypto.Signer
}

// New makes an authority in memory for the names, each a host name or an IP address.
// It fails if a name is neither, or if there is none or more than MaxNames.
func New(names []string, now time.Time) (*Authority, error) {
	names, err := Normalize(names)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	hosts, addresses := split(names)
	template := &x509.Certificate{
		SerialNumber:                newSerial(),
		Subject:                     pkix.Name{CommonName: "mockgates CA", Organization: []string{"mockgates, for tests on this machine"}},
		NotBefore:                   now.Add(-backdate),
		NotAfter:                    now.Add(AuthorityLifetime),
		KeyUsage:                    x509.KeyUsageCertSign,
		ExtKeyUsage:                 []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:                        true,
		BasicConstraintsValid:       true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         hosts,
		PermittedIPRanges:           ranges(addresses),
	}
	if len(hosts) == 0 { // without a constraint on host names all of them would be allowed, and so for addresses
		template.ExcludedDNSDomains = []string{""}
	}
	if len(addresses) == 0 {
		template.ExcludedIPRanges = everyAddress()
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &Authority{names: names, cert: cert, key: key}, nil
}

// Open returns the authority that is kept in a folder. If there is none it makes
// one and writes it there, the key readable only by its owner. It fails if the
// authority is not for all of the names, or if it has expired.
func Open(dir string, names []string, now time.Time) (*Authority, error) {
	if _, err := os.Stat(filepath.Join(dir, certificateFile)); errors.Is(err, fs.ErrNotExist) {
		return create(dir, names, now)
	}
	a, err := read(dir)
	if err != nil {
		return nil, err
	}
	if names, err = Normalize(names); err != nil {
		return nil, err
	}
	for _, name := range names {
		if !a.permits(name) {
			return nil, fmt.Errorf("%s: the CA is for %s, and not for %s; delete the folder to get a new CA, which clients have to trust again", dir, strings.Join(a.names, ", "), name)
		}
	}
	if !now.Before(a.cert.NotAfter) {
		return nil, fmt.Errorf("%s: the CA expired at %s; delete the folder to get a new one, which clients have to trust again", dir, a.cert.NotAfter.Format(time.RFC3339))
	}
	a.names = names
	return a, nil
}

// create makes an authority and keeps it in a folder.
func create(dir string, names []string, now time.Time) (*Authority, error) {
	a, err := New(names, now)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	// The certificate comes last: without it there is no authority.
	if err := write(filepath.Join(dir, keyFile), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return nil, err
	}
	return a, write(filepath.Join(dir, certificateFile), a.PEM(), 0o644)
}

// write writes a file atomically: it is either complete or not there.
func write(name string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".ca-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // fails once it is renamed
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// read reads the authority that is kept in a folder.
func read(dir string) (*Authority, error) {
	der, err := readPEM(filepath.Join(dir, certificateFile), "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, certificateFile), err)
	}
	name := filepath.Join(dir, keyFile)
	if der, err = readPEM(name, "PRIVATE KEY"); err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !cert.IsCA || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("%s is not the key of the CA in %s", name, certificateFile)
	}
	names := slices.Clone(cert.PermittedDNSDomains)
	for _, n := range cert.PermittedIPRanges {
		names = append(names, n.IP.String())
	}
	return &Authority{names: names, cert: cert, key: key}, nil
}

// readPEM reads a file of one PEM block.
func readPEM(name, kind string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(data)
	if block == nil || block.Type != kind || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("%s is not a PEM file of one %s", name, strings.ToLower(kind))
	}
	return block.Bytes, nil
}

// Names returns the names that certificates are for: host names in lower case, and
// addresses.
func (a *Authority) Names() []string { return slices.Clone(a.names) }

// Has reports whether a host, a name in any case or an address with or without
// brackets, is one of the names.
func (a *Authority) Has(host string) bool {
	name, err := normalizeName(host)
	return err == nil && slices.Contains(a.names, name)
}

// PEM returns the certificate of the authority, for clients to trust.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// Certificate returns a new certificate for a server, valid for all names.
func (a *Authority) Certificate(now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	hosts, addresses := split(a.names)
	until := now.Add(CertificateLifetime)
	if a.cert.NotAfter.Before(until) {
		until = a.cert.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: newSerial(),
		Subject:      pkix.Name{CommonName: a.names[0]},
		NotBefore:    now.Add(-backdate),
		NotAfter:     until,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     hosts,
		IPAddresses:  addresses,
	}, a.cert, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key, Leaf: leaf}, err
}

// permits reports whether the constraints of the authority permit a name.
func (a *Authority) permits(name string) bool {
	if ip := net.ParseIP(name); ip != nil {
		return slices.ContainsFunc(a.cert.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip) })
	}
	return slices.ContainsFunc(a.cert.PermittedDNSDomains, func(d string) bool { return name == d || strings.HasSuffix(name, "."+d) })
}

// Normalize returns the names as an authority has them: in lower case and without
// duplicates, in the given order. It fails as New does.
func Normalize(names []string) ([]string, error) {
	var list []string
	for _, name := range names {
		n, err := normalizeName(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	if len(list) == 0 || len(list) > MaxNames {
		return nil, fmt.Errorf("%d names; want 1 to %d", len(list), MaxNames)
	}
	return list, nil
}

// normalizeName returns a host name in lower case, or an address in its usual form.
func normalizeName(name string) (string, error) {
	if ip, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")); err == nil && ip.Zone() == "" {
		return ip.Unmap().String(), nil
	}
	lower := strings.ToLower(name)
	labels := strings.Split(lower, ".")
	if len(lower) > 253 || slices.ContainsFunc(labels, func(l string) bool { return !validLabel(l) }) {
		return "", fmt.Errorf("%q is neither a host name nor an IP address; want one such as modelgates.ai or 127.0.0.1", name)
	}
	return lower, nil
}

// validLabel reports whether a part of a host name has the preferred form (RFC 1123,
// section 2.1).
func validLabel(l string) bool {
	return l != "" && len(l) <= 63 && l[0] != '-' && l[len(l)-1] != '-' &&
		!strings.ContainsFunc(l, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-", r) })
}

// split separates host names from addresses.
func split(names []string) (hosts []string, addresses []net.IP) {
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			addresses = append(addresses, ip)
		} else {
			hosts = append(hosts, name)
		}
	}
	return hosts, addresses
}

// ranges returns, for each address, the range that holds only that address.
func ranges(addresses []net.IP) (list []*net.IPNet) {
	for _, ip := range addresses {
		if v4 := ip.To4(); v4 != nil {
			ip = v4
		}
		list = append(list, &net.IPNet{IP: ip, Mask: net.CIDRMask(8*len(ip), 8*len(ip))})
	}
	return list
}

// everyAddress returns the ranges of all addresses.
func everyAddress() []*net.IPNet {
	return []*net.IPNet{{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)}, {IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)}}
}

// newSerial returns a random serial number of 127 bits (RFC 5280 allows 159).
func newSerial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return n
}
