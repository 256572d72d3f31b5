package mockserver

import (
	"strings"
	"testing"

	"github.com/mockgates/mockgates/mockserver/internal/apispec"
	"github.com/mockgates/mockgates/mockserver/internal/token"
)

// TestPublicTextsAgreeWithTheTables compares the lists that the package spells out for its
// documentation with those of the internal packages.
func TestPublicTextsAgreeWithTheTables(t *testing.T) {
	t.Parallel()
	if BasePath != apispec.BasePath {
		t.Errorf("BasePath is %q, in apispec %q", BasePath, apispec.BasePath)
	}
	if !strings.HasSuffix(ErrWorldName.Error(), "want "+token.WorldNames) {
		t.Errorf("ErrWorldName is %q; want the names %q", ErrWorldName, token.WorldNames)
	}
}
