package token

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// ManagementPrefix is how a management key begins that needs no configuration. The
// rest of the key is the name of its world.
const ManagementPrefix = "sk-mg-mgmt-"

// WorldNames describes the names of worlds. They have the characters of a bearer
// token (RFC 6750, section 2.1), so that a management key can end with one.
const WorldNames = "1 to 128 of A-Z a-z 0-9 - . _ ~ + /"

// hashedName matches the names that WorldName makes from other texts.
var hashedName = regexp.MustCompile(`~[0-9a-f]{32}$`)

// IsWorldName reports whether s can be the name of a world; see WorldNames.
func IsWorldName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~+/", c) >= 0:
		default:
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 128
}

// WorldOf returns the name of the world that a management key ends with. It returns
// false for any other token.
func WorldOf(token string) (name string, ok bool) {
	name, ok = strings.CutPrefix(token, ManagementPrefix)
	return name, ok && IsWorldName(name)
}

// WorldName returns a name of a world for any text. Different texts give different
// names. A text that is a name is returned unchanged. Any other has its invalid
// characters replaced, is cut to 90 characters, and gets a hash of the text appended.
func WorldName(text string) string {
	if IsWorldName(text) && !hashedName.MatchString(text) {
		return text
	}
	const most = 90
	kept := strings.Map(func(r rune) rune {
		if r < 0x80 && IsWorldName(string(r)) {
			return r
		}
		return '-'
	}, text)
	sum := sha256.Sum256([]byte(text))
	return kept[:min(len(kept), most)] + "~" + hex.EncodeToString(sum[:16])
}

// ManagementLabel shortens a management key so that people can recognise it: its
// prefix, and three characters from each end of the rest if that is long enough
// to stay secret.
func ManagementLabel(token string) string {
	prefix := ""
	if rest, ok := strings.CutPrefix(token, ManagementPrefix); ok {
		prefix, token = ManagementPrefix, rest
	}
	const shown = 3
	r := []rune(token)
	if len(r) < 4*shown {
		return prefix + "..."
	}
	return prefix + string(r[:shown]) + "..." + string(r[len(r)-shown:])
}
