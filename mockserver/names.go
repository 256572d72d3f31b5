package mockserver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/mockgates/mockgates/mockserver/internal/form"
)

// DefaultWorld is the world of a request that does not name another.
const DefaultWorld = "default"

// managementPrefix is how a management key begins that needs no configuration. The
// rest of the key is the name of its world.
const managementPrefix = "sk-mg-mgmt-"

// ErrWorldName reports that a name is not a valid name of a world.
var ErrWorldName = errors.New("not a valid world name; want 1 to 128 of A-Z a-z 0-9 - . _ ~ + /")

// worldName matches the names of worlds. They have the characters of a bearer token
// (RFC 6750, section 2.1), so that a management key can end with one.
var worldName = regexp.MustCompile(`^[A-Za-z0-9._~+/-]{1,128}$`)

// hashedName matches the names that WorldName makes from other texts.
var hashedName = regexp.MustCompile(`~[0-9a-f]{32}$`)

// checkWorldName returns an error that wraps ErrWorldName unless name is valid.
func checkWorldName(name string) error {
	if !worldName.MatchString(name) {
		return fmt.Errorf("%s is %w", form.Quote(name), ErrWorldName)
	}
	return nil
}

// WorldName returns a valid name of a world for any text, such as the name of a
// test. Different texts give different names. A text that is a valid name is
// returned unchanged. Any other has its invalid characters replaced, is cut to 90
// characters, and gets a hash of the text appended.
func WorldName(text string) string {
	if worldName.MatchString(text) && !hashedName.MatchString(text) {
		return text
	}
	const most = 90
	kept := strings.Map(func(r rune) rune {
		if r < 0x80 && worldName.MatchString(string(r)) {
			return r
		}
		return '-'
	}, text)
	sum := sha256.Sum256([]byte(text))
	return kept[:min(len(kept), most)] + "~" + hex.EncodeToString(sum[:16])
}
