package main

import (
	"crypto/x509"
	"fmt"
	"sync"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// trustRoots makes TLS connections trust the authorities that browsers trust, if
// the system has no certificates, as in an image made from scratch. To parse them
// takes milliseconds, so only the commands for a live target call it.
var trustRoots = sync.OnceValue(func() error {
	pool, err := fallbackRoots()
	if err != nil {
		return err
	}
	x509.SetFallbackRoots(pool)
	return nil
})

// fallbackRoots returns the certificates of authorities that are part of the
// program.
func fallbackRoots() (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	for root := range bundle.Roots() {
		cert, err := x509.ParseCertificate(root.Certificate)
		if err != nil {
			return nil, fmt.Errorf("certificate of an authority: %w", err)
		}
		if root.Constraint == nil {
			pool.AddCert(cert)
		} else {
			pool.AddCertWithConstraint(cert, root.Constraint)
		}
	}
	return pool, nil
}
